"""Which fields of the context are addresses, and whose."""

OF_PEOPLE = frozenset(
    {
        "Link.url", "Media.url", "Project.repo_url", "Project.live_url", "Portfolio.photo",
        "Portfolio.website", "Certification.credential_url", "Head.image", "Listed.photo",
    }
)  # fmt: skip
"""What people typed: cleaned to http and https, and on any host."""

OF_THE_SITE = frozenset(
    {
        "Head.path", "Head.canonical", "Site.contact_endpoint", "Site.beacon_url", "Site.origin",
        "Site.home", "Site.path", "Site.url", "SiteLink.path", "SiteIcon.path", "Listed.path",
        "Range.path", "Pagination.previous", "Pagination.next", "target", "asset",
    }
)  # fmt: skip
"""What the site makes itself."""

WRITTEN = "template"
"""Stands for a beginning that a template wrote out."""

ADDRESSES = OF_PEOPLE | OF_THE_SITE | {WRITTEN}

PRIVATE = frozenset({"Portfolio.email"})
"""What is followed into whatever text it becomes a part of."""

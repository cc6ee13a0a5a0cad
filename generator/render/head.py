"""What a person's page says of itself: title, description, link preview, structured data."""

import msgspec
from markupsafe import Markup

from generator.model.portfolio import Portfolio
from generator.render.markdown import plain
from generator.render.page import Head
from generator.render.site import Site

_LONGEST_DESCRIPTION = 160
_ESCAPES = [(character, f"\\u{ord(character):04x}") for character in "<>&\u2028\u2029"]


def portfolio_head(portfolio: Portfolio, site: Site, path: str) -> Head:
    """The head of a person's page.

    Args:
        portfolio: Who.
        site: For the absolute addresses.
        path: The page's path, relative to the site: `ada/`.
    """
    url = site.url(path)
    description = shorten(portfolio.seo_description or plain_summary(portfolio))
    image = portfolio.photo
    if image and image.startswith("/"):  # a picture of this site, for other hosts
        image = site.origin + image
    return Head(
        path=site.path(path),
        canonical=url,
        title=portfolio.seo_title or " – ".join(filter(None, (portfolio.name, portfolio.headline))),
        description=description,
        image=image,
        structured_data=structured_data(portfolio, url, description, image),
    )


def plain_summary(portfolio: Portfolio) -> str:
    """The beginning of the bio without its Markdown; name and headline where there is none."""
    words = plain(portfolio.bio or "")
    return words or " – ".join(filter(None, (portfolio.name, portfolio.headline)))


def shorten(text: str) -> str:
    """At most 160 characters, cut between words where there are any."""
    if len(text) <= _LONGEST_DESCRIPTION:
        return text
    cut = text[: _LONGEST_DESCRIPTION - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[80:] else cut).rstrip(" ,;:–-") + "…"


def structured_data(portfolio: Portfolio, url: str, description: str, image: str | None) -> Markup:
    """JSON-LD: a `ProfilePage` whose `mainEntity` is the `Person` (schema.org, as Google reads it).

    The e-mail address is never in it. The result may stand inside `<script>` as it is.

    Args:
        portfolio: Who.
        url: The page's absolute address.
        description: Already of a fitting length.
        image: The photo's absolute address.
    """
    person = {
        "@type": "Person",
        "@id": f"{url}#person",
        "name": portfolio.name,
        "url": url,
        "jobTitle": portfolio.headline or None,
        "description": description,
        "image": image,
        "homeLocation": portfolio.location and {"@type": "Place", "name": portfolio.location},
        "sameAs": [link.url for link in portfolio.links]
        + ([portfolio.website] if portfolio.website else []),
        "worksFor": [
            {"@type": "Organization", "name": job.company}
            for job in portfolio.experience
            if job.period.current and job.company
        ],
        "alumniOf": [
            {"@type": "EducationalOrganization", "name": study.school}
            for study in portfolio.education
            if study.school
        ],
        "knowsAbout": [skill.name for group in portfolio.skills for skill in group.skills],
    }
    page = {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": url,
        "dateCreated": portfolio.created or None,
        "dateModified": portfolio.updated or None,
        "mainEntity": {key: value for key, value in person.items() if value},
    }
    text = msgspec.json.encode({key: value for key, value in page.items() if value}).decode()
    for character, escape in _ESCAPES:  # `str.translate` would look up each character by itself
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 - no character is left that could end it

"""What the tests of builds share."""

import pytest

from tests.site import Site


@pytest.fixture
def trio(site: Site) -> Site:
    """A site of three people, built."""
    for slug in ("ada", "bob", "eve"):
        site.person(slug, username=f"{slug}-too")
    site.build()
    return site

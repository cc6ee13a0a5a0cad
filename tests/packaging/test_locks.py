"""The lock files: `make site` and `make test` install into one folder, in either order."""

from tests.packaging.installation import closure
from tests.site import ROOT


def pins(name: str) -> dict[str, str]:
    """The version of each distribution in a lock file."""
    lines = (ROOT / name).read_text().splitlines()
    pinned = (line.split()[0] for line in lines if "==" in line and line[0].isalnum())
    return {it.partition("==")[0].partition("[")[0]: it.partition("==")[2] for it in pinned}


def test_the_site_has_the_versions_that_the_tests_have() -> None:
    assert pins("requirements-site.lock").items() <= pins("requirements.lock").items()


def test_the_site_has_what_it_needs_and_nothing_of_the_other_extras() -> None:
    names = pins("requirements-site.lock").keys()
    assert closure(["embedded"]) <= names
    others = closure(["beacon", "preview", "check", "dask", "store"]) - closure(["embedded"])
    assert not others & names


def test_the_tests_have_every_extra() -> None:
    extras = ["beacon", "preview", "check", "embedded", "dask", "store"]
    assert closure(extras) <= pins("requirements.lock").keys()

"""When a visit begins: not in a tab that nobody sees, nor on a page that is made in advance."""

import time
from collections.abc import Iterator

import pytest

from tests.browser.counted import QUIET, Counted, Endpoint, counted, endpoint
from tests.browser.tabs import Tabs, tabs

pytestmark = pytest.mark.browser

LATER = b'<!doctype html><title>Later</title><meta http-equiv="refresh" content="1; url=/ada/">'
MADE_IN_ADVANCE = b"""<!doctype html><title>In advance</title>
<script type="speculationrules">
{"prerender": [{"urls": ["/ada/"], "eagerness": "immediate"}]}
</script>
<script>setTimeout(() => { location.href = "/ada/"; }, 2000);</script>"""
TWO_SECONDS = 2.0
ANOTHER_TAB = "about:blank"


@pytest.fixture(scope="module")
def window() -> Iterator[Tabs]:
    with tabs() as opened:
        yield opened


@pytest.fixture(scope="module")
def started() -> Iterator[Endpoint]:
    with endpoint() as started:
        yield started


@pytest.fixture
def told(started: Endpoint) -> Endpoint:
    """What is told from now on."""
    started.forget()
    return started


@pytest.fixture(scope="module")
def site(started: Endpoint) -> Iterator[Counted]:
    with counted(started.url) as site:
        site.files["later/index.html"] = LATER
        site.files["in-advance/index.html"] = MADE_IN_ADVANCE
        yield site


def test_a_view_begins_when_the_tab_is_first_seen(
    window: Tabs, site: Counted, told: Endpoint
) -> None:
    tab = window.open(site["later/"])
    window.open(ANOTHER_TAB)
    time.sleep(TWO_SECONDS)
    assert told.requests == []
    window.show(tab)
    told.wait(1)
    window.open(ANOTHER_TAB)
    time.sleep(QUIET)
    window.show(tab)
    told.settled(1, "view")


def test_a_page_made_in_advance_tells_nothing_until_it_is_opened(
    window: Tabs, site: Counted, told: Endpoint
) -> None:
    begun = time.monotonic()
    window.open(site["in-advance/"])
    told.settled(1, "view")
    assert time.monotonic() - begun > TWO_SECONDS
    assert "sec-purpose" not in told.requests[0].headers


@pytest.mark.parametrize("status", [503, 500, 429])
def test_what_could_not_be_stored_is_told_once_more_when_the_tab_is_next_seen(
    window: Tabs, site: Counted, told: Endpoint, status: int
) -> None:
    told.status = status
    tab = window.open(site["ada/"])
    (first,) = told.settled(1, "view")
    window.open(ANOTHER_TAB)
    told.settled(1, "view")
    window.show(tab)
    _, again = told.settled(2, "view")
    assert again == first
    window.open(ANOTHER_TAB)
    window.show(tab)
    told.settled(2, "view")


def test_a_project_is_not_seen_while_the_tab_is_hidden(
    window: Tabs, site: Counted, told: Endpoint
) -> None:
    tab = window.open(site["ada/#projects"])
    told.wait(1, "view")
    window.open(ANOTHER_TAB)  # before the project has been in view for a second
    time.sleep(TWO_SECONDS)
    assert told.told("project_view") == []
    window.show(tab)
    time.sleep(TWO_SECONDS)
    assert told.told("project_view")
    told.wait(1, "view")

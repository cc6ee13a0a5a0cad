"""From a page in a real Chromium through the real endpoint into PostgreSQL, once."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, sync_playwright

from tests.beacon.running import Running, fetch, running, until
from tests.browser.counted import QUIET, Counted, counted
from tests.browser.tabs import ARGUMENTS, EXECUTABLE, tabs
from tests.quality.showroom import TYPICAL
from tests.site import Site

pytestmark = pytest.mark.browser

# One that drives itself says so, and is left out as a bot.
PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
FILE = b'<a id="cv" href="/elsewhere/" data-event="download" data-kind="cv">My CV</a>'
MADE_IN_ADVANCE = b"""<!doctype html><title>In advance</title>
<script type="speculationrules">
{"prerender": [{"urls": ["/ada/"], "eagerness": "immediate"}]}
</script>
<script>setTimeout(() => { location.href = "/ada/"; }, 2000);</script>"""

Rows = Callable[[], list[tuple[str, UUID | None, dict[str, str]]]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=EXECUTABLE,
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture
def beacon(site: Site) -> Iterator[Running]:
    """It knows ada, and her projects."""
    ada = site.person("ada")
    for project in TYPICAL.projects:
        site.insert(
            "projects", id=UUID(str(project.id)), user_id=ada,
            name="Tidewater", description="A map of the tides.",
        )  # fmt: skip
    with running(site.root, site.url) as started:
        yield started


@pytest.fixture
def pages(beacon: Running) -> Iterator[Counted]:
    with counted(f"http://127.0.0.1:{beacon.port}/e") as found:
        page = found.files["ada/index.html"]
        found.files["ada/index.html"] = page.replace(b"<script defer", FILE + b"<script defer")
        found.files["in-advance/index.html"] = MADE_IN_ADVANCE
        yield found


@pytest.fixture
def rows(site: Site) -> Rows:
    """What is in the table, in the order in which it came."""
    return lambda: fetch(
        site.url,
        "SELECT event_type, project_id, event_data FROM portfolio_analytics ORDER BY created_at",
    )


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(user_agent=PERSON, viewport={"width": 1280, "height": 800})
    yield context
    context.close()


def settled(rows: Rows, expected: Counter[str]) -> list[tuple[str, UUID | None, dict[str, str]]]:
    """The rows of these types, when they are as many, and no more come for a while.

    A project may be seen at any time: it is counted only where it is expected.
    """

    def of_these_types() -> list[tuple[str, UUID | None, dict[str, str]]]:
        return [row for row in rows() if row[0] != "project_view" or "project_view" in expected]

    until(lambda: Counter(kind for kind, *_ in of_these_types()) >= expected)
    time.sleep(QUIET)
    found = of_these_types()
    assert Counter(kind for kind, *_ in found) == expected
    return found


def test_every_type_of_event_arrives_once(
    visitor: BrowserContext, pages: Counted, rows: Rows, beacon: Running
) -> None:
    page = visitor.new_page()
    page.goto(pages["ada/"], referer="https://search.example.org/find?q=ada")
    until(rows)
    page.click("a[href^='mailto:']")
    page.evaluate("document.querySelector('[data-event=social_click]').removeAttribute('href')")
    page.evaluate("document.querySelector('[data-event=social_click]').click()")
    page.evaluate("document.querySelector('[data-project]').scrollIntoView({block: 'center'})")
    until(lambda: any(kind == "project_view" for kind, *_ in rows()))
    page.evaluate("document.querySelector('#cv').click()")
    page.wait_for_url(pages["elsewhere/"])
    settled(rows, Counter(view=1, contact_click=1, social_click=1, download=1))
    found = rows()
    view = found[0][2]
    assert (view["referrer"], view["screen"]) == ("example.org", "desktop")
    assert {data["visitor"] for *_, data in found} == {view["visitor"]}
    projects = [str(project) for kind, project, _ in found if kind == "project_view"]
    assert len(set(projects)) == len(projects)
    assert set(projects) <= {str(it.id) for it in TYPICAL.projects}
    by_type = {kind: data.get("type") for kind, _, data in found}
    assert (by_type["download"], bool(by_type["social_click"])) == ("cv", True)
    until(lambda: beacon.metrics()["stored"] == beacon.metrics()["received"] == len(rows()))


def test_a_page_that_is_come_back_to_is_two_views_of_one_visitor(
    visitor: BrowserContext, pages: Counted, rows: Rows
) -> None:
    page = visitor.new_page()
    page.goto(pages["ada/"])
    until(lambda: len(rows()) == 1)
    page.goto(pages["elsewhere/"])
    page.evaluate("() => { setTimeout(() => history.back()); }")
    page.wait_for_url("**/ada/**", wait_until="commit")
    first, second = settled(rows, Counter(view=2))
    assert first[2]["visitor"] == second[2]["visitor"]


def test_a_page_made_in_advance_is_one_view_when_it_is_opened(pages: Counted, rows: Rows) -> None:
    with tabs(f"--user-agent={PERSON}") as window:
        window.open(pages["in-advance/"])
        settled(rows, Counter(view=1))


@pytest.mark.parametrize(
    "asks",
    [
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true});",
        "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '1'});",
    ],
    ids=["GPC", "DNT"],
)
def test_of_who_asks_not_to_be_counted_nothing_arrives(
    visitor: BrowserContext, pages: Counted, rows: Rows, beacon: Running, asks: str
) -> None:
    visitor.add_init_script(asks)
    page = visitor.new_page()
    page.goto(pages["ada/"], wait_until="load")
    page.click("a[href^='mailto:']")
    time.sleep(QUIET)
    assert rows() == []
    assert beacon.metrics()["received"] == 0


def test_of_a_browser_that_only_says_so_in_its_requests_a_number_is_kept(
    visitor: BrowserContext, pages: Counted, rows: Rows, beacon: Running, site: Site
) -> None:
    visitor.set_extra_http_headers({"Sec-GPC": "1"})
    visitor.new_page().goto(pages["ada/"])
    until(lambda: beacon.metrics()["filtered opt-out"] == 1)
    until(lambda: fetch(site.url, "SELECT FROM qwikfolio.filtered WHERE reason = 'opt-out'"))
    assert rows() == []


@pytest.mark.parametrize("failing", ["offline", "blocked"])
def test_what_failed_arrives_once_when_the_page_is_next_seen(
    visitor: BrowserContext, pages: Counted, rows: Rows, failing: str
) -> None:
    page = visitor.new_page()
    page.goto(pages["ada/"])
    until(lambda: len(rows()) == 1)
    if failing == "offline":
        visitor.set_offline(True)
    else:
        visitor.route("**/e", lambda route: route.abort("blockedbyclient"))
    page.click("a[href^='mailto:']")
    page.wait_for_timeout(1000 * QUIET)
    visitor.set_offline(False)
    visitor.unroute_all()
    for _ in range(2):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        settled(rows, Counter(view=1, contact_click=1))


def test_an_answer_that_is_lost_makes_no_second_event(
    visitor: BrowserContext, pages: Counted, rows: Rows, beacon: Running
) -> None:
    """The page can't know that it was stored: it sends the same event again."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    visitor.route("**/e", lose)
    page = visitor.new_page()
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/e")):
        page.goto(pages["ada/"])
    assert [kind for kind, *_ in rows()].count("view") == 1
    visitor.unroute_all()

    def look_again() -> bool:
        """The page may learn after us that its request failed; until then it sends nothing."""
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        return beacon.metrics()["duplicate"] == 1

    until(look_again)
    settled(rows, Counter(view=1))

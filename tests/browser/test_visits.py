"""What a person's page tells of a visit, in a real Chromium."""

import re
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from msgspec.structs import replace
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    sync_playwright,
)

from generator.render.beacon import SCRIPT
from tests.browser.counted import QUIET, Counted, Endpoint, counted, endpoint
from tests.browser.tabs import ARGUMENTS, EXECUTABLE
from tests.quality.showroom import TYPICAL

pytestmark = pytest.mark.browser

PROJECTS = [str(it.id) for it in TYPICAL.projects]
PHONE: ViewportSize = {"width": 360, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
A_SECOND = 1.0
LINKS = b"""<p><a id="file" href="/elsewhere/" download>A file</a>
<a id="cv" href="/elsewhere/" data-event="download" data-kind="cv"><b>My CV</b></a>
<a id="away" href="/elsewhere/" data-event="contact_click">Away</a>
<a id="plain" href="/elsewhere/">Plain</a></p>
"""


class Visitor:
    """A browser of somebody's with one tab, and what its pages complained of."""

    def __init__(self, context: BrowserContext, site: Counted) -> None:
        self.context, self.site = context, site
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def open(self, path: str = "ada/", referer: str | None = None) -> Page:
        self.page.goto(self.site[path], referer=referer)
        return self.page

    def come_back(self) -> None:
        """Go elsewhere, and back to the page as it was left."""
        self.page.evaluate("() => { document.documentElement.id = 'left'; }")
        self.page.goto(self.site["elsewhere/"])
        self.page.evaluate("() => { setTimeout(() => history.back()); }")
        self.page.wait_for_url("**/ada/**", wait_until="commit")
        assert self.page.evaluate("() => document.documentElement.id") == "left"

    def look_again(self) -> None:
        """As after a look at another tab."""
        self.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in {"warning", "error"}:
            self.complaints.append(message.text)


Arrive = Callable[..., Visitor]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """It keeps pages for the way back, as people's do, which Playwright would turn off."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=EXECUTABLE,
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


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
        page = site.files["ada/index.html"]
        site.files["ada/index.html"] = page.replace(b"<script defer", LINKS + b"<script defer")
        yield site


@pytest.fixture
def arrive(chromium: Browser, site: Counted) -> Iterator[Arrive]:
    """Somebody comes; of nothing but the network may their pages complain."""
    visitors: list[Visitor] = []

    def arrive(
        script: str = "",
        *,
        viewport: ViewportSize = DESKTOP,
        locale: str | None = None,
        java_script_enabled: bool | None = None,
    ) -> Visitor:
        context = chromium.new_context(
            viewport=viewport, locale=locale, java_script_enabled=java_script_enabled
        )
        if script:
            context.add_init_script(script)
        visitors.append(Visitor(context, site))
        return visitors[-1]

    yield arrive
    complaints = [text for it in visitors for text in it.complaints]
    for it in visitors:
        it.context.close()
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []


# A view


@pytest.mark.parametrize(
    ("width", "screen"), [(599, "phone"), (600, "tablet"), (1023, "tablet"), (1024, "desktop")]
)
def test_a_view_tells_the_class_of_the_screen_and_the_language(
    arrive: Arrive, told: Endpoint, width: int, screen: str
) -> None:
    arrive(viewport={"width": width, "height": 500}, locale="pt-BR").open()
    (view,) = told.wait(1, "view")
    assert view.keys() == {"id", "type", "slug", "data"}
    assert view["slug"] == "ada"
    assert view["data"] == {"screen": screen, "language": "pt-BR"}


def test_of_where_somebody_came_from_only_the_host_is_told(arrive: Arrive, told: Endpoint) -> None:
    arrive().open(referer="https://search.example.org/find?q=secret")
    (view,) = told.wait(1, "view")
    assert view["data"]["referrer"] == "search.example.org"


def test_the_sites_own_host_refers_nobody(arrive: Arrive, told: Endpoint, site: Counted) -> None:
    arrive().open(referer=site["elsewhere/"])
    (view,) = told.wait(1, "view")
    assert "referrer" not in view["data"]


@pytest.mark.parametrize(("language", "told_as"), [("x" * 50, "x" * 35), ("", None)])
def test_a_strange_language_is_cut_or_left_out(
    arrive: Arrive, told: Endpoint, language: str, told_as: str | None
) -> None:
    arrive(_navigator("language", f"'{language}'")).open()
    (view,) = told.wait(1, "view")
    assert view["data"].get("language") == told_as


def test_an_id_is_a_uuid_of_version_7_that_tells_the_time(arrive: Arrive, told: Endpoint) -> None:
    visitor = arrive()
    for _ in range(5):
        visitor.open()
    views = told.wait(5, "view")
    assert len({it["id"] for it in views}) == 5
    for it in views:
        number = UUID(it["id"])
        assert str(number) == it["id"]
        assert (number.version, number.variant) == (7, "specified in RFC 4122")
        assert abs((number.int >> 80) - time.time() * 1000) < 60_000


def test_a_page_that_is_come_back_to_is_viewed_again(arrive: Arrive, told: Endpoint) -> None:
    visitor = arrive()
    page = visitor.open("ada/#projects")
    first = told.wait(1, "view")
    seen = _until_projects_are_seen(page, told)
    visitor.come_back()
    views = told.wait(2, "view")
    time.sleep(A_SECOND + QUIET)
    assert views[0] == first[0]
    assert views[0]["id"] != views[1]["id"]
    again = told.told("project_view")[len(seen) :]
    assert {it["project_id"] for it in again} == {it["project_id"] for it in seen}
    told.wait(2, "view")


# Clicks


@pytest.mark.parametrize(
    ("selector", "kind", "data"),
    [
        ("a[data-kind=github]", "social_click", {"type": "github"}),
        ("a[href^='mailto:']", "contact_click", {}),
        ("#file", "download", {}),
        ("#cv b", "download", {"type": "cv"}),
        ("#away", "contact_click", {}),
    ],
)
def test_a_click_is_told_with_the_kind_of_link(
    arrive: Arrive, told: Endpoint, selector: str, kind: str, data: dict[str, str]
) -> None:
    arrive().open().click(selector)
    (click,) = told.settled(1, kind)
    assert click["slug"] == "ada"
    assert click["data"] == data
    assert {it["type"] for it in told.told()} <= {kind, "view", "project_view"}


def test_a_link_opened_by_the_keyboard_or_in_a_new_tab_counts_and_a_menu_does_not(
    arrive: Arrive, told: Endpoint
) -> None:
    page = arrive().open()
    page.click("a[data-kind=github]", button="right")
    page.click("#plain", button="right")
    page.click("a[data-kind=github]", button="middle")
    told.settled(1, "social_click")
    page.bring_to_front()
    page.focus("a[data-kind=github]")
    page.keyboard.press("Enter")
    told.settled(2, "social_click")


def test_a_click_waits_for_nobody(arrive: Arrive, told: Endpoint, site: Counted) -> None:
    told.may_answer.clear()
    page = arrive().open()
    told.wait(1, "view")
    page.click("#away")
    page.wait_for_url(site["elsewhere/"])
    told.wait(1, "contact_click")
    told.may_answer.set()


# Projects


def test_a_project_is_seen_once_it_was_on_the_screen_for_a_second(
    arrive: Arrive, told: Endpoint
) -> None:
    page = _stop_the_clock(arrive(viewport=PHONE))
    told.wait(1, "view")
    page.clock.run_for(2000)
    _see(page, PROJECTS[0])
    page.clock.run_for(999)
    told.settled(0, "project_view")
    page.clock.run_for(1)
    (seen,) = told.settled(1, "project_view")
    assert seen.keys() == {"id", "type", "slug", "project_id"}
    assert seen["project_id"] == PROJECTS[0]
    _pass_by(page, PROJECTS[0])
    _see(page, PROJECTS[0])
    page.clock.run_for(2000)
    told.settled(1, "project_view")


def test_a_project_that_is_passed_by_is_not_seen(arrive: Arrive, told: Endpoint) -> None:
    page = _stop_the_clock(arrive(viewport=PHONE))
    for _ in range(3):
        _see(page, PROJECTS[0])
        page.clock.run_for(400)
        _pass_by(page, PROJECTS[0])
        page.clock.run_for(400)
    told.settled(0, "project_view")


def test_a_project_taller_than_the_screen_is_seen(
    arrive: Arrive, told: Endpoint, site: Counted
) -> None:
    tall = replace(TYPICAL.projects[0], description="A word and another. " * 1000)
    with counted(told.url, replace(TYPICAL, projects=(tall,))) as other:
        file = other.files["ada/index.html"].replace(other.origin.encode(), site.origin.encode())
    site.files["tall/index.html"] = file
    page = arrive(viewport=PHONE).open("tall/")
    height = page.evaluate("() => document.querySelector('[data-project]').offsetHeight")
    assert height > 10 * PHONE["height"]
    page.evaluate("() => scrollTo({top: 5000, behavior: 'instant'})")
    told.settled(1, "project_view")


def test_opening_a_project_counts_at_once_and_once(arrive: Arrive, told: Endpoint) -> None:
    page = arrive().open()
    link = page.locator(f"[data-project='{PROJECTS[1]}'] .links a").first
    link.click(button="middle")
    (opened,) = told.wait(1, "project_view")
    assert opened["project_id"] == PROJECTS[1]
    page.bring_to_front()
    link.click(button="middle")
    time.sleep(A_SECOND)
    assert [it["project_id"] for it in told.told("project_view")].count(PROJECTS[1]) == 1


def test_a_click_beside_the_links_of_a_project_opens_nothing(
    arrive: Arrive, told: Endpoint
) -> None:
    page = arrive(viewport=PHONE).open()
    page.click(f"[data-project='{PROJECTS[0]}'] h3")
    _scroll_to(page, "h1")
    told.settled(0, "project_view")


def test_a_link_outside_of_projects_opens_none(arrive: Arrive, told: Endpoint) -> None:
    arrive(viewport=PHONE).open().click("#plain")
    told.settled(0, "project_view")


# Who isn't counted


def _navigator(name: str, value: str) -> str:
    return f"Object.defineProperty(Navigator.prototype, '{name}', {{get: () => {value}}});"


@pytest.mark.parametrize(
    "wish", [_navigator("globalPrivacyControl", "true"), _navigator("doNotTrack", "'1'")]
)
def test_who_asks_not_to_be_counted_is_not(arrive: Arrive, told: Endpoint, wish: str) -> None:
    page = arrive(wish).open("ada/#projects")
    time.sleep(A_SECOND)
    page.click("#away")
    told.settled(0)
    assert told.requests == []


@pytest.mark.parametrize(
    "wish", [_navigator("globalPrivacyControl", "false"), _navigator("doNotTrack", "'0'")]
)
def test_who_says_that_they_may_be_counted_is(arrive: Arrive, told: Endpoint, wish: str) -> None:
    arrive(wish).open()
    told.wait(1, "view")


def test_a_page_under_another_host_than_its_own_tells_nothing(
    arrive: Arrive, told: Endpoint, site: Counted
) -> None:
    visitor = arrive()
    visitor.page.goto(site["ada/"].replace("127.0.0.1", "localhost"))
    visitor.page.click("#away")
    told.settled(0)
    assert told.requests == []


# How it is sent


def test_what_is_sent_asks_no_permission_and_bears_no_cookie(
    arrive: Arrive, told: Endpoint, site: Counted
) -> None:
    visitor = arrive()
    visitor.context.add_cookies([{"name": "me", "value": "1", "url": told.url}])
    visitor.open()
    told.settled(1)
    (request,) = told.requests
    assert request.method == "POST"
    assert request.headers["content-type"] == "text/plain;charset=UTF-8"
    assert "cookie" not in request.headers


def test_what_is_sent_may_outlive_the_page(arrive: Arrive, told: Endpoint) -> None:
    page = arrive("window.fetch = (_, it) => { document.title = it.keepalive; };").open()
    assert page.title() == "true"


def test_nothing_is_left_behind_in_the_browser(arrive: Arrive, told: Endpoint) -> None:
    with_script, without = arrive(), arrive()
    without.context.route("**/*.js", lambda route: route.abort())
    pages = [it.open("ada/#projects") for it in (with_script, without)]
    _until_projects_are_seen(pages[0], told)
    names = [page.evaluate("() => Object.getOwnPropertyNames(window)") for page in pages]
    assert names[0] == names[1]
    assert with_script.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}


def test_the_page_is_the_same_without_the_script(arrive: Arrive, told: Endpoint) -> None:
    pages = [arrive(java_script_enabled=runs).open() for runs in (True, False)]
    told.settled(1, "view")
    assert pages[0].content() == pages[1].content()
    assert pages[0].screenshot() == pages[1].screenshot()


@pytest.mark.parametrize(
    "broken", ["delete window.fetch;", "window.fetch = () => { throw new Error('no'); };"]
)
def test_without_fetch_it_is_sent_another_way(arrive: Arrive, told: Endpoint, broken: str) -> None:
    arrive(broken).open().click("#away")
    told.settled(1, "view")
    told.settled(1, "contact_click")
    assert all(it.headers["content-type"].startswith("text/plain") for it in told.requests)


@pytest.mark.parametrize(
    "broken",
    [
        "delete window.IntersectionObserver;",
        "JSON.stringify = () => { throw new Error('no'); };",
        "delete Crypto.prototype.randomUUID;",
        "delete window.fetch; delete Navigator.prototype.sendBeacon;",
        _navigator("language", "undefined"),
    ],
)
def test_what_a_browser_lacks_shows_nowhere(arrive: Arrive, told: Endpoint, broken: str) -> None:
    page = arrive(broken).open("ada/#projects")
    time.sleep(A_SECOND + QUIET)
    page.click("#away")
    page.wait_for_url("**/elsewhere/")


# What fails


def test_a_blocked_endpoint_disturbs_nothing(arrive: Arrive, told: Endpoint, site: Counted) -> None:
    visitor = arrive()
    visitor.context.route(told.url, lambda route: route.abort("blockedbyclient"))
    visitor.open().click("#away")
    visitor.page.wait_for_url(site["elsewhere/"])
    assert told.requests == []


def test_what_is_done_offline_is_told_once_when_the_page_is_next_seen(
    arrive: Arrive, told: Endpoint
) -> None:
    visitor = arrive()
    page = visitor.open()
    told.wait(1, "view")
    tried: list[str] = []
    page.on("request", lambda it: tried.append(it.post_data or ""))
    visitor.context.set_offline(True)
    page.click("a[href^='mailto:']")
    page.wait_for_timeout(1000 * QUIET)
    assert told.told("contact_click") == []
    visitor.context.set_offline(False)
    visitor.look_again()
    (click,) = told.settled(1, "contact_click")
    assert any(click["id"] in it for it in tried)
    visitor.look_again()
    told.settled(1, "contact_click")


def test_what_fails_twice_is_given_up(arrive: Arrive, told: Endpoint) -> None:
    told.status = 503
    visitor = arrive(viewport=PHONE)
    visitor.open()
    told.settled(1)
    for _ in range(3):
        visitor.look_again()
    first, again = told.settled(2)
    assert first == again


@pytest.mark.parametrize("status", [200, 400, 404, 431])
def test_another_answer_is_final(arrive: Arrive, told: Endpoint, status: int) -> None:
    told.status = status
    visitor = arrive(viewport=PHONE)
    visitor.open()
    told.settled(1)
    visitor.look_again()
    told.settled(1)


def test_the_script_is_one_file_that_may_be_kept_for_ever(arrive: Arrive, site: Counted) -> None:
    found: list[str] = []
    visitor = arrive()
    visitor.page.on("response", lambda it: found.append(it.url))
    visitor.open()
    scripts = [url for url in found if url.endswith(".js")]
    assert scripts == [site[SCRIPT.path]]
    assert re.fullmatch(r"assets/e\.[0-9a-f]{12}\.js", SCRIPT.path)


def _scroll_to(page: Page, selector: str) -> None:
    page.evaluate(
        "it => document.querySelector(it).scrollIntoView({block: 'center', behavior: 'instant'})",
        selector,
    )


def _stop_the_clock(visitor: Visitor) -> Page:
    """The page, opened; its timers run only as far as `page.clock` is told."""
    visitor.page.clock.install()
    page = visitor.open()
    page.clock.pause_at(page.evaluate("Math.ceil(Date.now() / 1000) + 1"))
    return page


def _see(page: Page, project: str) -> None:
    """Scroll to a project; on return the page's own observer has been told of it."""
    _scroll_until(page, f"[data-project='{project}']", project, seen=True)


def _pass_by(page: Page, project: str) -> None:
    """Scroll away from a project; on return the page's own observer has been told of it."""
    _scroll_until(page, "h1", project, seen=False)


def _scroll_until(page: Page, selector: str, project: str, *, seen: bool) -> None:
    """Observers of one page are told in the order in which they were made: this one last."""
    page.evaluate(
        """([selector, project, seen]) => new Promise(done => {
            const observer = new IntersectionObserver(([{isIntersecting}]) => {
                if (isIntersecting !== seen) return;
                observer.disconnect();
                done();
            }, {rootMargin: "-25% 0%"});
            observer.observe(document.querySelector(`[data-project='${project}']`));
            document.querySelector(selector).scrollIntoView({block: "center", behavior: "instant"});
        })""",
        [selector, project, seen],
    )


def _until_projects_are_seen(page: Page, told: Endpoint) -> list[dict[str, object]]:
    page.wait_for_timeout(1000 * (A_SECOND + QUIET))
    seen = told.told("project_view")
    assert seen
    return seen

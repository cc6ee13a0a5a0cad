"""nginx, Caddy and Apache with exactly what is printed: what visitors get, and what they don't."""

import gzip
from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser

from generator.check import chromium as check
from generator.model.headers import PAGE_CACHING, HeaderRule
from generator.render import wellknown
from generator.render.site import make_site
from tests.hosting.conftest import LONG, UNICODE, Served
from tests.hosting.serving import Answer, ask
from tests.site import Site

pytestmark = pytest.mark.xdist_group("hosting")

# One that drives itself says so, and is left out as a bot.
PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with check.chromium() as browser:
        yield browser


@pytest.fixture(params=["root", "folder"])
def place(request: pytest.FixtureRequest, served: Served) -> tuple[Site, int, str]:
    """A site, its port, and the path of its home page."""
    built = served.built
    if request.param == "root":
        return built.site, built.port, "/"
    return built.folio, built.folio_port, "/folio/"


def rules(site: Site) -> tuple[HeaderRule, HeaderRule]:
    every, assets = wellknown.rules(make_site(site.settings.site))
    return every, assets


def has_headers(site: Site, answer: Answer) -> bool:
    """Whether the answer has the headers of every answer, each once."""
    found = [answer.headers.get_all(name) for name, _value in rules(site)[0].headers]
    return found == [[value] for _name, value in rules(site)[0].headers]


def target(answer: Answer, port: int, path: str) -> str:
    """Where a redirect leads on this host.

    Raises:
        AssertionError: It leads to another host.
    """
    here = f"http://127.0.0.1:{port}"
    url = urljoin(here + path, str(answer.headers["Location"]))
    assert url.startswith(f"{here}/"), url
    return url.removeprefix(here)


def test_a_page_has_the_headers_of_the_site(place: tuple[Site, int, str]) -> None:
    site, port, home = place
    for path, file in ((home, ""), (f"{home}ada/", "ada"), (f"{home}{quote(UNICODE)}/", UNICODE)):
        answer = ask(port, path)
        assert (answer.status, answer.body.decode()) == (200, site.page(file)), path
        assert has_headers(site, answer), path
        assert answer.headers.get_all("Cache-Control") == [PAGE_CACHING]
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "Server" not in answer.headers or "1.22" not in answer.headers["Server"]


def test_a_page_that_has_not_changed_is_not_sent_again(place: tuple[Site, int, str]) -> None:
    _site, port, home = place
    tag = ask(port, f"{home}ada/").headers["ETag"]
    answer = ask(port, f"{home}ada/", headers={"If-None-Match": tag})
    assert (answer.status, answer.body) == (304, b"")


def test_head_is_answered_as_get_but_for_the_body(place: tuple[Site, int, str]) -> None:
    site, port, home = place
    answer = ask(port, f"{home}ada/", "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert has_headers(site, answer)


def test_only_assets_are_kept_for_ever(place: tuple[Site, int, str]) -> None:
    site, port, home = place
    assets = [path for path in site.files() if path.startswith("assets/")]
    assert len(assets) > 3
    for path in assets:
        answer = ask(port, home + path)
        assert (answer.status, answer.body) == (200, site.files()[path]), path
        assert answer.headers.get_all("Cache-Control") == [IMMUTABLE], path
        assert has_headers(site, answer), path
    for path in ("", "ada/", "robots.txt", "sitemap.xml", "assets/gone.0123456789ab.css"):
        assert ask(port, home + path).headers.get_all("Cache-Control") == [PAGE_CACHING], path


def test_what_is_not_there_is_the_site_s_own_page_with_404(place: tuple[Site, int, str]) -> None:
    site, port, home = place
    page = site.files()["404.html"]
    for path in (
        "nobody/", "nobody", "ada/nothing/", "ada/index.html/", "assets/", "assets/x.css", "empty/",
        "robots.txt/", "%ff%fe", "people/9/", "x" * 300, "x" * 255,
    ):  # fmt: skip
        answer = ask(port, home + path)
        assert (answer.status, answer.body) == (404, page), path
        assert has_headers(site, answer), path
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_an_address_that_is_none_is_no_error_of_the_server_s(place: tuple[Site, int, str]) -> None:
    _site, port, home = place
    for path in ("ada%00", "%00/", "ada/%00.git", "%zz", "%", "x" * 6000):
        assert ask(port, home + path).status in {400, 403, 404}, path


HIDDEN = (
    "_headers", "_redirects", "_redirects.nginx", ".qwikfolio-site", ".git/config", ".git/",
    ".well-known/.secret", "%5fheaders", "%2egit/config", "ada/../.git/config",
    "ada/%2e%2e/.git/config", "ada/..%2f.git/config", ".well-known/../.git/config",
    "/.git/config", "/_headers", "./.qwikfolio-site", "%2e/_headers", "_headers/", "_headers?x",
    ".%67it/config", "assets/../_headers", "assets/../.git/config",
)  # fmt: skip


def test_what_is_for_the_server_is_not_served(place: tuple[Site, int, str]) -> None:
    site, port, home = place
    secrets = [
        *(site.files()[path] for path in ("_headers", "_redirects", "_redirects.nginx")),
        (site.output / ".qwikfolio-site").read_bytes(),
        b"content of .git/config\n",
        b"content of .well-known/.secret\n",
    ]
    for path in HIDDEN:
        answer = ask(port, home + path)
        assert answer.status in {301, 308, 400, 404}, path
        assert answer.body not in secrets, path
        if answer.status in {301, 308}:
            where = target(answer, port, home + path)
            assert ask(port, where).status == 404, path


def test_what_others_look_for_under_well_known_is_served(place: tuple[Site, int, str]) -> None:
    site, port, home = place
    answer = ask(port, f"{home}.well-known/x.txt")
    assert (answer.status, answer.body) == (200, b"content of .well-known/x.txt\n")
    assert has_headers(site, answer)


@pytest.mark.parametrize(("old", "new"), [("lovelace", "ada"), (LONG, "lin"), ("josé", UNICODE)])
def test_a_username_is_a_real_redirect_to_the_slug(
    place: tuple[Site, int, str], old: str, new: str
) -> None:
    site, port, home = place
    assert site.has(old)
    path = f"{home}{quote(old)}/"
    answer = ask(port, path)
    assert answer.status == 301
    assert target(answer, port, path) == f"{home}{quote(new)}/"
    assert has_headers(site, answer)
    assert ask(port, f"{home}{quote(new)}/").status == 200


def test_no_redirect_is_followed_that_an_older_list_has(served: Served) -> None:
    """Apache sees a new list by itself; the others look whether the page is there."""
    output = served.built.site.output
    page, redirects = output / "lovelace" / "index.html", output / "_redirects"
    html, text = page.read_bytes(), redirects.read_text()
    try:
        page.unlink()
        redirects.write_text(text.replace("/lovelace/ /ada/ 301\n", ""))
        assert ask(served.port, "/lovelace/").status == 404
    finally:
        page.write_bytes(html)
        redirects.write_text(text)


@pytest.mark.parametrize("name", ["ada", UNICODE, "about"])
def test_an_address_without_its_slash_is_sent_on_to_itself(
    place: tuple[Site, int, str], name: str
) -> None:
    _site, port, home = place
    path = f"{home}{quote(name)}"
    answer = ask(port, path)
    assert answer.status in {301, 308}
    assert target(answer, port, path).lower() == f"{path}/".lower()


def test_the_folder_of_a_site_is_sent_on_and_the_rest_of_its_host_is_not_ours(
    served: Served,
) -> None:
    port = served.built.folio_port
    answer = ask(port, "/folio")
    assert (answer.status, target(answer, port, "/folio")) == (301, "/folio/")
    for path in ("/", "/ada/", "/folios/", "/robots.txt", "/_headers"):
        assert ask(port, path).status == 404, path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "//evil.example/", "//evil.example/%2e%2e", "///evil.example/..",
        "/%5cevil.example", "/%2fevil.example", "/\\evil.example", "//ada", "/ada%0d%0aX:%20a",
        "/ada%0aX:1", "/ada%2f..%2f..", "/.%2e/%2e%2e/etc/passwd", "/../../etc/passwd",
        "/ada/..%5c..%5c", "//evil.example/../ada", "/%2f%2fevil.example/ada/..",
        "/lovelace/..//evil.example", "//evil.example/lovelace/",
    ],
)  # fmt: skip
def test_no_address_leads_to_another_host_or_into_a_header_or_out_of_the_site(
    place: tuple[Site, int, str], path: str
) -> None:
    _site, port, home = place
    for wanted in (path, home.rstrip("/") + path):
        answer = ask(port, wanted)
        assert b"root:" not in answer.body
        assert "X" not in answer.headers
        if answer.status in {301, 308}:
            assert urlsplit(target(answer, port, wanted)).netloc == ""
        else:
            assert answer.status in {200, 400, 403, 404}, wanted
            assert "Location" not in answer.headers


def test_a_page_is_compressed_for_who_takes_it(place: tuple[Site, int, str]) -> None:
    site, port, home = place
    files = site.files()
    style = next(path for path in files if path.endswith(".css"))
    for path, file in ((f"{home}ada/", "ada/index.html"), (home + style, style),
                       (f"{home}sitemap.xml", "sitemap.xml")):  # fmt: skip
        plain = ask(port, path)
        assert plain.headers.get_all("Vary") == ["Accept-Encoding"], path
        answer = ask(port, path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip", path
        assert gzip.decompress(answer.body) == files[file]
        assert answer.headers.get_all("Vary") == ["Accept-Encoding"], path
        assert answer.headers.get_all("Cache-Control") == plain.headers.get_all("Cache-Control")


def test_files_say_what_they_are(served: Served) -> None:
    output = served.built.site.output
    kinds = {
        "x.webp": "image/webp", "x.woff2": "font/woff2", "x.svg": "image/svg+xml",
        "x.webmanifest": "application/manifest+json", "x.js": "text/javascript",
        "x.png": "image/png", "x.ico": "image/x-icon", "x.avif": "image/avif",
        "x.json": "application/json", "x.pdf": "application/pdf", "x.xml": "application/xml",
        "x.txt": "text/plain",
    }  # fmt: skip
    for name, kind in kinds.items():
        (output / name).write_bytes(b"x")
        found = ask(served.port, f"/{name}").headers["Content-Type"]
        (output / name).unlink()
        assert found.partition(";")[0] == kind, name
        has_encoding = kind.startswith("text/") or kind == "application/xml"
        assert (found.partition(";")[2] == " charset=utf-8") == has_encoding or "svg" in kind, name


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_pages_can_only_be_read(place: tuple[Site, int, str], method: str) -> None:
    _site, port, home = place
    assert ask(port, f"{home}ada/", method).status == 405


def test_behind_a_proxy_a_redirect_names_no_host_but_the_site_s(served: Served) -> None:
    for host in ("inside.internal:8080", "127.0.0.1"):
        answer = ask(served.port, "/ada", host=host)
        # Caddy answers to names that it was told, and an empty answer to others.
        assert "internal" not in answer.headers.get("Location", "")


def test_a_visit_in_a_browser_is_counted_and_breaks_no_policy(
    served: Served, chromium: Browser
) -> None:
    complaints: list[str] = []
    with psycopg.connect(served.built.database, autocommit=True) as connection:
        connection.execute("DELETE FROM portfolio_analytics")
        context = chromium.new_context(user_agent=PERSON)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        with page.expect_response("**/e") as told:
            page.goto(f"http://127.0.0.1:{served.port}/lovelace/")
        assert told.value.status == 204
        assert page.url.endswith("/ada/")
        context.close()
        found = connection.execute("SELECT slug, event_type FROM portfolio_analytics").fetchall()
    assert found == [("ada", "view")]
    assert complaints == []


def test_the_beacon_s_other_pages_are_not_public(served: Served) -> None:
    for path in ("/metrics", "/healthz", "/readyz", "/openapi.json", "/e/../metrics", "/e/metrics"):
        answer = ask(served.port, path)
        assert answer.status in {400, 404}, path
        assert b"qwikfolio_beacon" not in answer.body
    answer = ask(served.port, "/e")
    assert answer.status == 405
    assert answer.headers.get_all("Cache-Control") == ["no-store"]
    assert ask(served.built.folio_port, "/e", "POST", body="{}").status in {404, 405}


def test_nothing_that_is_logged_names_a_visitor(served: Served) -> None:
    loop = served.built.site.output / "loop"
    loop.symlink_to("loop")  # cannot be opened: an error that is logged
    try:
        for path in ("/ada/?from=127.0.0.2", "/nobody/", "/loop", "/e", "/%ff"):
            headers = {"User-Agent": "Firefox/145.0", "Referer": "https://127.0.0.2/"}
            ask(served.port, path, source="127.0.0.2", headers=headers)
    finally:
        loop.unlink()
    written = "".join(it.read_text("utf-8", "replace") for it in served.folder.glob("*.log"))
    said = "".join(it.read_text("utf-8", "replace") for it in served.folder.glob("*.said"))
    assert "127.0.0.2" not in written + said
    assert "Firefox" not in written + said
    if served.kind != "caddy":
        assert "GET /ada/" in written

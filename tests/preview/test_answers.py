"""What a request is answered besides the site itself."""

import pytest

from tests.preview.serving import Serving


def policy(answered_headers: dict[str, str]) -> str:
    return answered_headers["content-security-policy"]


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example",
     "", "a:b:c", "[::1", "2130706433x"],
)  # fmt: skip
def test_a_foreign_name_is_refused(still: Serving, host: str) -> None:
    for path in ("/", "/-/", "/-/events", "/-/facts.json", "/ada/"):
        assert still.get(path, Host=host).status == 421


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8000", "10.1.2.3"]
)
def test_this_machines_names_and_addresses_are_answered(still: Serving, host: str) -> None:
    assert still.get("/ada/", Host=host).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_done_but_look(still: Serving, method: str) -> None:
    for path in ("/", "/-/", "/ada/", "/-/events"):
        assert still.get(path, method).status == 405


def test_a_head_is_a_page_without_its_body(still: Serving) -> None:
    head, page = still.get("/ada/", "HEAD"), still.get("/ada/")
    assert head.body == b""
    assert head.headers["content-length"] == page.headers["content-length"]


@pytest.mark.parametrize(
    "path",
    [
        "/../qwikfolio.toml", "/%2e%2e/qwikfolio.toml", "/qwikfolio.toml", "//etc/passwd",
        "/assets/../../qwikfolio.toml", "/-/static/../server.py", "/-/static/%2e%2e/server.py",
        "/-/static/..%2fserver.py", "/-/static/__init__.py", "/-/static/", "/-/case/../ada/",
        "/themes/emerald/theme.toml", "/content/portfolios/dora.toml", "/%00", "/\\..\\x",
        "/Ada/", "/ada/index.html/",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_site(still: Serving, path: str) -> None:
    assert still.get(path).status == 404


def test_only_a_frame_may_be_framed(still: Serving) -> None:
    plain = still.get("/ada/")
    framed = still.get("/ada/", Sec_Fetch_Dest="iframe")
    assert "frame-ancestors 'none'" in policy(plain.headers)
    assert policy(framed.headers) == policy(plain.headers).replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    assert framed.body == plain.body
    for other in ("document", "frame", "empty", "style"):
        answered = still.get("/ada/", Sec_Fetch_Dest=other)
        assert policy(answered.headers) == policy(plain.headers)


def test_on_a_phone_nothing_is_upgraded_to_https(still: Serving) -> None:
    here, there = still.get("/ada/"), still.get("/ada/", Host="192.168.1.7:8000")
    assert "upgrade-insecure-requests" in policy(here.headers)
    assert "upgrade-insecure-requests" not in policy(there.headers)


def test_the_gallery_allows_itself_nothing_inline_and_nobody_elses(still: Serving) -> None:
    for path in ("/-/", "/-/look/ada/"):
        answered = still.get(path)
        assert answered.status == 200
        assert "default-src 'none'" in policy(answered.headers)
        assert "unsafe" not in policy(answered.headers)
        assert "<style" not in answered.text
        assert "onclick" not in answered.text


def test_a_page_can_be_asked_for_in_another_theme_with_other_knobs(still: Serving) -> None:
    plain = still.get("/ada/").text
    other = still.get("/ada/?theme=emerald&primaryColor=amber&layout=one-column&photo=off").text
    assert 'data-color="amber"' in other
    assert 'data-layout="one-column"' in other
    assert 'class="photo' in plain
    assert 'class="photo' not in other
    assert still.get("/ada/?utm_source=x").text == plain


def test_light_and_dark_are_the_style_sheets_whatever_the_browser(still: Serving) -> None:
    page = still.get("/ada/?scheme=dark").text
    style = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    assert style.endswith("?scheme=dark")
    dark = still.get(style)
    light = still.get(style.replace("dark", "light"))
    plain = still.get(style.partition("?")[0])
    assert "prefers-color-scheme" in plain.text
    assert "prefers-color-scheme" not in dark.text + light.text
    assert dark.text != light.text
    assert dark.headers["cache-control"] == plain.headers["cache-control"]


def test_an_edge_case_has_a_page_and_nobody_else_there(still: Serving) -> None:
    assert "Adèle" in still.get("/-/case/typical/").text
    assert policy(still.get("/-/case/typical/").headers) == policy(still.get("/ada/").headers)
    assert still.get("/-/case/ada/").status == 404


def test_pictures_that_are_nowhere_are_drawn_where_that_is_asked_for(still: Serving) -> None:
    assert "/-/picture/" not in still.get("/ada/").text
    page = still.get("/ada/?pictures=drawn").text
    address = "/-/picture/" + page.partition("/-/picture/")[2].partition('"')[0]
    assert still.get(address).headers["content-type"] == "image/svg+xml"
    assert still.get(address).text.startswith("<svg")

"""Settings that can't be used are refused with one message, before anything is touched."""

from pathlib import Path

import pytest

from generator import config
from generator.errors import ConfigError


def load(root: Path, text: str | bytes = "", environ: dict[str, str] | None = None) -> str:
    """What is said of a settings file; empty where it can be used."""
    body = text if isinstance(text, bytes) else text.encode()
    (root / "qwikfolio.toml").write_bytes(body)
    try:
        config.load(root, environ or {})
    except ConfigError as error:
        return str(error) if error.fix else "nothing to do?"
    return ""


@pytest.mark.parametrize(
    "url",
    [
        "https://people.example",
        "http://127.0.0.1:8000/",
        "http://nas:8080",
        "https://[::1]:8443",
        "https://bücher.example/über",
        "https://people.example/folio/%C3%BC",
    ],
)
def test_a_site_may_be_served_at(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, f'[site]\nurl = "{url}"') == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "people.example",
        "ftp://people.example",
        "https://",
        "https://:8000",
        "https://[x",
        "https://[]",
        "https://user:hunter2@people.example",
        "https://people.example:",
        "https://people.example:0",
        "https://people.example:99999",
        "https://people.example:http",
        "https://people.example/a b",
        "https://people .example",
        " https://people.example",
        "https://people.example/\\t",
        "https://people.example?",
        "https://people.example/#top",
        "https://a;b.example",
    ],
)
def test_a_site_can_not_be_served_at(tmp_path: Path, url: str) -> None:
    said = load(tmp_path, f'[site]\nurl = "{url}"')
    assert "site.url can't" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "endpoint", ["https://", "https://[x", "http://x.example", "mailto:x@y.example", "https:///x"]
)
def test_a_form_is_posted_to_a_host(tmp_path: Path, endpoint: str) -> None:
    said = load(tmp_path, f'[site]\ncontact_endpoint = "{endpoint}"')
    assert "site.contact_endpoint can't be" in said
    assert load(tmp_path, '[site]\ncontact_endpoint = "https://x.example/send"') == ""


@pytest.mark.parametrize("number", ["1", "0", "-1", "1001", str(2**63), "9" * 30])
def test_a_page_lists_two_to_a_thousand_people(tmp_path: Path, number: str) -> None:
    assert "people_per_page" in load(tmp_path, f"[site]\npeople_per_page = {number}")
    for allowed in (2, 1000):
        assert load(tmp_path, f"[site]\npeople_per_page = {allowed}") == ""


@pytest.mark.parametrize("removals", ["0", "-1", "20", "101%", "-1%", "%", "1.5", "all", "", "٢%"])
def test_removals_are_a_share_or_a_count(tmp_path: Path, removals: str) -> None:
    said = load(tmp_path, f'[limits]\nremovals = "{removals}"')
    assert ("limits.removals can't be" in said) == (removals != "20")
    environ = {"QWIKFOLIO_LIMITS_REMOVALS": removals}
    assert ("limits.removals can't be" in load(tmp_path, "", environ)) == (removals != "20")


@pytest.mark.parametrize("removals", ["5", '"5%"', '"12.5%"', '"100 %"'])
def test_removals_can_be(tmp_path: Path, removals: str) -> None:
    assert load(tmp_path, f"[limits]\nremovals = {removals}") == ""


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        ('database = "postgresql://x"', {"DATABASE_URL": "postgresql://y"}),
        ("site = 3", {"QWIKFOLIO_SITE_TITLE": "People"}),
        ("paths = []", {"QWIKFOLIO_PATHS_OUTPUT": "public"}),
    ],
)
def test_a_key_where_a_table_belongs_is_named(
    tmp_path: Path, text: str, environ: dict[str, str]
) -> None:
    said = load(tmp_path, text, environ)
    assert text.split(" ", maxsplit=1)[0] in said
    assert "docs/configuration.md" in said


@pytest.mark.parametrize(
    "text",
    [
        f"x = {'[' * 2000}{']' * 2000}",
        f"[site]\npeople_per_page = {'9' * 5000}",
        b"\xff",
        "[site",
    ],
)
def test_a_file_that_no_settings_can_be_read_from(tmp_path: Path, text: str | bytes) -> None:
    assert "qwikfolio.toml" in load(tmp_path, text)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbf[site]\ntitle = 'People'\n") == ""
    assert config.load(tmp_path, {}).site.title == "People"


@pytest.mark.parametrize("key", ["output", "themes", "content", "state"])
def test_a_path_holds_no_nul(tmp_path: Path, key: str) -> None:
    assert f"paths.{key}" in load(tmp_path, f'[paths]\n{key} = "a\\u0000b"')


@pytest.mark.parametrize(
    "output",
    ["", ".", "..", "/", "themes", "themes/emerald", "content", "content/pages", ".qwikfolio",
     ".qwikfolio/site", "x/../themes"],
)  # fmt: skip
def test_a_build_never_sweeps_what_is_not_its_own(tmp_path: Path, output: str) -> None:
    assert "output" in load(tmp_path, f'[paths]\noutput = "{output}"')


@pytest.mark.parametrize("other", ["themes", "content", "state"])
def test_nothing_is_kept_inside_the_output(tmp_path: Path, other: str) -> None:
    said = load(tmp_path, f'[paths]\noutput = "public"\n{other} = "public/{other}"')
    assert f"the output and paths.{other}" in said


def test_a_link_does_not_hide_what_the_output_is(tmp_path: Path) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "public").symlink_to("themes")
    assert "paths.themes" in load(tmp_path, '[paths]\noutput = "public"')


@pytest.mark.parametrize("output", ["public", "themes2", "../public", "site/public"])
def test_the_output_may_be_any_other_folder(tmp_path: Path, output: str) -> None:
    assert load(tmp_path, f'[paths]\noutput = "{output}"') == ""


def test_the_output_of_the_command_line_is_held_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for output in (".", "themes", "..", ""):
        with pytest.raises(ConfigError, match="output"):
            config.load(tmp_path, {}, output=output)

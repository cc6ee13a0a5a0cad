"""A saved file reaches the browser: style sheets by themselves, anything else as a page."""

import json
import shutil
import signal
import socket
from pathlib import Path

import pytest

from generator.database.migrate import migrate
from generator.database.seed import seed
from tests.preview.serving import Serving, project, serving
from tests.site import ROOT, TEST_PEOPLE, Site, copy_content

STYLE = "themes/base/static/_base.css"
HERO = "themes/base/templates/partials/hero.html"


def test_a_style_sheet_is_replaced_by_another_address(preview: Serving) -> None:
    with preview.events() as events:
        preview.write(STYLE, "body { color: rebeccapurple }")
        kind, data = events.take()
    styles = json.loads(data)
    assert kind == "style"
    page = preview.get("/ada/").text
    old, new = next((was, now) for was, now in styles.items() if now in page)
    assert old != new
    assert old not in page
    assert "rebeccapurple" in preview.get(new).text
    assert preview.get(new).headers["cache-control"].endswith("immutable")


@pytest.mark.parametrize(
    ("file", "old", "new", "path"),
    [
        (HERO, "<h1", "<h1 data-new", "/ada/"),
        ("themes/base/strings/en.toml", '"About"', '"data-new"', "/ada/"),
        ("content/pages/about.md", "# ", "# data-new", "/about/"),
        ("content/portfolios/ada.toml", '\nname = "Ada', '\nname = "data-new', "/ada/"),
        ("content/portfolios/ada.toml", '\nname = "Ada', '\nname = "data-new', "/"),
        (
            "content/portfolios/dora.toml",
            "published = false",
            "published = true",
            "/dora-lindqvist/",
        ),
        ("qwikfolio.toml", "", '[site]\ntitle = "data-new"\n', "/"),
        ("content/static/robots.txt", "# ", "# data-new", "/robots.txt"),
    ],
)
def test_whatever_a_page_is_made_of_is_taken_up(
    preview: Serving, file: str, old: str, new: str, path: str
) -> None:
    before = preview.get(path)
    with preview.events() as events:
        preview.edit(file, old, new)
        assert events.take()[0] == "page"
    after = preview.get(path)
    assert after.status == 200
    assert after.body != before.body
    assert ("data-new" in after.text) == ("data-new" in new)


def test_a_static_file_comes_and_goes(preview: Serving) -> None:
    with preview.events() as events:
        preview.write("content/static/favicon.svg", "<svg/>")
        assert events.take()[0] == "page"
        assert 'href="/favicon.svg"' in preview.get("/ada/").text
        assert preview.get("/favicon.svg").headers["content-type"] == "image/svg+xml"
        (preview.root / "content" / "static" / "favicon.svg").unlink()
        assert events.take()[0] == "page"
    assert preview.get("/favicon.svg").status == 404
    assert preview.get("/favicon.ico").headers["content-type"].startswith("image/")


def test_another_language_is_spoken_also_in_what_was_compiled_before(preview: Serving) -> None:
    with preview.events() as events:
        preview.write(HERO, "{{ 1234|number }}")
        assert events.take()[0] == "page"
        assert "1,234" in preview.get("/ada/").text
        preview.write("qwikfolio.toml", '[site]\nlanguage = "de"\n')
        assert events.take()[0] == "page"
    assert "1.234" in preview.get("/ada/").text


def test_a_file_that_says_the_same_is_no_news(preview: Serving) -> None:
    with preview.events() as events:
        preview.write(HERO, (preview.root / HERO).read_text())
        preview.write(f"{HERO}~", "an editor's own")
        preview.edit(HERO, "<h1", "<h1 data-new")
        assert events.take()[0] == "page"
        preview.write(STYLE, "b { }")
        assert events.take()[0] == "style"  # and nothing in between


def test_a_file_put_in_anothers_place_is_taken_up(preview: Serving) -> None:
    new = preview.root / "new.html"
    new.write_text((preview.root / HERO).read_text().replace("<h1", "<h1 data-new"))
    with preview.events() as events:
        new.rename(preview.root / HERO)
        assert events.take()[0] == "page"
    assert "data-new" in preview.get("/ada/").text


def test_a_mistake_is_told_in_place_of_the_page_and_goes(preview: Serving) -> None:
    good = preview.get("/ada/").body
    with preview.events() as events:
        before = preview.edit(HERO, "portfolio.name", "portfolio.nmae")
        assert events.take()[0] == "page"
        answered = preview.get("/ada/")
        assert answered.status == 500
        for told in ("has no attribute", "Did you mean <code>name</code>?", f"{HERO}:",
                     "How it came there", "portfolio.nmae", "content/portfolios/ada.toml",
                     'class="here"'):  # fmt: skip
            assert told in answered.text
        assert preview.get("/").status == 200, "other templates are as good as before"
        preview.write(HERO, before)
        assert events.take()[0] == "page"
    assert preview.get("/ada/").body == good


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("themes/base/theme.toml", "name =", "theme.toml"),
        ("qwikfolio.toml", "[site]\ntitel = 1", "titel"),
        ("content/pages/about.md", "no heading", "about.md:1"),
        ("content/portfolios/ada.toml", "[portfolio]\nnam = 1", "ada.toml:2"),
    ],
)
def test_what_can_not_be_loaded_is_told_everywhere_until_it_is_mended(
    preview: Serving, file: str, text: str, told: str
) -> None:
    before = (preview.root / file).read_text()
    with preview.events() as events:
        preview.write(file, text)
        assert events.take()[0] == "page"
        for path in ("/", "/ada/", "/-/case/typical/"):
            answered = preview.get(path)
            assert answered.status == 500
            assert told in answered.text
        assert preview.get("/-/").status == 200
        preview.write(file, before)
        assert events.take()[0] == "page"
    assert preview.get("/ada/").status == 200


def test_what_is_shown_of_a_mistake_is_escaped(preview: Serving) -> None:
    with preview.events() as events:
        preview.write(HERO, "{{ portfolio['<script>x</script>'] }}<script>y</script>")
        events.take()
    text = preview.get("/mallory/").text
    assert "&lt;script&gt;y" in text
    assert text.count("<script") == 1  # our own


def test_the_terminal_names_each_reload_and_its_time(preview: Serving) -> None:
    preview.edit(HERO, "<h1", "<h1 data-new")
    line = preview.said.get(timeout=20)
    assert HERO in line
    assert line.endswith(" ms")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_while_browsers_listen_and_leaves_nothing(
    preview: Serving, number: int
) -> None:
    scratch = preview.root / ".scratch"
    assert list(scratch.iterdir()), "addresses are kept in a file while it runs"
    with preview.events():
        assert preview.stop(number) == 0
    assert not [line for line in preview.said.queue if line.strip()]
    assert list(scratch.iterdir()) == []


def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(AssertionError, match=f"error: port {port} is taken"),
            serving(project(tmp_path), f"--port={port}"),
        ):
            pass


def test_a_theme_from_anywhere_is_the_sites_own(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    theme = tmp_path / "elsewhere" / "mine"
    shutil.copytree(ROOT / "themes" / "emerald", theme)
    (theme / "theme.toml").write_text('name = "mine"\nversion = "1.0.0"\ninherits = "base"\n')
    (theme / "templates" / "partials").mkdir(parents=True, exist_ok=True)
    (theme / "templates" / "home.html").write_text("mine: {{ site.title }}{{ page.beacon }}")
    with serving(root, f"--theme={theme}") as running:
        assert running.get("/").text.startswith("mine: ")
        with running.events() as events:
            (theme / "templates" / "home.html").write_text("yours")
            assert events.take()[0] == "page"
        assert running.get("/").text == "yours"


def test_without_content_there_are_the_edge_cases(tmp_path: Path) -> None:
    root = project(tmp_path)
    shutil.rmtree(root / "content")
    with serving(root) as running:
        assert running.get("/").status == 200
        assert "Adèle" in running.get("/-/case/typical/").text
        with running.events() as events:
            copy_content(root)
            while running.get("/ada/").status != 200:
                assert events.take()[0] == "page"


def test_a_databases_people_are_shown_as_they_stand(tmp_path: Path, database: str) -> None:
    seed(database, TEST_PEOPLE)
    site = Site(tmp_path / "site", database)
    with serving(project(tmp_path / "project"), f"--database-url={database}") as running:
        assert "Ada Okafor" in running.get("/ada/").text
        assert "/ada/" in running.get("/").text
        with running.events() as events:
            site.execute("UPDATE portfolios SET name = 'Ada Newname' WHERE slug = 'ada'")
            assert "Ada Newname" in running.get("/ada/").text
            assert events.take()[0] == "page"
            assert "Ada Newname" in running.get("/").text
            site.execute("UPDATE portfolios SET published = false WHERE slug = 'greta'")
            assert running.get("/greta/").status == 404
            site.execute("UPDATE portfolios SET slug = 'ada-o' WHERE slug = 'ada'")
            assert events.take()[0] == "page"
            while running.get("/ada-o/").status == 404:
                assert events.take()[0] == "page"
        assert "/greta/" not in running.get("/").text


def test_a_database_that_can_not_be_reached_is_told_until_it_can(
    tmp_path: Path, empty_database: str
) -> None:
    with serving(project(tmp_path), f"--database-url={empty_database}") as running:
        answered = running.get("/")
        assert answered.status == 500
        assert "qwikfolio db migrate" in answered.text
        migrate(empty_database)
        assert running.get("/").status == 200

"""`content/static/` is published as it is: nothing of it is altered, lost, or left behind."""

import os
import socket
import struct
import tracemalloc
from pathlib import Path

import pytest

from generator import static_files
from generator.build import Request, plan, site_pages
from generator.build.static_names import require_own_places
from generator.content import load_pages
from generator.errors import ContentError, PublishError
from generator.model.content import StaticFile
from generator.publish.writer import Writer
from generator.render.wellknown import FAVICON
from generator.static_files import load_static, opened
from tests.build.world import fresh_files
from tests.site import ROOT, Notes, Site

FILES = {
    "CNAME": b"people.example\n",
    "google0123456789abcdef.html": b"google-site-verification: google0123456789abcdef.html",
    ".well-known/security.txt": b"Contact: mailto:security@people.example\n",
    ".nojekyll": b"",
    "downloads/Bericht über alles.pdf": bytes(range(256)) * 10,
}


def put(to: Site | Path, path: str, body: bytes) -> Path:
    """Put a file into the folder `static` of a site's content."""
    file = (to if isinstance(to, Path) else to.settings.content) / "static" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    return file


@pytest.fixture
def static(site: Site) -> Site:
    """A site of one person and a few static files, built."""
    site.person("ada", username="lovelace")
    for path, body in FILES.items():
        put(site, path, body)
    site.build()
    return site


def test_files_keep_their_names_and_bytes(static: Site) -> None:
    files = static.files()
    assert FILES.items() <= files.items()
    assert "Engineer" in static.page("ada")


def test_an_unchanged_file_is_not_written_again_and_a_changed_one_is(static: Site) -> None:
    assert static.build().written == 0
    put(static, "CNAME", b"folio.example\n")
    report = static.build()
    assert report.written == 1
    assert static.files()["CNAME"] == b"folio.example\n"


def test_a_file_that_is_gone_leaves_the_site(static: Site) -> None:
    for path in ("CNAME", "downloads/Bericht über alles.pdf"):
        (static.settings.content / "static" / path).unlink()
    report = static.build()
    assert report.removed == ("CNAME", "downloads/Bericht über alles.pdf")
    assert not (static.output / "downloads").exists()
    assert static.files() == fresh_files(static)


def test_a_file_that_was_deleted_from_the_output_is_written_again(static: Site) -> None:
    (static.output / "CNAME").unlink()
    assert static.build().written == 1
    assert static.files()["CNAME"] == FILES["CNAME"]


def test_a_lost_manifest_writes_no_file_again(static: Site) -> None:
    for path in static.settings.state.glob("manifest-*"):
        path.unlink()
    before = {path: (static.output / path).stat().st_ino for path in FILES}
    assert static.build().written == 0
    assert {path: (static.output / path).stat().st_ino for path in FILES} == before


def test_a_full_build_finds_a_file_that_was_edited_in_the_output(static: Site) -> None:
    (static.output / "CNAME").write_bytes(b"PEOPLE.EXAMPLE\n")  # as long as the right one
    assert static.build(full=True).written == 1
    assert static.files()["CNAME"] == FILES["CNAME"]


def test_a_dry_run_lists_what_would_come_and_go(static: Site) -> None:
    put(static, "ads.txt", b"none\n")
    (static.settings.content / "static" / "CNAME").unlink()
    before = static.files()
    planned = plan(static.settings, static.url, Request(), Notes())
    assert (planned.written, planned.removed) == (("ads.txt",), ("CNAME",))
    assert static.files() == before


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder of content with an empty one of static files."""
    (tmp_path / "content" / "static").mkdir(parents=True)
    return tmp_path / "content"


@pytest.mark.parametrize(
    "name",
    [".DS_Store", ".gitkeep", ".env", "._CNAME", ".git/config", "x.swp", "x~", "Thumbs.db", "#x#"],
)
def test_what_editors_and_desktops_leave_behind_is_left_out(content: Path, name: str) -> None:
    put(content, name, b"x")
    put(content, "kept", b"x")
    assert [file.path for file in load_static(content)] == ["kept"]


def test_a_site_may_do_without(tmp_path: Path) -> None:
    assert load_static(tmp_path) == ()


# What can't be published


def refused(content: Path) -> ContentError:
    with pytest.raises(ContentError) as caught:
        load_static(content)
    return caught.value


def test_a_link_that_leads_out_of_content_is_refused(content: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("root:x:0:0")
    link = content / "static" / "x"
    for target in (tmp_path / "secret", tmp_path / "nothing", link):
        link.symlink_to(target)
        error = refused(content)
        assert error.what == "a link leads out of the folder of content, or nowhere"
        assert error.where == str(link)
        link.unlink()


def test_the_folder_may_not_be_elsewhere_nor_one_in_it(content: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (content / "static").rmdir()
    (content / "static").symlink_to(tmp_path / "elsewhere")
    assert "leads out of the folder of content" in refused(content).what
    (content / "static").unlink()
    (content / "static").mkdir()
    (content / "pages").mkdir()
    (content / "static" / "fonts").symlink_to(content / "pages")
    assert refused(content).what == "a link to a folder is not followed"


def test_a_link_within_content_is_a_file_like_another(site: Site) -> None:
    put(site, "one.txt", b"1").with_name("two.txt").symlink_to("one.txt")
    site.build()
    assert site.files()["two.txt"] == b"1"
    assert not (site.output / "two.txt").is_symlink()


def test_what_is_no_file_is_named(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = content / "static"
    os.mkfifo(folder / "pipe")
    error = refused(content)
    assert (error.what, error.where) == ("it is no regular file", str(folder / "pipe"))
    (folder / "pipe").unlink()
    monkeypatch.chdir(folder)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
    error = refused(content)
    assert error.what.startswith("a static file can't be read")
    assert error.where == str(folder / "socket")


def test_a_file_in_place_of_the_folder_is_named(content: Path) -> None:
    (content / "static").rmdir()
    (content / "static").write_text("a file")
    assert refused(content).what == "it is no folder"


@pytest.mark.parametrize("name", ["a\nb", "a\\b", os.fsdecode(b"\xff"), "a\u202eb"])
def test_a_name_that_can_not_be_published_is_refused(content: Path, name: str) -> None:
    put(content, name, b"x")
    error = refused(content)
    assert error.what == f"a static file can't be named {name!r}"
    str(error).encode()


@pytest.mark.parametrize("name", ["a\nb", "a\\b"])
def test_a_folder_s_name_that_can_not_be_published_is_refused(content: Path, name: str) -> None:
    put(content, f"{name}/x", b"x")
    path = f"{name}/x"
    assert refused(content).what == f"a static file can't be at {path!r}"


def test_a_file_that_is_deleted_while_the_folder_is_read_is_passed_over(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(content, "CNAME", b"x")
    put(content, "kept", b"x")
    resolve = Path.resolve

    def late(path: Path, *, strict: bool = False) -> Path:
        if path.name == "CNAME":
            file.unlink(missing_ok=True)
        return resolve(path, strict=strict)

    monkeypatch.setattr(Path, "resolve", late)
    assert [it.path for it in load_static(content)] == ["kept"]


def test_a_file_that_can_not_be_read_while_it_is_copied_is_named(
    content: Path,
) -> None:
    """By an error that a watch outlives."""
    file = put(content, "CNAME", b"new\n")
    (loaded,) = load_static(content)
    file.unlink()
    file.symlink_to("/etc/passwd")  # after it was looked at
    with pytest.raises(PublishError, match="can't be copied") as caught, opened(loaded):
        pass
    assert caught.value.where == str(file)


def test_a_file_that_is_gone_before_it_is_copied_is_passed_over(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(site, "CNAME", b"x")
    original = static_files.opened

    def late(it: StaticFile) -> object:
        file.unlink(missing_ok=True)
        return original(it)

    monkeypatch.setattr(site_pages, "opened", late)
    site.build()
    assert "CNAME" not in site.files()


def test_a_file_that_is_saved_while_it_is_copied_is_known_as_it_was_copied(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(site, "CNAME", b"old")
    original = static_files.opened

    def late(it: StaticFile) -> object:
        file.write_bytes(b"newer")
        return original(it)

    with monkeypatch.context() as patch:
        patch.setattr(site_pages, "opened", late)
        site.build()
    assert site.files()["CNAME"] == b"newer"
    assert site.build().written == 0
    file.write_bytes(b"old")
    assert site.build().written == 1


def test_a_large_file_is_never_held(content: Path, tmp_path: Path) -> None:
    size = 32_000_000
    with put(content, "film.webm", b"").open("wb") as file:
        file.truncate(size)
    output = tmp_path / "output"
    output.mkdir()
    tracemalloc.start()
    try:
        (loaded,) = load_static(content)
        writer = Writer(output)
        with opened(loaded) as pieces:
            assert pieces is not None
            writer.copy("copy.webm", pieces)
        assert writer.digest("copy.webm") == loaded.digest
        writer.tidy()
        assert tracemalloc.get_traced_memory()[1] < size / 8
    finally:
        tracemalloc.stop()
    assert (output / "copy.webm").stat().st_size == size


# Whose place it is


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("index.html", "the home page"),
        ("Index.html", "the home page"),
        ("_headers", "the headers of every answer"),
        ("_redirects", "the redirects of usernames"),
        ("sitemap.xml", "a sitemap"),
        ("sitemap-people.xml", "a sitemap"),
        ("sitemap.xml/x", "a sitemap"),
        ("assets/theme.css", "the files of the themes"),
        ("people/1/index.html", "the directory of people"),
        ("people", "the directory of people"),
        ("404.html", "the page 'There is no page here'"),
        ("about/index.html", "the page 'About'"),
        ("about", "the page 'About'"),
    ],
)
def test_a_file_where_the_build_puts_its_own_is_refused_and_both_are_named(
    content: Path, path: str, other: str
) -> None:
    file = put(content, path, b"x")
    pages = load_pages(ROOT / "content" / "pages")
    with pytest.raises(ContentError) as caught:
        require_own_places(load_static(content), pages)
    assert caught.value.what == (
        f"the static file {path!r} would stand where the build puts {other}"
    )
    assert caught.value.where == str(file)


def test_who_is_gone_is_removed_although_a_static_file_stops_the_build(static: Site) -> None:
    put(static, "index.html", b"x")
    static.execute("UPDATE portfolios SET published = false")
    with pytest.raises(ContentError):
        static.build()
    assert not static.has("ada")
    assert "CNAME" in static.files()


def test_files_beside_a_hand_written_page_are_published(site: Site) -> None:
    put(site, "about/team.jpg", b"jpg")
    site.build()
    assert site.has("about")
    assert site.files()["about/team.jpg"] == b"jpg"


def test_a_page_for_what_is_not_there_may_be_a_static_file(site: Site) -> None:
    (site.settings.content / "pages" / "404.md").unlink()
    put(site, "404.html", b"<!doctype html><title>Nothing</title>")
    site.build()
    assert b"Nothing" in site.files()["404.html"]


def test_robots_txt_of_the_operator_takes_the_place_of_ours_until_it_is_gone(site: Site) -> None:
    site.build()
    ours = site.files()["robots.txt"]
    file = put(site, "robots.txt", b"User-agent: *\nDisallow: /\n")
    report = site.build()
    assert (report.written, report.removed) == (1, ())
    assert site.files()["robots.txt"] == file.read_bytes()
    assert site.build().written == 0
    assert site.build(full=True).written == 0
    file.unlink()
    site.build()
    assert site.files()["robots.txt"] == ours
    assert site.files() == fresh_files(site)


def test_nobody_can_claim_the_address_of_a_static_file(static: Site) -> None:
    """Neither its folder nor its name, in whatever letters."""
    static.person("downloads", username="eve")
    static.person("Downloads", username="finn")
    put(static, "cv.pdf", b"pdf")
    static.person("cv.pdf", username="gus")
    report = static.build()
    assert report.failed == ()
    assert [static.has(name) for name in ("eve", "finn", "gus")] == [True] * 3
    assert not static.has("downloads")
    assert len(static.problems("portfolios.slug")) == 3
    assert FILES.items() <= static.files().items()
    assert static.files() == fresh_files(static)


@pytest.mark.parametrize("path", ["ada/cv.pdf", "Ada", "lovelace/index.html"])
def test_a_new_file_takes_no_page_away(static: Site, path: str) -> None:
    """The build stops, and says whose it would be; the site stays as it was."""
    put(static, path, b"x")
    before = static.files()
    with pytest.raises(ContentError, match="from a person whose page stands there") as caught:
        static.build()
    assert path in caught.value.what
    assert static.files() == before
    with pytest.raises(ContentError):  # not only once
        static.build()
    static.execute("UPDATE portfolios SET slug = 'countess'; UPDATE profiles SET username = NULL")
    with pytest.raises(ContentError):
        static.build()  # she stands there until now
    static.execute("UPDATE portfolios SET headline = 'Countess'")
    static.build()
    assert static.files()[path] == b"x"
    assert static.has("countess")
    assert static.files() == fresh_files(static)


def test_an_address_passes_from_a_file_to_a_person(static: Site) -> None:
    """Whether the file stood there itself, or in a folder of that name."""
    put(static, "grace", b"x")
    static.build()
    (static.settings.content / "static" / "grace").unlink()
    (static.settings.content / "static" / "downloads" / "Bericht über alles.pdf").unlink()
    static.person("grace")
    static.execute("UPDATE portfolios SET slug = 'downloads' WHERE slug = 'ada'")
    static.build()
    assert static.has("grace")
    assert static.has("downloads")
    assert static.files() == fresh_files(static)


def test_a_file_becomes_a_folder_and_a_folder_a_file(static: Site) -> None:
    folder = static.settings.content / "static"
    (folder / "CNAME").unlink()
    put(static, "CNAME/index.html", b"x")
    (folder / "downloads" / "Bericht über alles.pdf").unlink()
    (folder / "downloads").rmdir()
    put(static, "downloads", b"y")
    static.build()
    assert static.files()["CNAME/index.html"] == b"x"
    assert static.files()["downloads"] == b"y"
    assert static.files() == fresh_files(static)


# The icon


def icons(site: Site) -> set[str]:
    return {
        line for page in ("", "ada", "about") for line in site.page(page).splitlines()
        if 'rel="icon"' in line
    }  # fmt: skip


def test_a_site_answers_where_browsers_look_for_an_icon(static: Site) -> None:
    body = static.files()["favicon.ico"]
    assert body == FAVICON.body
    assert struct.unpack_from("<HHH", body) == (0, 1, 3)
    for number, size in enumerate((16, 32, 48)):
        width, *_rest, length, start = struct.unpack_from("<BBBBHHII", body, 6 + 16 * number)
        assert width == size
        assert body[start : start + length].startswith(b"\x89PNG")
    (link,) = icons(static)
    assert "/assets/icon." in link


@pytest.mark.parametrize(
    ("names", "link"),
    [
        (["favicon.ico"], '<link rel="icon" type="image/x-icon" href="/favicon.ico">'),
        (["favicon.png"], '<link rel="icon" type="image/png" href="/favicon.png">'),
        (
            ["favicon.ico", "favicon.svg", "favicon.png"],
            '<link rel="icon" type="image/svg+xml" href="/favicon.svg">',
        ),
    ],
)
def test_an_icon_of_the_operator_s_is_that_of_every_page(
    static: Site, names: list[str], link: str
) -> None:
    before = static.files()
    for name in names:
        put(static, name, name.encode())
    static.build()
    assert icons(static) == {link}
    for name in names:
        assert static.files()[name] == name.encode()
    if "favicon.ico" not in names:
        assert static.files()["favicon.ico"] == FAVICON.body
    for name in names:
        (static.settings.content / "static" / name).unlink()
    static.build()
    assert static.files() == before


def test_the_icon_of_a_site_under_a_path_is_there(tmp_path: Path, database: str) -> None:
    site = Site(tmp_path, database, url="https://people.example/folio")
    put(site, "favicon.svg", b"<svg/>")
    site.build()
    assert 'href="/folio/favicon.svg"' in site.page("")

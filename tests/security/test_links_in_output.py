"""A symbolic link inside the output leads nowhere: nothing is written, read or removed through it.

It is removed itself, reported, and what belongs in its place is written.
"""

import os
from pathlib import Path

import msgspec
import pytest

from generator.build import engine
from generator.errors import PublishError
from generator.publish.target import fenced, worker_files
from generator.publish.writer import MARKER, Writer
from tests.site import Site


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that is somebody else's, with files by the names that a site has."""
    folder = tmp_path / "outside"
    for path in ("index.html", "main/file", "1/index.html", "fences/x", "deep/er/file"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("somebody else's")
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {str(it.relative_to(folder)): it.read_text() for it in folder.rglob("*") if it.is_file()}


def put_link(output: Path, path: str, target: Path) -> None:
    """A link in the place of whatever stands there."""
    place = output / path
    if place.exists():
        place.rename(output.parent / f"moved {path.replace('/', ' ')}")
    place.symlink_to(target)


LINKS = {
    "ada": "", "ada/index.html": "index.html", "assets": "", "people": "", "people/1": "1",
    "index.html": "index.html", "robots.txt": "index.html", "404.html": "nothing",
    ".qwikfolio-tmp": "", "unknown": "deep",
}  # fmt: skip


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_link_is_removed_and_reported_and_leads_nowhere(
    site: Site, outside: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(engine, "PEOPLE_A_SHARD", 2)
    for slug in ("ada", "bob", "eve"):
        site.person(slug)
    site.settings = msgspec.structs.replace(
        site.settings, site=msgspec.structs.replace(site.settings.site, people_per_page=2)
    )
    site.build()
    built, theirs = site.files(), texts(outside)
    for path, target in LINKS.items():
        put_link(site.output, path, outside / target)
        site.execute("UPDATE portfolios SET headline = headline || '.' WHERE slug <> 'ada'")
        report = site.build(jobs=jobs)
        assert report.links == (path,)
        assert site.notes.notes == [f"a symbolic link in the output was removed: {path!r}"]
        assert not (site.output / path).is_symlink()
        assert texts(outside) == theirs
    assert site.files().keys() == built.keys()
    assert site.build(full=True, jobs=jobs).written == 0


def test_who_is_gone_goes_and_what_a_link_in_their_place_leads_to_stays(
    site: Site, outside: Path
) -> None:
    for slug in ("ada", "bob"):
        site.person(slug)
    site.build()
    theirs = texts(outside)
    put_link(site.output, "ada", outside)
    put_link(site.output, "bob/index.html", outside / "index.html")
    site.execute("UPDATE portfolios SET published = false")
    report = site.build()
    assert sorted(report.links) == ["ada", "bob/index.html"]
    assert not os.path.lexists(site.output / "ada")
    assert not os.path.lexists(site.output / "bob")
    assert texts(outside) == theirs


def test_a_build_that_looks_at_everything_removes_every_link(site: Site, outside: Path) -> None:
    """Those in other folders, too, and whatever their names are made of."""
    site.person("ada")
    site.build()
    built, theirs = site.files(), texts(outside)
    for name in (b"link", b"not \xff utf-8", b"two\nlines"):
        (site.output / "ada" / os.fsdecode(name)).symlink_to(outside)
    (site.output / "assets" / "round").symlink_to(".")
    report = site.build(full=True)
    assert sorted(report.links) == [
        "ada/link", "ada/not \\xff utf-8", "ada/two\nlines", "assets/round",
    ]  # fmt: skip
    assert all("\n" not in note for note in site.notes.notes)
    assert (site.files(), texts(outside)) == (built, theirs)


@pytest.mark.parametrize("what", ["link", "dangling link", "pipe"])
def test_a_mark_that_is_no_file_of_ours_is_refused(site: Site, outside: Path, what: str) -> None:
    site.person("ada")
    site.build()
    mark = site.output / MARKER
    mark.unlink()
    if what == "pipe":
        os.mkfifo(mark)
    else:
        mark.symlink_to(outside / ("index.html" if what == "link" else "nothing"))
    theirs = texts(outside)
    with pytest.raises(PublishError, match="mark of the output is a link, or no file") as caught:
        site.build()
    assert caught.value.where == str(mark)
    assert texts(outside) == theirs
    assert site.has("ada")


def test_the_output_itself_may_be_a_link(site: Site, tmp_path: Path) -> None:
    """Whoever releases a site by switching one does that on purpose."""
    site.person("ada")
    (tmp_path / "releases").mkdir()
    site.output.symlink_to(tmp_path / "releases")
    assert site.build().links == ()
    assert (tmp_path / "releases" / "ada" / "index.html").exists()
    assert site.build().written == 0


class Swapping:
    """Puts a link in the place of a folder the moment a system call is about to be made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, call: str, place: Path, to: Path) -> None:
        original = getattr(os, call)
        self.swapped = False

        def swapped(*arguments: object, **named: object) -> object:
            if not self.swapped:
                self.swapped = True
                if place.exists():
                    place.rename(place.with_name("moved"))
                place.symlink_to(to)
            return original(*arguments, **named)

        monkeypatch.setattr(os, call, swapped)


@pytest.mark.parametrize("call", ["open", "rename", "mkdir"])
@pytest.mark.parametrize("place", ["ada", "people", ".qwikfolio-tmp"])
def test_a_link_put_there_while_a_page_is_written_leads_nowhere(
    tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch, call: str, place: str
) -> None:
    output = tmp_path / "output"
    output.mkdir()
    writer = Writer(output)
    writer.write("people/1/index.html", b"old")
    theirs = texts(outside)
    with monkeypatch.context() as patch:
        swapping = Swapping(patch, call, output / place, outside)
        for path in ("ada/index.html", "people/1/index.html"):
            try:
                writer.write(path, b"new")
            except PublishError:
                writer.write(path, b"new")  # the next build's
    assert swapping.swapped
    for path in ("ada/index.html", "people/1/index.html"):
        if writer.read(path) is None:  # it was written to the folder that was moved away
            writer.write(path, b"new")
        assert writer.read(path) == b"new"
    writer.remove("people/1/index.html")
    writer.tidy()
    assert texts(outside) == theirs


def test_a_worker_within_a_fence_follows_no_link_either(tmp_path: Path, outside: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    theirs = texts(outside)
    with fenced(Writer(output)) as fence:
        worker = worker_files(output, fence)
        (output / "ada").symlink_to(outside)
        worker.write("ada/index.html", b"hers")
        assert worker.take_links() == ("ada",)
        (output / ".qwikfolio-tmp").rename(tmp_path / "moved")
        (output / ".qwikfolio-tmp").symlink_to(outside)
        with pytest.raises(PublishError, match="does not see"):
            worker_files(output, fence)
    assert texts(outside) == theirs
    assert (output / "ada" / "index.html").read_bytes() == b"hers"


def test_pipes_and_folders_in_the_place_of_a_file_keep_nobody_waiting(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    (tmp_path / "ada").mkdir()
    os.mkfifo(tmp_path / "ada" / "index.html")
    (tmp_path / "bob" / "index.html" / "inner").mkdir(parents=True)
    (tmp_path / "eve").write_text("a file")
    for slug in ("ada", "bob", "eve"):
        path = f"{slug}/index.html"
        assert (writer.read(path), writer.size(path)) == (None, None)
        writer.write(path, b"a page")
        assert writer.read(path) == b"a page"

"""Files that were deleted, or altered, are written again by the next plain build."""

import shutil

import msgspec
import pytest

from generator.build import presence
from generator.publish.writer import MARKER, Writer
from tests.build.world import fresh_files
from tests.site import Site


def test_a_deleted_file_is_written_again_and_no_other(directory: Site) -> None:
    """Whichever it is: a person's, a list, a hand-written page, an asset."""
    before = directory.files()
    for path in before:
        (directory.output / path).unlink()
        assert directory.build().written == 1, path
    assert directory.files() == before
    assert directory.build().written == 0


@pytest.fixture
def directory(site: Site) -> Site:
    """A built site of so many people that they need pages of a directory, on two levels."""
    site.settings = msgspec.structs.replace(
        site.settings, site=msgspec.structs.replace(site.settings.site, people_per_page=2)
    )
    for slug in ("ada", "bob", "cleo", "dora", "eve", "finn", "gus", "hal"):
        site.person(slug, username=f"{slug}-too")
    site.build()
    site.build()
    return site


def test_everything_but_the_mark_deleted_is_written_again(directory: Site) -> None:
    before = directory.files()
    for path in directory.output.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != MARKER:
            path.unlink()
    directory.build()
    assert directory.files() == before


def test_the_folder_of_a_person_is_written_again_however_many_people_there_are(
    directory: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is missing in the output folder, so everybody is looked for."""
    monkeypatch.setattr(presence, "_IN_TURN", 1)
    before = directory.files()
    for slug in ("hal", "bob"):
        shutil.rmtree(directory.output / slug)
    assert directory.build().written == 2
    assert directory.files() == before


def test_what_no_name_in_the_output_folder_tells_of_is_found_in_turn(
    directory: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_IN_TURN", 5)
    before = directory.files()
    for slug in ("hal", "bob"):
        (directory.output / slug / "index.html").unlink()
    written = [directory.build().written for _ in range(4)]  # of 16 files, 5 at a time
    assert sorted(written) == [0, 0, 1, 1]
    assert directory.files() == before


def test_a_build_that_changes_nothing_looks_at_few_files(
    directory: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_IN_TURN", 5)
    looked: list[str] = []
    size = Writer.size

    def counted(writer: Writer, path: str) -> int | None:
        looked.append(path)
        return size(writer, path)

    monkeypatch.setattr(Writer, "size", counted)
    assert directory.build().written == 0
    people = [path for path in looked if path.partition("-too")[0].split("/")[0] in PEOPLE]
    assert len(people) == 5
    assert "index.html" in looked


PEOPLE = {"ada", "bob", "cleo", "dora", "eve", "finn", "gus", "hal"}


def test_a_deleted_page_of_somebody_who_left_is_not_missed(directory: Site) -> None:
    shutil.rmtree(directory.output / "ada")
    directory.execute("UPDATE portfolios SET published = false WHERE slug = 'ada'")
    directory.build()
    assert not directory.has("ada")
    assert directory.files() == fresh_files(directory)


def test_a_deleted_page_whose_row_is_bad_is_on_no_list(directory: Site) -> None:
    shutil.rmtree(directory.output / "ada")
    directory.execute("ALTER TABLE portfolios ALTER COLUMN name DROP NOT NULL")
    directory.execute("UPDATE portfolios SET name = NULL WHERE slug = 'ada'")
    report = directory.build()
    assert len(report.failed) == 1
    assert not any(b"/ada/" in body for body in directory.files().values())


def test_a_build_of_one_person_leaves_the_others_for_the_next(directory: Site) -> None:
    before = directory.files()
    for slug in ("ada", "bob"):
        shutil.rmtree(directory.output / slug)
    directory.build(only=("bob",))
    assert (directory.has("ada"), directory.has("bob")) == (False, True)
    directory.build()
    assert directory.files() == before


def test_what_a_build_does_itself_is_no_reason_to_look_at_every_file(
    directory: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.person("zoe")
    directory.build()

    def forbidden(*_arguments: object) -> None:
        pytest.fail("all files were looked for")

    before = directory.files()
    monkeypatch.setattr(presence, "look_for_all", forbidden)
    assert directory.build().written == 0
    for path in ("ada/index.html", "robots.txt"):
        with (directory.output / path).open("a") as file:
            file.write("<!-- by hand -->")
    directory.build()
    assert directory.files() == before


def test_a_deleted_page_by_hand_is_written_again_though_its_folder_is_the_directorys(
    directory: Site,
) -> None:
    (directory.settings.content / "pages" / "people.md").write_text("# People\n\nEverybody.\n")
    directory.build()
    before = directory.files()
    (directory.output / "people" / "index.html").unlink()
    assert directory.build().written == 1
    assert directory.files() == before

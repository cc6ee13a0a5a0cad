"""`kill -9` at any instant, a full disk: the site on disk stays whole, the next build mends it."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from generator.build import Request, build, recovery
from generator.errors import ConfigError, PublishError
from generator.publish.manifest import Manifest
from generator.publish.writer import Writer
from tests.site import Notes, Site

PEOPLE = 150
KILLS = 25
SECRET = "not for anybody yet"
VERSION = re.compile(r"version-(\d+)")


def start(site: Site) -> subprocess.Popen[bytes]:
    (site.root / "qwikfolio.toml").write_text(
        '[site]\ntitle = "People"\nurl = "https://people.example"\n'
    )
    build = [sys.executable, "-m", "generator.cli", "build", "--database-url", site.url]
    # So many are unpublished at random that a build would be held back.
    command = [*build, "--allow-removals", "all"]
    return subprocess.Popen(
        command, cwd=site.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def pages(output: Path) -> dict[str, str]:
    return {
        path.parent.name: path.read_text("utf-8") for path in output.glob("person-*/index.html")
    }


def edit(site: Site, version: int, chance: random.Random) -> None:
    """Everybody writes a new version; some publish, some unpublish, some move."""
    site.execute("UPDATE portfolios SET bio = %s", f"version-{version}")
    for number in chance.sample(range(PEOPLE), 10):
        site.execute(
            "UPDATE portfolios SET published = NOT published WHERE email = %s",
            f"{number}@example.org",
        )
    site.execute("UPDATE portfolios SET bio = %s WHERE NOT published", SECRET)
    for number in chance.sample(range(PEOPLE), 5):
        site.execute(
            "UPDATE portfolios SET slug = %s WHERE email = %s",
            f"person-{number}-{version}",
            f"{number}@example.org",
        )


def test_a_killed_build_leaves_each_page_old_or_new_never_torn_never_a_drafts(site: Site) -> None:
    chance = random.Random(7)
    for number in range(PEOPLE):
        site.person(f"person-{number}", email=f"{number}@example.org", bio="version-0")
    began = time.monotonic()
    assert start(site).wait() == 0
    whole_build = time.monotonic() - began

    good = 0  # the newest version that a whole build is known to have brought
    killed = version = 0
    while killed < KILLS:
        version += 1
        before = pages(site.output)
        edit(site, version, chance)
        began = time.monotonic()
        process = start(site)
        try:
            process.wait(chance.uniform(0.2, 1.0) * whole_build)
            whole_build = time.monotonic() - began  # the machine got quicker
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
        for name, text in pages(site.output).items():
            assert text.endswith("</html>"), f"{name} is torn"
            assert SECRET not in text, f"{name} is a draft's"
            (found,) = set(VERSION.findall(text))
            assert good <= int(found) <= version
            moved = name not in before
            assert text == before.get(name) or int(found) == version or moved
        good = good if process.returncode else version

    assert start(site).wait() == 0
    mended = site.files()
    (site.root / "output").rename(site.root / "mended")
    assert start(site).wait() == 0
    fresh = site.files()
    assert mended == fresh


def test_a_full_disk_stops_the_build_and_harms_no_page(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.person("ada", bio="old")
    site.build()
    site.execute("UPDATE portfolios SET bio = 'new'")

    def full(_descriptor: int, body: memoryview) -> int:
        with Path("/dev/full").open("wb", buffering=0) as disk:
            return disk.write(body)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(PublishError, match="No space left on device") as caught:
            build(site.settings, site.url, Request(), Notes())
    assert "free space" in str(caught.value)
    assert "old" in site.page("ada")
    site.build()
    assert "new" in site.page("ada")
    assert not (site.output / ".qwikfolio-tmp").exists()


def test_a_page_cut_short_by_a_power_failure_is_written_again(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After which the machine has started anew, as its boot id says."""
    site.person("ada")
    site.person("bob")
    site.build()
    whole = site.page("ada")
    (site.output / "ada" / "index.html").write_text("")
    (tmp_path / "boot_id").write_text("another")
    monkeypatch.setattr(recovery, "_BOOT", tmp_path / "boot_id")
    assert site.build().written == 1
    assert site.page("ada") == whole


def test_a_build_that_dies_before_it_vouches_is_not_believed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new page is on disk, the manifest still speaks of the old one, and the row goes back."""
    site.person("ada", bio="first")
    site.build()
    site.execute("UPDATE portfolios SET bio = 'other'")

    def dies(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Manifest, "record", dies)
        with pytest.raises(KeyboardInterrupt):
            site.build()
    assert "other" in site.page("ada")
    site.execute("UPDATE portfolios SET bio = 'first'")
    site.build()
    assert "first" in site.page("ada")


def test_full_finds_what_was_changed_by_hand(site: Site) -> None:
    site.person("ada")
    site.build()
    whole = site.files()
    page = site.output / "ada" / "index.html"
    page.write_text(page.read_text().replace("Ada", "Eve"))
    (site.output / "stray.html").write_text("who put me here?")
    report = site.build(full=True)
    assert report.removed == ("stray.html",)
    assert site.files() == whole


def test_a_manifest_damaged_in_the_middle_is_set_aside(site: Site) -> None:
    for number in range(300):
        site.person(f"p{number}")
    site.build()
    (manifest,) = site.settings.state.glob("manifest-*.sqlite")
    with manifest.open("r+b") as file:
        middle = manifest.stat().st_size // 2
        file.seek(middle)
        file.write(b"damage" * (middle // 6))
    with pytest.raises(PublishError, match="was damaged, and has been removed"):
        site.build(full=True)
    site.build()
    assert all(site.has(f"p{number}") for number in range(300))


@pytest.mark.parametrize("obstacle", ["file", "folder", "link", "folder in the page's place"])
def test_whatever_stands_in_the_way_goes(site: Site, obstacle: str) -> None:
    user = site.person("ada")
    site.build()
    (site.output / "ada" / "index.html").unlink()
    folder = site.output / "ada"
    if obstacle == "folder in the page's place":
        (folder / "index.html").mkdir()
        (folder / "index.html" / "deep").write_text("x")
    else:
        folder.rmdir()
        if obstacle == "file":
            folder.write_text("x")
        elif obstacle == "link":
            folder.symlink_to("nowhere")
    site.build(full=True)
    assert "Engineer" in site.page("ada")

    (site.output / "ada" / "index.html").unlink()
    folder.rmdir()
    folder.write_text("x")
    site.publish(user, False)
    site.build()
    assert not (site.output / "ada" / "index.html").exists()


@pytest.mark.parametrize("left", ["", "main", "main/file/deep"])
def test_temporary_files_of_a_dead_build_may_be_anything(site: Site, left: str) -> None:
    site.build()
    temporary = site.output / ".qwikfolio-tmp"
    (temporary / left).parent.mkdir(parents=True, exist_ok=True)
    (temporary / left).touch()
    site.person("ada")
    site.build()
    assert site.has("ada")
    assert not temporary.exists()


def test_a_link_where_temporary_files_go_leads_nowhere(site: Site) -> None:
    site.build()
    (site.output / ".qwikfolio-tmp").symlink_to(site.root / "content")
    site.person("ada")
    site.build()
    assert site.has("ada")
    assert not (site.output / ".qwikfolio-tmp").is_symlink()
    assert [path.name for path in (site.root / "content").iterdir()] == ["pages"]


def test_a_stray_may_have_a_name_that_is_not_unicode(site: Site) -> None:
    site.build()
    (Path(os.fsdecode(bytes(site.output) + b"/stray-\xff.html"))).write_text("x")
    report = site.build(full=True)
    assert report.removed == ("stray-\\xff.html",)


def test_a_damaged_manifest_is_made_anew(site: Site) -> None:
    site.person("ada")
    site.build()
    whole = site.files()
    (manifest,) = site.settings.state.glob("manifest-*.sqlite")
    manifest.write_bytes(b"this is not a database" * 1000)
    site.build()
    rebuilt = site.files()
    assert rebuilt == whole


def test_an_output_that_another_manifest_wrote_is_checked_file_by_file(site: Site) -> None:
    site.person("ada", bio="first")
    site.build()
    elsewhere = msgspec.structs.replace(site.settings, state=site.root / "elsewhere")
    site.execute("UPDATE portfolios SET bio = 'other'")
    build(elsewhere, site.url, Request(), Notes())
    site.execute("UPDATE portfolios SET bio = 'first'")
    site.build()
    assert "first" in site.page("ada")


def test_only_needs_to_know_the_rest_of_the_site(site: Site) -> None:
    site.person("ada")
    with pytest.raises(ConfigError, match="--only needs a whole build before it"):
        site.build(only=("ada",))


def test_a_page_never_shows_its_last_owner_at_somebody_elses_address(site: Site) -> None:
    """Two people swap addresses, and one of the new pages can't be built."""
    one, two = site.person("left", name="Una"), site.person("right", name="Duo")
    site.build()
    site.execute("UPDATE portfolios SET slug = NULL")
    site.execute("UPDATE portfolios SET slug = 'right' WHERE user_id = %s", one)
    site.execute("UPDATE portfolios SET slug = 'left' WHERE user_id = %s", two)
    site.execute("ALTER TABLE portfolios ALTER name DROP NOT NULL")
    site.execute("UPDATE portfolios SET name = NULL WHERE user_id = %s", one)
    site.build()
    assert "Duo" in site.page("left")
    assert "Una" in site.page("right")
    assert "Duo" not in site.page("right")


def test_a_build_that_dies_leaves_no_page_of_somebody_who_left_an_address(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One moves away, another takes the address, the build dies; then the one goes private."""
    one = site.person("star", name="Una")
    site.build()
    site.execute("UPDATE portfolios SET slug = 'moved' WHERE user_id = %s", one)
    site.person("star", name="Duo")
    write = Writer.write

    def dies(writer: Writer, path: str, body: bytes, location: str = "") -> None:
        if path == "star/index.html":
            raise KeyboardInterrupt
        write(writer, path, body)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            site.build()
        site.publish(one, False)
        with pytest.raises(KeyboardInterrupt):
            site.build()
    assert not site.has("star")
    assert not site.has("moved")

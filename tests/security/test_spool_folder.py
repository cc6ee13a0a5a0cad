"""Nobody else puts events into the spool, reads them there, or leads its writes elsewhere."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.beacon.left_out import LeftOut, load, save
from generator.beacon.private_folder import PrivateFolder
from generator.beacon.quarantine import Quarantine
from generator.beacon.salt import Salt
from generator.beacon.spool import Spool
from generator.errors import ConfigError, SpoolError
from tests.beacon.running import event, running
from tests.site import Site

LIMIT = 1 << 20
OTHER = 12345  # an account


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A spool's folder, as the beacon makes it."""
    path = tmp_path / "spool"
    path.mkdir(0o700)
    return path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A file that is none of the beacon's business."""
    path = tmp_path / "elsewhere"
    path.write_text("precious")
    return path


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o722, 0o750, 0o755, 0o770, 0o777, 0o1777])
def test_a_folder_that_is_open_to_others_is_refused(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    with pytest.raises(SpoolError, match=f"its mode is {mode:04o}") as told:
        Spool(folder, LIMIT)
    assert f"`chmod 700 {folder}`" in (told.value.fix or "")
    assert list(folder.iterdir()) == []
    assert stat.S_IMODE(folder.stat().st_mode) == mode, "whose decision is that?"


def test_another_account_s_folder_is_refused(folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, OTHER, OTHER)
    else:
        folder = Path("/")
    with pytest.raises(SpoolError, match="belongs to another account"):
        Spool(folder, LIMIT)


def test_a_folder_that_is_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(SpoolError, match="is a symbolic link"):
        Spool(tmp_path / "link", LIMIT)


def test_a_folder_that_is_swapped_meanwhile_gets_nothing(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir(0o700)
    spool = Spool(folder, LIMIT)
    folder.rename(tmp_path / "moved")
    folder.symlink_to(other)
    spool.append([b"event"])
    Quarantine(spool.folder).keep({}, "refused")
    spool.close()
    assert list(other.iterdir()) == []
    assert {path.name for path in (tmp_path / "moved").iterdir()} == {
        "00000001.spool", "refused.jsonl",
    }  # fmt: skip


def link(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere)


def dangling(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere.with_name("new"))


def pipe(path: Path, _elsewhere: Path) -> None:
    os.mkfifo(path)


def directory(path: Path, _elsewhere: Path) -> None:
    path.mkdir()


Put = Callable[[Path, Path], None]
no_file = pytest.mark.parametrize("put", [link, dangling, pipe, directory])


@no_file
def test_a_segment_is_a_file(folder: Path, elsewhere: Path, put: Put) -> None:
    """Neither read nor written through a link, and a pipe is not waited for."""
    put(folder / "00000007.spool", elsewhere)
    with pytest.raises(SpoolError, match="where a file should be") as told:
        Spool(folder, LIMIT)
    assert told.value.where == str(folder / "00000007.spool")
    assert "remove it" in (told.value.fix or "")
    assert elsewhere.read_text() == "precious"


@no_file
def test_a_new_segment_is_a_new_file(folder: Path, elsewhere: Path, put: Put) -> None:
    spool = Spool(folder, LIMIT)
    put(folder / "00000001.spool", elsewhere)
    with pytest.raises(Exception, match="can't be written"):
        spool.append([b"event"])
    spool.append([b"event"])
    assert (folder / "00000002.spool").is_file()
    spool.close()
    assert elsewhere.read_text() == "precious"
    assert not elsewhere.with_name("new").exists()


@no_file
def test_what_is_refused_is_kept_in_a_file(folder: Path, elsewhere: Path, put: Put) -> None:
    put(folder / "refused.jsonl", elsewhere)
    quarantine = Quarantine(PrivateFolder(folder))
    with pytest.raises(OSError, match="where a file should be"):
        quarantine.keep({}, "no such type")
    assert quarantine.count == 0
    assert elsewhere.read_text() == "precious"
    assert not elsewhere.with_name("new").exists()


@no_file
def test_so_is_what_was_left_out(folder: Path, elsewhere: Path, put: Put, site: Site) -> None:
    put(folder / "left-out.json", elsewhere)
    private = PrivateFolder(folder)
    assert not load(private)
    save(private, {LeftOut(site.person("ada"), "2026-11-23", "bot"): 1})
    assert elsewhere.read_text() == "precious"
    assert not elsewhere.with_name("new").exists()


def test_its_files_are_for_its_account_only(folder: Path) -> None:
    before = os.umask(0)
    try:
        spool = Spool(folder, LIMIT)
        spool.append([b"event"])
        Quarantine(spool.folder).keep({}, "refused")
        spool.close()
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_salt_is_not_kept_where_anybody_may_replace_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(ConfigError, match="anybody may replace") as told:
        Salt(tmp_path / "salt")
    assert "chmod o-w" in (told.value.fix or "")
    tmp_path.chmod(0o1777)  # as /tmp: nobody may rename another's file
    Salt(tmp_path / "salt")


@pytest.mark.parametrize("name", ["salt", "salt.lock"])
@pytest.mark.parametrize("put", [link, dangling, pipe, directory])
def test_the_salt_is_a_file(tmp_path: Path, elsewhere: Path, put: Put, name: str) -> None:
    put(tmp_path / name, elsewhere)
    if (name, put) == ("salt.lock", pipe):
        Salt(tmp_path / "salt")  # nothing is read from the lock or written to it
    else:
        with pytest.raises(ConfigError, match="can't be kept"):
            Salt(tmp_path / "salt")
    assert elsewhere.read_text() == "precious"
    assert not elsewhere.with_name("new").exists()


def test_a_beacon_that_shares_a_spool_says_so_and_the_first_goes_on(site: Site) -> None:
    site.person("ada")
    with running(site.root, site.url) as first:
        with pytest.raises(AssertionError) as told, running(site.root, site.url):
            pytest.fail("two beacons in one folder")
        assert "another beacon keeps its spool in this folder" in str(told.value)
        assert first.send(event("ada")).status == 204
        first.process.kill()
        first.process.wait()
        with running(site.root, site.url) as second:  # what the kernel held is let go at once
            assert second.send(event("ada")).status == 204

"""Visitors are told apart for one day, and after it by nobody."""

import fcntl
import multiprocessing
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import SimpleQueue

import pytest

from generator.beacon.salt import Salt
from generator.errors import ConfigError

DAY = 86_400
NOON = 20_780 * DAY + DAY / 2
MIDNIGHT = NOON + DAY / 2
AGENT = b"Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
ADDRESS = "203.0.113.9"


@pytest.fixture(autouse=True)
def start_at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "salt"


@contextmanager
def somebody_at(path: Path) -> Iterator[None]:
    """Another process that has stopped in the middle of it."""
    with path.with_name("salt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bytes_of(salt: Salt, now: float) -> tuple[bytes, bytes]:
    """The salt in the two forms in which it may be written."""
    return salt.of(now), salt.of(now).hex().encode()


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


# Who is who


def test_a_visitor_is_the_same_for_a_portfolio_and_a_day(path: Path) -> None:
    salt = Salt(path)
    visitor = salt.visitor(NOON, ADDRESS, AGENT, "ada")
    assert visitor == salt.visitor(NOON + 3600, ADDRESS, AGENT, "ada")
    others = {
        salt.visitor(NOON, ADDRESS, AGENT, "grace"),
        salt.visitor(NOON, "203.0.113.8", AGENT, "ada"),
        salt.visitor(NOON, ADDRESS, b"Lynx", "ada"),
        salt.visitor(MIDNIGHT, ADDRESS, AGENT, "ada"),
    }
    assert len(others | {visitor}) == 5


def test_what_is_said_of_a_visitor_does_not_run_together(path: Path) -> None:
    salt = Salt(path)
    assert salt.visitor(NOON, "::1", b"b", "a") != salt.visitor(NOON, "::", b"b", "1a")
    assert salt.visitor(NOON, "::1", b"bc", "a") != salt.visitor(NOON, "::1", b"c", "ab")


def test_a_visitor_is_64_bits_that_only_the_salt_gives(path: Path, tmp_path: Path) -> None:
    one = Salt(path).visitor(NOON, ADDRESS, AGENT, "ada")
    assert len(bytes.fromhex(one)) == 8
    assert one != Salt(tmp_path / "elsewhere").visitor(NOON, ADDRESS, AGENT, "ada")


def test_nothing_of_a_visitor_is_kept(path: Path, tmp_path: Path) -> None:
    salt = Salt(path)
    visitor = salt.visitor(NOON, ADDRESS, AGENT, "ada")
    kept = everything_in(tmp_path) + repr(vars(salt)).encode()
    for part in (ADDRESS.encode(), AGENT, b"ada", visitor.encode()):
        assert part not in kept


# The file


def test_the_file_is_for_its_owner_only(path: Path) -> None:
    Salt(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_processes_with_one_file_have_one_salt(path: Path, tmp_path: Path) -> None:
    salt = Salt(path).of(NOON)
    assert len(salt) == 32
    assert Salt(path).of(NOON) == salt
    assert Salt(tmp_path / "other").of(NOON) != salt


def test_a_file_of_another_day_is_destroyed_at_the_start(path: Path) -> None:
    salt = Salt(path)
    yesterday = bytes_of(salt, NOON - DAY)
    with path.open("rb") as old:
        today = bytes_of(Salt(path), NOON)
        assert yesterday[1] not in old.read()
    assert yesterday[0] != today[0]
    assert today[1] in path.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: bytes(len(content)),
        lambda content: content[:-1],
        lambda content: content[:40],
        lambda content: content + b"\n",
        lambda content: content.upper().replace(b"QWIKFOLIO SALT", b"qwikfolio salt"),
        lambda content: content[:15] + b"2026-02-30" + content[25:],
        lambda content: content[:15] + b"0000-00-00" + content[25:],
        lambda content: content[:26] + bytes(64) + b"\n",
    ],
)
def test_a_broken_file_is_replaced(path: Path, damage: object) -> None:
    salt = Salt(path).of(NOON)
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    other = Salt(path).of(NOON)
    assert other != salt
    assert Salt(path).of(NOON) == other


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_salt_that_others_may_have_read_is_destroyed(path: Path, mode: int) -> None:
    salt = bytes_of(Salt(path), NOON)
    path.chmod(mode)
    with path.open("rb") as old:
        assert Salt(path).of(NOON) != salt[0]
        assert salt[1] not in old.read()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_of_somebody_else_is_replaced(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    salt = Salt(path).of(NOON)
    os.chown(path, 65534, -1)
    assert Salt(path).of(NOON) != salt
    assert path.stat().st_uid == 0


def test_what_is_no_salt_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("[site]\ntitle = 'mine'\n")
    with pytest.raises(ConfigError, match="something else is there"):
        Salt(path)
    assert path.read_text() == "[site]\ntitle = 'mine'\n"
    path.write_bytes(bytes(1_000_000))  # an empty disk image, perhaps
    with pytest.raises(ConfigError, match="something else is there"):
        Salt(path)
    assert path.stat().st_size == 1_000_000


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    salt = Salt(target).of(NOON)
    path.parent.mkdir()
    path.symlink_to(target)
    with pytest.raises(ConfigError):
        Salt(path)
    assert Salt(target).of(NOON) == salt


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused(path: Path, make: object) -> None:
    path.parent.mkdir()
    assert callable(make)
    make(path)
    with pytest.raises(ConfigError):
        Salt(path)


def test_a_folder_that_cannot_be_used_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError) as refused:
        Salt(tmp_path / "file" / "salt")
    assert "beacon.salt" in str(refused.value)
    assert str(tmp_path / "file" / "salt") in str(refused.value)


# Midnight


def test_midnight_destroys_the_salt_without_a_visitor(path: Path, tmp_path: Path) -> None:
    salt = Salt(path)
    yesterday = bytes_of(salt, NOON)
    with path.open("rb") as old:
        assert yesterday[1] in old.read()
        salt.rotate(MIDNIGHT)
        old.seek(0)
        assert not old.read().strip(b"\0")  # where it stood
    today = bytes_of(salt, MIDNIGHT)
    kept = everything_in(tmp_path) + repr(vars(salt)).encode()
    assert today[1] in kept
    assert today[0] != yesterday[0]
    assert {file.name for file in path.parent.iterdir()} == {"salt", "salt.lock"}
    for form in (*yesterday, repr(yesterday[0]).encode()):
        assert form not in kept


def test_midnight_is_that_of_utc(path: Path) -> None:
    salt = Salt(path)
    today = salt.of(NOON)
    assert salt.of(MIDNIGHT - 0.001) == today != salt.of(MIDNIGHT)


def test_a_visitor_after_midnight_is_a_new_one_without_the_timer(path: Path) -> None:
    salt = Salt(path)
    yesterday = salt.of(NOON)
    visitor = salt.visitor(MIDNIGHT, ADDRESS, AGENT, "ada")
    assert salt.of(MIDNIGHT) != yesterday
    assert Salt(path).visitor(MIDNIGHT, ADDRESS, AGENT, "ada") != visitor  # it began at noon
    assert salt.visitor(MIDNIGHT + 1, ADDRESS, AGENT, "ada") == visitor


def test_a_clock_set_back_brings_no_salt_back(path: Path) -> None:
    salt = Salt(path)
    first = salt.of(NOON)
    second = salt.of(NOON + DAY)
    third = salt.of(NOON)
    fourth = salt.of(NOON + DAY)
    assert len({first, second, third, fourth}) == 4


def test_a_clock_that_trembles_at_midnight_keeps_the_new_salt(path: Path) -> None:
    salt, other = Salt(path), Salt(path)
    new = salt.of(MIDNIGHT + 0.01)
    assert salt.of(MIDNIGHT - 0.01) == new
    assert other.of(MIDNIGHT - 0.01) == other.of(MIDNIGHT - 1) != new  # as before, until then
    assert other.of(MIDNIGHT + 0.02) == new


def test_who_starts_just_before_midnight_takes_the_new_salt_that_is_there(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Salt(path).of(MIDNIGHT)
    monkeypatch.setattr(time, "time", lambda: MIDNIGHT - 1)
    assert Salt(path).of(MIDNIGHT - 1) == new
    assert new.hex().encode() in path.read_bytes()


def test_a_salt_never_serves_much_longer_than_a_day(path: Path) -> None:
    salt = Salt(path)
    new = salt.of(MIDNIGHT)
    assert salt.of(MIDNIGHT - 120) != new


def test_a_folder_lost_at_midnight_stops_nobody(path: Path, tmp_path: Path) -> None:
    salt = Salt(path)
    path.parent.rename(tmp_path / "moved")
    path.parent.write_text("in the way")
    salt.rotate(MIDNIGHT)
    assert salt.trouble is not None
    assert str(path) in salt.trouble
    alone = salt.of(MIDNIGHT + 1)
    assert salt.of(MIDNIGHT - 1) == alone
    visitor = salt.visitor(MIDNIGHT + 2, ADDRESS, AGENT, "ada")
    assert visitor == salt.visitor(MIDNIGHT + 3, ADDRESS, AGENT, "ada")

    path.parent.unlink()
    (tmp_path / "moved").rename(path.parent)
    salt.rotate(MIDNIGHT + 60)
    assert salt.trouble is None
    assert salt.of(MIDNIGHT + 61) == alone
    assert alone.hex().encode() in path.read_bytes()


def test_who_kept_a_salt_of_their_own_takes_up_the_shared_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, early = Salt(path), Salt(path)
    yesterday = bytes_of(late, NOON)
    with somebody_at(path):
        late.rotate(MIDNIGHT)
        assert late.trouble is not None
        own = late.of(MIDNIGHT + 1)
        with monkeypatch.context() as patched:
            patched.setattr(time, "sleep", lambda _seconds: pytest.fail("it waits again"))
            late.rotate(MIDNIGHT + 2)
        assert late.of(MIDNIGHT + 3) == own
    shared = early.of(MIDNIGHT + 4)
    late.rotate(MIDNIGHT + 60)
    assert late.trouble is None
    assert late.of(MIDNIGHT + 61) == shared != own
    assert yesterday[1] not in path.read_bytes()


# Several processes


DAYS = 12


def live(path: Path, together: Barrier, said: "SimpleQueue[list[bytes]]") -> None:
    """One process of several, on every day the first thing after midnight."""
    together.wait()
    salt = Salt(path)
    salts = []
    for day in range(1, DAYS + 1):
        together.wait()
        salts.append(salt.of(NOON + DAY * day))
    said.put(salts)


def test_processes_that_race_at_midnight_agree_every_day(path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    together, said = spawn.Barrier(5, timeout=60), spawn.SimpleQueue()
    processes = [spawn.Process(target=live, args=(path, together, said)) for _ in range(5)]
    for process in processes:
        process.start()
    first, *others = [said.get() for _ in processes]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert all(other == first for other in others)
    assert len(set(first)) == DAYS
    content = everything_in(path.parent)
    assert first[-1].hex().encode() in content
    assert not any(salt.hex().encode() in content for salt in first[:-1])

"""What the database refuses for good is kept where a person finds it."""

import json
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from generator.beacon.event import Event
from generator.beacon.private_folder import PrivateFolder
from generator.beacon.quarantine import Quarantine

EVENT = Event(
    id=UUID("01938f5e-0000-7000-8000-000000000001"), type="view", slug="ada", owner=None,
    project=None, data='{"language":"de"}', at=1_700_000_000_000_000,
)  # fmt: skip


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As on a full disk: no file of this process grows beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "refused.jsonl").read_text().splitlines()]


def test_an_event_is_a_line_with_every_field_by_name_and_the_reason(tmp_path: Path) -> None:
    Quarantine(PrivateFolder(tmp_path)).keep(EVENT, "no such type")

    assert lines(tmp_path) == [
        {
            "reason": "no such type",
            "event": {
                "id": "01938f5e-0000-7000-8000-000000000001",
                "type": "view",
                "slug": "ada",
                "owner": None,
                "project": None,
                "data": '{"language":"de"}',
                "at": 1_700_000_000_000_000,
            },
        }
    ]


def test_what_is_no_event_any_more_is_kept_as_its_bytes(tmp_path: Path) -> None:
    Quarantine(PrivateFolder(tmp_path)).keep({"record": b"\xff\x00"}, "written by another version")

    assert lines(tmp_path)[0]["event"] == {"record": "/wA="}


def test_lines_are_added_by_this_process_and_the_next(tmp_path: Path) -> None:
    first = Quarantine(PrivateFolder(tmp_path))
    first.keep({"n": 1}, "a")
    first.keep({"n": 2}, "line\nbreak")
    Quarantine(PrivateFolder(tmp_path)).keep({"n": 3}, "c")

    assert [line["event"]["n"] for line in lines(tmp_path)] == [1, 2, 3]
    assert first.count == 2


def test_beyond_the_limit_events_are_only_counted(tmp_path: Path) -> None:
    quarantine = Quarantine(PrivateFolder(tmp_path), limit=100)
    for _ in range(10):
        quarantine.keep({"n": 1}, "a")

    assert quarantine.count == 10
    assert len(lines(tmp_path)) == 100 // len('{"reason":"a","event":{"n":1}}\n')


def test_a_line_is_on_disk_when_it_is_kept_and_a_new_file_s_name_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    monkeypatch.setattr(os, "fdatasync", lambda file: done.append(os.fstat(file).st_size))
    monkeypatch.setattr(os, "fsync", lambda file: done.append(os.path.samestat(
        os.fstat(file), tmp_path.stat())))  # fmt: skip
    quarantine = Quarantine(PrivateFolder(tmp_path))
    quarantine.keep({}, "a")
    quarantine.keep({}, "a")

    line = len('{"reason":"a","event":{}}\n')
    assert done == [line, True, 2 * line]


def test_only_its_own_account_reads_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Quarantine(PrivateFolder(tmp_path)).keep({}, "a")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "refused.jsonl").stat().st_mode) == 0o600


def test_it_may_be_moved_away_at_any_time(tmp_path: Path) -> None:
    quarantine = Quarantine(PrivateFolder(tmp_path))
    quarantine.keep({"n": 1}, "a")
    (tmp_path / "refused.jsonl").rename(tmp_path / "looked-at.jsonl")
    quarantine.keep({"n": 2}, "a")

    assert [line["event"]["n"] for line in lines(tmp_path)] == [2]


def test_half_a_line_of_a_process_that_died_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "refused.jsonl").write_text('{"reason":"a","ev')
    Quarantine(PrivateFolder(tmp_path)).keep({"n": 1}, "b")

    assert (tmp_path / "refused.jsonl").read_text().splitlines() == [
        '{"reason":"a","ev',
        '{"reason":"b","event":{"n":1}}',
    ]


def test_on_a_full_disk_it_says_so_and_leaves_no_half_line(tmp_path: Path) -> None:
    quarantine = Quarantine(PrivateFolder(tmp_path))
    quarantine.keep({"n": 1}, "a")
    with largest_file(40), pytest.raises(OSError, match="File too large"):
        quarantine.keep({"n": 2}, "a")
    assert quarantine.count == 1
    quarantine.keep({"n": 3}, "a")

    assert [line["event"]["n"] for line in lines(tmp_path)] == [1, 3]

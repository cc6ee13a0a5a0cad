"""What the spool acknowledged, it gives back: after a kill, on a full disk, around bad sectors."""

import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from generator.beacon import frames
from generator.beacon.spool import Spool, SpoolFullError
from generator.errors import SpoolError
from tests.present import present

LIMIT = 64 << 20
ALL = 1_000_000


@contextmanager
def opened(folder: Path, limit: int = LIMIT) -> Iterator[Spool]:
    spool = Spool(folder, limit)
    try:
        yield spool
    finally:
        spool.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def spool(folder: Path) -> Iterator[Spool]:
    with opened(folder) as spool:
        yield spool


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.spool"))


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As on a full disk: no file of this process grows beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# In and out


def test_records_come_back_in_order_until_they_are_forgotten(spool: Spool) -> None:
    spool.append([b"1", b"2"])
    spool.append([b"3"])

    assert spool.oldest(2) == [b"1", b"2"]
    assert spool.oldest(10) == [b"1", b"2", b"3"]
    spool.forget(2)
    assert spool.events == 1
    assert spool.oldest(10) == [b"3"]


def test_what_is_appended_after_reading_comes_last(spool: Spool) -> None:
    spool.append([b"1"])
    spool.oldest(1)
    spool.append([b"2"])

    assert spool.oldest(10) == [b"1", b"2"]
    spool.forget(1)
    spool.append([b"3"])
    spool.forget(1)
    assert spool.oldest(10) == [b"3"]


def test_an_empty_spool_takes_no_room(spool: Spool, folder: Path) -> None:
    spool.append([b"1", b"2"])
    spool.oldest(2)
    spool.forget(2)

    assert (spool.events, spool.size, list(folder.iterdir())) == (0, 0, [])
    assert spool.oldest(10) == []


def test_a_segment_that_was_half_read_is_read_again_by_the_next_process(folder: Path) -> None:
    with opened(folder) as spool:
        spool.append([b"1", b"2", b"3"])
        spool.oldest(2)
        spool.forget(2)
    with opened(folder) as spool:
        assert spool.events == 3
        assert spool.oldest(10) == [b"1", b"2", b"3"]


def test_the_segments_are_of_four_megabytes_each_and_go_one_by_one(
    spool: Spool, folder: Path
) -> None:
    record = bytes(1 << 20)
    for _ in range(10):
        spool.append([record])
    assert [path.stat().st_size >> 20 for path in segments(folder)] == [4, 4, 2]

    spool.oldest(5)
    spool.forget(5)
    assert [path.name for path in segments(folder)] == ["00000002.spool", "00000003.spool"]


def test_reading_a_few_does_not_load_a_segment(spool: Spool) -> None:
    for _ in range(300):
        spool.append([bytes(180)] * 64)
    tracemalloc.start()
    try:
        spool.oldest(500)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert spool.size > 3 << 20
    assert peak < 512 << 10


# The limit


def test_at_its_limit_it_takes_nothing_of_a_batch(folder: Path) -> None:
    with opened(folder, limit=2000) as spool:
        spool.append([bytes(1000)])
        with pytest.raises(SpoolFullError, match="full"):
            spool.append([b"1", bytes(1000)])
        assert spool.oldest(10) == [bytes(1000)]
        spool.forget(1)
        spool.append([b"1", bytes(1000)])
        assert spool.oldest(10) == [b"1", bytes(1000)]


def test_a_batch_may_take_what_the_limit_leaves_to_the_byte(folder: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "other") as other:
        other.append([b"1", b"2"])
    with opened(folder, limit=other.size) as spool:
        spool.append([b"1", b"2"])
        with pytest.raises(SpoolFullError):
            spool.append([b""])


def test_a_lower_limit_loses_nothing(folder: Path) -> None:
    with opened(folder) as spool:
        spool.append([bytes(1000)])
    with opened(folder, limit=100) as spool:
        assert spool.oldest(10) == [bytes(1000)]


# The disk


def test_an_append_returns_when_the_file_and_its_name_are_on_disk(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def traced(name: str) -> None:
        call = getattr(os, name)

        def trace(file: int, *rest: object) -> object:
            done.append((name, Path(f"/proc/self/fd/{file}").readlink().name))
            return call(file, *rest)

        monkeypatch.setattr(os, name, trace)

    for name in ("write", "fdatasync", "fsync"):
        traced(name)
    spool.append([b"1"])
    spool.append([b"2"])

    assert done == [
        ("write", "00000001.spool"),
        ("fdatasync", "00000001.spool"),
        ("fsync", folder.name),
        ("write", "00000001.spool"),
        ("fdatasync", "00000001.spool"),
    ]


def test_a_segment_is_gone_for_good_when_it_is_forgotten(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.append([b"1"])
    spool.oldest(1)
    synced = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(segments(folder)))
    spool.forget(1)

    assert synced == [[]]


@pytest.mark.parametrize("room", [0, 1, 20, 100, 2000, 3000])
def test_on_a_full_disk_nothing_of_the_batch_is_kept_and_later_batches_are(
    folder: Path, room: int
) -> None:
    with opened(folder) as spool:
        spool.append([b"first"])
        for _ in range(2):  # in a segment that holds something, and in a new one
            with largest_file(spool.size + room), pytest.raises(SpoolFullError, match="too large"):
                spool.append([b"lost", bytes(5000)])
        assert len(segments(folder)) == 1
        assert spool.size == sum(path.stat().st_size for path in folder.iterdir())
        spool.append([b"second"])
        assert spool.oldest(10) == [b"first", b"second"]
    with opened(folder) as spool:
        assert spool.oldest(10) == [b"first", b"second"]
        assert spool.damaged == 0


def test_what_cannot_be_taken_back_from_a_full_disk_hides_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(file: int, size: int) -> None:
        raise OSError(5, "Input/output error")

    with opened(folder) as spool:
        spool.append([b"first"])
        with monkeypatch.context() as patch:
            patch.setattr(os, "ftruncate", broken)
            with largest_file(spool.size + 100), pytest.raises(SpoolFullError):
                spool.append([b"unanswered", bytes(5000)])
        spool.append([b"second"])
        assert spool.oldest(10) == [b"first", b"second"]
    with opened(folder) as spool:
        # Whole on the disk, though nobody was told: stored late rather than never.
        assert spool.oldest(10) == [b"first", b"unanswered", b"second"]
        assert spool.damaged == 0


@pytest.mark.parametrize("call", ["fdatasync", "fsync"])
def test_what_a_failed_sync_left_is_neither_kept_nor_built_upon(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def broken(file: int) -> None:
        raise OSError(5, "Input/output error")

    with opened(folder) as spool:
        if call == "fdatasync":
            spool.append([b"first"])
        with monkeypatch.context() as patch:
            patch.setattr(os, call, broken)
            with pytest.raises(SpoolFullError, match="Input/output error"):
                spool.append([b"lost"])
        before = segments(folder)
        spool.append([b"second"])
        assert len(segments(folder)) == len(before) + 1
        kept = [b"first", b"second"] if call == "fdatasync" else [b"second"]
        assert spool.oldest(10) == kept
    with opened(folder) as spool:
        assert spool.oldest(10) == kept


def test_where_no_file_can_be_made_it_says_so_and_goes_on_later(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", broken)
        with pytest.raises(SpoolFullError, match="No space left on device"):
            spool.append([b"1"])
    spool.append([b"2"])
    assert spool.oldest(10) == [b"2"]


# What a bad disk or a crash leaves


@pytest.mark.parametrize("hit", [b"first", b"second", b"third"])
def test_a_flipped_bit_costs_one_record_and_is_counted_once(folder: Path, hit: bytes) -> None:
    with opened(folder) as spool:
        spool.append([b"first", b"second", b"third"])
    (path,) = segments(folder)
    flip(path, path.read_bytes().index(hit))
    others = [record for record in (b"first", b"second", b"third") if record != hit]
    damaged = path.read_bytes()

    with opened(folder) as spool:
        assert (spool.events, spool.damaged) == (2, 1)
        for _ in range(3):
            assert spool.oldest(10) == others
        assert spool.damaged == 1
        assert segments(folder) == [path]
        spool.forget(2)
        assert (spool.events, spool.size) == (0, 0)
    assert [entry.name for entry in folder.iterdir()] == ["00000001.damaged"]
    assert path.with_suffix(".damaged").read_bytes() == damaged


def test_what_was_put_aside_is_never_overwritten(folder: Path) -> None:
    test_a_flipped_bit_costs_one_record_and_is_counted_once(folder, b"second")
    with opened(folder) as spool:
        spool.append([b"1"])

    assert [path.name for path in segments(folder)] == ["00000002.spool"]


@pytest.mark.parametrize("end", [None, 30], ids=["bits flip", "cut"])
def test_a_disk_that_fails_under_a_running_spool_stops_nothing(
    spool: Spool, folder: Path, end: int | None
) -> None:
    spool.append([b"first", b"second"])
    spool.oldest(1)
    spool.append([b"third"])
    path = segments(folder)[0]
    if end is None:
        flip(path, path.read_bytes().index(b"second"))
    else:
        os.truncate(path, end)

    found = []
    while spool.events:
        records = spool.oldest(10)
        found += records
        spool.forget(len(records))
    assert found == ([b"first", b"third"] if end is None else [b"third"])
    assert spool.damaged == 1
    assert [entry.name for entry in folder.iterdir()] == ["00000001.damaged"]


def test_a_sector_that_cannot_be_read_is_stepped_over(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.append([b"first"])
    spool.oldest(1)
    spool.append([b"second"])
    read, failures = frames.read, [OSError(5, "Input/output error")]

    def once(file: BinaryIO, place: int, end: int) -> bytes | None:
        if failures:
            raise failures.pop()
        return read(file, place, end)

    monkeypatch.setattr(frames, "read", once)
    assert spool.oldest(10) == [b"second"]
    assert (spool.events, spool.damaged) == (1, 1)


def test_a_segment_that_somebody_deleted_is_counted(spool: Spool, folder: Path) -> None:
    spool.append([b"first"])
    spool.oldest(1)
    spool.append([b"second"])
    segments(folder)[0].unlink()

    assert spool.oldest(10) == [b"second"]
    assert (spool.events, spool.damaged) == (1, 1)


def test_a_damaged_beginning_of_a_segment_costs_no_record(folder: Path) -> None:
    with opened(folder) as spool:
        spool.append([b"first", b"second"])
    flip(segments(folder)[0], 15)

    with opened(folder) as spool:
        assert spool.oldest(10) == [b"first", b"second"]
        assert spool.damaged == 1


@pytest.mark.parametrize("size", [*range(65_515, 65_530), 200_000])
def test_what_follows_a_large_damaged_record_is_found(folder: Path, size: int) -> None:
    with opened(folder) as spool:
        spool.append([bytes(size), b"second"])
    flip(segments(folder)[0], 1000)

    with opened(folder) as spool:
        assert spool.oldest(10) == [b"second"]


def test_a_length_that_is_wrong_takes_no_memory(folder: Path) -> None:
    with opened(folder) as spool:
        spool.append([b"first", b"second"])
    path = segments(folder)[0]
    flip(path, path.read_bytes().index(b"first") - 8)  # 16 MB more

    tracemalloc.start()
    try:
        with opened(folder) as spool:
            assert spool.oldest(10) == [b"second"]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


def test_a_frame_inside_of_a_damaged_record_is_no_record(folder: Path) -> None:
    inner = frames.framed([b"never sent"], 0)
    with opened(folder) as spool:
        spool.append([b"damaged" + inner, b"second"])
    path = segments(folder)[0]
    flip(path, path.read_bytes().index(b"damaged"))

    with opened(folder) as spool:
        assert spool.oldest(10) == [b"second"]


def test_a_torn_tail_is_cut_off(folder: Path) -> None:
    with opened(folder) as spool:
        spool.append([b"first", b"second"])
    (path,) = segments(folder)
    whole = path.read_bytes()
    torn = frames.framed([b"unanswered" * 9], len(whole))
    for cut in range(len(torn)):
        path.write_bytes(whole + torn[:cut])
        with opened(folder) as spool:
            assert (spool.events, spool.size, spool.damaged) == (2, len(whole), 0), cut
        assert path.read_bytes() == whole


def test_a_first_write_that_was_torn_leaves_no_file(folder: Path) -> None:
    with opened(folder) as spool:
        spool.append([b"first"])
    (path,) = segments(folder)
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        with opened(folder) as spool:
            assert (spool.events, spool.size, spool.damaged) == (0, 0, 0), cut
        assert list(folder.iterdir()) == []


# Whose it is


def test_another_version_s_segments_are_left_as_they_are(folder: Path) -> None:
    folder.mkdir(0o700)
    path = folder / "00000001.spool"
    path.write_bytes(frames.framed([b"qwikfolio spool 2", b"later"], 0))
    before = path.read_bytes()

    with pytest.raises(SpoolError, match="another version") as told:
        Spool(folder, LIMIT)
    assert told.value.where == str(path)
    assert told.value.fix
    assert path.read_bytes() == before


def test_other_files_in_the_folder_are_none_of_its_business(folder: Path) -> None:
    folder.mkdir(0o700)
    for name in ("refused.jsonl", "notes.spool", "1.spool"):
        (folder / name).write_text("mine")
    with opened(folder) as spool:
        spool.append([b"1"])

    assert (folder / "notes.spool").read_text() == "mine"


def test_only_its_own_account_reads_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(tmp_path / "state" / "spool") as spool:
            spool.append([b"1"])
    finally:
        os.umask(before)

    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "state" / "spool", *segments(tmp_path / "state" / "spool"))
    }
    assert modes == {"spool": 0o700, "00000001.spool": 0o600}


def test_a_folder_that_is_a_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("")

    with pytest.raises(SpoolError, match="can't be used") as told:
        Spool(tmp_path / "spool", LIMIT)
    assert told.value.where == str(tmp_path / "spool")
    assert "--spool" in present(told.value.fix)


def test_a_process_s_spool_is_refused_to_others_until_it_ends(folder: Path) -> None:
    holds = (
        "import sys, time, pathlib; from generator.beacon.spool import Spool\n"
        "spool = Spool(pathlib.Path(sys.argv[1]), 1 << 20)\n"
        "print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(folder)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert present(holder.stdout).readline() == "ready\n"
        with pytest.raises(SpoolError, match="another beacon") as told:
            Spool(folder, LIMIT)
        assert "folder of its own" in present(told.value.fix)
        holder.kill()
    with opened(folder) as spool:
        assert spool.events == 0


# Killed at any moment

WORKS = """
import random, sys
from pathlib import Path
from generator.beacon.spool import Spool

spool, number = Spool(Path(sys.argv[1]), 1 << 30), int(sys.argv[2])
while True:
    batch = range(number, number + random.randrange(1, 65))
    print("try", number, batch.stop, flush=True)
    spool.append([b"%d " % one + bytes(180) for one in batch])
    print("kept", number, batch.stop, flush=True)
    number = batch.stop
    if random.random() < 0.2:
        records = spool.oldest(random.randrange(1, 200))
        print("done", 0, int(records[-1].split()[0]) + 1, flush=True)
        spool.forget(len(records))
"""


def test_whatever_was_kept_when_it_is_killed_is_there_in_order(folder: Path) -> None:
    kept: set[int] = set()
    tried = done = 0
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", WORKS, str(folder), str(tried)],
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            lines = [present(child.stdout).readline()]
            with suppress(subprocess.TimeoutExpired):
                child.wait(random.uniform(0, 0.3))
            child.kill()
            lines += present(child.stdout).read().rpartition("\n")[0].splitlines()
        assert child.returncode == -signal.SIGKILL
        for line in lines:
            word, first, last = line.split()
            match word:
                case "try":
                    tried = int(last)
                case "kept":
                    kept.update(range(int(first), int(last)))
                case "done":
                    done = int(last)
        with opened(folder) as spool:
            found = [int(record.split()[0]) for record in spool.oldest(ALL)]
            assert len(found) == spool.events
            assert spool.damaged == 0
        assert found == sorted(set(found))
        assert {number for number in kept if number >= done} <= set(found) <= set(range(tried))


# Any sequence of all that


class AnySequence(RuleBasedStateMachine):
    """A list is the model; a record carries its number, so that no two are the same."""

    LIMIT = 3000

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.kept: list[bytes] = []
        self.forgotten = 0
        self.shown = 0
        self.number = 0

    @initialize()
    def begin(self) -> None:
        self.spool = Spool(self.folder, self.LIMIT)

    def teardown(self) -> None:
        self.spool.close()
        shutil.rmtree(self.folder)

    def records(self, payloads: list[bytes]) -> list[bytes]:
        self.number += len(payloads)
        return [b"%d:" % (self.number - place) + payload for place, payload in enumerate(payloads)]

    def reopen(self) -> None:
        """Some that were forgotten may come again, in front; nothing else."""
        self.spool.close()
        self.spool = Spool(self.folder, self.LIMIT)
        self.shown = 0

    def take_in(self) -> None:
        found = self.spool.oldest(ALL)
        assert found == self.kept[len(self.kept) - len(found) :]
        assert len(found) >= len(self.kept) - self.forgotten
        self.kept, self.forgotten, self.shown = found, 0, len(found)

    PAYLOADS = st.one_of(
        st.binary(max_size=300),
        st.just(frames.framed([b"inner"], 0)),
        st.just(frames.framed([b""], 0)[:4] * 9),
    )

    @rule(payloads=st.lists(PAYLOADS, min_size=1, max_size=8))
    def append(self, payloads: list[bytes]) -> None:
        records = self.records(payloads)
        free = self.LIMIT - self.spool.size
        room = sum(frames.HEAD + len(record) for record in records)
        try:
            self.spool.append(records)
        except SpoolFullError:
            assert room + 100 > free
        else:
            assert room <= free
            self.kept += records

    @rule(most=st.integers(1, 20))
    def oldest(self, most: int) -> None:
        found = self.spool.oldest(most)
        assert found == self.kept[self.forgotten :][:most]
        self.shown = len(found)

    @precondition(lambda self: self.shown)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, self.shown))
        self.spool.forget(count)
        self.forgotten += count
        self.shown -= count

    @rule()
    def restart(self) -> None:
        self.reopen()
        self.take_in()

    @precondition(lambda self: bool(segments(self.folder)))
    @rule(payloads=st.lists(PAYLOADS, min_size=1, max_size=3), data=st.data())
    def die_while_writing(self, payloads: list[bytes], data: st.DataObject) -> None:
        path = segments(self.folder)[-1]
        records = self.records(payloads)
        size = path.stat().st_size
        batch = frames.framed(records, size)
        cut = data.draw(st.integers(0, len(batch)))
        with path.open("ab") as file:
            file.write(batch[:cut])
        for record in records:
            size += frames.HEAD + len(record)
            if size <= path.stat().st_size:
                self.kept.append(record)  # nobody was told, and yet it is
        self.reopen()
        self.take_in()

    @precondition(lambda self: bool(segments(self.folder)))
    @rule(data=st.data())
    def flip_a_bit(self, data: st.DataObject) -> None:
        self.reopen()
        self.take_in()
        if self.spool.damaged > 0 or not segments(self.folder):
            return
        path = data.draw(st.sampled_from(segments(self.folder)))
        bits = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(bits) - 1))
        bits[place] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(bits)
        last = [record for record in self.kept if bits.endswith(record)]
        self.reopen()
        found = self.spool.oldest(ALL)
        lost = [record for record in self.kept if record not in set(found)]
        assert found == [record for record in self.kept if record not in lost]
        assert len(lost) <= 1
        # Of the last in its file a wrong length can't be told from a tail that was torn.
        assert self.spool.damaged == 1 or (lost and lost[0] in last)
        self.kept, self.shown = found, len(found)

    @rule()
    def heal(self) -> None:
        """What is damaged goes with its segment."""
        self.reopen()
        self.take_in()
        self.spool.forget(len(self.kept))
        self.kept, self.forgotten, self.shown = [], 0, 0
        assert self.spool.oldest(ALL) == []
        assert not segments(self.folder)

    @invariant()
    def counts_are_exact(self) -> None:
        assert self.spool.events == len(self.kept) - self.forgotten
        assert self.spool.size == sum(path.stat().st_size for path in segments(self.folder))
        assert self.spool.size <= self.LIMIT + 1000  # a torn batch was not asked for


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)

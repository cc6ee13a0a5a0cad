"""What became of every event adds up at any time; what was left out outlives a restart."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from prometheus_client.parser import text_string_to_metric_families as parsed

from generator.beacon.accounts import Accounts, Filter, Rejection
from generator.beacon.left_out import LeftOut, load, save
from generator.beacon.metrics import metrics
from generator.beacon.private_folder import PrivateFolder
from generator.beacon.writer import Writer

IDLE = cast(
    "Writer",
    SimpleNamespace(spool=SimpleNamespace(size=0, limit=1), waiting=0, is_away=False),
)

few = st.integers(0, 5)
filters = st.sampled_from(["bot", "prefetch", "opt-out"])
rejections = st.sampled_from(["malformed", "unknown", "rate", "refused", "full", "damaged"])


class Everything(RuleBasedStateMachine):
    """Whatever happens to events, in any order."""

    @initialize(spooled=few)
    def begin(self, spooled: int) -> None:
        self.accounts = Accounts(spooled)
        self.came, self.on_disk = spooled, spooled

    @rule(new=few, duplicate=few)
    def store(self, new: int, duplicate: int) -> None:
        self.accounts.store(new, duplicate)
        self.came += new + duplicate

    @rule(events=few)
    def spool(self, events: int) -> None:
        self.accounts.spool(events)
        self.came += events
        self.on_disk += events

    @rule(reason=filters)
    def filter(self, reason: Filter) -> None:
        self.accounts.filter(reason)
        self.came += 1

    @rule(reason=rejections, events=few)
    def reject(self, reason: Rejection, events: int) -> None:
        self.accounts.reject(reason, events)
        self.came += events

    @rule(new=few, duplicate=few)
    def unspool(self, new: int, duplicate: int) -> None:
        if new + duplicate <= self.on_disk:
            self.accounts.unspool(new, duplicate)
            self.on_disk -= new + duplicate

    @rule(reason=rejections, events=few)
    def give_up(self, reason: Rejection, events: int) -> None:
        if events <= self.on_disk:
            self.accounts.give_up(reason, events)
            self.on_disk -= events

    @invariant()
    def adds_up(self) -> None:
        found: Counter[str] = Counter()
        for family in parsed(metrics(self.accounts, IDLE)):
            for sample in family.samples:
                assert sample.value >= 0
                found[family.name.removeprefix("qwikfolio_beacon_")] += int(sample.value)
        assert found["received"] == self.came
        assert found["spooled"] == self.on_disk
        outcomes = ("stored", "duplicate", "filtered", "rejected", "spooled")
        assert found["received"] == sum(found[name] for name in outcomes)


TestEverything = Everything.TestCase
TestEverything.settings = settings(max_examples=30, deadline=None)


def test_every_reason_is_there_from_the_start() -> None:
    """A rate of something that appears with its first event misses that event."""
    text = metrics(Accounts(), IDLE)
    for reason in ("bot", "prefetch", "opt-out"):
        assert f'qwikfolio_beacon_filtered_total{{reason="{reason}"}} 0\n' in text
    for reason in ("malformed", "unknown", "project", "rate", "size", "incomplete", "refused"):
        assert f'qwikfolio_beacon_rejected_total{{reason="{reason}"}} 0\n' in text


def test_what_was_left_out_is_taken_up_once(tmp_path: Path) -> None:
    owner = uuid4()
    counts = Counter(
        {LeftOut(owner, "2026-11-23", "bot"): 3, LeftOut(owner, "2026-11-22", "bot"): 1}
    )
    save(PrivateFolder(tmp_path), counts)
    assert load(PrivateFolder(tmp_path)) == counts
    assert load(PrivateFolder(tmp_path)) == Counter()


OWNER = "ce2b0d6c-5f4b-4e34-9d7e-08b1a5a0a1a7"
BROKEN = b'[[{"owner":"%b","day":"\xff","reason":"bot"},1]]' % OWNER.encode()


@pytest.mark.parametrize("left", [b"", b"[[", b"null", b"{}", b"\0" * 50, BROKEN], ids=repr)
def test_what_a_crash_leaves_of_it_stops_nobody(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "left-out.json").write_bytes(left)
    assert load(PrivateFolder(tmp_path)) == Counter()

"""docs/beacon.md says what the code says: answers, metrics, reasons, what is stored."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any, get_args
from unittest.mock import Mock
from uuid import uuid4

import pytest

from generator import config
from generator.beacon import event
from generator.beacon.accounts import Filter, Rejection
from generator.beacon.beacon import Beacon
from generator.beacon.bounds import Bounds
from generator.beacon.frames import HEAD
from generator.beacon.listener import Listener
from generator.beacon.openapi import document
from tests.site import ROOT

PAGE = (ROOT / "docs" / "beacon.md").read_text("utf-8")
SENT = event.Sent(
    id=uuid4(),
    type="social_click",
    slug="ada-lovelace",
    data=event.Data("https://example.org/people?q=ada", "github", "phone", "pt-BR"),
)


def table(first: str) -> list[list[str]]:
    """The rows of the table whose first heading this is, cell by cell."""
    found = re.search(rf"^\| {first} \|.*\n\|[ -|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found, first
    return [[cell.strip(" `") for cell in row[2:-2].split(" | ")] for row in found[1].splitlines()]


@pytest.fixture
def metrics(tmp_path: Path) -> str:
    """What a beacon tells Prometheus that has done nothing yet."""
    settings = config.load(tmp_path, {}).beacon

    answers: list[Any] = []

    async def send(message: Any) -> None:
        answers.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    async def ask() -> None:
        beacon = Beacon(
            settings,
            "postgresql://nowhere",
            tmp_path / "spool",
            tmp_path / "salt",
            Mock(spec=Listener),
        )
        scope: dict[str, object] = {
            "type": "http",
            "method": "GET",
            "path": "/metrics",
            "headers": [],
        }
        scope["client"] = ("127.0.0.1", 4711)
        await beacon(scope, receive, send)

    asyncio.run(ask())
    text: str = answers[1]["body"].decode()
    return text


def test_the_documented_metrics_are_those_that_it_tells(metrics: str) -> None:
    told = re.findall(r"^# TYPE (\w+) (\w+)$", metrics, re.MULTILINE)
    assert [(name, kind) for name, kind, _about in table("metric")] == told


def test_alerts_ask_for_metrics_and_reasons_that_there_are(metrics: str) -> None:
    alerts = PAGE.split("```yaml\n")[1].split("```")[0]
    names = set(re.findall(r"qwikfolio_\w+", alerts))
    assert names
    assert names <= set(re.findall(r"^# TYPE (\w+)", metrics, re.MULTILINE))
    for reasons in re.findall(r'reason=~?"([^"]+)"', alerts):
        assert set(reasons.split("|")) <= set(get_args(Rejection))


def test_every_reason_is_documented() -> None:
    reasons = [(reason, of) for reason, of, _means in table("reason")]
    assert sorted(reasons) == sorted(
        [(reason, "filtered") for reason in get_args(Filter)]
        + [(reason, "rejected") for reason in get_args(Rejection)]
    )


def test_every_answer_is_documented_with_what_the_page_does() -> None:
    described = document()["paths"]["/e"]["post"]["responses"]
    rows = {status: does for status, _means, does in table("status")}
    assert set(rows) == {*described, "405"}
    script = (ROOT / "generator" / "render" / "beacon.js").read_text("utf-8")
    again = re.search(r"/(\S+)/\.test\(status\)", script)
    assert again
    assert {status for status, does in rows.items() if does == "sends it once more"} == {
        status for status in rows if re.search(again[1], status)
    }


def test_what_is_stored_is_documented_and_nothing_else_is() -> None:
    kept = event.stored(SENT, uuid4(), "0123456789abcdef", 0)
    data = json.loads(kept.data)
    documented = [name for cell, _what in table("column") for name in cell.split("`, `")]
    assert {name.removeprefix("event_data.") for name in documented if "." in name} == set(data)
    columns = {"id", "user_id", "slug", "project_id", "event_type", "created_at"}
    assert {name for name in documented if "." not in name} == columns
    assert len(event.Event.__struct_fields__) == len({*columns, "event_data"})
    assert data["referrer"] == "example.org"


def test_the_example_is_an_event() -> None:
    example = PAGE.split("```json\n")[1].split("```")[0]
    assert event.read(example.encode()).slug == "ada"


def test_limits_are_those_of_the_code() -> None:
    bounds = Bounds()
    assert f"more than {bounds.body:,} bytes" in PAGE
    assert f"more than {bounds.headers >> 10} KiB" in PAGE
    assert f"more than {bounds.seconds:g} seconds" in PAGE
    assert f"the beacon one that does for {bounds.idle:g}" in PAGE
    kept = event.stored(SENT, uuid4(), "0123456789abcdef", 1_790_000_000_000_000)
    a_megabyte = (1 << 20) // (HEAD + len(event.pack(kept)))
    assert "some 4,000 events a megabyte" in PAGE
    assert 3_500 < a_megabyte < 5_000


def test_every_setting_that_is_named_is_one() -> None:
    named = set(re.findall(r"`beacon\.(\w+)`", PAGE))
    assert named
    assert named <= set(config.BeaconSettings.__struct_fields__)


def test_every_message_that_is_explained_is_one() -> None:
    paths = [
        path
        for room in ("beacon", "cli", "database")
        for path in sorted(ROOT.glob(f"generator/{room}/*.py"))
    ]
    source = "".join(path.read_text("utf-8") for path in (*paths, ROOT / "generator/listening.py"))
    messages = re.sub(r'"\s+f?"|\{[^}]*\}', "", source)  # in one line, without values
    explained = re.findall(r"`([^`]+)`", PAGE.split("## What to do when")[1].split("| 502")[0])
    said = [it for it in explained if re.match(r"(the|another|events|port|may|was|has) ", it)]
    assert len(said) > 10
    for message in said:
        for part in re.split(r"…|: |[0-9.]+|qwikfolio_beacon|No space left on device", message):
            assert part.strip() in messages, message

"""The beacon's log: one line an entry, which says when and how much it matters."""

import json
import logging
import re

import pytest

from generator.beacon.log import Log, entry, line
from tests.beacon.running import Line, event, running, until
from tests.site import Site

WHEN = 1_795_971_600.9
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (INFO|WARNING|ERROR) \S.*")


def test_a_line_of_text() -> None:
    assert line(entry(WHEN, "INFO", "fine"), "text") == "2026-11-29T17:00:00Z INFO fine"


def test_a_line_of_json() -> None:
    assert json.loads(line(entry(WHEN, "WARNING", "bad"), "json")) == {
        "time": "2026-11-29T17:00:00Z", "level": "WARNING", "message": "bad",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("what\n  where: here\n\n  to do: this\n", "what; where: here; to do: this"),
        ("a\r\n2026-11-29T17:00:00Z ERROR forged", "a; 2026-11-29T17:00:00Z ERROR forged"),
        ("a\x0bb\x0cc\x85d\u2028e", "a; b; c; d; e"),
        ("\x1b[2Ja\0b\u202ec", "\\x1b[2Ja\\x00b\\u202ec"),
        ("naïve, 北京", "naïve, 北京"),
    ],
)
def test_an_entry_is_one_line_whatever_it_says(message: str, told: str) -> None:
    assert entry(WHEN, "INFO", message).message == told


def test_what_a_library_complains_of_is_one_line_with_its_traceback() -> None:
    said: list[tuple[str, str]] = []
    logger = logging.Logger("library")
    logger.addHandler(Log("text", lambda *told: said.append(told), lambda: WHEN))
    try:
        int("two\nlines")
    except ValueError:
        logger.exception("it failed")
    logger.info("not told")
    ((level, told),) = said
    assert level == "ERROR"
    assert told.startswith("2026-11-29T17:00:00Z ERROR library: it failed; Traceback")
    assert told.endswith(r"ValueError: invalid literal for int() with base 10: 'two\nlines'")


@pytest.mark.parametrize("form", ["text", "json"])
def test_all_that_a_beacon_says(site: Site, form: str) -> None:
    """From its start to its end, with the database away in between: once, however it ends."""
    site.person("ada")
    with Line(site.url) as way, running(site.root, way.url, log_format=form) as beacon:
        way.cut()
        assert beacon.send(event("ada")).status == 204
        until(lambda: beacon.metrics()["spooled"])
        way.restore()
        until(lambda: beacon.has_said("from the disk are in the database"))
        assert beacon.end() == 0
    if form == "json":
        entries = [json.loads(said) for said in beacon.said]
        assert all(set(found) == {"time", "level", "message"} for found in entries)
        messages = [found["message"] for found in entries]
    else:
        assert all(LINE.fullmatch(said) for said in beacon.said), beacon.said
        messages = [said.split(" ", 2)[2] for said in beacon.said]
    told = [re.sub(r"(:|;| at) .*|^\d+ ", "", message) for message in messages]
    assert told == [
        "the database is there",
        "events are taken",
        "the database takes no events, they wait on disk",
        "the database is there",
        "events from the disk are in the database",
        "stopped",
    ]

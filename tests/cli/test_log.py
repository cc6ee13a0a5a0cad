"""What runs for days says when: each line of `watch` begins with the time, in UTC."""

import re
import sys
from pathlib import Path

import click
import msgspec
import pytest

from generator.build import Report
from generator.build.metrics import Metrics
from generator.cli import cli, main
from generator.cli.common import dressed
from generator.cli.watch import _FactWatcher, _Watcher, watch_command
from generator.errors import DatabaseError
from generator.watch import News

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
ERROR = DatabaseError("the database is away", where="127.0.0.1:5432", fix="wait")
NEWS = News(changes=(), written=2, removed=(), links=(), seconds=0.02)
REPORT = Report(
    output="/srv/output", people=1, written=2, unchanged=0, removed=(), links=(), warnings=0,
    known_warnings=0,
    failed=(), seconds=0.5, metrics=Metrics(stages={}, people={}, peak_memory=1),
)  # fmt: skip


def tell_everything(watcher: _Watcher) -> None:
    watcher.note("another build is at work here: waiting for it")
    watcher.ready(REPORT)
    watcher.published(NEWS)
    watcher.failed(ERROR, 3.5)
    watcher.failed(ERROR, None)
    watcher.stopped()


def test_each_line_of_a_watch_has_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    tell_everything(_Watcher())
    said = capsys.readouterr()
    lines = [*said.out.splitlines(), *said.err.splitlines()]
    assert len(lines) == 4 + 1 + 4 + 3
    for line in lines:
        assert re.match(f"{STAMP} ", line), line
    assert re.search(f"^{STAMP} error: the database is away$", said.err, re.MULTILINE)
    assert re.search(f"^{STAMP}   trying again in 3.5 s$", said.err, re.MULTILINE)


def test_each_event_of_a_watch_has_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    tell_everything(_FactWatcher())
    said = capsys.readouterr()
    for line in said.out.splitlines():
        assert re.fullmatch(STAMP, msgspec.json.decode(line)["time"])
    assert re.match(f"{STAMP} another build", said.err)


def test_a_quiet_watch_tells_errors_only(capsys: pytest.CaptureFixture[str]) -> None:
    group = click.Context(cli, **cli.context_settings)
    with dressed(watch_command).make_context("watch", ["--quiet"], group):
        tell_everything(_Watcher())
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("error: the database is away") == 2


def test_an_error_that_ends_a_watch_has_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("generator.cli.watch.Stop", lambda: None)
    monkeypatch.setattr(sys, "argv", ["qwikfolio", "watch"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    assert re.match(f"{STAMP} error: no qwikfolio.toml here or above", capsys.readouterr().err)

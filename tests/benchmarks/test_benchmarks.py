"""The benchmark compares like with like, and reports what it measured."""

import os
import sys
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from benchmarks import preview, results, tables
from benchmarks.bench import Bench
from benchmarks.chart import Bar, chart
from benchmarks.database import Server
from benchmarks.figures import percentiles
from benchmarks.likeness import compare
from benchmarks.people import plain, write_people
from benchmarks.process import Run, RunError, run
from benchmarks.report import SECTIONS, filled
from benchmarks.results import Case, Cold, Likeness, Machine, Preview, Spent, Trigger, Triggers
from generator.database.synthetic import add_synthetic
from generator.model.date import PartialDate, Period
from generator.model.portfolio import Portfolio, ThemeChoice
from generator.source.portfolio import read_portfolio
from generator.source.snapshot import open_snapshot
from tests.site import ROOT

PAGE = (
    "<html><head><title>Ada</title><meta property='og:title' content='Ada'></head>"
    "<body><h1>Ada  Obi</h1><a href='/x/'>x</a></body></html>"
)


class Entry(msgspec.Struct, frozen=True):
    segment: str
    aliases: tuple[str, ...]
    params: Portfolio


class People(msgspec.Struct, frozen=True):
    people: tuple[Entry, ...]


MACHINE = Machine(
    date="2026-01-01",
    commit="abc",
    processor="P",
    cores=2,
    memory=2**33,
    system="Linux",
    versions=(("Hugo", "1"),),
)
EXAMPLE_OF_A_RUN = Run(wall=2.0, cpu=3.0, memory=50_000_000, memory_of_all=80_000_000)


def test_pages_that_differ_in_white_space_only_are_alike() -> None:
    assert compare(PAGE, PAGE.replace("<h1>", "\n  <h1>\n")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Obi", "Obo"),
        ("<title>Ada", "<title>Bo"),
        ("content='Ada'", "content='Bo'"),
        ("/x/", "/y/"),
        ("h1>", "h2>"),
        ("<body>", "<body>" + " " * 100),
    ],
    ids=["words", "title", "preview", "links", "elements", "size"],
)
def test_pages_that_differ_in_anything_else_are_not(old: str, new: str) -> None:
    assert compare(PAGE, PAGE.replace(old, new))


def test_a_date_is_given_to_others_in_every_form_they_need() -> None:
    period = Period(start=PartialDate(2023, 1), end=None, current=True)
    start = {"year": 2023, "month": 1, "iso": "2023-01"}
    assert plain(period) == {"start": start, "end": None, "current": True}


def test_a_run_is_measured_with_its_children(tmp_path: Path) -> None:
    child = (
        "x = bytearray(60_000_000)\nfor _ in range(2_000_000): pass\nimport time; time.sleep(.1)"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    measured = run([sys.executable, "-c", parent], tmp_path, dict(os.environ))
    assert measured.memory > 60_000_000
    assert measured.memory_of_all > measured.memory
    assert 0.02 < measured.cpu < 60
    assert measured.wall > 0.1


def test_a_run_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="the reason"):
        run([sys.executable, "-c", "raise SystemExit('the reason')"], tmp_path, dict(os.environ))


def test_results_come_back_as_they_were_written(tmp_path: Path) -> None:
    written = {"cold": cold_case(), "watch": Case(MACHINE, None, "no such command")}
    results.save(written, tmp_path / "results.json")
    assert results.load(tmp_path / "results.json") == written


def test_figures_stand_between_their_marks_and_nowhere_else() -> None:
    page = "before\n<!-- figures: ratios -->\nold\n<!-- end of figures -->\nafter\n"
    once = filled(page, {"cold": cold_case()})
    assert once.startswith("before\n<!-- figures: ratios -->\n| ratio |")
    assert once.endswith("<!-- end of figures -->\nafter\n")
    assert "Hugo to ours | 2.00 × (2.00–2.00)" in once
    assert filled(once, {"cold": cold_case()}) == once


@pytest.mark.parametrize("section", SECTIONS)
def test_what_could_not_be_measured_says_so(section: str) -> None:
    page = f"<!-- figures: {section} -->\n<!-- end of figures -->\n"
    names = ("cold", "floor", "large", "warm", "warm-large", "watch", "triggers",
             "preview", "beacon", "stats")  # fmt: skip
    text = filled(page, {name: Case(MACHINE, None, "the disk is full") for name in names})
    assert section == "machine" or "the disk is full" in text


def test_how_long_an_author_waits_is_told_by_what_was_saved() -> None:
    latencies = {"page, template": tuple(float(value) for value in range(101))}
    measured = Preview(started=412.0, latencies=latencies)
    text = tables.preview({"preview": Case(MACHINE, measured)})
    assert "It answers 0.4 s after it was started." in text
    assert "| page, template | 101 | 50 ms | 95 ms |" in text


def test_each_kind_of_save_is_seen_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "SAVES", 2)
    server = Server(url="", pid=0)
    bench = Bench(
        root=ROOT, scratch=tmp_path, server=server, hugo=None, pairs=1, repeats=1, edits=1
    )
    measured = preview.measure(bench)
    assert measured.started > 0
    assert {name: len(found) for name, found in measured.latencies.items()} == {
        "page, style sheet": 2,
        "page, template": 2,
        "gallery, style sheet": 2,
        "gallery, template": 2,
    }
    assert all(it > 0 for found in measured.latencies.values() for it in found)


def test_percentiles_are_values_that_so_many_stay_below() -> None:
    assert percentiles([float(value) for value in range(101)]) == (50, 99, 100)
    assert percentiles([7.0]) == (7, 7, 7)


def test_a_chart_says_its_figures_in_words_and_in_proportion() -> None:
    drawn = ElementTree.fromstring(
        chart("Time <s>", [Bar("ours & co", 1, "1 s", ours=True), Bar("other", 2, "2 s")])
    )
    svg = "{http://www.w3.org/2000/svg}"
    assert drawn.findtext(f"{svg}desc") == "ours & co: 1 s; other: 2 s"
    widths = [float(bar.attrib["width"]) for bar in drawn.iter(f"{svg}rect")]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.1)


def test_the_people_file_has_who_is_public_and_is_read_back_as_it_was(
    database: str, tmp_path: Path
) -> None:
    add_synthetic(database, 2)
    addresses = write_people(database, tmp_path / "people.json")
    people = msgspec.json.decode((tmp_path / "people.json").read_bytes(), type=People).people
    assert [entry.segment for entry in people] == [address.segment for address in addresses]
    with open_snapshot(database) as snapshot:
        read = [read_portfolio(it.owner, it.document).portfolio for it in snapshot.people()]
    unthemed = [msgspec.structs.replace(it, theme=ThemeChoice()) for it in read if it]
    assert [entry.params for entry in people] == unthemed


def test_the_cost_of_the_log_is_told_pair_by_pair() -> None:
    cost = Trigger("one row", (Spent(1, 2), Spent(2, 2)), (Spent(1.5, 2), Spent(2, 3)))
    told = tables.triggers({"triggers": Case(MACHINE, Triggers(costs=(cost,)))})
    assert "| one row | 1.50 ms | 1.75 ms | +25% (+0% to +50%) | +25% (+0% to +50%) |" in told


def cold_case() -> Case:
    slow = Run(wall=4.0, cpu=6.0, memory=100_000_000, memory_of_all=100_000_000)
    measured = Cold(
        people=10,
        files={"qwikfolio": 20, "hugo": 20},
        bytes={"qwikfolio": 1000, "hugo": 1000},
        runs={"qwikfolio": (EXAMPLE_OF_A_RUN,), "hugo": (slow,)},
        likeness={"hugo": Likeness(5, 0)},
    )
    return Case(MACHINE, measured)

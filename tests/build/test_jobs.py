"""Several processes build what one would, and fail as one would; none outlives the build."""

import fcntl
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from generator.build import Request, build, engine
from generator.database.seed import seed
from generator.database.synthetic import add_synthetic
from generator.errors import DatabaseError, PublishError, QwikfolioError, StrictError, ThemeError
from generator.publish.tree import Tree
from generator.publish.writer import MARKER
from tests.build.world import fresh_files
from tests.site import ROOT, TEST_PEOPLE, Notes, Site

KEPT = ("files", "readings", "entries", "disputes", "addresses", "claims", "nodes", "due")


@pytest.fixture
def crowd(site: Site) -> Site:
    """Synthetic people for some shards, and the samples with all their traps."""
    add_synthetic(site.url, 450)
    seed(site.url, TEST_PEOPLE)
    return site


@pytest.fixture
def group(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Fewer people, in more shards than are ever handed out at once."""
    monkeypatch.setattr(engine, "PEOPLE_A_SHARD", 10)
    add_synthetic(site.url, 90)
    return site


def kept(site: Site) -> dict[str, list[tuple[object, ...]]]:
    """What the manifest keeps."""
    (path,) = site.settings.state.glob("manifest-*.sqlite")
    connection = sqlite3.connect(path)
    try:
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in KEPT}
    finally:
        connection.close()


def outcome(site: Site, jobs: int) -> tuple[object, ...]:
    """What a build says, but for what it took."""
    it = site.build(jobs=jobs)
    counts = it.people, it.written, it.unchanged, it.warnings
    return *counts, it.removed, it.failed, site.notes.problems


def anew(site: Site) -> None:
    """Forget the output and its manifest."""
    for path in sorted(site.output.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    for path in site.settings.state.glob("manifest-*"):
        path.unlink()


def change_theme(site: Site) -> None:
    """Every page is to be made anew."""
    template = site.root / "themes" / "base" / "templates" / "base.html"
    template.write_text(template.read_text().replace("</body>", "<hr id=changed></body>"))


def error_of(site: Site, listener: Notes, jobs: int) -> QwikfolioError:
    with pytest.raises(QwikfolioError) as caught:
        build(site.settings, site.url, Request(jobs=jobs), listener)
    assert "Traceback" not in str(caught.value)
    assert multiprocessing.active_children() == []
    return caught.value


class AtFirst(Notes):
    """Does something as soon as somebody's page is done, others being in work."""

    def __init__(self, action: Callable[[], None]) -> None:
        super().__init__()
        self.action: Callable[[], None] | None = action

    def advance(self) -> None:
        action, self.action = self.action, None
        if action is not None:
            action()


def test_any_number_of_jobs_builds_the_same(crowd: Site) -> None:
    """The same bytes, the same manifest, the same report, the same problems in the same order."""
    said = outcome(crowd, 1)
    files, manifest = crowd.files(), kept(crowd)
    assert len(crowd.notes.problems) > 50
    for jobs in (2, 3):
        anew(crowd)
        assert outcome(crowd, jobs) == said
        assert crowd.files() == files
        assert kept(crowd) == manifest


def test_what_several_built_one_finds_as_it_should_be(group: Site) -> None:
    group.build(jobs=2)
    change_theme(group)
    assert group.build(jobs=3).written > 90
    assert group.build(jobs=1).written == 0
    report = group.build(jobs=1, full=True)
    assert (report.written, report.removed) == (0, ())
    assert group.files() == fresh_files(group)


def test_strict_stops_at_the_same_problem(crowd: Site) -> None:
    crowd.execute("UPDATE portfolios SET slug = NULL WHERE slug !~ '^[a-z0-9-]+$'")
    crowd.execute("UPDATE profiles SET username = NULL")  # else an address comes first
    said = set()
    for jobs in (1, 2, 3):
        with pytest.raises(StrictError) as caught:
            crowd.build(strict=True, jobs=jobs)
        said.add(str(caught.value))
    assert len(said) == 1


def test_a_theme_that_cannot_be_used_is_the_same_error(group: Site) -> None:
    template = group.root / "themes" / "base" / "templates" / "redirect.html"
    template.write_text("{{ no_such_thing }}")
    errors = [error_of(group, Notes(), jobs) for jobs in (1, 2)]
    assert all(isinstance(error, ThemeError) for error in errors)
    assert str(errors[0]) == str(errors[1])


def test_a_database_that_goes_away_is_the_same_error(group: Site) -> None:
    def cut() -> None:
        with psycopg.connect(group.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )

    for jobs in (1, 2):
        error = error_of(group, AtFirst(cut), jobs)
        assert isinstance(error, DatabaseError)
        assert "the database went away" in error.what  # and how, which is up to the network
        assert error.fix == "see that the server is up, then build again; what was written stays"
    group.build(jobs=2)
    assert group.files() == fresh_files(group)


def test_a_full_disk_is_the_same_error(group: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    group.build()
    change_theme(group)

    def no_space(_tree: Tree, _name: str, _body: bytes) -> None:
        with Path("/dev/full").open("wb", buffering=0) as disk:
            disk.write(b"any")

    class DiskFills(Notes):
        def begin(self, people: int) -> None:
            monkeypatch.setattr(Tree, "create", no_space)  # workers are forked after this

    errors = [error_of(group, DiskFills(), jobs) for jobs in (1, 2)]
    monkeypatch.undo()
    assert [type(error) for error in errors] == [PublishError, PublishError]
    assert errors[0].what == errors[1].what
    assert "No space left" in errors[0].what
    assert errors[0].fix == errors[1].fix
    group.build(jobs=2)
    assert group.files() == fresh_files(group)


def test_a_killed_worker_is_told_and_the_next_build_mends_all(group: Site) -> None:
    group.build()
    change_theme(group)

    def kill() -> None:
        os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

    error = error_of(group, AtFirst(kill), 2)
    assert isinstance(error, PublishError)
    assert "a worker process was killed" in error.what
    group.build(jobs=2)
    assert group.files() == fresh_files(group)


def test_a_killed_build_leaves_no_worker_behind(group: Site) -> None:
    """It held the output's lock, and so did its workers; the next build need not wait."""
    source = f"""
import time
from pathlib import Path
from generator.build import engine
from generator import config
from generator.build import Request, build
from tests.site import TEST_PEOPLE, Notes

class Pauses(Notes):
    def advance(self):
        print("now", flush=True)
        time.sleep(60)

engine.PEOPLE_A_SHARD = 10
root = Path({str(group.root)!r})
build(config.load(root, {{}}), {group.url!r}, Request(jobs=3), Pauses())
"""
    with subprocess.Popen(
        [sys.executable, "-c", source], stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"now\n"
        workers = children(process.pid)
        assert len(workers) == 3
        process.kill()
    assert is_free_within(60.0, group.output / MARKER)
    assert not any(Path(f"/proc/{worker}/cwd").exists() for worker in workers)
    group.build(jobs=2)
    assert group.files() == fresh_files(group)


def children(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return list(map(int, path.read_text().split()))


def is_free_within(seconds: float, marker: Path) -> bool:
    """Whether nobody holds an output's lock, or nobody does soon."""
    deadline = time.monotonic() + seconds
    with marker.open("r+") as file:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.01)
            else:
                return True
    return False

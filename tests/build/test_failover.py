"""The database dies while a build reads it: the site stays whole, and the next build is right."""

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from generator.build import Request, build, engine
from generator.build.workers import Serve, Workers, forked
from generator.database import embedded
from generator.database.migrate import migrate
from generator.errors import DatabaseError
from tests.build.world import fresh_files
from tests.site import Notes, Site

PEOPLE = 60


class Primary:
    """A server of the test's own, which it may kill."""

    def __init__(self, state: Path) -> None:
        self.state = state

    def kill(self) -> None:
        """The postmaster, as the machine would; its backends end by themselves."""
        pid = int((self.state / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def primary(tmp_path: Path) -> Iterator[tuple[Primary, Site]]:
    state = tmp_path / "server"
    with embedded.server(state) as url:
        migrate(url)
        (tmp_path / "site").mkdir()
        site = Site(tmp_path / "site", url)
        for number in range(PEOPLE):
            site.person(f"p{number}", headline="Before")
        site.build()
        yield Primary(state), site


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_primary_that_is_killed_while_a_build_reads(
    primary: tuple[Primary, Site], monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    server, site = primary
    monkeypatch.setattr(engine, "PEOPLE_A_SHARD", 5)
    site.execute("UPDATE portfolios SET headline = 'After'")

    class Kills(Notes):
        done = 0

        def advance(self) -> None:
            self.done += 1
            if self.done == 6:
                server.kill()

    with pytest.raises(DatabaseError):
        build(site.settings, site.url, Request(jobs=jobs), Kills())
    pages = [site.page(f"p{number}") for number in range(PEOPLE)]
    assert all(("Before" in page) != ("After" in page) for page in pages)
    assert all(page.endswith("</html>") for page in pages)
    with embedded.server(server.state):  # it is started anew, or another takes its place
        assert site.build(jobs=jobs).failed == ()
        assert site.files() == fresh_files(site)


def test_the_connection_that_exports_the_snapshot_dies_before_workers_import_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PEOPLE_A_SHARD", 1)
    for slug in ("ada", "bob", "eve"):
        site.person(slug)

    def cut(count: int, serve: Serve) -> AbstractContextManager[Workers]:
        with psycopg.connect(site.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        return forked(count, serve)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "forked", cut)
        with pytest.raises(DatabaseError, match="holds the build's snapshot has ended") as caught:
            site.build(jobs=2)
    assert "build again" in str(caught.value)
    assert site.build(jobs=2).written > 0
    assert site.files() == fresh_files(site)

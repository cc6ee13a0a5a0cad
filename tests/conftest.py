"""A real PostgreSQL for every test: one server a worker, and a fresh database each."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from generator.database import embedded
from generator.database.migrate import migrate
from tests.guard import guarded
from tests.site import ROOT, Site

_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="take what is built for right")


SLOW = {"beacon", "benchmarks", "build", "packaging", "preview", "security", "watch"}
"""Folders of tests that start processes, or build whole sites."""
WITH_PROGRAMS = {"hosting"}
"""Folders of tests that run programs of others."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what a test needs, as far as its fixtures and its folder tell."""
    assert isinstance(item, pytest.Function)
    for fixture, needed in (("server", "database"), ("chromium", "browser")):
        if fixture in item.fixturenames:
            item.add_marker(needed)
    folders = item.path.relative_to(ROOT / "tests").parts
    if SLOW.intersection(folders):
        item.add_marker("slow")
    if WITH_PROGRAMS.intersection(folders):
        item.add_marker("programs")


@pytest.fixture(scope="session", autouse=True)
def guarded_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The worker's folder for temporary files, guarded as its `tmp_path` is (tests/guard.py)."""
    with guarded(tmp_path_factory.getbasetemp()) as made, pytest.MonkeyPatch.context() as patched:
        patched.setenv("TMPDIR", str(made))
        patched.setattr(tempfile, "tempdir", str(made))
        patched.delenv("COLUMNS", raising=False)  # pytest-xdist sets it in its workers
        yield made


@pytest.fixture(scope="session")
def server(guarded_folder: Path) -> Iterator[str]:
    """The URL of the worker's server; no test writes to the database it names."""
    # Not in pytest's own folder, which it closes to other accounts whenever it starts.
    with embedded.server(guarded_folder / "server") as url:
        with psycopg.connect(url, autocommit=True) as connection:
            # Tests lose nothing in a power cut.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """The name of a migrated database to clone."""
    _create(server, "migrated", "template0")
    migrate(with_database(server, "migrated"))
    return "migrated"


@pytest.fixture
def database(server: str, template: str) -> Iterator[str]:
    """The URL of a fresh, migrated database, as a superuser."""
    with temporary(server, template) as url:
        yield url


@pytest.fixture
def empty_database(server: str) -> Iterator[str]:
    """The URL of a fresh database with nothing in it, as a superuser."""
    with temporary(server, "template0") as url:
        yield url


@pytest.fixture
def site(tmp_path: Path, database: str) -> Site:
    """A site without people."""
    return Site(tmp_path, database)


def with_database(url: str, name: str) -> str:
    """The same server's URL, for another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def with_user(url: str, name: str) -> str:
    """The same database's URL, for another user."""
    return urlsplit(url)._replace(netloc=f"{name}@").geturl()


@contextmanager
def as_role(
    url: str, role: str, user: object = None
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection that is `role`, with the token of `user` as PostgREST sets it; autocommit."""
    with psycopg.connect(url, autocommit=True) as connection:
        claims = json.dumps({"sub": str(user), "role": role}) if user else ""
        connection.execute("SELECT set_config('request.jwt.claims', %s, false)", [claims])
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        yield connection


@contextmanager
def temporary(server: str, template: str) -> Iterator[str]:
    """The URL of a fresh database, as a superuser, which is gone afterwards."""
    name = f"test_{next(_numbers)}"
    _create(server, name, template)
    try:
        yield with_database(server, name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _create(server: str, name: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)

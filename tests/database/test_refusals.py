"""A server that answers and refuses is told by its own words, never called away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from generator.database.connection import connect
from generator.database.migrate import migrate
from generator.database.refusal import in_session, while_connecting
from generator.database.rollup import roll_up
from generator.errors import DatabaseError, UnavailableError
from generator.source.snapshot import open_snapshot
from generator.stats.query import Request, read
from tests.conftest import with_user
from tests.site import Site
from tests.stats.test_query import UTC_ZONE

SECRET = "hunter2"
GONE = ("went away", "is away", "no PostgreSQL answers", "see that the server is up")


@contextmanager
def login(url: str, name: str, options: str = "", settings: str = "") -> Iterator[str]:
    """The URL of a role that may log in."""
    role = sql.Identifier(name)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN ").format(role) + sql.SQL(options))
        try:
            if settings:
                admin.execute(sql.SQL("ALTER ROLE {} SET ").format(role) + sql.SQL(settings))
            yield with_user(url, name)
        finally:
            admin.execute(sql.SQL("DROP OWNED BY {}").format(role))
            admin.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture
def guarded(server: str) -> Iterator[str]:
    """The server, which asks `asked` for a password and lets `outsider` in from nowhere."""
    with psycopg.connect(server, autocommit=True) as admin:
        ((path,),) = admin.execute("SHOW hba_file").fetchall()
        file = Path(path)
        before = file.read_text()
        rules = "local all asked scram-sha-256\nlocal all outsider reject\n"
        file.write_text(rules + before)
        admin.execute("SELECT pg_reload_conf()")
        try:
            yield server
        finally:
            file.write_text(before)
            admin.execute("SELECT pg_reload_conf()")


def refused(url: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        connect(url)
    assert SECRET not in str(caught.value)
    assert not any(word in str(caught.value) for word in GONE)
    return caught.value


def lasts(error: DatabaseError) -> bool:
    """Whether somebody has to do something about it."""
    return not isinstance(error, UnavailableError)


def test_a_wrong_password(guarded: str) -> None:
    with login(guarded, "asked", f"PASSWORD '{SECRET}'") as url:
        wrong = urlsplit(url)._replace(netloc=f"asked:{SECRET}x@").geturl()
        error = refused(wrong)
        assert error.what.startswith("the database refuses the user or the password: ")
        assert 'password authentication failed for user "asked"' in error.what
        assert "asked:***@" in str(error.where)
        assert lasts(error)
        error = refused(url)
        assert "no password supplied" in error.what
        connect(urlsplit(url)._replace(netloc=f"asked:{SECRET}@").geturl()).close()


def test_nobody_is_let_in_from_here(guarded: str) -> None:
    with login(guarded, "outsider") as url:
        error = refused(url)
    assert error.what.startswith("the server doesn't let this user in from here: ")
    assert 'user "outsider"' in error.what
    assert "pg_hba.conf" in str(error.fix)
    assert lasts(error)


def test_a_role_without_connections(server: str) -> None:
    with login(server, "crowded", "CONNECTION LIMIT 0") as url:
        error = refused(url)
    assert error.what.startswith("this user has no connection left: ")
    assert 'role "crowded"' in error.what
    assert "CONNECTION LIMIT" in str(error.fix)
    assert not lasts(error)


def test_a_database_that_is_closed(server: str, database: str) -> None:
    name = sql.Identifier(urlsplit(database).path[1:])
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
    error = refused(database)
    assert error.what.startswith("the database is closed to connections: ")
    assert "ALLOW_CONNECTIONS true" in str(error.fix)


def test_a_role_that_may_not_connect(server: str, database: str) -> None:
    name = sql.Identifier(urlsplit(database).path[1:])
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(name))
    with login(server, "outside"):
        error = refused(with_user(database, "outside"))
    assert error.what.startswith("this user may not connect to the database: ")
    assert lasts(error)


@pytest.mark.parametrize(
    ("said", "what", "passing"),
    [
        ("FATAL:  the database system is starting up", "the server is starting, stopping", True),
        ("FATAL:  the database system is in recovery mode", "the server is starting", True),
        ("FATAL:  sorry, too many clients already", "the server has no connection left", True),
        (
            'FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "site", database "folio", '
            "no encryption",
            "the server doesn't let this user in from here without encryption",
            False,
        ),
        (
            'FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "site", database "folio", '
            "SSL encryption",
            "the server doesn't let this user in from here",
            False,
        ),
        ("FATAL:  Tenant or user not found", "the pooler in front of the database", False),
        ('definition of service "folio" not found', "the service that the URL names", False),
        ('service file "/nowhere" not found', "the service that the URL names", False),
        ("FATAL:  ein Satz in einer anderen Sprache", "the database can't be used", False),
        ("connection refused by something unknown", "no PostgreSQL answers there", True),
        ("something else altogether", "the database can't be used", True),
    ],
)
def test_what_a_server_says_while_connecting(said: str, what: str, passing: bool) -> None:
    message = f'connection to server at "db", port 5432 failed: {said}'
    error = while_connecting(message, "postgresql://db/site", {})
    assert error.what.startswith(what)
    assert said in error.what
    assert isinstance(error, UnavailableError) == passing


def test_a_limit_of_statements_is_told_with_who_set_it(site: Site) -> None:
    """Whatever is asked waits for a lock, longer than the role may."""
    person = Request(address="ada", days=3, fallback=UTC_ZONE)
    site.person("ada")
    with (
        login(site.url, "hasty", "IN ROLE qwikfolio_stats", "statement_timeout = '30ms'") as url,
        psycopg.connect(site.url) as holder,
    ):
        holder.execute("LOCK qwikfolio.rolled, qwikfolio.migrations")
        with pytest.raises(DatabaseError) as caught:
            read(url, person)
    error = caught.value
    assert error.what == (
        "the figures can't be read: canceling statement due to statement timeout "
        "(statement_timeout is 30ms, set by role hasty)"
    )
    assert error.fix == "raise it: ALTER ROLE \"hasty\" SET statement_timeout = '1min'"
    assert "role hasty on " in str(error.where)
    assert lasts(error)


def test_so_it_is_of_the_beacon(site: Site) -> None:
    with (
        login(site.url, "hasty", "IN ROLE qwikfolio_beacon", "statement_timeout = '30ms'") as url,
        psycopg.connect(site.url) as holder,
    ):
        holder.execute("LOCK qwikfolio.rolled")
        with pytest.raises(DatabaseError) as caught:
            roll_up(url, 0)
    assert "statement timeout (statement_timeout is 30ms, set by role hasty)" in caught.value.what
    assert lasts(caught.value)


def test_a_role_that_only_reads(database: str) -> None:
    with (
        login(database, "reader", "SUPERUSER", "default_transaction_read_only = on") as url,
        psycopg.connect(database, autocommit=True) as admin,
    ):
        admin.execute("DELETE FROM qwikfolio.migrations WHERE number = 16")
        with pytest.raises(DatabaseError, match="read-only transaction") as caught:
            migrate(url)
    assert lasts(caught.value)


def test_a_grant_that_is_missing_is_told_as_a_statement(site: Site) -> None:
    site.person("ada")
    with login(site.url, "website", "IN ROLE qwikfolio_publisher") as url:
        site.execute("REVOKE SELECT ON public.skills FROM qwikfolio_publisher")
        site.execute("REVOKE SELECT (name) ON public.skills FROM qwikfolio_publisher")
        with pytest.raises(DatabaseError) as caught, open_snapshot(url) as snapshot:
            list(snapshot.people())
    error = caught.value
    assert "permission denied for table skills" in error.what
    assert error.fix == ("run as its owner: GRANT SELECT ON public.skills TO qwikfolio_publisher;")
    assert "role website on " in str(error.where)


def test_a_session_that_is_ended_went_away(database: str) -> None:
    with connect(database) as connection, psycopg.connect(database, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
        with pytest.raises(psycopg.Error) as caught:
            connection.execute("SELECT 1")
        error = in_session(caught.value, "it can't be read", connection)
    assert isinstance(error, UnavailableError)
    assert error.what.startswith("it can't be read: the database went away: ")

"""A database's URL is taken as operators have it; what isn't understood is named, but no secret."""

from pathlib import Path

import pytest
from psycopg import conninfo, pq

from generator import config
from generator.config.database_url import UrlError, parse_database_url
from generator.config.url_parameters import LIBPQ
from generator.database.connection import connect
from generator.errors import ConfigError, DatabaseError

SECRET = "hunter2"
PLAIN = f"postgresql://ada:{SECRET}@db/site"


def refused(url: str) -> UrlError:
    with pytest.raises(UrlError) as caught:
        parse_database_url(url)
    assert SECRET not in str(caught.value.what) + caught.value.fix
    return caught.value


def test_every_parameter_of_libpq_is_known() -> None:
    assert {option.keyword.decode() for option in pq.Conninfo.get_defaults()} <= LIBPQ


@pytest.mark.parametrize(
    "url",
    [
        PLAIN,
        "postgresql://",
        "postgresql:///site?host=/run/postgresql",
        "postgresql://ada:p%40ss%2Fword@db:5432/site?sslmode=verify-full&sslrootcert=system",
        "postgresql://ada:p#s?s:w@db/site",
        "postgresql://[::1]:5432/site",
        "postgresql://a:5432,b:5433/site?target_session_attrs=read-write&connect_timeout=3",
        "postgresql://ada@%2Frun%2Fpostgresql/site",
        "postgresql://db/site?options=-c%20search_path%3Dx&channel_binding=require",
        "postgresql://db/site?options=endpoint%3Dep-cool-name-123456",
        "host=db dbname=site user=ada password='a b' sslmode=require",
    ],
)
def test_what_libpq_takes_is_given_to_it_as_it_is(url: str) -> None:
    assert parse_database_url(url).libpq == url
    assert parse_database_url(url).notes == ()
    conninfo.conninfo_to_dict(url)


@pytest.mark.parametrize(
    ("url", "libpq"),
    [
        (PLAIN.replace("postgresql", "postgres"), PLAIN),
        (f" {PLAIN} ", PLAIN),
        (f"{PLAIN}?", PLAIN),
    ],
)
def test_other_ways_to_write_the_same(url: str, libpq: str) -> None:
    assert parse_database_url(url).libpq == libpq
    assert parse_database_url(url).notes == ()


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("pgbouncer=true&connection_limit=1&pool_timeout=20", ""),  # Prisma
        ("schema=public&sslmode=require", "?sslmode=require"),
        ("statement_cache_size=0&single_use_connections=true", ""),
        ("supa=base-pooler.x&pgbouncer=true", ""),  # Supabase, Vercel
        ("workaround=supabase-pooler.vercel", ""),
        ("pool=5&encoding=unicode&prepared_statements=false", ""),  # Rails
        ("conn_max_age=60&conn_health_checks=true", ""),  # Django
        ("pool_max_conns=10&default_query_exec_mode=simple_protocol", ""),  # pgx
        ("uselibpqcompat=true&sslmode=require", "?sslmode=require"),  # node-postgres
        ("prepareThreshold=0&ApplicationName=x", ""),  # JDBC
    ],
)
def test_parameters_of_other_software_are_left_out_with_one_note(query: str, left: str) -> None:
    found = parse_database_url(f"{PLAIN}?{query}")
    assert found.libpq == PLAIN + left
    (note,) = found.notes
    for parameter in query.split("&"):
        name = parameter.partition("=")[0]
        assert (name in note) == (name != "sslmode")
    assert "ignored" in note


def test_so_is_the_driver_of_sqlalchemy() -> None:
    found = parse_database_url(PLAIN.replace("postgresql:", "postgresql+psycopg:"))
    assert found.libpq == PLAIN
    assert "+psycopg" in found.notes[0]


@pytest.mark.parametrize(
    ("parameter", "note"),
    [
        ("schema=other", "qwikfolio reads the schema public"),
        ("currentSchema=other", "qwikfolio reads the schema public"),
        ("statement_timeout=30", "ALTER ROLE … SET statement_timeout"),
        ("sslaccept=strict", "write sslmode=verify-full"),
        ("sslidentity=client.p12", "sslcert and sslkey"),
        ("ssl=true", "is read as sslmode=require"),
        ("sslmode=no-verify", "is read as sslmode=require"),
        ("ssl=verify-full", "is read as sslmode=verify-full"),
        ("ssl=false", "is read as sslmode=disable"),
    ],
)
def test_what_is_ignored_and_would_matter_says_how_it_is_read(parameter: str, note: str) -> None:
    (found,) = parse_database_url(f"{PLAIN}?{parameter}").notes
    assert note in found
    assert parameter.partition("=")[0] in found


@pytest.mark.parametrize(
    ("parameter", "what", "fix"),
    [
        ("sslmod=require", "it has an unknown parameter 'sslmod'", "did you mean sslmode?"),
        ("conect_timeout=3", "'conect_timeout'", "did you mean connect_timeout?"),
        ("quux=1", "it has an unknown parameter 'quux'", "take it out"),
        (
            "sslmode=requier",
            "sslmode can't be 'requier'",
            "did you mean require? It is one of disable, allow, prefer, require, verify-ca, "
            "verify-full",
        ),
        ("target_session_attrs=readwrite", "can't be 'readwrite'", "did you mean read-write?"),
        ("connect_timeout=soon", "connect_timeout can't be 'soon'", "write a whole number"),
        ("sslmode", "its parameter 'sslmode' has no value", "write sslmode=VALUE"),
        ("application_name=100%", "is followed by no two hexadecimal digits", "write % as %25"),
    ],
)
def test_a_parameter_that_nobody_knows_is_named(parameter: str, what: str, fix: str) -> None:
    found = refused(f"{PLAIN}?{parameter}")
    assert found.what.startswith("the database URL can't be used: ")
    assert what in found.what
    assert fix in found.fix


def test_so_it_is_in_a_connection_string() -> None:
    assert refused(f"host=db password={SECRET} sslmod=require").fix == "did you mean sslmode?"


@pytest.mark.parametrize(
    ("url", "fix"),
    [
        (f"postgresql://ada:p@{SECRET}@db/site", "write @ as %40"),
        (f"postgresql://ada:p/{SECRET}@db/site", "write / as %2F"),
        (f"postgresql://ada:p/{SECRET}?x@db/site", "write / as %2F, ? as %3F"),
        (f"postgresql://ada:12?{SECRET}/x@db/site", "write / as %2F, ? as %3F"),
        (f"postgresql://ada:{SECRET}%zz@db/site", "write % as %25"),
        ("postgresql://postgres:[YOUR-PASSWORD]@db.x.supabase.co/postgres", "put the password"),
        (f'"{PLAIN}"', "take the quotation marks out"),
        (f"jdbc:{PLAIN}", "leave out jdbc:"),
        (f"mysql://ada:{SECRET}@db/site", "postgresql://USER:PASSWORD@HOST:5432/DATABASE"),
        (f"prisma+postgres://accelerate/?api_key={SECRET}", "a proxy of Prisma's"),
    ],
)
def test_a_url_that_is_none_says_how_to_write_it(url: str, fix: str) -> None:
    assert fix in refused(url).fix


def test_whoever_names_a_url_that_is_none_is_told_when_it_is_used(tmp_path: Path) -> None:
    """A theme's author may have another program's DATABASE_URL in the environment."""
    environ = {"DATABASE_URL": f"mysql://ada:{SECRET}@db/site"}
    settings = config.load(tmp_path, environ)
    with pytest.raises(ConfigError, match="not a postgresql:// URL") as caught:
        config.require_database_url(settings)
    assert caught.value.where == "the environment variable DATABASE_URL: mysql://ada:***@db/site"


def test_notes_say_whose_url_it_is(tmp_path: Path) -> None:
    settings = config.load(tmp_path, {}, database_url=f"{PLAIN}?pgbouncer=true")
    assert settings.notes == (
        "--database-url: pgbouncer is ignored: it is a parameter of other software",
    )
    assert config.require_database_url(settings) == PLAIN


def test_a_connection_is_made_with_what_other_software_appended(database: str) -> None:
    with connect(f"{database}&pgbouncer=true&schema=public") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(DatabaseError, match="unknown parameter 'sslmod'"):
        connect(f"{database}&sslmod=require")

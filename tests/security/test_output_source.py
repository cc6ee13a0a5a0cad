"""An output belongs to one database: a wrong URL, or one that got lost, replaces no site."""

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import psycopg
import pytest
from obstore.store import S3Store
from psycopg import sql

from generator import config
from generator.build.request import Cluster
from generator.config import StoreAddress
from generator.database import embedded
from generator.database.account import server_account
from generator.database.migrate import migrate
from generator.database.programs import programs, run
from generator.database.provide import ready_database
from generator.errors import ConfigError, DatabaseError, PublishError
from generator.publish.manifest import Manifest
from generator.publish.output import Output
from generator.publish.writer import MARKER
from tests.beacon.running import Line
from tests.build.world import death, fresh_files
from tests.cli.test_commands import qwikfolio
from tests.conftest import temporary, with_database, with_user
from tests.present import present
from tests.publish.test_store import HERE, bucket, endpoint, objects
from tests.site import ROOT, TEST_PEOPLE, Site
from tests.watch.test_watch import eventually, watching

__all__ = ["bucket", "endpoint"]  # fixtures

SETTINGS = """\
[site]
title = "People"
url = "https://people.example"
[database]
embedded = true
"""
ANOTHER = "belongs to another database"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Path]:
    """The state folder of a site with an embedded database: another server, with the samples.

    It keeps the WAL that a replica is made from, and runs as long as the tests do.
    """
    with tempfile.TemporaryDirectory() as name:
        state = Path(name)
        with embedded.server(state) as url, psycopg.connect(url, autocommit=True) as connection:
            for setting in ("wal_level = replica", "max_wal_senders = 4", "fsync = off"):
                connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        settings = msgspec.structs.replace(
            config.load(ROOT, {}), state=state, database_url=None, embedded=True
        )
        with ready_database(settings):
            yield state


@pytest.fixture
def people(site: Site) -> Site:
    """A site of a few people, built, whose settings allow the embedded samples as well."""
    (site.root / "qwikfolio.toml").write_text(SETTINGS)
    shutil.copytree(TEST_PEOPLE, site.root / "content" / "portfolios")
    for slug in ("ada", "bob", "eve"):
        site.person(slug, username=f"{slug}-too")
    return site


def everything(site: Site, state: Path) -> dict[str, bytes]:
    """The output's files, its marker and its manifest, byte for byte."""
    marker = {MARKER: (site.output / MARKER).read_bytes()}
    return {**site.files(), **marker, **manifests(state)}


def manifests(state: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in state.glob("manifest-*.sqlite")}


def followers(url: str) -> list[tuple[object, ...]]:
    """Which outputs a database keeps its log for."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT id, position, line FROM qwikfolio.outputs").fetchall()


def name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def copy_database(server: str, of: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(of)
            )
        )
    return with_database(server, name)


def dump_into(source: str, target: str, file: Path, *options: str) -> None:
    """Dump a database, and restore the dump in an empty one."""
    for command in (
        ["pg_dump", "--format=custom", f"--file={file}", *options, source],
        ["pg_restore", f"--dbname={target}", *options, str(file)],
    ):
        done = subprocess.run(
            [programs() / command[0], *command[1:]], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


# The cron job that lost its DATABASE_URL


def test_a_job_that_lost_its_url_changes_nothing_and_says_both_names(
    people: Site, elsewhere: Path
) -> None:
    state = {"QWIKFOLIO_PATHS_STATE": str(elsewhere)}
    assert qwikfolio(people.root, "build", DATABASE_URL=people.url, **state).returncode == 0
    before, log = everything(people, elsewhere), followers(people.url)

    lost = qwikfolio(people.root, "build", "--json", **state)
    assert lost.returncode == 1
    error = msgspec.json.decode(lost.stdout)["error"]
    for said in (error, lost.stderr):
        assert ANOTHER in said
        assert f"built from {name_of(people.url)} at " in said
        assert "this is the embedded samples (" in said
    assert "--adopt-output" in lost.stderr
    assert everything(people, elsewhere) == before
    assert followers(people.url) == log

    for manifest in elsewhere.glob("manifest-*"):
        manifest.unlink()
    again = qwikfolio(people.root, "build", **state)
    assert again.returncode == 1
    assert f"built from {name_of(people.url)} (" in again.stderr
    assert everything(people, elsewhere) == {**before, **manifests(elsewhere)}

    found = qwikfolio(people.root, "build", "--json", DATABASE_URL=people.url, **state)
    assert found.returncode == 0
    assert msgspec.json.decode(found.stdout)["removed"] == []
    assert people.files() == fresh_files(people)


def test_it_changes_nothing_in_an_object_store(
    people: Site, tmp_path: Path, bucket: S3Store, elsewhere: Path
) -> None:
    people.settings = msgspec.structs.replace(people.settings, output=HERE)
    people.build()
    before = objects(bucket)
    samples = people.settings
    people.settings = msgspec.structs.replace(samples, database_url=None)
    with embedded.server(elsewhere) as url:
        for _manifest in ("there", "lost"):
            with pytest.raises(PublishError, match=f"{ANOTHER}: it was built from test_") as caught:
                people.build(url=url)
            assert "this is the embedded samples" in caught.value.what
            assert caught.value.where == "s3://site/people"
            assert objects(bucket) == before
            shutil.rmtree(people.settings.state)
    people.settings = samples
    people.build()
    assert objects(bucket) == before


def test_what_stands_in_the_output_says_nothing_of_where_the_database_is(people: Site) -> None:
    """A web server may hand the marker out."""
    people.build()
    marker = (people.output / MARKER).read_text()
    assert name_of(people.url) in marker
    for part in ("/tmp", "host=", "5432", "postgres@"):
        assert part not in marker
    with psycopg.connect(people.url) as connection:
        (server,) = present(connection.execute("SELECT qwikfolio.server_identity()").fetchone())
    assert server not in marker


def test_a_watch_looks_at_each_build_which_database_it_is(people: Site, server: str) -> None:
    """It may be exchanged behind the URL; and back again."""
    name, away = name_of(people.url), f"{name_of(people.url)}_away"

    def rename(old: str, new: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [old]
            )
            statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(statement.format(sql.Identifier(old), sql.Identifier(new)))

    with watching(people, "--adopt-output") as watch:
        before = people.files()
        rename(name, away)
        copy_database(server, away, name)
        people.execute("UPDATE portfolios SET headline = 'Staging'")
        watch.until("failed", lambda event: ANOTHER in str(event["error"]))
        assert people.files() == before
        rename(name, f"{name}_staging")
        rename(away, name)
        people.execute("UPDATE portfolios SET headline = 'Real' WHERE slug = 'ada'")
        eventually(lambda: "Real" in people.page("ada"))
    assert not any(b"Staging" in body for body in people.files().values())


# Which database is the same one, and which isn't


@pytest.mark.parametrize("how", ["template", "dump"])
def test_a_copy_on_the_same_server_is_another_database(
    people: Site, server: str, tmp_path: Path, how: str
) -> None:
    people.build()
    before = people.files()
    with temporary(server, "template0" if how == "dump" else name_of(people.url)) as copy:
        if how == "dump":
            dump_into(people.url, copy, tmp_path / "dump")
        with pytest.raises(PublishError, match=f"{ANOTHER}: .*{name_of(people.url)} at .*"):
            people.build(url=copy)
    assert people.files() == before


def test_a_dump_restored_on_another_server_is_another_database(
    people: Site, elsewhere: Path, tmp_path: Path
) -> None:
    """A staging copy, say, with a name and rows that are the same."""
    people.build()
    with embedded.server(elsewhere) as url, psycopg.connect(url, autocommit=True) as connection:
        name = name_of(people.url)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        dump_into(people.url, with_database(url, name), tmp_path / "dump")
        with pytest.raises(PublishError, match=ANOTHER):
            people.build(url=with_database(url, name))
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def test_another_name_of_the_host_and_a_pooler_lead_to_the_same_database(people: Site) -> None:
    people.build()
    with Line(people.url) as line:
        report = people.build(url=line.url)
    assert (report.written, report.removed) == (0, ())
    assert people.notes.notes == []


def test_a_replica_is_the_same_database_and_stays_it_when_it_is_promoted(
    people: Site, elsewhere: Path
) -> None:
    with embedded.server(elsewhere) as primary, tempfile.TemporaryDirectory() as folder:
        people.url = copy_database(primary, "template0", "replicated")
        migrate(people.url)
        people.person("ada")
        people.build()
        account, state = server_account(elsewhere / "postgres"), Path(folder)
        account.own(state)
        done = run(
            account, elsewhere / "postgres", "pg_basebackup", "--pgdata", str(state / "postgres"),
            "--write-recovery-conf", "--checkpoint=fast", "--dbname", primary,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        (state / "postgres" / ".s.PGSQL.5432.lock").unlink()  # the primary's socket is not copied
        with embedded.server(state) as replica:
            url = with_database(replica, "replicated")
            assert people.build(url=url).removed == ()
            with psycopg.connect(url) as connection:
                assert connection.execute("SELECT pg_promote()").fetchone() == (True,)
            assert people.build(url=url).removed == ()
            people.url = url
            people.person("bob")
            people.build()
    assert people.has("bob")


def test_where_the_servers_own_identity_is_not_to_be_had_a_dump_is_told_apart_all_the_same(
    tmp_path: Path, server: str, empty_database: str
) -> None:
    """As with a provider who keeps pg_control_system() to itself."""
    with psycopg.connect(empty_database, autocommit=True) as connection:
        for statement in (
            "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC",
            "CREATE ROLE tenant LOGIN BYPASSRLS",
            "GRANT qwikfolio_publisher TO tenant WITH INHERIT FALSE, SET TRUE",
            f'ALTER DATABASE "{name_of(empty_database)}" OWNER TO tenant',
            "ALTER SCHEMA public OWNER TO tenant",
        ):
            connection.execute(statement.encode())
    tenant = with_user(empty_database, "tenant")
    migrate(tenant)
    people = Site(tmp_path, tenant)
    people.person("ada")
    people.build()
    people.execute("VACUUM FULL qwikfolio.source")
    assert people.build().written == 0
    assert people.notes.notes == []

    identity = "SELECT qwikfolio.server_identity()"
    with temporary(server, "template0") as copy, psycopg.connect(empty_database) as connection:
        dump_into(empty_database, copy, tmp_path / "dump")
        with psycopg.connect(copy) as other:
            here, there = (
                present(it.execute(identity).fetchone())[0] for it in (connection, other)
            )
        assert here.startswith("table ")
        assert there != here
        with pytest.raises(PublishError, match=ANOTHER):
            people.build(url=with_user(copy, "tenant"))


def test_the_publisher_learns_which_database_it_is_and_nothing_else_of_it(people: Site) -> None:
    with psycopg.connect(people.url, autocommit=True) as connection:
        connection.execute("SET ROLE qwikfolio_publisher")
        connection.execute("SELECT qwikfolio.source_identity()")
        for forbidden in (
            "SELECT id FROM qwikfolio.source",
            "UPDATE qwikfolio.source SET id = DEFAULT",
            "SELECT qwikfolio.server_identity()",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden.encode())


def test_a_physical_copy_can_be_made_a_database_of_its_own(people: Site) -> None:
    people.build()
    people.execute("UPDATE qwikfolio.source SET id = DEFAULT")
    with pytest.raises(PublishError, match=ANOTHER):
        people.build()


def test_a_database_that_lost_its_identity_says_how_to_get_one(people: Site) -> None:
    people.execute("DELETE FROM qwikfolio.source")
    with pytest.raises(DatabaseError, match="can't be told from others") as caught:
        people.build()
    people.execute(present(caught.value.fix).partition("owner: ")[2])
    people.build()


# Outputs that change hands


@pytest.fixture
def staging(people: Site, server: str) -> Iterator[str]:
    """A copy of the people's database, in which one is gone and one is new."""
    people.build()
    with temporary(server, name_of(people.url)) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE portfolios SET published = false WHERE slug = 'ada'")
            connection.execute("UPDATE portfolios SET slug = 'zoe' WHERE slug = 'bob'")
        yield url


def test_an_output_that_is_adopted_holds_what_the_new_database_says_and_belongs_to_it(
    people: Site, staging: str
) -> None:
    (people.output / "eve" / "index.html").write_text("edited by hand")
    report = people.build(url=staging, adopt_output=True)
    assert "ada/index.html" in report.removed
    former, people.url = people.url, staging
    assert people.files() == fresh_files(people)
    assert people.build().written == 0
    with pytest.raises(PublishError, match=ANOTHER):
        people.build(url=former)


def test_adopting_what_is_ones_own_is_a_plain_build(people: Site) -> None:
    people.build()
    assert people.build(adopt_output=True).written == 0
    assert people.notes.notes == []


@pytest.mark.parametrize(
    ("place", "method"),
    [(Output, "mark"), (Manifest, "set_fact"), (Output, "assign"), (Manifest, "advance")],
)
def test_wherever_an_adoption_dies_it_is_ended_or_said(
    people: Site, staging: str, place: type, method: str
) -> None:
    """What stands is never taken for the other database's."""
    with death(place, method, 0):
        people.build(url=staging, adopt_output=True)
    if method != "advance":  # the output still says whose it was
        with pytest.raises(PublishError, match=ANOTHER):
            people.build(url=staging)
    people.build(url=staging, adopt_output=True)
    people.url = staging
    assert people.files() == fresh_files(people)


def test_an_output_of_an_earlier_version_belongs_to_whoever_builds_it_next(
    people: Site, staging: str
) -> None:
    """It goes on warm, and is nobody else's from then on."""
    (path,) = people.settings.state.glob("manifest-*.sqlite")
    forget_source(path, people.output / MARKER)
    assert people.build().written == 0
    with pytest.raises(PublishError, match=ANOTHER):
        people.build(url=staging)


def forget_source(manifest: Path, marker: Path) -> None:
    with sqlite3.connect(manifest) as connection:
        connection.execute("DELETE FROM facts WHERE name = 'source'")
    connection.close()
    marker.write_text(marker.read_text().splitlines()[0] + "\n")


def test_only_is_no_way_to_adopt_an_output(people: Site, staging: str) -> None:
    before = people.files()
    with pytest.raises(ConfigError, match="--only needs a whole build"):
        people.build(url=staging, adopt_output=True, only=("zoe",))
    assert people.files() == before
    with pytest.raises(PublishError, match=ANOTHER):
        people.build(url=staging)


# A site that doesn't say where it is served


@pytest.mark.parametrize("output", [None, StoreAddress("s3://nowhere")])
@pytest.mark.parametrize("cluster", [None, Cluster()])
def test_a_real_database_needs_the_address_of_the_site(
    tmp_path: Path, database: str, output: StoreAddress | None, cluster: Cluster | None
) -> None:
    site = Site(tmp_path, database, url=None)
    if output is not None:
        site.settings = msgspec.structs.replace(site.settings, output=output)
    with pytest.raises(ConfigError, match=r"site\.url is not set"):
        site.build(cluster=cluster)
    assert not (tmp_path / "output").exists()
    assert not site.settings.state.exists()


def test_a_watch_of_a_real_database_needs_the_address_of_the_site(site: Site) -> None:
    (site.root / "qwikfolio.toml").write_text("")
    done = qwikfolio(site.root, "watch", DATABASE_URL=site.url)
    assert done.returncode == 1
    assert "site.url is not set" in done.stderr
    assert "QWIKFOLIO_SITE_URL" in done.stderr


def test_the_samples_need_no_address(tmp_path: Path, database: str) -> None:
    site = Site(tmp_path, database, url=None)
    site.settings = msgspec.structs.replace(site.settings, database_url=None)
    site.person("ada")
    site.build()
    assert "http://127.0.0.1:8000/ada/" in site.page("ada")

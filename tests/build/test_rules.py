"""The rules that hold everywhere (docs/architecture.md), each with tests named after it."""

import fcntl
import subprocess
import sys
import threading
import time
from decimal import Decimal
from urllib.parse import urlsplit

import psycopg
import pytest

from generator.build import Request, build
from generator.errors import (
    DatabaseError,
    PublishError,
    RemovalLimitError,
    StrictError,
    ThemeError,
)
from generator.publish.writer import MARKER
from generator.source.snapshot import open_snapshot
from tests.beacon.running import Line, event, ids, running, stored, until
from tests.conftest import temporary, with_user
from tests.site import Notes, Site


def test_rule_1_one_moment(site: Site) -> None:
    """What is committed while a build reads is not in it, in any table."""
    user = site.person("ada", headline="Before")
    with open_snapshot(site.url) as snapshot:
        assert len(list(snapshot.claims())) == 1
        site.execute("UPDATE portfolios SET headline = 'After'")
        site.insert("skills", user_id=user, name="Late", category="tool", level="advanced")
        site.person("bob")
        (person,) = snapshot.people()
    assert b"Before" in person.document
    assert b"Late" not in person.document


def test_rule_2_least_privilege_drafts_are_out_of_reach_not_filtered(site: Site) -> None:
    site.person("draft", published=False)
    with open_snapshot(site.url) as snapshot:
        connection = snapshot._connection
        assert connection.execute("SELECT current_user").fetchone() == ("qwikfolio_publisher",)
        assert connection.execute("SELECT slug FROM portfolios").fetchall() == []


def test_rule_2_phone_is_never_published_and_email_only_as_contact(site: Site) -> None:
    site.person("ada", phone="+44 20 7946 0018", email="private@example.org")
    site.person(
        "bob",
        email="private@example.org",
        settings={"contactEmail": "hello@example.org", "isPublic": True},
    )
    site.person("eve", email="private@example.org", settings={"showContactForm": False})
    site.build()
    assert all(b"7946" not in body for body in site.files().values())
    assert "mailto:private@example.org" in site.page("ada")
    assert "private@" not in site.page("bob")
    assert "mailto:hello@example.org" in site.page("bob")
    assert "@example.org" not in site.page("eve")


@pytest.mark.parametrize(
    ("published", "is_public", "public"),
    [
        (True, True, True),
        (True, False, True),
        (False, True, True),
        (False, "true", True),
        (False, False, False),
        (False, "", False),
        (False, "yes", False),
        (False, 1, False),
        (False, None, False),
    ],
)
def test_rule_3_public_is_compared_as_text(
    site: Site, published: bool, is_public: object, public: bool
) -> None:
    """Rows where the two switches disagree exist; none of their values breaks the build."""
    site.execute("ALTER TABLE portfolios DISABLE TRIGGER USER")
    site.person("ada", published=published, settings={"isPublic": is_public})
    site.build()
    assert site.has("ada") is public


def test_rule_4_rendering_is_pure_two_builds_give_the_same_bytes(site: Site) -> None:
    for slug in ("ada", "bob", "eve"):
        site.person(slug, hourly_rate=Decimal("45.50"), availability="freelance")
    site.build()
    first = site.files()
    site.settings.state.rename(site.root / "elsewhere")
    site.build()
    second = site.files()
    assert first == second


def test_rule_4_nothing_changed_nothing_is_written(site: Site) -> None:
    site.person("ada", username="lovelace")
    site.build()
    before = {path: (site.output / path).stat().st_mtime_ns for path in site.files()}
    report = site.build()
    assert report.written == 0
    after = {path: (site.output / path).stat().st_mtime_ns for path in site.files()}
    assert before == after


def test_rule_4_a_changed_theme_rebuilds_its_pages(site: Site) -> None:
    site.person("ada")
    site.build()
    template = site.root / "themes" / "base" / "templates" / "base.html"
    template.write_text(template.read_text().replace("</body>", "<hr id=changed></body>"))
    site.build()
    assert "<hr id=changed>" in site.page("ada")


def test_rule_5_publishing_is_atomic_a_second_build_waits(site: Site) -> None:
    site.person("ada")
    site.build()
    with (site.output / MARKER).open("r+") as marker:
        fcntl.flock(marker, fcntl.LOCK_EX)
        second = threading.Thread(target=site.build)
        second.start()
        deadline = time.monotonic() + 60
        while not site.notes.notes and time.monotonic() < deadline:
            time.sleep(0.01)
        assert site.notes.notes == ["another build is at work here: waiting for it"]
        assert second.is_alive()
        fcntl.flock(marker, fcntl.LOCK_UN)
        second.join(timeout=60)
    assert not second.is_alive()


def test_rule_5_somebody_elses_folder_is_not_touched(site: Site) -> None:
    site.output.mkdir()
    (site.output / "thesis.txt").write_text("years of work")
    with pytest.raises(PublishError, match="holds files that no build wrote"):
        site.build()
    assert [path.name for path in site.output.iterdir()] == ["thesis.txt"]


def test_rule_6_gone_is_gone(site: Site) -> None:
    """Unpublished, renamed, deleted: out of the pages, the directory and the sitemap."""
    unpublished, renamed = site.person("ulla"), site.person("rene", name="Renée")
    deleted = site.person("dora", username="dora2")
    site.build()
    assert site.has("dora2")
    site.publish(unpublished, False)
    site.execute("UPDATE portfolios SET slug = 'renee' WHERE user_id = %s", renamed)
    site.execute("DELETE FROM auth.users WHERE id = %s", deleted)
    report = site.build()
    assert set(report.removed) == {
        "ulla/index.html",
        "rene/index.html",
        "dora/index.html",
        "dora2/index.html",
    }
    for address in ("ulla", "rene", "dora", "dora2"):
        assert not (site.output / address).exists()
    for body in site.files().values():
        assert b"/ulla/" not in body
        assert b"/rene/" not in body
        assert b"/dora" not in body
    assert b"/renee/" in site.files()["sitemap-people.xml"]


class Dies(Notes):
    """A build that ends before the first person's page is made."""

    def begin(self, people: int) -> None:
        raise KeyboardInterrupt


def test_rule_6_gone_is_gone_whatever_else_fails(site: Site) -> None:
    """The build ends early: page, directory entry and sitemap line are away all the same."""
    gone = site.person("gone", name="Gone Person")
    site.person("stays")
    site.build()
    site.publish(gone, False)
    with pytest.raises(KeyboardInterrupt):
        build(site.settings, site.url, Request(), Dies())
    assert not site.has("gone")
    assert all(b"/gone/" not in body for body in site.files().values())
    assert "/stays/" in site.page("")
    assert site.build().removed == ("gone/index.html",)
    assert site.build().removed == ()


@pytest.mark.parametrize("name", ["home.html", "base.html"])
def test_rule_6_gone_is_gone_even_if_the_theme_is_broken(site: Site, name: str) -> None:
    """Rather no list at all than one that names somebody who is gone."""
    gone = site.person("gone")
    site.person("stays")
    site.build()
    site.publish(gone, False)
    path = site.root / "themes" / "base" / "templates" / name
    path.write_text("{{ no_such_thing }}" if name == "home.html" else "{% broken")
    with pytest.raises(ThemeError):
        site.build()
    assert not site.has("gone")
    assert all(b"/gone/" not in body for body in site.files().values())
    assert site.has("stays")


def test_rule_6_gone_is_gone_where_somebody_else_takes_the_address(site: Site) -> None:
    """Even if the build ends before the new owner's page is made."""
    gone = site.person("star", name="Gone")
    site.build()
    site.publish(gone, False)
    site.execute("UPDATE portfolios SET slug = NULL")
    site.person("star", name="Heir")
    with pytest.raises(KeyboardInterrupt):
        build(site.settings, site.url, Request(), Dies())
    assert not site.has("star")


def test_rule_6_gone_is_gone_even_if_the_manifest_is_lost(site: Site) -> None:
    gone = site.person("gone")
    site.person("stays")
    site.build()
    site.publish(gone, False)
    for manifest in site.settings.state.glob("manifest-*"):
        manifest.unlink()
    template = site.root / "themes" / "base" / "templates" / "portfolio.html"
    whole = template.read_text()
    template.write_text("{{ no_such_thing }}")
    with pytest.raises(StrictError):
        site.build(strict=True)
    assert not site.has("gone")

    template.write_text(whole)
    site.build()
    assert not site.has("gone")
    assert site.has("stays")


def test_rule_7_one_bad_row_spoils_one_page(site: Site) -> None:
    """It is reported with table, column, id and reason; its last good version stays."""
    bad = site.person("bad", headline="Once good")
    site.person("good", headline="Old")
    site.build()
    site.execute("ALTER TABLE portfolios ALTER name DROP NOT NULL")
    site.execute("UPDATE portfolios SET name = NULL, slug = 'worse' WHERE user_id = %s", bad)
    site.execute("UPDATE portfolios SET headline = 'New' WHERE slug = 'good'")
    report = site.build()
    assert report.failed == (str(bad),)
    assert site.problems() == ["portfolios.name: expected `str`, got `null`"]
    assert site.notes.problems[0].row == site.portfolio_of(bad)
    assert "New" in site.page("good")
    assert "Once good" in site.page("worse")
    assert not site.has("bad")

    site.execute("UPDATE portfolios SET name = 'Mended' WHERE user_id = %s", bad)
    assert site.build().failed == ()
    assert "Mended" in site.page("worse")


def test_rule_7_a_bad_row_in_another_table_is_found(site: Site) -> None:
    user = site.person("ada")
    site.insert("projects", user_id=user, name="Fine", description="d" * 10)
    project = site.insert("projects", user_id=user, name="Bad", description="d" * 10)
    tech = site.insert("project_tech_stack", project_id=project, tech="x")
    site.execute("ALTER TABLE project_tech_stack ALTER tech DROP NOT NULL")
    site.execute("UPDATE project_tech_stack SET tech = NULL WHERE id = %s", tech)
    site.build()
    assert site.problems() == ["project_tech_stack.tech: expected `str`, got `null`"]
    assert site.notes.problems[0].row == str(tech)


def test_rule_7_a_template_that_fails_for_one_person_spoils_one_page(site: Site) -> None:
    site.person("ada")
    site.person("bob")
    template = site.root / "themes" / "base" / "templates" / "portfolio.html"
    source = template.read_text()
    template.write_text("{% if portfolio.name == 'Bob' %}{{ portfolio.nam }}{% endif %}" + source)
    report = site.build()
    assert len(report.failed) == 1
    (problem,) = site.notes.problems
    assert "'nam'" in problem.reason
    assert problem.template == f"{template}:1"
    assert (problem.table, problem.column, problem.row) == ("", "", "")
    assert site.has("ada")
    assert not site.has("bob")
    assert "/bob/" not in site.page("")


def test_rule_7_a_template_that_is_mended_leaves_no_complaint(site: Site) -> None:
    site.person("ada")
    site.build()
    template = site.root / "themes" / "base" / "templates" / "portfolio.html"
    source = template.read_text()
    template.write_text("{{ no_such_thing }}")
    assert len(site.build().failed) == 1
    template.write_text(source)
    assert site.build().failed == ()
    assert site.problems() == []


def test_rule_7_strict_stops(site: Site) -> None:
    site.person("ada", website="javascript:alert(1)")
    with pytest.raises(StrictError, match="not an http or https address"):
        site.build(strict=True)


def test_rule_7_unchanged_pages_report_their_problems_again(site: Site) -> None:
    site.person("ada", website="javascript:alert(1)")
    site.build()
    first = site.problems()
    assert site.build().warnings == 1
    assert site.problems() == first


def test_rule_9_memory_does_not_grow_with_the_number_of_portfolios(site: Site) -> None:
    """Ten times the people, each in a process of its own: the same peak."""

    def peak(people: int) -> int:
        source = f"""
from generator.build.metrics import peak_memory
from generator.database.synthetic import add_synthetic
from tests.site import *
add_synthetic({site.url!r}, {people})
site = object.__new__(Site)
site.settings = msgspec.structs.replace(
    config.load(Path({str(site.root)!r}), {{}}), output=Path({str(site.root)!r}) / "{people}")
site.url = {site.url!r}
site.build()
print(peak_memory())
"""
        done = subprocess.run(
            [sys.executable, "-c", source], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    few = peak(200)
    many = peak(2000)
    assert many < few * 1.15


def test_rule_10_204_means_stored(site: Site) -> None:
    """What was acknowledged survives `kill -9`, with the database and without."""
    site.person("ada")
    acknowledged = []
    with Line(site.url) as line:
        for is_away in (False, True):
            if is_away:
                line.cut()
            with running(site.root, line.url) as beacon:
                for sent in (event("ada") for _ in range(10)):
                    assert beacon.send(sent).status == 204
                    acknowledged.append(sent)
                beacon.process.kill()
        line.restore()
        with running(site.root, line.url) as beacon:
            until(lambda: beacon.metrics()["stored"] == 10)
    assert stored(site.url) == ids(acknowledged)


def test_rule_11_errors_teach_a_role_that_may_not_read(site: Site) -> None:
    site.execute("DROP ROLE IF EXISTS nobodys_reader")
    site.execute("CREATE ROLE nobodys_reader LOGIN")
    with pytest.raises(DatabaseError) as caught:
        site.build(url=with_user(site.url, "nobodys_reader"))
    assert "qwikfolio_publisher" in str(caught.value)
    assert "GRANT" in str(caught.value)


def test_rule_11_errors_teach_an_unmigrated_database(site: Site, empty_database: str) -> None:
    with pytest.raises(DatabaseError, match="qwikfolio db migrate"):
        site.build(url=empty_database)


def test_rule_11_errors_teach_a_database_that_goes_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of the build; what stands on disk is whole, and the next build mends it."""
    for number in range(500):
        site.person(f"p{number}")

    def cut(_count: int) -> None:
        with psycopg.connect(site.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )

    monkeypatch.setattr(site.notes, "begin", cut)
    with pytest.raises(DatabaseError, match="went away"):
        build(site.settings, site.url, Request(), site.notes)
    site.build()
    assert all(site.has(f"p{number}") for number in range(500))


def test_rule_13_an_output_belongs_to_one_source(site: Site, server: str, template: str) -> None:
    """A build from another database changes nothing, and says both names."""
    site.person("ada")
    site.build()
    before = site.files()
    with temporary(server, template) as other:
        with pytest.raises(PublishError) as caught:
            site.build(url=other)
        for url in (site.url, other):
            assert f"{urlsplit(url).path[1:]} at " in caught.value.what
        assert "--adopt-output" in str(caught.value.fix)
    assert site.files() == before
    assert site.build().written == 0


def test_rule_13_an_unusual_share_of_removals_stops(site: Site) -> None:
    """Nobody is gone until somebody says so; one more or less goes at once (rule 6)."""
    users = [site.person(f"p{number}") for number in range(12)]
    site.build()
    site.publish(users[0], False)
    assert site.build().removed == ("p0/index.html",)
    site.execute("UPDATE portfolios SET published = false")
    before = site.files()
    with pytest.raises(RemovalLimitError, match="would remove 11 of 11 people, and may remove 10"):
        site.build()
    assert site.files() == before
    assert len(site.build(allow_removals=11).removed) >= 11
    assert not site.has("p1")


def test_rule_14_one_persons_data_costs_that_person_only(site: Site) -> None:
    """Whatever is beyond a bound is neither sent nor parsed; it is their error, and told once."""
    mallory = site.person("mallory", headline="Once good")
    site.person("ada", headline="Old")
    site.build()
    site.execute("UPDATE portfolios SET bio = repeat('a', 5000000) WHERE user_id = %s", mallory)
    site.execute("UPDATE portfolios SET headline = 'New' WHERE slug = 'ada'")
    with open_snapshot(site.url) as snapshot:
        sent = {person.owner: len(person.document) for person in snapshot.people()}
    assert sent[str(mallory)] < 1_000
    report = site.build()
    assert report.failed == (str(mallory),)
    assert site.problems() == [
        "portfolios.bio: it has 5,000,000 bytes, and at most 65,536 are published"
    ]
    assert "New" in site.page("ada")
    assert "Once good" in site.page("mallory")
    assert site.build().metrics.people == {}

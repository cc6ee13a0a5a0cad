"""A dry run says what the build then does, and touches nothing."""

import fcntl
import sqlite3
import threading
from pathlib import Path
from typing import Unpack
from uuid import UUID

import msgspec
import psycopg
import pytest

from generator.build import Plan, Request, plan
from generator.build.dry_run import Move
from generator.errors import ConfigError, PublishError, RemovalLimitError, StrictError
from generator.publish.writer import MARKER
from tests.site import Asked, Notes, Site


def everything(site: Site) -> object:
    """Each file below the site's folder, and what the database remembers of its outputs."""
    with psycopg.connect(site.url) as connection:
        outputs = connection.execute("SELECT o::text FROM qwikfolio.outputs o").fetchall()
    return outputs, {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in site.root.rglob("*")
    }


def dry_run(site: Site, **request: Unpack[Asked]) -> Plan:
    """A dry run, after which everything is as it was."""
    before = everything(site)
    site.notes = Notes()
    planned = plan(site.settings, site.url, Request(**request), site.notes)
    assert everything(site) == before
    return planned


def check(site: Site, **request: Unpack[Asked]) -> Plan:
    """A dry run, and the build that it speaks of."""
    planned = dry_run(site, **request)
    problems = site.notes.problems
    before = site.files() if site.output.exists() else {}
    report = site.build(**request)
    after = site.files()
    changed = sorted(path for path in after if before.get(path) != after[path])
    assert planned.written == tuple(changed)
    assert planned.removed == tuple(sorted(before.keys() - after.keys()))
    assert planned.unchanged == len(after) - len(changed)
    assert (planned.people, planned.failed) == (report.people, report.failed)
    assert (planned.warnings, problems) == (report.warnings, site.notes.problems)
    return planned


def test_before_the_first_build(site: Site) -> None:
    """Neither the output nor the folder of manifests is made."""
    site.person("ada", username="lovelace", website="nonsense")
    planned = dry_run(site)
    assert {"ada/index.html", "lovelace/index.html", "index.html"} < set(planned.written)
    assert (planned.removed, planned.moved, planned.warnings) == ((), (), 1)
    assert not site.output.exists()
    check(site)


def test_each_kind_of_change(trio: Site) -> None:
    assert check(trio).written == ()
    trio.execute("UPDATE portfolios SET headline = 'Changed' WHERE slug = 'ada'")
    assert "ada/index.html" in check(trio).written
    trio.execute("UPDATE portfolios SET slug = 'robert' WHERE slug = 'bob'")
    moved = check(trio)
    assert moved.moved == (Move("bob/index.html", "robert/index.html"),)
    assert "bob/index.html" in moved.removed
    trio.execute("DELETE FROM portfolios WHERE slug = 'eve'")
    assert {"eve/index.html", "eve-too/index.html"} <= set(check(trio).removed)
    trio.person("eve", name="Heir")
    assert "eve/index.html" in check(trio).written


def test_two_who_swap_addresses(trio: Site) -> None:
    with psycopg.connect(trio.url) as connection:
        connection.execute("UPDATE portfolios SET slug = 'x' WHERE slug = 'ada'")
        connection.execute("UPDATE portfolios SET slug = 'ada' WHERE slug = 'bob'")
        connection.execute("UPDATE portfolios SET slug = 'bob' WHERE slug = 'x'")
    assert check(trio).moved == (
        Move("ada/index.html", "bob/index.html"),
        Move("bob/index.html", "ada/index.html"),
    )


def test_somebody_gone_whose_address_another_takes(trio: Site) -> None:
    trio.execute("UPDATE portfolios SET published = false, slug = NULL WHERE slug = 'ada'")
    trio.person("ada", name="Heir")
    planned = check(trio)
    assert "ada/index.html" in planned.written
    assert "ada/index.html" not in planned.removed


def test_a_row_that_fails_keeps_its_page(trio: Site) -> None:
    trio.execute("ALTER TABLE portfolios ALTER name DROP NOT NULL")
    trio.execute("UPDATE portfolios SET name = NULL WHERE slug = 'ada'")
    trio.execute("UPDATE portfolios SET name = NULL, slug = 'robert' WHERE slug = 'bob'")
    assert len(check(trio).failed) == 2


def test_a_theme_a_page_and_what_was_edited_by_hand(trio: Site) -> None:
    template = trio.root / "themes" / "base" / "templates" / "base.html"
    template.write_text(template.read_text().replace("</body>", "<hr></body>"))
    (trio.root / "content" / "pages" / "imprint.md").write_text("# Imprint\n\nWe are.\n")
    assert {"ada/index.html", "imprint/index.html"} < set(check(trio).written)
    (trio.output / "ada" / "index.html").write_text("by hand")
    (trio.output / "stray.txt").write_text("by hand")
    planned = check(trio, full=True)
    assert (planned.written, planned.removed) == (("ada/index.html",), ("stray.txt",))


def test_a_lost_manifest(trio: Site) -> None:
    trio.execute("UPDATE portfolios SET published = false WHERE slug = 'ada'")
    for manifest in trio.settings.state.glob("manifest-*"):
        manifest.unlink()
    assert "ada/index.html" in check(trio).removed


def test_only_and_several_jobs(trio: Site) -> None:
    trio.execute("UPDATE portfolios SET headline = 'Changed'")
    planned = check(trio, only=("ada",), jobs=4)
    assert "ada/index.html" in planned.written
    assert "bob/index.html" not in planned.written


def test_strict_stops_it_too(trio: Site) -> None:
    trio.execute("UPDATE portfolios SET website = 'nonsense' WHERE slug = 'ada'")
    with pytest.raises(StrictError):
        dry_run(trio, strict=True)


def test_what_would_be_held_back_is_listed_all_the_same(site: Site) -> None:
    site.add_people(12)
    site.build()
    site.execute("DELETE FROM auth.users WHERE id <= %s", UUID(int=11))
    planned = dry_run(site)
    assert planned.held_back is not None
    assert (planned.held_back.people, planned.held_back.limit) == (11, 10)
    assert "p1/index.html" in planned.removed
    with pytest.raises(RemovalLimitError):
        site.build()
    assert check(site, allow_removals=11).held_back is None


def test_what_another_process_has_yet_to_move_into_the_manifest(trio: Site) -> None:
    """A watch keeps the manifest open: its last words are in the write-ahead log."""
    (path,) = trio.settings.state.glob("manifest-*.sqlite")
    with psycopg.connect(trio.url):
        other = sqlite3.connect(path)
        other.execute("SELECT count(*) FROM files").fetchone()
        trio.person("new")
        trio.build()
        assert Path(f"{path}-wal").stat().st_size > 0
        assert dry_run(trio).written == ()
        other.close()


def test_it_waits_for_a_build(trio: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = threading.Event()
    monkeypatch.setattr(trio.notes, "note", lambda _text: waits.set())
    planned: list[Plan] = []

    def run() -> None:
        planned.append(plan(trio.settings, trio.url, Request(), trio.notes))

    with (trio.output / MARKER).open("r+") as marker:
        fcntl.flock(marker, fcntl.LOCK_EX)
        thread = threading.Thread(target=run)
        thread.start()
        assert waits.wait(30)
        assert not planned
        fcntl.flock(marker, fcntl.LOCK_UN)
    thread.join(30)
    assert planned[0].written == ()


def test_somebody_elses_folder_is_refused(site: Site) -> None:
    site.output.mkdir()
    (site.output / "thesis.txt").write_text("years of work")
    with pytest.raises(PublishError, match="holds files that no build wrote"):
        dry_run(site)


def test_without_the_address_of_the_site_it_fails_as_the_build_does(site: Site) -> None:
    settings = msgspec.structs.replace(site.settings.site, url=None)
    site.settings = msgspec.structs.replace(site.settings, site=settings)
    with pytest.raises(ConfigError, match=r"site\.url is not set"):
        dry_run(site)

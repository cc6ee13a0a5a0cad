"""Nobody who is gone stays, whatever became of the output, its manifest, or the last builds."""

import shutil
import sqlite3

import psycopg
import pytest

from generator.build import conductor, materials
from generator.build.site_pages import SitePages
from generator.errors import PublishError, QwikfolioError
from generator.model.reserved import why_reserved
from generator.publish import addresses
from generator.publish.manifest import Manifest
from generator.publish.writer import Writer
from tests.build.world import death, fresh_files
from tests.site import Site


def unpublish(site: Site, slug: str) -> None:
    site.execute("UPDATE portfolios SET published = false WHERE slug = %s", slug)


def break_theme(site: Site, file: str) -> None:
    path = site.root / "themes" / "base" / file
    path.write_text(path.read_text() + "{% broken [")


def is_named(site: Site, slug: str) -> bool:
    """Whether any file of the output, but for their own, leads to somebody."""
    files = site.files().items()
    return any(f"/{slug}/".encode() in body for path, body in files if not path.startswith(slug))


def test_a_manifest_put_back_by_one_build_is_not_taken_for_the_right_one(trio: Site) -> None:
    """Though it counts as many states as the output has, once a build has died."""
    backup = trio.root / "backup"
    shutil.copytree(trio.settings.state, backup)
    for slug in ("one", "two"):
        trio.person(slug)
    trio.build()
    shutil.rmtree(trio.settings.state)
    shutil.copytree(backup, trio.settings.state)
    for slug in ("one", "two"):
        unpublish(trio, slug)
    with death(Writer, "remove", 1):
        trio.build()
    trio.build()
    assert trio.files() == fresh_files(trio)


def test_output_and_manifest_restored_over_what_is_there(trio: Site) -> None:
    backup = trio.root / "backup"
    shutil.copytree(trio.settings.state, backup / "state")
    shutil.copytree(trio.output, backup / "output")
    trio.person("late")
    trio.build()
    shutil.copytree(backup / "state", trio.settings.state, dirs_exist_ok=True)
    shutil.copytree(backup / "output", trio.output, dirs_exist_ok=True)
    unpublish(trio, "late")
    trio.build()
    assert not trio.has("late")


def test_a_page_whose_announcement_the_power_failure_took(trio: Site) -> None:
    trio.person("late")
    with death(Manifest, "record", 0):
        trio.build()
    (path,) = trio.settings.state.glob("manifest-*.sqlite")
    with sqlite3.connect(path) as manifest:
        manifest.execute("DELETE FROM in_hand")
        manifest.execute("UPDATE facts SET value = x'00' WHERE name = 'boot'")
    manifest.close()
    assert trio.has("late")
    unpublish(trio, "late")
    trio.build()
    assert not trio.has("late")


def test_lists_that_a_dead_build_left_name_nobody_who_is_gone(trio: Site) -> None:
    unpublish(trio, "eve")
    with death(SitePages, "lists", 0):
        trio.build()
    break_theme(trio, "templates/portfolio.html")
    for _ in range(2):
        with pytest.raises(QwikfolioError):
            trio.build()
        assert not is_named(trio, "eve")


def test_with_the_state_lost_and_a_theme_broken_who_is_gone_goes(trio: Site) -> None:
    unpublish(trio, "eve")
    shutil.rmtree(trio.settings.state)
    break_theme(trio, "theme.toml")
    with pytest.raises(QwikfolioError):
        trio.build()
    assert not trio.has("eve")
    assert not is_named(trio, "eve")
    assert trio.has("ada")


def test_with_the_state_lost_and_a_theme_broken_no_persons_page_is_taken_for_a_list(
    trio: Site,
) -> None:
    trio.person("sitemaps")
    trio.build()
    shutil.rmtree(trio.settings.state)
    break_theme(trio, "theme.toml")
    with pytest.raises(QwikfolioError):
        trio.build()
    assert trio.has("sitemaps")


def test_with_the_state_lost_a_strict_build_that_stops_leaves_no_list(trio: Site) -> None:
    unpublish(trio, "eve")
    shutil.rmtree(trio.settings.state)
    trio.person("bad", website="javascript:alert(1)")
    for _ in range(2):
        with pytest.raises(QwikfolioError):
            trio.build(strict=True)
        assert not is_named(trio, "eve")


def test_a_file_that_cannot_be_removed_keeps_no_other(
    trio: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is removed as soon as it can be."""
    clear = Writer._clear

    def stuck(writer: Writer, path: str) -> None:
        if path.startswith("bob/"):
            raise PublishError("the file can't be removed")
        clear(writer, path)

    for slug in ("ada", "bob", "eve"):
        unpublish(trio, slug)
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_clear", stuck)
        for _ in range(2):
            with pytest.raises(PublishError, match="can't be removed"):
                trio.build()
            assert [trio.has(slug) for slug in ("ada", "bob", "eve")] == [False, True, False]
            assert not is_named(trio, "bob")
            assert trio.has("")
    trio.build()
    assert trio.files() == fresh_files(trio)


def test_what_hides_rows_for_reasons_of_its_own_is_asked_each_time(trio: Site) -> None:
    trio.execute("CREATE TABLE bans (user_id uuid)")
    trio.execute("GRANT SELECT ON bans TO PUBLIC")
    trio.execute(
        "CREATE POLICY not_banned ON portfolios AS RESTRICTIVE USING "
        "(NOT EXISTS (SELECT FROM bans b WHERE b.user_id = portfolios.user_id))"
    )
    trio.build()
    trio.execute("INSERT INTO bans SELECT user_id FROM portfolios WHERE slug = 'ada'")
    trio.build()
    assert not trio.has("ada")
    assert "no log of what changes in portfolios" in trio.notes.notes[0]


def test_what_only_lets_more_be_seen_is_no_reason_to_ask(trio: Site) -> None:
    """As apps' own policies do, which are for everybody more often than not."""
    trio.execute("CREATE POLICY everybody_sees ON portfolios FOR SELECT USING (true)")
    trio.build()  # the tables have changed
    draft = trio.person("draft", published=False)
    trio.publish(draft, False)
    trio.build()
    assert trio.notes.notes == []
    assert not trio.has("draft")


def test_another_versions_rules_hold_for_everybodys_address(
    trio: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    trio.person("search")
    trio.build()
    monkeypatch.setattr(
        addresses,
        "why_reserved",
        lambda segment, own: "it is" if segment == "search" else why_reserved(segment, own),
    )
    monkeypatch.setattr(materials, "__version__", "99")
    monkeypatch.setattr(conductor, "__version__", "99")
    trio.build()
    assert not trio.has("search")
    assert trio.files() == fresh_files(trio)


def test_what_was_written_while_the_log_had_a_gap_is_read(trio: Site) -> None:
    """A table that inherits from another is written past its triggers."""
    trio.execute("CREATE TABLE archive () INHERITS (skills)")
    trio.execute("DROP TABLE archive")
    trio.build()
    trio.execute("CREATE TABLE archive () INHERITS (skills)")
    trio.execute(
        "INSERT INTO archive (user_id, name, category, level) "
        "SELECT user_id, 'Knitting', 'tool', 'advanced' FROM portfolios WHERE slug = 'ada'"
    )
    trio.build()
    assert "Knitting" in trio.page("ada")
    trio.execute("DROP TABLE archive")
    trio.build()
    assert "Knitting" not in trio.page("ada")


def test_the_log_is_not_emptied_by_a_reader_that_claims_to_have_read_what_is_to_come(
    trio: Site,
) -> None:
    follow = "SELECT qwikfolio.follow(%s, %s::pg_snapshot, %s)"
    with psycopg.connect(trio.url, autocommit=True) as connection:
        connection.execute("SET ROLE qwikfolio_publisher")
        ((output, position, line),) = connection.execute(
            "SELECT id, position::text, line FROM qwikfolio.outputs"
        )
        unpublish(trio, "eve")
        for claimed in ("1:1:", "9000000000000000000:9000000000000000000:", position):
            connection.execute(follow, (output, claimed, line))
    trio.build()
    assert not trio.has("eve")

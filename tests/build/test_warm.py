"""Whatever was edited, and however builds ended: a warm build leaves what a fresh one would make.

A warm build reads the database's change log, looks at the people who are due, and trusts its
manifest for the rest. Here a small world is edited at random, and built at random.
"""

from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from psycopg.types.json import Jsonb

from generator.build import engine, survey
from generator.errors import StrictError
from generator.publish.manifest import Manifest
from generator.publish.output import Output
from generator.publish.writer import Writer
from generator.source.snapshot import Source
from tests.build import world
from tests.build.world import LOGGED, OTHER_THEME, PEOPLE, REQUIRED, ROWS, SITE_THEME, World
from tests.site import Notes

people = st.sampled_from(PEOPLE)
rows = st.sampled_from(ROWS)
tables = st.sampled_from(tuple(REQUIRED))
addresses = st.sampled_from(
    (None, "ada", "Ada", "bob", "Bob", "eve", "strasse", "straße", "people", "about", "a b")
)
names = st.sampled_from(("first", "second", "third"))
themes = st.sampled_from((SITE_THEME, OTHER_THEME, "unknown"))
columns = st.sampled_from(
    (
        ("name", "Zoe"), ("name", "ada"), ("name", None), ("headline", "Baker"),
        ("headline", "spoils"), ("website", "javascript:alert(1)"), ("website", "https://a.example"),
        ("published", True), ("published", False), ("settings", Jsonb({"isPublic": True})),
        ("settings", Jsonb({"isPublic": "no"})), ("created_at", "2020-01-01Z"),
        ("created_at", "2021-01-01Z"), ("updated_at", "2021-01-01Z"),
    )
)  # fmt: skip
outputs = st.sampled_from(("a", "b"))
jobs = st.sampled_from((1, 1, 1, 2))
slow = st.sampled_from((False, False, True))
deaths = st.sampled_from(
    (
        (Writer, "write"), (Writer, "copy"), (Writer, "remove"), (Manifest, "announce"),
        (Manifest, "record"), (Manifest, "commit"), (Source, "follow"), (Output, "mark"),
        (Notes, "begin"), (Notes, "advance"),
    )
)  # fmt: skip


class Editing(RuleBasedStateMachine):
    """People, an operator and a theme's author at work; now and then somebody builds."""

    def __init__(self, url: str, root: Path) -> None:
        super().__init__()
        self.world = World(url, root)
        self.world.settle()

    @rule(person=people, slug=addresses, username=addresses, theme=themes, slow=slow)
    def arrives(
        self, person: int, slug: str | None, username: str | None, theme: str, slow: bool
    ) -> None:
        self.world.edit(
            world.sign_up(person),
            world.portfolio(person, slug, theme),
            world.profile(person, username),
            slow=slow,
        )

    @rule(person=people, column=columns, slow=slow)
    def writes(self, person: int, column: tuple[str, object], slow: bool) -> None:
        name, value = column
        statement = f"UPDATE portfolios SET {name} = %s WHERE user_id = %s"
        self.world.edit((statement, value, world.user(person)), slow=slow)

    @rule(person=people, slug=addresses, slow=slow)
    def takes_a_slug(self, person: int, slug: str | None, slow: bool) -> None:
        statement = "UPDATE portfolios SET slug = %s WHERE user_id = %s"
        self.world.edit((statement, slug, world.user(person)), slow=slow)

    @rule(person=people, username=addresses, slow=slow)
    def takes_a_username(self, person: int, username: str | None, slow: bool) -> None:
        statement = "UPDATE profiles SET username = %s WHERE id = %s"
        self.world.edit((statement, username, world.user(person)), slow=slow)

    @rule(person=people, other=people, slow=slow)
    def swap_slugs(self, person: int, other: int, slow: bool) -> None:
        ids = [world.user(person), world.user(other)]
        self.world.edit(
            ("CREATE TEMP TABLE swap AS SELECT user_id, slug FROM portfolios"
             " WHERE user_id = ANY(%s)", ids),
            ("UPDATE portfolios SET slug = NULL WHERE user_id = ANY(%s)", ids),
            ("UPDATE portfolios p SET slug = s.slug FROM swap s"
             " WHERE p.user_id = ANY(%s) AND s.user_id <> p.user_id", ids),
            ("DROP TABLE swap",),
            slow=slow,
        )  # fmt: skip

    @rule(person=people, url=st.sampled_from(("https://a.example/1.png", None)), slow=slow)
    def shows_another_face(self, person: int, url: str | None, slow: bool) -> None:
        statement = "UPDATE profiles SET avatar_url = %s, last_seen_at = now() WHERE id = %s"
        self.world.edit((statement, url, world.user(person)), slow=slow)

    @rule(person=people, theme=themes, slow=slow)
    def chooses_a_theme(self, person: int, theme: str, slow: bool) -> None:
        statement = "UPDATE portfolios SET theme = %s WHERE user_id = %s"
        self.world.edit((statement, Jsonb({"id": theme}), world.user(person)), slow=slow)

    @rule(table=tables, row=rows, person=people, name=names, slow=slow)
    def has(self, table: str, row: int, person: int, name: str, slow: bool) -> None:
        self.world.edit(world.possession(table, row, person, name), slow=slow)

    @rule(row=rows, project=rows, name=names, slow=slow)
    def uses(self, row: int, project: int, name: str, slow: bool) -> None:
        self.world.edit(world.technology(row, project, name), slow=slow)

    @rule(table=st.sampled_from(LOGGED[:-2]), row=rows, slow=slow)
    def loses(self, table: str, row: int, slow: bool) -> None:
        self.world.edit((f"DELETE FROM {table} WHERE id = %s", world.row_id(table, row)), slow=slow)

    @rule(
        person=people,
        whereof=st.sampled_from(("auth.users.id", "portfolios.user_id", "profiles.id")),
        slow=slow,
    )
    def leaves(self, person: int, whereof: str, slow: bool) -> None:
        table, _, key = whereof.rpartition(".")
        self.world.edit((f"DELETE FROM {table} WHERE {key} = %s", world.user(person)), slow=slow)

    @rule(
        giver=people,
        taker=people,
        what=st.sampled_from(("portfolios.user_id", "profiles.id", "skills.user_id")),
        slow=slow,
    )
    def gives_away(self, giver: int, taker: int, what: str, slow: bool) -> None:
        table, key = what.split(".")
        statement = f"UPDATE {table} SET {key} = %s WHERE {key} = %s"
        self.world.edit((statement, world.user(taker), world.user(giver)), slow=slow)

    @rule(name=names, slow=slow)
    def everybody_writes_at_once(self, name: str, slow: bool) -> None:
        self.world.edit(("UPDATE portfolios SET location = %s", name), slow=slow)

    @rule(table=st.sampled_from(LOGGED))
    def a_table_is_emptied(self, table: str) -> None:
        self.world.edit((f"TRUNCATE {table} CASCADE",))

    @rule(person=people, headline=names)
    def a_trigger_is_off_for_a_while(self, person: int, headline: str) -> None:
        trigger = "qwikfolio_log_update"
        self.world.edit(
            (f"ALTER TABLE portfolios DISABLE TRIGGER {trigger}",),
            ("UPDATE portfolios SET headline = %s WHERE user_id = %s",
             headline, world.user(person)),
            (f"ALTER TABLE portfolios ENABLE ALWAYS TRIGGER {trigger}",),
        )  # fmt: skip

    @rule()
    def the_outputs_are_struck_off(self) -> None:
        self.world.edit(("DELETE FROM qwikfolio.outputs",))

    @rule()
    def the_open_transaction_commits(self) -> None:
        self.world.slow.commit()

    @rule()
    def the_open_transaction_is_rolled_back(self) -> None:
        self.world.slow.rollback()

    @rule(name=st.sampled_from((SITE_THEME, OTHER_THEME)), version=names, gone=st.booleans())
    def a_theme_changes(self, name: str, version: str, gone: bool) -> None:
        in_use = name == self.world.settings.site.theme
        self.world.set_theme(name, None if gone and not in_use else version)

    @rule(title=names, people_per_page=st.sampled_from((2, 4)))
    def the_settings_change(self, title: str, people_per_page: int) -> None:
        self.world.set_site(title=title, people_per_page=people_per_page)

    @rule()
    def the_site_gets_the_other_theme(self) -> None:
        before = self.world.settings.site.theme
        theme = OTHER_THEME if before == SITE_THEME else SITE_THEME
        if (self.world.settings.themes[0] / theme).exists():
            self.world.set_site(theme=theme)

    @rule(name=st.sampled_from(("ada", "eve", "about")), title=st.none() | names)
    def a_page_is_written_by_hand(self, name: str, title: str | None) -> None:
        self.world.set_page(name, title)

    @rule(
        path=st.sampled_from(("robots.txt", "favicon.svg", "files", "files/x", "about/x")),
        text=st.none() | names,
    )
    def a_static_file_is_put_or_taken_away(self, path: str, text: str | None) -> None:
        self.world.set_static(path, text)

    @rule(output=outputs, jobs=jobs)
    def is_built(self, output: str, jobs: int) -> None:
        self.world.build(output, jobs=jobs)

    @rule(output=outputs, jobs=jobs)
    def is_built_as_its_dry_run_says(self, output: str, jobs: int) -> None:
        self.world.check_plan(output, jobs)

    @rule(output=outputs)
    def is_built_strictly(self, output: str) -> None:
        with suppress(StrictError):
            self.world.build(output, strict=True)

    @rule(output=outputs, address=addresses.filter(bool))
    def one_is_built(self, output: str, address: str) -> None:
        self.world.build_some(output, (address,))

    @rule(output=outputs, place=deaths, after=st.integers(0, 6), full=st.booleans())
    def a_build_dies(self, output: str, place: tuple[type, str], after: int, full: bool) -> None:
        with world.death(*place, after):
            self.world.build(output, full=full)

    @rule(output=outputs, jobs=jobs)
    def is_as_if_fresh(self, output: str, jobs: int) -> None:
        self.world.check(output, jobs)

    def teardown(self) -> None:
        try:
            for output in ("a", "b"):
                self.world.check(output)
                self.world.check_full(output)
        finally:
            self.world.close()


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few people are enough for several processes."""
    monkeypatch.setattr(engine, "PEOPLE_A_SHARD", 2)


@pytest.mark.usefixtures("small_shards")
@pytest.mark.parametrize("most_by_name", [10_000, 2])
def test_a_warm_build_leaves_what_a_fresh_one_would(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_by_name: int
) -> None:
    """Whether the people who are due are read by name, or, since they are many, with everybody."""
    monkeypatch.setattr(survey, "_MOST_BY_NAME", most_by_name)
    with psycopg.connect(database) as connection:  # so that a row can be bad
        connection.execute("ALTER TABLE portfolios ALTER name DROP NOT NULL")

    class Here(Editing):
        def __init__(self) -> None:
            super().__init__(database, tmp_path / "world")

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

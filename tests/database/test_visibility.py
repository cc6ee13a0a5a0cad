"""`published` and `settings.isPublic` never disagree after a write, and no draft slips out."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.present import present

ODD = ["", "yes", "false", 0, 1, None, [], {}, "TRUE"]
KEPT = {"slug": "ada", "seoTitle": "Ada"}


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database) as connection:
        yield connection


def insert(connection: psycopg.Connection, **values: object) -> uuid.UUID:
    user = uuid.uuid4()
    connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [user])
    row = {"user_id": user, "name": "A", "headline": "B", "email": "c@d", **values}
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    connection.execute(
        f"INSERT INTO portfolios ({names}) VALUES ({marks})".encode(), list(row.values())
    )
    return user


def legacy(connection: psycopg.Connection, published: bool, is_public: bool) -> uuid.UUID:
    """A row as one written before the two were kept in step."""
    connection.execute("ALTER TABLE portfolios DISABLE TRIGGER a_qwikfolio_visibility")
    user = insert(connection, published=published, settings=Jsonb({"isPublic": is_public} | KEPT))
    connection.execute("ALTER TABLE portfolios ENABLE TRIGGER a_qwikfolio_visibility")
    return user


def update(connection: psycopg.Connection, user: uuid.UUID, **values: object) -> None:
    assignments = ", ".join(f"{name} = %s" for name in values)
    connection.execute(
        f"UPDATE portfolios SET {assignments} WHERE user_id = %s".encode(), [*values.values(), user]
    )


def stored(connection: psycopg.Connection, user: uuid.UUID) -> tuple[bool, Any]:
    found = connection.execute(
        "SELECT published, settings FROM portfolios WHERE user_id = %s", [user]
    )
    return present(found.fetchone())


def says_public(settings: object) -> bool:
    return isinstance(settings, dict) and settings.get("isPublic") in (True, "true")


@pytest.mark.parametrize(
    ("values", "public"),
    [
        ({}, False),
        ({"published": True}, True),
        ({"settings": Jsonb({"isPublic": True})}, True),
        ({"settings": Jsonb({"isPublic": "true"})}, True),
        ({"published": True, "settings": Jsonb({"isPublic": False})}, True),
        ({"published": True, "settings": None}, True),
        ({"published": False, "settings": Jsonb({})}, False),
        *[({"settings": Jsonb({"isPublic": value})}, False) for value in ODD],
    ],
)
def test_a_new_row_is_public_if_either_says_so(
    connection: psycopg.Connection, values: dict[str, object], public: bool
) -> None:
    published, found = stored(connection, insert(connection, **values))
    assert published is public
    assert found["isPublic"] is public


@pytest.mark.parametrize("start", [True, False])
def test_each_follows_the_other(connection: psycopg.Connection, start: bool) -> None:
    user = insert(connection, published=start, settings=Jsonb(KEPT))
    update(connection, user, published=not start)
    assert stored(connection, user) == (not start, KEPT | {"isPublic": not start})
    update(connection, user, settings=Jsonb(KEPT | {"isPublic": start}))
    assert stored(connection, user) == (start, KEPT | {"isPublic": start})


@pytest.mark.parametrize("value", ODD)
def test_an_odd_value_means_not_public(connection: psycopg.Connection, value: object) -> None:
    user = insert(connection, published=True)
    update(connection, user, settings=Jsonb(KEPT | {"isPublic": value}))
    assert stored(connection, user) == (False, KEPT | {"isPublic": False})


@pytest.mark.parametrize(("published", "is_public"), [(True, False), (False, True)])
def test_an_older_row_that_disagrees_is_public_and_says_so_after_any_update(
    connection: psycopg.Connection, published: bool, is_public: bool
) -> None:
    user = legacy(connection, published, is_public)
    update(connection, user, bio="new")
    assert stored(connection, user) == (True, KEPT | {"isPublic": True})


@pytest.mark.parametrize(("published", "is_public"), [(True, False), (False, True)])
def test_an_older_row_changed_in_both_ways_at_once_is_not_public(
    connection: psycopg.Connection, published: bool, is_public: bool
) -> None:
    user = legacy(connection, published, is_public)
    update(connection, user, published=not published, settings=Jsonb({"isPublic": not is_public}))
    assert stored(connection, user) == (False, {"isPublic": False})


@pytest.mark.parametrize("empty", [None, Jsonb(None)])
def test_settings_that_are_null_become_an_object(
    connection: psycopg.Connection, empty: Jsonb | None
) -> None:
    user = insert(connection, published=True)
    update(connection, user, settings=empty)
    assert stored(connection, user) == (False, {"isPublic": False})


@pytest.mark.parametrize("scalar", [["a"], "text", 7, True, "true"])
def test_settings_that_are_no_object_are_left_alone_and_published_counts(
    connection: psycopg.Connection, scalar: object
) -> None:
    user = insert(connection, published=False, settings=Jsonb(scalar))
    assert stored(connection, user) == (False, scalar)
    update(connection, user, published=True)
    assert stored(connection, user) == (True, scalar)
    update(connection, user, settings=Jsonb({"isPublic": False}))
    assert stored(connection, user) == (False, {"isPublic": False})


def test_published_still_may_not_be_null(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation):
        insert(connection, published=None)


def test_a_trigger_of_the_apps_that_copies_one_over_the_other_does_no_harm(
    connection: psycopg.Connection,
) -> None:
    connection.execute("""
        CREATE FUNCTION copy_visibility() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.settings := jsonb_set(NEW.settings, '{isPublic}', to_jsonb(NEW.published));
            RETURN NEW;
        END $$;
        CREATE TRIGGER copy_visibility BEFORE UPDATE ON portfolios
            FOR EACH ROW EXECUTE FUNCTION copy_visibility();""")
    user = insert(connection)
    update(connection, user, settings=Jsonb({"isPublic": True}))
    assert stored(connection, user) == (True, {"isPublic": True})
    update(connection, user, published=False)
    assert stored(connection, user) == (False, {"isPublic": False})


anything = st.one_of(st.sampled_from([True, False, "true", *ODD]), st.text("tru ", max_size=5))
objects = st.builds(lambda value: KEPT | {"isPublic": value}, anything) | st.just(KEPT)
written_settings = st.one_of(objects, st.none(), st.sampled_from([[], ["isPublic"], "true", 1]))
writes = st.lists(
    st.dictionaries(st.just("published"), st.booleans()).flatmap(
        lambda chosen: st.one_of(
            st.just(chosen), st.builds(lambda s: chosen | {"settings": s}, written_settings)
        )
    ),
    max_size=6,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sequence=writes)
def test_whatever_is_written_they_agree_and_only_a_write_that_says_public_makes_it_so(
    connection: psycopg.Connection, sequence: list[dict[str, object]]
) -> None:
    with connection.transaction(force_rollback=True):
        user = insert(connection)
        was_public = False
        for values in sequence:
            wrapped = {
                name: Jsonb(value) if name == "settings" else value
                for name, value in (values or {"published": was_public}).items()
            }
            update(connection, user, **wrapped)
            published, found = stored(connection, user)
            if isinstance(found, dict):
                assert found["isPublic"] is published
            if published and not was_public:
                assert values.get("published") or says_public(values.get("settings"))
            if isinstance(values.get("settings"), dict):
                assert {**KEPT, **found} == found, json.dumps(found)
            was_public = published

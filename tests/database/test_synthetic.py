"""Synthetic people: how many, how they differ, and that they are the same everywhere."""

from collections.abc import Mapping

import psycopg
import pytest

from generator.database.synthetic import add_synthetic
from generator.errors import DatabaseError
from tests.present import present

A_PERSON_HAS = {
    "portfolios": 1,
    "profiles": 1,
    "skills": 12,
    "projects": 5,
    "project_tech_stack": 25,
    "experience": 3,
    "education": 2,
    "certifications": 2,
}


def everybody(url: str) -> Mapping[str, list[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
            for table in A_PERSON_HAS
        }


def one(url: str, query: str) -> int | float:
    with psycopg.connect(url) as connection:
        found: int | float = present(connection.execute(query).fetchone())[0]
        return found


def test_a_person_has_everything_a_page_shows(database: str) -> None:
    assert add_synthetic(database, 50) == 50

    counts = {table: len(rows) for table, rows in everybody(database).items()}
    assert counts == {table: 50 * each for table, each in A_PERSON_HAS.items()}
    for table in ("skills", "projects", "experience", "education", "certifications"):
        spread = (
            f"SELECT count(*) FROM (SELECT FROM {table} GROUP BY user_id HAVING count(*) = {{}})"
        )
        assert one(database, spread.format(A_PERSON_HAS[table])) == 50
    by_project = "SELECT count(*) FROM (SELECT FROM project_tech_stack GROUP BY project_id)"
    assert one(database, by_project) == 250


def test_all_of_them_are_public_at_an_address_of_their_own(database: str) -> None:
    add_synthetic(database, 200)

    public = (
        "SELECT count(DISTINCT slug) FROM portfolios"
        " WHERE published AND settings->>'isPublic' = 'true' AND slug ~ '^[a-z0-9-]+$'"
    )
    assert one(database, public) == 200
    usernames = "SELECT count(DISTINCT username) FROM profiles WHERE username ~ '^[a-z0-9-]+$'"
    assert one(database, usernames) == 200


def test_they_differ_as_people_do(database: str) -> None:
    add_synthetic(database, 200)

    for column, values in {
        "name": 100,
        "headline": 50,
        "location": 10,
        "role_level": 4,
        "availability": 3,
        "theme->>'id'": 4,
        "theme->>'layout'": 3,
        "theme->>'primaryColor'": 4,
        "bio": 50,
    }.items():
        distinct = f"SELECT count(DISTINCT {column}) FROM portfolios"
        assert one(database, distinct) >= values, column
    assert 800 <= one(database, "SELECT avg(char_length(bio)) FROM portfolios") <= 1000
    emerald = "SELECT count(*) FROM portfolios WHERE theme->>'id' = 'emerald'"
    assert 100 <= one(database, emerald) < 200


def test_the_words_arrive_as_they_are_written(database: str) -> None:
    add_synthetic(database, 50)

    assert one(database, "SELECT bool_and(bio LIKE E'%\\n\\n%') FROM portfolios") is True
    odd = "SELECT count(*) FROM portfolios WHERE bio ~ '[\\\\\\t]' OR name ~ '[\\\\\\t]'"
    assert one(database, odd) == 0


def test_person_7_is_the_same_in_every_database(database: str) -> None:
    add_synthetic(database, 20)
    first = everybody(database)
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM auth.users")

    add_synthetic(database, 8)
    add_synthetic(database, 20)

    assert everybody(database) == first


def test_again_adds_nobody_and_more_adds_the_rest(database: str) -> None:
    assert add_synthetic(database, 10) == 10
    before = everybody(database)

    assert add_synthetic(database, 10) == 0
    assert add_synthetic(database, 3) == 0
    assert everybody(database) == before

    assert add_synthetic(database, 25) == 15
    assert one(database, "SELECT count(*) FROM portfolios") == 25


def test_nobody_is_nobody(database: str) -> None:
    assert add_synthetic(database, 0) == 0
    assert one(database, "SELECT count(*) FROM auth.users") == 0


def test_who_was_deleted_stays_deleted(database: str) -> None:
    add_synthetic(database, 10)
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM auth.users WHERE email LIKE 'person-4@%'")

    add_synthetic(database, 12)

    assert one(database, "SELECT count(*) FROM portfolios") == 11


def test_the_planner_knows_them(database: str) -> None:
    add_synthetic(database, 50)

    assert one(database, "SELECT reltuples FROM pg_class WHERE oid = 'skills'::regclass") == 600


def test_an_unmigrated_database_is_refused(empty_database: str) -> None:
    with pytest.raises(DatabaseError, match="qwikfolio db migrate"):
        add_synthetic(empty_database, 1)

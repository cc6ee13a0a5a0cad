"""The query and the structs agree, column by column."""

import re

import msgspec
import psycopg
import pytest

from generator.source import rows
from generator.sql import queries
from tests.site import Site
from tests.source.documents import document

ALIASES = {
    "p": rows.PersonRow,
    "s": rows.SkillRow,
    "j": rows.ProjectRow,
    "t": rows.TechRow,
    "e": rows.ExperienceRow,
    "d": rows.EducationRow,
    "c": rows.CertificationRow,
}
TABLES = {
    "p": "portfolios", "s": "skills", "j": "projects", "t": "project_tech_stack",
    "e": "experience", "d": "education", "c": "certifications",
}  # fmt: skip
CHILDREN = {"skills", "projects", "experience", "education", "certifications", "project_tech_stack"}


@pytest.mark.parametrize("alias", ALIASES)
def test_each_array_of_the_query_mirrors_its_struct(alias: str) -> None:
    people = queries("generator.source", "portfolios.sql")["people"]
    arrays = people.split("json_build_array(")
    (array,) = [text for text in arrays if re.match(rf"\s*{alias}\.", text)]
    selected = re.findall(rf"\b[{alias}u]\.(\w+)", re.split(r"\) END\b", array)[0])
    assert selected == [f for f in ALIASES[alias].__struct_fields__ if f not in CHILDREN]


def test_children_come_in_the_order_of_the_struct() -> None:
    people = queries("generator.source", "portfolios.sql")["people"]
    tables = {
        alias: table
        for table, alias in re.findall(
            r"\n        FROM public\.(\w+)(?:(?!\nCROSS).)*\n\) (\w+)\n", people, re.DOTALL
        )
    }
    selected = re.findall(r"(\w+)\.rows", people.split("json_build_array(\n        p.name")[1])
    own = [field for field in rows.PersonRow.__struct_fields__ if field in CHILDREN]
    assert [tables[alias] for alias in selected] == own


def test_the_publisher_may_read_what_the_query_asks_for_and_no_more(site: Site) -> None:
    """The column grants of the role, the query and the structs name the same columns."""
    with psycopg.connect(site.url) as connection:
        granted = {
            (table, column)
            for table, column in connection.execute(
                "SELECT table_name, column_name FROM information_schema.column_privileges "
                "WHERE grantee = 'qwikfolio_publisher' AND table_schema = 'public'"
            )
        }
    text = " ".join(queries("generator.source", "portfolios.sql").values())
    asked = {
        (table, column.strip('"'))
        for alias, table in {**TABLES, "u": "profiles"}.items()
        for column in re.findall(rf"\b{alias}\.(\w+|\"\w+\")", text)
    }
    assert asked <= granted
    assert granted - asked == {("portfolios", "published")}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"[" * 5000 + b"]" * 5000, id="nested 5,000 deep"),
        pytest.param(b"9" * 5000, id="a number of 5,000 digits"),
        pytest.param(b"1e99999", id="a number too large"),
        pytest.param(b'"\xff"', id="no UTF-8"),
        pytest.param(b'"cut', id="cut short"),
    ],
)
def test_whatever_a_document_holds_spoils_one_person_only(value: bytes) -> None:
    whole = document(settings="HERE")
    with pytest.raises(rows.RowError) as caught:
        rows.decode("owner-1", whole.replace(b'"HERE"', value), "row-1")
    assert (caught.value.table, caught.value.row) == ("portfolios", "row-1")
    assert caught.value.reason


def test_a_value_of_the_wrong_type_is_located() -> None:
    document = msgspec.json.encode(["Ada", 5])
    with pytest.raises(rows.RowError) as caught:
        rows.decode("owner-1", document, "row-1")
    assert (caught.value.table, caught.value.column, caught.value.row) == (
        "portfolios", "headline", "row-1",
    )  # fmt: skip

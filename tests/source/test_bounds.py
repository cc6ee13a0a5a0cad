"""docs/database.md says how much of a person's rows is published."""

from generator.source.bounds import BOUNDS, NUMBERS, PERSON
from tests.database.document import section, table


def test_the_documented_bounds_of_values_are_those_of_the_code() -> None:
    documented = {
        (name, column): int(size.replace(",", ""))
        for name, columns, size in table("Bounds", "table")
        for column in columns.split(", ")
    }
    assert documented == {
        (name, column): bound.bytes
        for name, bounds in BOUNDS.items()
        for column, bound in bounds.columns.items()
    }


def test_the_documented_numbers_of_rows_are_those_of_the_code() -> None:
    documented = {
        name: int(most.replace(",", "")) for name, most, _of in table("Bounds", "rows of")
    }
    assert documented == {name: it.rows for name, it in BOUNDS.items() if it.rows > 1}
    assert f"at most {PERSON:,} bytes as JSON" in section("Bounds")
    assert f"may hold {NUMBERS} numbers" in section("Bounds")

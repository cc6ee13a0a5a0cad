"""Dates as people typed them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.date import PartialDate, parse_date


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("2023-01", "2023-01"),
        ("2023-1", "2023-01"),
        ("2023", "2023"),
        (" 2023-12 ", "2023-12"),
        ("2023-01-15", "2023-01"),
        ("2023/07", "2023-07"),
        ("07/2023", "2023-07"),
        ("Jan 2023", "2023-01"),
        ("sept. 2020", "2020-09"),
        ("December 1999", "1999-12"),
    ],
)
def test_a_date_is_read(typed: str, iso: str) -> None:
    date = parse_date(typed)
    assert date is not None
    assert date.iso == iso


@pytest.mark.parametrize(
    "typed", ["", "soon", "2023-13", "13/2023", "1066", "99999-99", "Foo 2023", "2023-01-", "٢٠٢٣"]
)
def test_anything_else_is_no_date(typed: str) -> None:
    assert parse_date(typed) is None


def test_a_bare_year_comes_before_its_months() -> None:
    assert PartialDate(2023) < PartialDate(2023, 1) < PartialDate(2023, 12) < PartialDate(2024)


@given(st.text("0123456789-/.TJan ", max_size=12))
def test_a_short_text_and_a_long_one_mean_the_same(typed: str) -> None:
    """Only what is short is remembered."""
    assert parse_date(typed) == parse_date(f"{typed}{' ' * 20}")


@given(st.text())
def test_no_text_is_too_strange(typed: str) -> None:
    date = parse_date(typed)
    assert date is None or parse_date(date.iso) == date

"""The value of what may be None, where a test knows that it is there."""

from typing import TypeVar

T = TypeVar("T")


def present(value: T | None) -> T:
    """The value; a test fails that has none."""
    assert value is not None
    return value

"""What filters are given: each check refuses it, or pays for what the filter will make of it.

All have the environment and the filter's own arguments as theirs.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateRuntimeError, Undefined
from jinja2.filters import make_attrgetter, make_multi_attrgetter

from generator.render.budget import LARGEST_OPTION, OverrunError
from generator.render.values import NUMBERS, SEQUENCES, check_simple, describe, walk

if TYPE_CHECKING:
    from generator.render.environment import Environment

_TURN = 8  # steps
_MOST = 10_000  # for an argument that says how many, or how wide
_LONGEST_PATH = 200  # of the names in `attribute`
_LONGEST_NUMBER = 100  # characters
_DIGITS = 15  # of a float


def few(_environment: "Environment", _value: Any, *options: Any, **named: Any) -> None:
    """Of our own filters: an option is a small number."""
    for option in (*options, *named.values()):
        if type(option) in NUMBERS and not 0 <= option <= LARGEST_OPTION:
            raise OverrunError(f"a filter's option is a number from 0 to {LARGEST_OPTION}")


def anything(_environment: "Environment", *_args: Any, **_named: Any) -> None:
    """Whatever it is."""


def texts(_environment: "Environment", *args: Any, **named: Any) -> None:
    """Texts, or what is written as one; numbers say how many."""
    for value in (*args, *named.values()):
        check_simple(value, "be used as a text")
        _check_count(value)


def _check_count(value: object) -> None:
    if isinstance(value, int) and abs(value) > _MOST:
        raise OverrunError(f"a filter takes no number above {_MOST:,} here, and this is {value:,}")


def walkable(value: Any) -> None:
    """Refuse what has no items."""
    if isinstance(value, Undefined):
        iter(value)
    if type(value) not in SEQUENCES:
        raise TemplateRuntimeError(f"{describe(value)} has no items")


def each(environment: "Environment", value: Any, *args: Any, **named: Any) -> None:
    """What is done once for each item."""
    walkable(value)
    for arg in (*args, *named.values()):
        if isinstance(arg, str) and len(arg) > _LONGEST_PATH:
            raise OverrunError(f"a name has no more than {_LONGEST_PATH} characters")
    environment.budget.items(len(value))
    environment.budget.spend(len(value) * _TURN)


def has_items(_environment: "Environment", value: Any) -> None:
    """Something with items."""
    walkable(value)


def keyed(attribute_at: int) -> Callable[..., None]:
    """What compares items, or one attribute of each."""

    def check(environment: "Environment", value: Any, *args: Any, **named: Any) -> None:
        each(environment, value, *args, **named)
        rest = args[attribute_at : attribute_at + 1]
        attribute = named.get("attribute", rest[0] if rest else None)
        for keys in map(make_multi_attrgetter(environment, attribute), value):
            for key in keys:
                check_simple(key, "be compared; name an attribute")

    return check


def sorted_table(environment: "Environment", value: Any, *args: Any, **named: Any) -> None:
    """A table whose keys, or values, are compared."""
    if not isinstance(value, dict):
        raise TemplateRuntimeError(f"{describe(value)} is no table")
    each(environment, value, *args, **named)
    for pair in value.items():
        for item in pair if "value" in (*args, *named.values()) else pair[:1]:
            check_simple(item, "be compared")


def summed(environment: "Environment", value: Any, attribute: Any = None, start: Any = 0) -> None:
    """Numbers, or items with an attribute that is one."""
    each(environment, value, attribute)
    for item in (start, *map(make_attrgetter(environment, attribute), value)):
        numeric(environment, item)


def numeric(environment: "Environment", value: Any, *args: Any, **named: Any) -> None:
    """A number; options are digits."""
    if isinstance(value, Undefined):
        str(value)
    if type(value) not in NUMBERS:
        raise TemplateRuntimeError(f"{describe(value)} is no number")
    environment.small(value)
    for arg in (*args, *named.values()):
        if isinstance(arg, int) and abs(arg) > 15:  # noqa: PLR2004 - digits of a float
            raise OverrunError("a number is rounded to at most 15 digits")


def says_number(environment: "Environment", value: Any, *_args: Any, **_named: Any) -> None:
    """A number, or a text that says one."""
    if type(value) in NUMBERS:
        environment.small(value)
    elif isinstance(value, str) and len(value) > 100:  # noqa: PLR2004 - more than any number has
        raise OverrunError("a number has no more than 100 characters")


def joined(environment: "Environment", value: Any, d: Any = "", attribute: Any = None) -> None:
    """Items that stand in one text."""
    each(environment, value, attribute)
    check_simple(d, "stand between texts")
    size = len(str(d)) * len(value)
    for item in map(make_attrgetter(environment, attribute), value):
        check_simple(item, "be joined")
        size += len(item) if isinstance(item, str) else 8
    environment.budget.text(size)


def replaced(
    environment: "Environment", s: Any, old: Any, new: Any, count: int | None = None
) -> None:
    """A text, and what takes the place of a part of it."""
    texts(environment, s, old, new, count)
    found = str(s).count(str(old))
    found = found if count is None or count < 0 else min(found, count)
    environment.budget.text(len(str(s)) + found * len(str(new)))


def indented(environment: "Environment", s: Any, width: Any = 4, *args: Any, **named: Any) -> None:
    """A text, and what stands before its lines."""
    texts(environment, s, width, *args, **named)
    wide = len(width) if isinstance(width, str) else width
    environment.budget.text(len(str(s)) + wide * (1 + len(str(s).splitlines())))


def parts(environment: "Environment", value: Any, count: Any, *args: Any, **named: Any) -> None:
    """Items, and how many lists or items of a list are made of them."""
    each(environment, value, *args, **named)
    numeric(environment, count)
    _check_count(count)
    environment.budget.items(int(count) + len(value))


def sized(environment: "Environment", value: Any) -> None:
    """Something with items, all of which are taken."""
    walkable(value)
    environment.budget.items(len(value))


def jsonable(environment: "Environment", value: Any, indent: Any = None) -> None:
    """Anything whose end is in sight."""
    check_simple(indent, "be an indent")
    numeric(environment, indent or 0, indent or 0)
    walk(environment.budget, value)


def query(environment: "Environment", value: Any) -> None:
    """A text, or what can be written as an address's query."""
    if isinstance(value, dict):
        value = [item for pair in value.items() for item in pair]
        environment.budget.items(len(value))
    for item in value if isinstance(value, list) else [value]:
        check_simple(item, "stand in an address")

"""Operators as templates may use them: Python's own, on values small enough to be quick."""

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
from jinja2 import TemplateRuntimeError, Undefined

from generator.model.date import PartialDate
from generator.render.budget import LARGEST_NUMBER, Budget, OverrunError
from generator.render.values import NUMBERS, SIMPLE, TEXTS, check_simple, describe, walk

_LARGEST_POWER = 64
_STRUCT = 50  # steps to compare one with another

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "**": operator.pow,
    "%": operator.mod,
}
_SIGNS: dict[str, Callable[[Any], Any]] = {"+": operator.pos, "-": operator.neg}
OPERATORS = frozenset(_ARITHMETIC)
SIGNS = frozenset(_SIGNS)

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
}
"""Comparisons, by Jinja's names."""
BRIEF = NUMBERS | {type(None), PartialDate}
"""What is compared at once, whatever it is compared with."""

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    **ORDER,
    "in": lambda item, items: item in items,
    "notin": lambda item, items: item not in items,
}


def calculate(budget: Budget, sign: str, left: Any, right: Any) -> Any:
    """`left sign right`: of numbers, `+` of texts or lists, `*` of one of those and a number.

    Raises:
        TemplateRuntimeError: The operator means nothing here, or too much.
    """
    kinds = type(left), type(right)
    if kinds[0] in NUMBERS and kinds[1] in NUMBERS:
        if sign == "**" and abs(right) > _LARGEST_POWER:
            raise OverrunError(f"a power has an exponent of at most {_LARGEST_POWER}")
        return small(_ARITHMETIC[sign](small(left), small(right)))
    if isinstance(left, Undefined) or isinstance(right, Undefined):
        return _ARITHMETIC[sign](left, right)
    if sign == "+" and (set(kinds) <= TEXTS or (left and kinds in _LISTS)):
        _make(budget, left, len(left) + len(right))
        return left + right
    if sign == "*" and (kinds[1] is int or kinds[0] is int):
        text, times = (left, right) if kinds[1] is int else (right, left)
        if type(text) in TEXTS or type(text) in (list, tuple):
            _make(budget, text, len(text) * max(times, 0))
            return text * times
    advice = "; the filter format fills a text in" if sign == "%" and kinds[0] in TEXTS else ""
    raise TemplateRuntimeError(
        f"`{sign}` can't be used between {describe(left)} and {describe(right)}{advice}"
    )


_LISTS = {(list, list), (tuple, tuple)}


def _make(budget: Budget, like: Any, size: int) -> None:
    if isinstance(like, str):
        budget.text(size)
    else:
        budget.items(size)


def signed(sign: str, value: Any) -> Any:
    """`-value`, or `+value`."""
    if type(value) not in NUMBERS and not isinstance(value, Undefined):
        raise TemplateRuntimeError(f"`{sign}` can't be used with {describe(value)}")
    return _SIGNS[sign](value)


def small(value: Any) -> Any:
    """The number, if it is no longer than it looks.

    Raises:
        OverrunError: It has more than 63 bits, or a hundred digits.
    """
    if type(value) is Decimal:
        fits = value.is_finite() and abs(value.adjusted()) < _DIGITS
    elif type(value) is float:
        fits = math.isfinite(value)
    else:
        fits = type(value) in NUMBERS and abs(value) < LARGEST_NUMBER
    if not fits:
        raise OverrunError(
            "a number is too large, or none at all; 9,223,372,036,854,775,807 is the largest"
        )
    return value


_DIGITS = 100


def compare(budget: Budget, left: Any, *steps: Any) -> bool:
    """`left == right`, `left in right`, `left < middle < right`.

    Args:
        budget: Pays for long values.
        left: The first operand.
        steps: Jinja's name of an operator and its right operand, in turn.
    """
    for name, right in zip(steps[::2], steps[1::2], strict=True):
        if name in ("in", "notin"):
            _look_for(budget, left, right)
        else:
            _pay(budget, left, right)
        if not _COMPARISONS[name](left, right):
            return False
        left = right
    return True


def _pay(budget: Budget, left: Any, right: Any) -> None:
    if type(left) in SIMPLE or type(right) in SIMPLE:
        if isinstance(left, str) and isinstance(right, str):
            budget.read(min(len(left), len(right)))
        return
    if isinstance(left, Undefined) or isinstance(right, Undefined):
        return  # the comparison tells
    walk(budget, left)
    walk(budget, right)


def _look_for(budget: Budget, item: Any, items: Any) -> None:
    kind = type(items)
    if kind in TEXTS:
        budget.read(len(items))
    elif isinstance(items, Undefined) or isinstance(item, Undefined):
        return
    elif kind in (list, tuple, dict, range):
        budget.spend(len(items) if kind in (list, tuple) else 1)
        if isinstance(item, str):
            budget.read(len(item))
        if isinstance(item, msgspec.Struct) and kind in (list, tuple):
            budget.spend(len(items) * _STRUCT)
        else:
            check_simple(item, "be looked for in a list")
    else:
        raise TemplateRuntimeError(f"{describe(items)} has no items")


def key(value: Any) -> Any:
    """The key of a table that a template writes down."""
    check_simple(value, "be the key of a table")
    return value

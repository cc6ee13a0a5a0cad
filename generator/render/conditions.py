"""The tests that templates may use after `is`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from jinja2.tests import TESTS as JINJA

from generator.render.operators import compare
from generator.render.values import NUMBERS, describe

if TYPE_CHECKING:
    from generator.render.environment import Environment

from jinja2 import TemplateRuntimeError, Undefined

ALLOWED: dict[str, str] = {
    "boolean": "It is true or false.",
    "defined": "The name exists.",
    "divisibleby": "It is a multiple of the argument.",
    "eq": "It equals the argument; also `==`, `equalto`.",
    "even": "It is an even number.",
    "false": "It is false itself.",
    "float": "It is a number with a fraction.",
    "ge": "It is at least the argument; also `>=`.",
    "gt": "It is greater than the argument; also `>`, `greaterthan`.",
    "in": "It is among the items of the argument.",
    "integer": "It is a whole number.",
    "iterable": "A loop can walk through it.",
    "le": "It is at most the argument; also `<=`.",
    "lt": "It is less than the argument; also `<`, `lessthan`.",
    "mapping": "It is a table.",
    "ne": "It differs from the argument; also `!=`.",
    "none": "It is none: the value of what is missing.",
    "number": "It is a number.",
    "odd": "It is an odd number.",
    "sequence": "It has a length, and items by number.",
    "string": "It is a text.",
    "true": "It is true itself.",
    "undefined": "The name does not exist.",
}
"""Tests of Jinja's that templates may use, and what each asks."""

_COMPARISONS = {
    "eq": ("eq", "==", "equalto"), "ne": ("ne", "!="), "in": ("in",), "lt": ("lt", "<", "lessthan"),
    "lteq": ("le", "<="), "gt": ("gt", ">", "greaterthan"), "gteq": ("ge", ">="),
}  # fmt: skip
_OF_NUMBERS = {"even", "odd", "divisibleby"}


def jinja_tests(environment: "Environment") -> dict[str, Callable[..., bool]]:
    """What of Jinja's a template may use, by name, its signs included."""
    jinja: Mapping[str, Any] = JINJA
    tests: dict[str, Callable[..., bool]] = {name: jinja[name] for name in ALLOWED}
    for name in _OF_NUMBERS:
        tests[name] = _of_numbers(tests[name])
    for name, signs in _COMPARISONS.items():
        tests |= dict.fromkeys(signs, _comparison(environment, name))
    return tests


def _of_numbers(test: Callable[..., bool]) -> Callable[..., bool]:
    def of_numbers(*values: Any) -> bool:
        for value in values:
            if isinstance(value, Undefined):
                str(value)
            if type(value) not in NUMBERS:  # of a text, `%` would be something else
                raise TemplateRuntimeError(f"{describe(value)} is no number")
        return test(*values)

    return of_numbers


def _comparison(environment: "Environment", name: str) -> Callable[..., bool]:
    def comparison(left: Any, right: Any) -> bool:
        return compare(environment.budget, left, name, right)

    return comparison

"""The filters that templates may call: pure, and no dearer than what they are given.

Most are Jinja's own. Each call first pays for the size of its arguments, and for that of its result
where it can be larger than they are; lazy ones give a list, so that nothing is left half read.
"""

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from jinja2 import TemplateRuntimeError, pass_environment
from jinja2.filters import FILTERS as JINJA
from markupsafe import Markup

from generator.render.arguments import (
    anything,
    each,
    has_items,
    indented,
    joined,
    jsonable,
    keyed,
    numeric,
    parts,
    query,
    replaced,
    says_number,
    sized,
    sorted_table,
    summed,
    texts,
)
from generator.render.budget import LONG, LONGEST_LIST
from generator.render.values import (
    NUMBERS,
    SEQUENCES,
    SIMPLE,
    TEXTS,
    check_simple,
    describe,
    is_plain,
)

if TYPE_CHECKING:
    from generator.render.environment import Environment

_ITEM = 64  # of a list, next to a character
_TURN = 8  # steps
_MOST = 10_000  # for an argument that says how many, or how wide
_NUMBER = 8  # characters that a number usually has
_LONGEST_PATH = 200  # of the names in `attribute`
_CONVERSION = re.compile(r"%(?:\(\w{1,100}\))?[-+ #0]*\d{0,2}(?:\.\d{0,2})?[sdifFeEgGxX]")


class Filter(NamedTuple):
    """A filter of Jinja's."""

    about: str
    check: Callable[..., None]
    """Called first, with the environment and the filter's arguments: pays, or refuses them."""
    price: int = 1
    """How much dearer than copying it is to go through a text."""


def guarded(
    environment: "Environment",
    function: Callable[..., Any],
    check: Callable[..., None] | None = None,
    price: int = 1,
) -> Callable[..., Any]:
    """The filter with its arguments paid for and its result looked at."""
    own = int(hasattr(function, "jinja_pass_arg"))  # the context, which is Jinja's to give
    if function is JINJA["format"]:
        return _formatted(environment)

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        given = args[1:] if own else args
        for value in (*given, *named.values()) if named else given:
            kind = type(value)
            if kind in NUMBERS:
                continue
            if kind in SEQUENCES:
                if len(value) >= LONG:
                    environment.budget.read(len(value), price if kind in TEXTS else _ITEM)
            elif not is_plain(value):
                raise TemplateRuntimeError(f"{describe(value)} can't be given to a filter")
        if check is not None:
            check(environment, *given, **named)
        result = function(*args, **named)
        if type(result) in TEXTS and len(result) < LONG:
            return result
        return _made(environment, result)

    return call


def _made(environment: "Environment", result: Any) -> Any:
    """The result, which is paid for like anything else that a template makes."""
    kind = type(result)
    if kind in TEXTS:
        environment.budget.text(len(result))
    elif kind in (list, tuple):
        environment.budget.items(len(result))
    elif kind in NUMBERS:
        return environment.small(result)
    elif not is_plain(result):
        items = list(islice(result, LONGEST_LIST + 1))
        environment.budget.items(len(items))
        return items
    return result


def _formatted(environment: "Environment") -> Callable[..., str]:
    """The filter `format`, which pages call often: a guard of its own, as strict as the other."""

    def do_format(value: Any, *args: Any, **named: Any) -> str:
        if type(value) is not str:
            check_simple(value, "be used as a text")
            value = value if type(value) is Markup else str(value)
        size = 0
        for arg in named.values() if named else args:
            kind = type(arg)
            if kind is str or kind is Markup:
                size += len(arg)
            elif kind in SIMPLE:
                size += _NUMBER
            else:
                check_simple(arg, "be used as a text")
        size *= _places(value)
        if size >= LONG or len(value) >= LONG:
            environment.budget.text(size + len(value))
        return cast("str", value % (named or args))

    return do_format


@lru_cache(maxsize=1024)
def _places(text: str) -> int:
    """How many values a text has places for."""
    rest, places = _CONVERSION.subn("", text.replace("%%", ""))
    if "%" in rest:
        at = rest.index("%")
        raise TemplateRuntimeError(
            "format knows %s, %d, %.2f and the like, with up to 2 digits, "
            f"not {rest[at : at + 8]!r}"
        )
    return places


ALLOWED: dict[str, Filter] = {
    "abs": Filter("The number without its sign.", numeric),
    "batch": Filter("Lists of so many items each; the last is filled up if told so.", parts),
    "capitalize": Filter("With its first letter a capital, the others small.", texts),
    "default": Filter("The argument, where the value is undefined.", anything),
    "dictsort": Filter("The keys of a table with their values, in order.", sorted_table),
    "escape": Filter("Safe to stand in HTML, as everything that is printed.", texts),
    "first": Filter("The first item.", has_items),
    "float": Filter("The number that a text says, with a fraction.", says_number),
    "format": Filter("The text with values for `%s`, `%d`, `%(name)s`, `%.2f`.", texts),
    "groupby": Filter("Pairs of an attribute's value and the items that have it.", keyed(0)),
    "indent": Filter("With spaces before each line but the first.", indented),
    "int": Filter("The whole number that a text says, or 0.", says_number),
    "items": Filter("The keys of a table with their values.", sized),
    "join": Filter("The items as one text, with the argument between them.", joined),
    "last": Filter("The last item.", has_items),
    "length": Filter("How many items, or characters.", has_items),
    "list": Filter("The items, or characters, as a list.", sized),
    "lower": Filter("In small letters.", texts, 2),
    "map": Filter("Each item through a filter, or one `attribute` of each.", each),
    "max": Filter("The largest item.", keyed(1)),
    "min": Filter("The smallest item.", keyed(1)),
    "reject": Filter("The items that fail a test.", each),
    "rejectattr": Filter("The items of which an attribute fails a test.", each),
    "replace": Filter("The text with another in a part's place.", replaced, 4),
    "reverse": Filter("The other way round.", sized),
    "round": Filter("The number with so many digits after the point.", numeric),
    "safe": Filter("As markup, without escaping: never for what somebody wrote.", texts),
    "select": Filter("The items that pass a test.", each),
    "selectattr": Filter("The items of which an attribute passes a test.", each),
    "slice": Filter("So many lists of about as many items each.", parts),
    "sort": Filter("In order, of an `attribute` if one is named.", keyed(2)),
    "string": Filter("The value as a text.", texts),
    "striptags": Filter("Without HTML's tags.", texts, 16),
    "sum": Filter("The numbers together, or an `attribute` of each item.", summed),
    "title": Filter("With each word's first letter a capital.", texts, 16),
    "tojson": Filter("As JSON that may stand in HTML.", jsonable, 8),
    "trim": Filter("Without spaces at either end.", texts),
    "truncate": Filter("At most so many characters, cut between words.", texts),
    "unique": Filter("Each item once.", keyed(1)),
    "upper": Filter("In capital letters.", texts, 2),
    "urlencode": Filter("Encoded to stand in an address.", query, 16),
    "wordcount": Filter("How many words.", texts, 8),
}
"""Filters of Jinja's that templates may call, and what each gives."""

_ALIASES = {"d": "default", "e": "escape", "count": "length"}


def jinja_filters(environment: "Environment") -> dict[str, Callable[..., Any]]:
    """What of Jinja's a template may call, by name, its short names included."""
    filters = {
        name: guarded(environment, _OURS.get(name, JINJA[name]), it.check, it.price)
        for name, it in ALLOWED.items()
    }
    filters["default"] = JINJA["default"]  # any value, undefined ones first of all
    return filters | {short: filters[name] for short, name in _ALIASES.items()}


@pass_environment
def _groups(environment: Any, *args: Any, **named: Any) -> list[tuple[Any, list[Any]]]:
    return [(key, items) for key, items in JINJA["groupby"](environment, *args, **named)]


_OURS: dict[str, Callable[..., Any]] = {"groupby": _groups}

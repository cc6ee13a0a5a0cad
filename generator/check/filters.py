"""Filters: what each takes, and the kind of what it gives."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from generator.check.kinds import (
    HTML,
    NOTHING,
    NUMBER,
    TEXT,
    UNKNOWN,
    Html,
    Kind,
    Listing,
    Nothing,
    Record,
    Row,
    Table,
    Text,
    Unknown,
    a,
    each,
    either,
    kind_of,
    without,
)
from generator.check.members import looped


class Given(NamedTuple):
    """What a filter is applied to, and with."""

    kind: Kind
    args: Sequence[Kind]
    named: Mapping[str, Kind]


TEXTS = (
    "upper", "lower", "capitalize", "title", "replace", "truncate", "string",
    "bare_url", "month_year", "number", "plural", "format", "join", "striptags", "urlencode",
)  # fmt: skip
NUMBERS = ("length", "count", "wordcount", "int", "float", "abs", "round", "sum")
MARKUP = ("markdown", "escape", "e", "safe", "tojson")
SAME = ("sort", "unique", "reverse", "select", "reject", "selectattr", "rejectattr")
ITEM = ("first", "last", "min", "max")
BY_FIELD = {
    "map": "attribute", "sort": "attribute", "unique": "attribute", "sum": "attribute",
    "min": "attribute", "max": "attribute", "join": "attribute", "groupby": "attribute",
    "selectattr": "", "rejectattr": "",
}  # fmt: skip
"""Filters that read a field of each item, and the argument that names it; empty: the first."""


def gives(name: str, given: Given) -> Kind:
    """The kind of a filter's result."""
    if name in TEXTS:
        return TEXT
    if name in NUMBERS:
        return NUMBER
    if name in MARKUP:
        return HTML
    if name in SAME:
        return Listing(_items(given.kind))
    if name in ITEM:
        return _items(given.kind)
    return SPECIAL[name](given) if name in SPECIAL else UNKNOWN


def faulty_call(function: Callable[..., Any], given: Given) -> str | None:
    """Why a filter can't be called so; None where it can."""
    taken = 1 + hasattr(function, "jinja_pass_arg")
    try:
        inspect.signature(function).bind(*[None] * taken, *given.args, **dict.fromkeys(given.named))
    except TypeError as error:
        return str(error)
    except ValueError:  # one written in C tells nothing
        return None
    return None


def unfit(function: Callable[..., Any], kind: Kind) -> str | None:
    """What one of our filters takes, where the value is of another kind; none apart."""
    wanted = _wanted(function)
    if wanted is None or any(_fits(it, wanted) for it in each(without(kind, Nothing))):
        return None
    return " or ".join(sorted({_call(it) for it in wanted}))


def refuses_none(function: Callable[..., Any], name: str) -> bool:
    """Whether a filter can do nothing with `none`."""
    return name not in {"default", "d", "string", "list", "tojson"} or _wanted(function) is not None


def _wanted(function: Callable[..., Any]) -> tuple[type, ...] | None:
    if not getattr(function, "__module__", "").startswith("generator."):
        return None
    parameters = list(inspect.signature(function).parameters)
    hint = get_type_hints(inspect.unwrap(function)).get(parameters[0])
    return get_args(hint) if get_origin(hint) not in {None, Mapping} and get_args(hint) else (hint,)


def _fits(kind: Kind, wanted: tuple[Any, ...]) -> bool:
    if isinstance(kind, Unknown | Nothing):
        return True
    for hint in wanted:
        expected = Table(()) if _is_mapping(hint) else kind_of(hint)
        if isinstance(expected, Unknown) or type(kind) is type(expected):
            return not isinstance(kind, Record) or kind == expected
        if isinstance(expected, Text) and isinstance(kind, Html):
            return True
    return False


def _is_mapping(hint: Any) -> bool:
    return (get_origin(hint) or hint) in {Mapping, dict}


def _call(hint: Any) -> str:
    if _is_mapping(hint):
        return "a counted word"
    kind = kind_of(hint)
    return a(kind.struct.__name__) if isinstance(kind, Record) else kind.name


def _items(kind: Kind) -> Kind:
    found = [looped(it) for it in each(kind)]
    return either(*(it for it in found if it is not None)) if any(found) else UNKNOWN


def _default(given: Given) -> Kind:
    instead = given.args[0] if given.args else given.named.get("default_value", TEXT)
    return either(without(given.kind, Nothing), instead, *_left_none(given))


def _left_none(given: Given) -> tuple[Kind, ...]:
    """Without `true` as second argument, `default` stands in for what is missing only."""
    replaces = len(given.args) > 1 or "boolean" in given.named
    none = any(isinstance(it, Nothing) for it in each(given.kind))
    return (NOTHING,) if none and not replaces else ()


def _kept(given: Given) -> Kind:
    """Trimmed or indented, markup stays markup."""
    return given.kind if isinstance(given.kind, Html) else TEXT


def _pairs(given: Given) -> Kind:
    tables = [it for it in each(given.kind) if isinstance(it, Table)]
    values = [value for table in tables for _key, value in table.items]
    return Listing(Row((TEXT, either(*values)))) if values else UNKNOWN


def _listed(given: Given) -> Kind:
    if isinstance(given.kind, Text | Html):
        return Listing(TEXT)
    return Listing(_items(given.kind))


SPECIAL: dict[str, Callable[[Given], Kind]] = {
    "default": _default,
    "d": _default,
    "trim": _kept,
    "indent": _kept,
    "items": _pairs,
    "dictsort": _pairs,
    "list": _listed,
    "batch": lambda given: Listing(Listing(_items(given.kind))),
    "slice": lambda given: Listing(Listing(_items(given.kind))),
}

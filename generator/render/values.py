"""The values that templates work with: a closed set, and what may be done with each.

A template sees text, numbers, booleans, none, lists, tables (dicts), the structs of its context,
and Jinja's own: macros, blocks, loops, namespaces. Anything else is refused wherever it turns up,
so that no object of Python's own leads anywhere, and none is printed.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from jinja2 import TemplateRuntimeError, Undefined
from jinja2.environment import TemplateModule
from jinja2.runtime import BlockReference, LoopContext, Macro, TemplateReference
from jinja2.utils import Namespace
from markupsafe import Markup

from generator.render.budget import Budget
from generator.render.site import Site

TEXTS = frozenset({str, Markup})
NUMBERS = frozenset({int, float, bool, Decimal})
SIMPLE = TEXTS | NUMBERS | {type(None)}
"""What can be printed, compared at no cost worth mentioning, and be the key of a table."""
SEQUENCES = frozenset({list, tuple, range, dict, str, Markup})
"""What a loop can walk through."""

_NAMES: dict[type, str] = {
    **dict.fromkeys(TEXTS, "a text"), **dict.fromkeys(NUMBERS, "a number"),
    type(None): "none", list: "a list", tuple: "a list", range: "a range", dict: "a table",
    Macro: "a macro", LoopContext: "a loop", Namespace: "a namespace",
    TemplateModule: "an imported template", TemplateReference: "`self`",
    BlockReference: "a block",
}  # fmt: skip


class Method(NamedTuple):
    """What `x.name` is where it can be called."""

    function: Callable[..., object]
    owner: Any

    def __call__(self, budget: Budget, *args: object, **named: object) -> object:
        """Call it, at the budget's cost."""
        return self.function(budget, self.owner, *args, **named)


def describe(value: object) -> str:
    """A value as a message calls it."""
    kind = type(value)
    if isinstance(value, msgspec.Struct):
        return f"a {kind.__name__}"
    return _NAMES.get(kind) or ("a function" if callable(value) else f"a {kind.__name__}")


def is_plain(value: object) -> bool:
    """Whether it is data; a missing name is, since each use of it tells so."""
    kind = type(value)
    return kind in SIMPLE or kind in SEQUENCES or isinstance(value, msgspec.Struct | Undefined)


def check_simple(value: object, use: str) -> None:
    """Refuse what isn't a text, a number, a boolean or none.

    Args:
        value: Any; a missing name raises its own error, but for `x if y` without `else`, which is
            an empty text.
        use: What it is wanted for, after "can't": `be printed`.
    """
    if type(value) in SIMPLE:
        return
    if isinstance(value, Undefined):
        str(value)
        return
    fields = getattr(type(value), "__struct_fields__", ())
    advice = f"; its fields are: {', '.join(fields)}" if fields else ""
    if type(value) in SEQUENCES:
        advice = "; use its items, or the filter join"
    raise TemplateRuntimeError(f"{describe(value)} can't {use}{advice}")


def walk(budget: Budget, value: object, depth: int = 0) -> None:
    """Pay for going through all of a value, and refuse one without an end in sight."""
    budget.spend(1)
    kind = type(value)
    if kind in TEXTS:
        budget.read(len(value))  # type: ignore[arg-type]
    elif depth > _DEEPEST:
        raise TemplateRuntimeError(f"lists stand more than {_DEEPEST} deep within each other")
    elif isinstance(value, dict):
        for key, item in value.items():
            walk(budget, key, depth + 1)
            walk(budget, item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            walk(budget, item, depth + 1)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            walk(budget, getattr(value, name), depth + 1)


_DEEPEST = 20


def _text(name: str) -> Callable[..., object]:
    """A method of a text that gives something shorter, or is done after one look at it."""

    def method(budget: Budget, text: str, *args: object) -> object:
        for arg in args:
            check_simple(arg, f"be given to {name}")
        budget.spend(_CALL)
        budget.read(len(text), 2)
        return getattr(text, name)(*args)

    return method


def _starts(name: str) -> Callable[..., object]:
    def method(budget: Budget, text: str, *args: object) -> object:
        (wanted,) = args
        for one in wanted if isinstance(wanted, tuple) else (wanted,):
            check_simple(one, f"be given to {name}")
            budget.spend(_CALL)
            budget.read(len(one) if isinstance(one, str) else 0)
        return getattr(text, name)(wanted)

    return method


def _splits(name: str) -> Callable[..., object]:
    def method(budget: Budget, text: str, *args: object) -> object:
        for arg in args:
            check_simple(arg, f"be given to {name}")
        budget.spend(_CALL + len(text) // 4)
        return getattr(text, name)(*args)

    return method


def _replaced(budget: Budget, text: str, old: Any, new: Any, count: int = -1) -> str:
    for arg in (old, new, count):
        check_simple(arg, "be given to replace")
    budget.spend(_CALL)
    budget.read(len(text), 4)
    found = text.count(str(old))
    budget.text(len(text) + (found if count < 0 else min(found, count)) * len(str(new)))
    return text.replace(old, new, count)


def _items(budget: Budget, table: dict[Any, Any]) -> list[Any]:
    budget.items(len(table))
    return list(table.items())


def _keys(budget: Budget, table: dict[Any, Any]) -> list[Any]:
    budget.items(len(table))
    return list(table)


def _values(budget: Budget, table: dict[Any, Any]) -> list[Any]:
    budget.items(len(table))
    return list(table.values())


def _get(budget: Budget, table: dict[Any, Any], key: object, default: object = None) -> object:
    budget.spend(_CALL)
    check_simple(key, "be the key of a table")
    return table.get(key, default)


def _address(name: str) -> Callable[..., object]:
    def method(budget: Budget, site: Site, relative: object) -> object:
        check_simple(relative, "be an address")
        budget.spend(_CALL)
        budget.text(len(str(relative)) * 16)
        return getattr(site, name)(str(relative))

    return method


def _cycle(budget: Budget, loop: LoopContext, *values: object) -> object:
    budget.spend(_CALL + len(values))
    return loop.cycle(*values)


_CALL = 8

TEXT_METHODS: dict[str, tuple[Callable[..., object], str]] = {
    "endswith": (_starts("endswith"), "Whether it ends so; `(…, …)`: with any of these."),
    "capitalize": (_text("capitalize"), "With its first letter a capital, the others small."),
    "lower": (_text("lower"), "In small letters."),
    "lstrip": (_text("lstrip"), "Without spaces, or the given characters, at its beginning."),
    "removeprefix": (_text("removeprefix"), "Without this beginning, where it has it."),
    "removesuffix": (_text("removesuffix"), "Without this end, where it has it."),
    "replace": (_replaced, "With another text in the place of a part of it."),
    "rstrip": (_text("rstrip"), "Without spaces, or the given characters, at its end."),
    "split": (_splits("split"), "The list of its parts between spaces, or between the given text."),
    "splitlines": (_splits("splitlines"), "The list of its lines."),
    "startswith": (_starts("startswith"), "Whether it begins so; `(…, …)`: with any of these."),
    "strip": (_text("strip"), "Without spaces, or the given characters, at either end."),
    "title": (_text("title"), "With each word's first letter a capital."),
    "upper": (_text("upper"), "In capital letters."),
}
"""Methods of texts, and what each gives."""

TABLE_METHODS: dict[str, tuple[Callable[..., object], str]] = {
    "get": (_get, "The value of a key; where it is not there, none or the second argument."),
    "items": (_items, "The list of its keys with their values."),
    "keys": (_keys, "The list of its keys."),
    "values": (_values, "The list of its values."),
}
"""Methods of tables (`{…}`), and what each gives."""

LOOP_METHODS: dict[str, tuple[Callable[..., object], str]] = {
    "cycle": (_cycle, "The first of its arguments in the first turn, the second in the next, …"),
}
"""Methods of `loop`, and what each gives."""

LOOP_FIELDS: dict[str, str] = {
    "index": "Which turn it is, from 1.",
    "index0": "Which turn it is, from 0.",
    "revindex": "How many turns are left, this one among them.",
    "revindex0": "How many turns are left after this one.",
    "first": "Whether it is the first turn.",
    "last": "Whether it is the last turn.",
    "length": "How many turns there are.",
    "depth": "How deep a recursive loop is in itself, from 1.",
    "depth0": "How deep a recursive loop is in itself, from 0.",
    "previtem": "The item of the turn before; undefined in the first.",
    "nextitem": "The item of the next turn; undefined in the last.",
}
"""Fields of `loop`."""

SITE_METHODS: dict[str, tuple[Callable[..., object], str]] = {
    "path": (_address("path"), "The address of a page from the root of the host."),
    "url": (_address("url"), "The absolute address of a page."),
}
"""Methods of `site`, and what each gives, for a path relative to the site."""

METHODS: dict[type, dict[str, tuple[Callable[..., object], str]]] = {
    str: TEXT_METHODS, Markup: TEXT_METHODS, dict: TABLE_METHODS, LoopContext: LOOP_METHODS,
    Site: SITE_METHODS,
}  # fmt: skip


def sliced(budget: Budget, value: object, part: slice) -> object:
    """`value[start:stop:step]`."""
    if isinstance(value, Undefined):
        str(value)
    if not isinstance(value, str | list | tuple | range):
        raise TemplateRuntimeError(f"{describe(value)} can't be sliced")
    if isinstance(value, str):
        budget.read(len(value))
    else:
        budget.items(len(value))
    return value[part]

"""What a checker knows of a value that a template reads: its kind, and where it comes from."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec
from markupsafe import Markup


class Kind(msgspec.Struct, frozen=True):
    """A kind of value; the classes below are all there are."""

    name: ClassVar[str] = "something"
    """In messages: "this is …"."""


class Unknown(Kind, frozen=True):
    """Nothing is known of it, so nothing is said about it."""


class Nothing(Kind, frozen=True):
    """Jinja's `none`."""

    name = "none"


class Truth(Kind, frozen=True):
    """True or false."""

    name = "true or false"
    origin: str = ""


class Number(Kind, frozen=True):
    """A number."""

    name = "a number"
    origin: str = ""


class Text(Kind, frozen=True):
    """A text that is escaped where it is printed."""

    name = "text"
    origin: str = ""
    """The field it was read from (`Portfolio.email`); empty for what a template made itself."""
    values: frozenset[str] | None = None
    """All that it can be; None for any text."""
    holds: frozenset[str] = frozenset()
    """Fields that it was put together from, as far as that matters: somebody's address."""


class Html(Kind, frozen=True, eq=False):
    """Markup, printed as it is."""

    name = "HTML"
    origin: str = ""
    pieces: tuple["Piece", ...] = ()
    """What it says, where a template wrote it."""


class Record(Kind, frozen=True):
    """One of the structs of the context."""

    name = "a record"
    struct: type[msgspec.Struct]


class Listing(Kind, frozen=True):
    """A list."""

    name = "a list"
    item: Kind


class Row(Kind, frozen=True):
    """A tuple of which each item is known."""

    name = "a tuple"
    items: tuple[Kind, ...]


class Table(Kind, frozen=True):
    """A dict of which each key is known."""

    name = "a table"
    items: tuple[tuple[str, Kind], ...]
    origin: str = ""
    """`words.links`; empty for a template's own."""


class Fields(Kind, frozen=True):
    """What is read by name and has no struct of its own: `settings`, `words`, `loop`, a module."""

    name = "a record"
    of: str
    items: tuple[tuple[str, Kind], ...]


class Function(Kind, frozen=True, eq=False):
    """What can be called: a macro, a block, `asset`."""

    name = "a function"
    of: str
    gives: Kind = Unknown()
    macro: Any = None
    """Of a macro: its node, file and surroundings."""


class Either(Kind, frozen=True):
    """One of several kinds; made by `either`."""

    kinds: frozenset[Kind]


class Piece(NamedTuple):
    """What a template adds to a page: text of its own, or the value of an expression."""

    text: str
    kind: Kind | None
    """Of the value; None for the template's own text."""
    file: str
    line: int
    branch: tuple[tuple[int, int], ...]
    """The branches it stands in: which condition, and which way of it."""
    loops: int
    """How many loops it stands in."""
    tested: frozenset[str]
    """The fields that are known to hold something here."""


UNKNOWN, NOTHING, TRUTH, NUMBER, TEXT, HTML = (
    Unknown(), Nothing(), Truth(), Number(), Text(), Html(),
)  # fmt: skip


def either(*kinds: Kind) -> Kind:
    """One of these kinds; a single one stays itself."""
    flat: set[Kind] = set()
    for kind in kinds:
        flat |= kind.kinds if isinstance(kind, Either) else {kind}
    if not flat or UNKNOWN in flat:
        return UNKNOWN
    return flat.pop() if len(flat) == 1 else Either(frozenset(flat))


def each(kind: Kind) -> Iterator[Kind]:
    """The kinds that a value may have."""
    yield from kind.kinds if isinstance(kind, Either) else (kind,)


def may_be_none(kind: Kind) -> bool:
    """Whether it may be `none`."""
    return any(isinstance(it, Nothing) for it in each(kind))


def without(kind: Kind, unwanted: type[Kind]) -> Kind:
    """The kind of a value that is known not to be of another; as it was, where nothing is left."""
    rest = [it for it in each(kind) if not isinstance(it, unwanted)]
    return either(*rest) if rest else kind


def where_true(kind: Kind) -> Kind:
    """The kind of a value that has passed `{% if … %}`."""
    rest: list[Kind] = []
    for it in each(kind):
        if isinstance(it, Text) and it.values is not None:
            if values := it.values - {""}:
                rest.append(Text(it.origin, values))
        elif not isinstance(it, Nothing):
            rest.append(it)
    return either(*rest) if rest else kind


def origins(kind: Kind) -> frozenset[str]:
    """The fields that a value may have been read from."""
    found = {getattr(it, "origin", "") for it in each(kind)} - {""}
    return frozenset(found.union(*(it.holds for it in each(kind) if isinstance(it, Text))))


def texts(kind: Kind) -> frozenset[str] | None:
    """All the texts that a value can be; None where that isn't known."""
    found: set[str] = set()
    for it in each(kind):
        if not isinstance(it, Text) or it.values is None:
            return None
        found |= it.values
    return frozenset(found)


def spoken(kind: Kind) -> str:
    """A kind in words: `text or none`."""
    names = sorted({_spoken(it) for it in each(kind)}, key=lambda name: (name == "none", name))
    return " or ".join(names)


def a(noun: str) -> str:
    """A noun with its article."""
    return f"{'an' if noun[0] in 'AEIOU' else 'a'} {noun}"


def _spoken(kind: Kind) -> str:
    if isinstance(kind, Record):
        return a(kind.struct.__name__)
    return f"`{kind.of}`" if isinstance(kind, Fields) else kind.name


def kind_of(hint: Any, origin: str = "") -> Kind:
    """The kind of what is annotated so; `origin` names the field."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return Record(hint)
    if hint in _PLAIN:
        return _PLAIN[hint](origin)
    outer, args = get_origin(hint), get_args(hint)
    if outer is Literal:
        return Text(origin, frozenset(args))
    if outer in {Union, UnionType}:
        return either(*(kind_of(arg, origin) for arg in args))
    if outer in {tuple, list}:
        kinds = tuple(kind_of(arg, origin) for arg in args if arg is not Ellipsis)
        return Listing(kinds[0]) if outer is list or Ellipsis in args else Row(kinds)
    return UNKNOWN


_PLAIN: dict[object, Callable[[str], Kind]] = {
    NoneType: lambda _origin: NOTHING,
    bool: Truth,
    int: Number,
    float: Number,
    Decimal: Number,
    Markup: Html,
    str: Text,
}


@cache
def field(struct: type[msgspec.Struct], name: str) -> Kind | None:
    """The kind of a struct's field, property or method; None where it has no such thing."""
    if name.startswith("_"):
        return None
    origin = f"{struct.__name__}.{name}"
    if name in struct.__struct_fields__:
        default = next(it.default for it in msgspec.structs.fields(struct) if it.name == name)
        if isinstance(default, Markup):
            return Html(origin)
        return kind_of(get_type_hints(struct)[name], origin)
    if name not in public(struct):
        return None
    member = getattr(struct, name)
    hints = get_type_hints(member.fget if isinstance(member, property) else member)
    given = kind_of(hints["return"], origin)
    return given if isinstance(member, property) else Function(origin, given)


def public(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """What can be read of a struct, by name."""
    own = (name for name in vars(struct) if not name.startswith("_"))
    return tuple(dict.fromkeys((*struct.__struct_fields__, *own)))


def table(items: Iterable[tuple[str, Kind]], origin: str = "") -> Table:
    """A dict of known keys; the last of equal ones holds."""
    return Table(tuple(dict(items).items()), origin)

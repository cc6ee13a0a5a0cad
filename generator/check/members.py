"""What can be read of a value: its fields, its items, and what it gives when looped over."""

from generator.check.kinds import (
    NOTHING,
    NUMBER,
    TEXT,
    TRUTH,
    UNKNOWN,
    Fields,
    Function,
    Html,
    Kind,
    Listing,
    Nothing,
    Number,
    Record,
    Row,
    Table,
    Text,
    Truth,
    either,
    field,
    public,
)

_WORDS = Listing(TEXT)
_TEXT_METHODS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "capitalize", "casefold", "center", "expandtabs", "format", "join", "ljust", "lower",
            "lstrip", "removeprefix", "removesuffix", "replace", "rjust", "rstrip", "strip",
            "swapcase", "title", "upper", "zfill",
        ),
        TEXT,
    ),
    **dict.fromkeys(("split", "splitlines", "rsplit"), _WORDS),
    **dict.fromkeys(("partition", "rpartition"), Row((TEXT, TEXT, TEXT))),
    **dict.fromkeys(
        (
            "endswith", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower",
            "isnumeric", "isspace", "istitle", "isupper", "startswith",
        ),
        TRUTH,
    ),
    **dict.fromkeys(("count", "find", "rfind", "index", "rindex"), NUMBER),
}  # fmt: skip
_LIST_METHODS: dict[str, Kind] = {"count": NUMBER, "index": NUMBER}


def names(kind: Kind) -> tuple[str, ...]:
    """What can be read of it by name."""
    match kind:
        case Record():
            return public(kind.struct)
        case Fields():
            return tuple(name for name, _kind in kind.items)
        case Table():
            return (*(name for name, _kind in kind.items), "items", "keys", "values", "get")
        case Text() | Html():
            return tuple(_TEXT_METHODS)
        case Listing() | Row():
            return tuple(_LIST_METHODS)
    return ()


def member(kind: Kind, name: str) -> Kind | None:
    """What is read of it by name, after a dot; None where it has no such thing."""
    match kind:
        case Record():
            return field(kind.struct, name)
        case Fields():
            return dict(kind.items).get(name)
        case Table():
            return dict(kind.items).get(name) or _method_of_table(kind, name)
        case Text() | Html():
            return _method(_TEXT_METHODS, name)
        case Listing() | Row():
            return _method(_LIST_METHODS, name)
        case Number():
            return None
    return UNKNOWN


def _method(methods: dict[str, Kind], name: str) -> Kind | None:
    return Function(name, methods[name]) if name in methods else None


def _method_of_table(table: Table, name: str) -> Kind | None:
    value = either(*(kind for _key, kind in table.items))
    methods: dict[str, Kind] = {
        "items": Listing(Row((Text(values=frozenset(key for key, _ in table.items)), value))),
        "keys": _WORDS,
        "values": Listing(value),
        "get": either(value, NOTHING),
    }
    return _method(methods, name)


def item_at(kind: Kind, index: object) -> Kind | None:
    """The item at a place that is known; None where there is none."""
    match kind:
        case Row() if isinstance(index, int):
            return kind.items[index] if -len(kind.items) <= index < len(kind.items) else None
        case Listing() if isinstance(index, int):
            return kind.item
        case Table() if isinstance(index, str):
            return dict(kind.items).get(index)
        case Text() | Html() if isinstance(index, int):
            return TEXT
        case Record() | Fields() if isinstance(index, str):
            return member(kind, index)
        case Row() | Listing() | Table() | Text() | Html() | Record() | Fields() | Number():
            return None
    return UNKNOWN


def any_item(kind: Kind) -> Kind:
    """An item at a place that isn't known."""
    match kind:
        case Row():
            return either(*kind.items)
        case Listing():
            return kind.item
        case Table() | Fields():
            return either(*(it for _key, it in kind.items))
        case Text() | Html():
            return TEXT
    return UNKNOWN


def looped(kind: Kind) -> Kind | None:
    """What a loop over it gives, one at a time; None where nothing can be looped over."""
    match kind:
        case Row() | Listing():
            return any_item(kind)
        case Table():
            return Text(values=frozenset(key for key, _kind in kind.items))
        case Text() | Html() | Number() | Record() | Fields() | Function():
            return None
        case Nothing() | Truth():
            return None
    return UNKNOWN


def in_turn(item: Kind, again: Kind) -> Fields:
    """The `loop` of a loop over such items; `again` is what `loop(…)` gives."""
    beside = either(item, NOTHING)
    figures = ("index", "index0", "revindex", "revindex0", "length", "depth", "depth0")
    return Fields(
        "loop",
        (
            *((name, NUMBER) for name in figures),
            ("first", TRUTH),
            ("last", TRUTH),
            ("previtem", beside),
            ("nextitem", beside),
            ("cycle", Function("loop.cycle", UNKNOWN)),
            ("changed", Function("loop.changed", TRUTH)),
            ("", again),
        ),
    )

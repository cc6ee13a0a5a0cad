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
    Unknown,
    either,
    field,
    public,
)
from generator.render.values import LOOP_FIELDS, LOOP_METHODS, TABLE_METHODS, TEXT_METHODS

_WORDS = Listing(TEXT)
_GIVEN: dict[str, Kind] = {
    **dict.fromkeys(("split", "splitlines"), _WORDS),
    **dict.fromkeys(("startswith", "endswith"), TRUTH),
}
"""What methods of texts give, where that is no text."""
_TEXT_METHODS = {name: _GIVEN.get(name, TEXT) for name in TEXT_METHODS}
_FIGURES = {**dict.fromkeys(LOOP_FIELDS, NUMBER), "first": TRUTH, "last": TRUTH}


def names(kind: Kind) -> tuple[str, ...]:
    """What can be read of it by name."""
    match kind:
        case Record():
            return public(kind.struct)
        case Fields():
            return tuple(name for name, _kind in kind.items)
        case Table():
            return (*(name for name, _kind in kind.items), *TABLE_METHODS)
        case Text() | Html():
            return tuple(_TEXT_METHODS)
    return ()


def member(kind: Kind, name: str) -> Kind | None:
    """What is read of it by name, after a dot; None where it has no such thing."""
    found: Kind | None = UNKNOWN
    match kind:
        case Record():
            found = field(kind.struct, name)
        case Fields():
            found = dict(kind.items).get(name)
        case Table():
            found = dict(kind.items).get(name) or _method_of_table(kind, name)
        case Text() | Html():
            found = _method(_TEXT_METHODS, name)
        case Listing() | Row() | Number():
            found = None
    return found


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
    found: Kind | None = None
    match kind:
        case Row() if isinstance(index, int):
            inside = -len(kind.items) <= index < len(kind.items)
            found = kind.items[index] if inside else None
        case Listing() | Text() | Html() if isinstance(index, int):
            found = any_item(kind)
        case Table() if isinstance(index, str):
            found = dict(kind.items).get(index)
        case Record() | Fields() if isinstance(index, str):
            found = member(kind, index)
        case Unknown() | Function() | Truth():
            found = UNKNOWN
    return found


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


def in_turn(item: Kind) -> Fields:
    """The `loop` of a loop over such items."""
    beside = either(item, NOTHING)
    figures = {**_FIGURES, "previtem": beside, "nextitem": beside}
    methods = {name: Function(f"loop.{name}", UNKNOWN) for name in LOOP_METHODS}
    return Fields("loop", tuple({**figures, **methods}.items()))

"""The settings in force, as `qwikfolio.toml` would have them, and where each comes from."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from generator.config.given import TABLES
from generator.config.masking import masked
from generator.config.origin import Origin
from generator.config.settings import Settings
from generator.config.toml import toml

_ADDRESSES = frozenset(
    {"database.url", "site.url", "site.contact_endpoint", "site.beacon_url", "paths.output"}
)
"""What may hold a secret."""
_WIDTH = 44  # columns; comments begin after them, where they can


class InForce(msgspec.Struct, frozen=True):
    """One setting."""

    table: str
    key: str
    value: str | int | bool | tuple[str, ...] | None
    """Without its secrets; None where it isn't set."""
    origin: Origin


def in_force(settings: Settings) -> Iterator[InForce]:
    """Every setting, in the order of docs/configuration.md."""
    for table, struct in TABLES.items():
        for key in struct.__struct_fields__:
            value = _value(settings, table, key)
            if isinstance(value, str) and f"{table}.{key}" in _ADDRESSES:
                value = masked(value)
            yield InForce(table, key, value, settings.origin(f"{table}.{key}"))


def as_toml(settings: Settings) -> str:
    """All of it as a file that says the same, with each origin as a comment."""
    lines = [f"# The settings in force in {settings.root}"]
    table = ""
    for it in in_force(settings):
        if it.table != table:
            table = it.table
            lines += ["", f"[{table}]"]
        # TOML has no null; and a line without its secret would say something else.
        text = f"{it.key} = {toml(it.value)}" if it.value is not None else f"# {it.key} is not set"
        is_masked = it.value is not None and it.value != _value(settings, it.table, it.key)
        text, hidden = (f"# {text}", "; its secret is not shown") if is_masked else (text, "")
        lines.append(f"{text:{_WIDTH}}  # {label(it.origin, settings.root)}{hidden}")
    return "\n".join(lines)


def label(origin: Origin, root: Path) -> str:
    """Where a value comes from, in short: `qwikfolio.toml:3`, `QWIKFOLIO_SITE_URL`, `default`."""
    if origin.kind == "file":
        return f"{Path(origin.name).relative_to(root)}:{origin.line}"
    return origin.name or "default"


def _value(settings: Settings, table: str, key: str) -> str | int | bool | tuple[str, ...] | None:
    if table == "paths":
        found = getattr(settings, key)
        if not isinstance(found, tuple):
            return _path(found, settings.root)
        folders = tuple(_path(it, settings.root) for it in found)
        return folders if len(folders) > 1 else folders[0]
    if table == "database":
        return settings.database_url if key == "url" else settings.embedded
    value: str | int | bool | tuple[str, ...] | None = getattr(getattr(settings, table), key)
    return value


def _path(place: object, root: Path) -> str:
    """A folder as it is written: relative to the site's, where it is below it."""
    if isinstance(place, Path) and place.is_relative_to(root):
        return str(place.relative_to(root))
    return str(place)

"""What the file and the environment say of each setting, and what they say of none.

A key is looked at by itself, so that each mistake is told, not only the first one.
"""

import os
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType, NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from generator.config.document import Document, Name
from generator.config.origin import Origin
from generator.config.tables import File
from generator.config.toml import toml
from generator.errors import ConfigError
from generator.model.guess import guess, nearest
from generator.model.problem import quote

PREFIX = "QWIKFOLIO_"
TABLES: Mapping[str, type[msgspec.Struct]] = MappingProxyType(get_type_hints(File))
"""Every table of the file, by name."""
OTHER_VARIABLES = frozenset({"QWIKFOLIO_TRACEBACK", "QWIKFOLIO_VNU"})
"""Of the environment, which are no settings: the command line's, and the tests'."""
_DIVIDERS = {("paths", "themes"): os.pathsep, ("beacon", "proxies"): ","}
_ALIKE = 0.85  # of two names, from where one is taken for a misspelt other

# What Kubernetes sets for a service named `qwikfolio`, or `qwikfolio-beacon`.
_OF_A_SERVICE = re.compile(
    r".*_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)"
)


class Given(msgspec.Struct, frozen=True):
    """The value of one key, converted to its type, and where it comes from."""

    value: Any
    origin: Origin


class Gathered(msgspec.Struct, frozen=True):
    """Everything that is given, by table and key."""

    values: Mapping[tuple[str, str], Given]
    faults: tuple[ConfigError, ...]
    """What names no setting, or has another type."""
    notes: tuple[str, ...]
    """What names no setting, and may be meant for something else."""


def variable(table: str, key: str) -> str:
    """The environment variable of a key."""
    return f"{PREFIX}{table}_{key}".upper()


def gather(document: Document, environ: Mapping[str, str]) -> Gathered:
    """What is given; a variable goes before the file."""
    faults = [*_unknown_keys(document), *_unknown_variables(environ)]
    values = {}
    for table, struct in TABLES.items():
        for key, kind in get_type_hints(struct).items():
            found = _from_variable(environ, table, key) or _from_file(document, table, key)
            if found is None:
                continue
            try:
                value = msgspec.convert(found.value, kind, strict=False)
            except (msgspec.ValidationError, RecursionError, UnicodeError):
                faults.append(_another_type(f"{table}.{key}", kind, found))
            else:
                values[table, key] = Given(value, found.origin)
    return Gathered(values, tuple(faults), tuple(_strange_variables(environ)))


def _from_file(document: Document, table: str, key: str) -> Given | None:
    values = document.values.get(table)
    if not isinstance(values, dict) or key not in values:
        return None
    return Given(values[key], place(document, (table, key)))


def _from_variable(environ: Mapping[str, str], table: str, key: str) -> Given | None:
    name = variable(table, key)
    value = environ.get(name)
    if value is None:
        return None
    divider = _DIVIDERS.get((table, key))
    listed = divider is not None and (key == "proxies" or divider in value)
    return Given(value.split(divider) if listed else value, Origin("variable", name))


def place(document: Document, name: Name, *, of_key: bool = False) -> Origin:
    """Where a key, or its value, stands in the file."""
    places = document.keys if of_key else document.places
    line, column = places.get(name) or document.keys.get(name) or (1, 1)
    return Origin("file", str(document.path), line, column)


def _unknown_keys(document: Document) -> Iterator[ConfigError]:
    for table, values in document.values.items():
        where = str(place(document, (table,), of_key=True))
        if table not in TABLES:
            yield _unknown_table(table, values, where)
        elif not isinstance(values, dict):
            yield ConfigError(
                f"{table} is a table, and can't be {_shown(values)}",
                where=where,
                fix=f"write [{table}] on a line of its own and its keys below it, as in "
                "docs/configuration.md",
            )
        else:
            known = TABLES[table].__struct_fields__
            for key in (key for key in values if key not in known):
                yield ConfigError(
                    f"[{table}] has no key {quote(key)}",
                    where=str(place(document, (table, key), of_key=True)),
                    fix=_meant(table, key),
                )


def _unknown_table(table: str, values: object, where: str) -> ConfigError:
    homes = [name for name, struct in TABLES.items() if table in struct.__struct_fields__]
    if homes and not isinstance(values, dict):
        return ConfigError(
            f"{table} stands outside of its table",
            where=where,
            fix=f"write it below {' or '.join(f'[{home}]' for home in homes)}",
        )
    if isinstance(values, dict) or table.lower() in TABLES:
        what = f"there is no table [{table}]"
    else:
        what = f"there is no key {quote(table)}"
    near = nearest(table, TABLES)
    known = ", ".join(f"[{name}]" for name in TABLES)
    return ConfigError(
        what, where=where, fix=f"did you mean [{near}]?" if near else f"the tables are {known}"
    )


def _meant(table: str, key: str) -> str:
    """Which key was meant: one like it, or one of the same name in another table."""
    homes = [name for name, struct in TABLES.items() if key in struct.__struct_fields__]
    near = nearest(key, TABLES[table].__struct_fields__)
    if homes and near is None:
        return f"write it below {' or '.join(f'[{home}]' for home in homes)}"
    return guess(key, TABLES[table].__struct_fields__)


def _unknown(environ: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Variables that look like ours and are no setting, and the setting that each is like."""
    known = {variable(table, key) for table in TABLES for key in TABLES[table].__struct_fields__}
    for name in environ:
        ours = name.startswith(PREFIX) and not _OF_A_SERVICE.fullmatch(name)
        if ours and name not in known | OTHER_VARIABLES:
            yield name, nearest(name, known, _ALIKE)


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[ConfigError]:
    """Those that can only be meant as a setting."""
    for name, near in _unknown(environ):
        table = name.removeprefix(PREFIX).partition("_")[0].lower()
        if near is None and table not in TABLES:
            continue
        keys = (variable(table, key) for key in TABLES[table].__struct_fields__) if not near else ()
        yield ConfigError(
            f"the environment variable {name} is no setting",
            where=f"the environment variable {name}",
            fix=f"did you mean {near}?" if near else f"unset it, or use one of: {', '.join(keys)}",
        )


def _strange_variables(environ: Mapping[str, str]) -> Iterator[str]:
    for name, near in _unknown(environ):
        table = name.removeprefix(PREFIX).partition("_")[0].lower()
        if near is None and table not in TABLES:
            yield (
                f"the environment variable {name} is ignored: it is no setting "
                "(docs/configuration.md lists them)"
            )


def _another_type(name: str, kind: object, given: Given) -> ConfigError:
    in_file = given.origin.kind == "file"
    return ConfigError(
        f"{name} can't be {_shown(given.value) if in_file else quote(given.value)}",
        where=str(given.origin),
        fix=f"write {_expected(kind, in_file=in_file)}{_alike(kind, given.value)}",
    )


def _alike(kind: object, value: object) -> str:
    near = nearest(str(value), get_args(kind)) if get_origin(kind) is Literal else None
    return f"; did you mean {near}?" if near else ""


def _shown(value: object) -> str:
    """A value as the file has it, in short."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return quote(value) if isinstance(value, str) else toml(value)


def _expected(kind: object, *, in_file: bool) -> str:
    """What a type is, in plain words."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return "one of " + ", ".join(f'"{it}"' if in_file else str(it) for it in args)
    if origin is tuple:
        return 'a list of texts, like ["one", "two"]'
    if args:
        return ", or ".join(_expected(it, in_file=in_file) for it in args if it is not NoneType)
    return {str: "text in quotes", int: "a whole number", bool: "true or false"}[kind]  # type: ignore[index]

"""A sample's entries as rows of the database: ids given, values checked against the catalog."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from generator.database.catalog import Catalog, Column
from generator.database.samples import PICTURES, Entry, Sample
from generator.errors import ContentError, DatabaseError
from generator.model.guess import guess

TECHNOLOGIES = "public.project_tech_stack"
"""The one table a sample has no entries of: a project lists its technologies in `tech_stack`."""

_MARK = "5a3b1e00"
FIRST_ID, LAST_ID = UUID(_MARK + "0" * 24), UUID(_MARK + "f" * 24)
"""Every sample row's id is between these two, and no other row's."""

_EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
_GIVEN_BY_US = frozenset({"id", "user_id"})
_KINDS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "boolean": (bool, "true or false, without quotes"),
    "smallint": (int, "a whole number"),
    "integer": (int, "a whole number"),
    "bigint": (int, "a whole number"),
    "numeric": ((int, Decimal), "a number"),
    "timestamp": (datetime, "a time with its zone, like 2025-01-31T09:00:00Z"),
}
_TEXT = (str, "text in quotes, without the character NUL")
_PRECISION = re.compile(r"numeric\((\d+),(\d+)\)")
_JSON = msgspec.json.Encoder(decimal_format="number")


class Row(msgspec.Struct, frozen=True):
    """One row to be."""

    relation: str
    values: Mapping[str, object]
    """By column; a column left out gets its default."""
    entry: Entry
    """Where it is written."""
    key: str | None = None
    """The key of the entry that holds the row, where that isn't the whole entry."""

    def where(self, column: str | None = None) -> str:
        """The place of a column, or of the row, as `file:line`."""
        return self.entry.where(self.key or column)


def sample_id(*names: str) -> UUID:
    """The id of a person (their sample's name) or of a row of theirs; always the same."""
    return UUID(_MARK + uuid5(NAMESPACE_URL, "qwikfolio-sample:" + "/".join(names)).hex[8:])


def rows_of(sample: Sample, catalog: Catalog) -> Iterator[Row]:
    """The rows of one person, parents first.

    Dates that the file leaves out are fixed ones, so that the same files give the same pages
    everywhere: `created_at` a minute apart, in the order of the file, and `updated_at` the same.

    Raises:
        ContentError: Names an unknown column, lacks a required one, or a value has the wrong type.
        DatabaseError: The database lacks one of the tables.
    """
    person = sample_id(sample.name)
    projects: dict[str, UUID] = {}
    written: Counter[tuple[str, ...]] = Counter()
    for entry in sample.entries:
        columns = _columns(catalog, entry.relation)
        values = _checked(entry, columns)
        name = str(values.get("name") or "")
        nth, position = written[entry.table, name], written[(entry.table,)]
        written.update([(entry.table, name), (entry.table,)])
        row_id = sample_id(sample.name, entry.table, f"{name}#{nth}")
        if entry.table == "projects":
            projects.setdefault(name, row_id)
        if entry.table == "analytics" and values.get("project_id") is not None:
            values["project_id"] = _project(entry, str(values["project_id"]), projects)
        if "user_id" in columns:
            values = {"id": row_id, "user_id": person, **values}
        else:
            values = {"id": person, **values}
        yield Row(entry.relation, _dated(values, columns, position, entry), entry)
        if entry.table == "projects":
            yield from _technologies(entry, row_id, catalog)


def without_pictures(row: Row) -> Row:
    """The row without the names of the samples' own pictures; addresses of pictures stay."""
    values = dict(row.values)
    for column in ("profile_photo_url", "avatar_url"):
        if str(values.get(column) or "").startswith(f"{PICTURES}/"):
            values[column] = None
    if row.relation == "public.projects" and f'"{PICTURES}/' in str(values.get("media")):
        media = json.loads(str(values["media"]))
        values["media"] = _JSON.encode([it for it in media if not _is_picture(it)]).decode()
    return msgspec.structs.replace(row, values=values)


def _is_picture(item: object) -> bool:
    """Whether an element of `projects.media` is one of the samples' own pictures."""
    return isinstance(item, dict) and str(item.get("url")).startswith(f"{PICTURES}/")


def _columns(catalog: Catalog, relation: str) -> Mapping[str, Column]:
    columns = catalog.columns.get(relation)
    if columns is None:
        raise DatabaseError(
            "the database lacks a table of QwikFolio v1",
            where=relation,
            fix="run: qwikfolio db migrate",
        )
    return columns


def _checked(entry: Entry, columns: Mapping[str, Column]) -> dict[str, object]:
    """The entry's values as PostgreSQL takes them, apart from `tech_stack`."""
    known = {name for name in columns if name not in _GIVEN_BY_US}
    special = {"tech_stack"} if entry.table == "projects" else set()
    values: dict[str, object] = {}
    for name, value in entry.values.items():
        if name not in known | special:
            raise ContentError(
                f"{entry.table} has no column {name}",
                where=entry.where(name),
                fix=guess(name, known | special),
            )
        if name in known:
            values[name] = _value(entry, columns[name], value)
    for name in known:
        if columns[name].required and values.get(name) is None:
            raise ContentError(
                f"{entry.table}.{name} is missing, and the database requires it",
                where=entry.where(),
                fix=f"add {name} = … to this entry",
            )
    return values


def _value(entry: Entry, column: Column, value: object) -> object:
    if value == {"null": True}:
        return None
    if column.type in {"json", "jsonb"}:
        return _json(entry, column, value)
    kind, wanted = _wanted(entry, column)
    if not _fits(column, kind, value):
        raise ContentError(
            f"{entry.table}.{column.name} can't be {str(value)!r}",
            where=entry.where(column.name),
            fix=f"write {wanted}",
        )
    return value


def _wanted(entry: Entry, column: Column) -> tuple[type | tuple[type, ...], str]:
    """The Python types a column takes, and how to say so."""
    if entry.table == "analytics" and column.name == "project_id":
        return str, "the name of one of the projects above, in quotes"
    if limit := _limit(column):
        return (int, Decimal), f"a number below {limit}"
    return _KINDS.get(re.split(r"[ (]", column.type)[0], _TEXT)


def _fits(column: Column, kind: type | tuple[type, ...], value: object) -> bool:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        return False
    limit = _limit(column)
    match value:
        case datetime():
            return value.tzinfo is not None
        case str():
            return "\0" not in value
        case Decimal() | int():
            number = Decimal(value)
            return number.is_finite() and (not limit or abs(number) < limit)
    return True


def _limit(column: Column) -> int | None:
    """Below what a number must stay: 1000 for `numeric(5,2)`."""
    match = _PRECISION.fullmatch(column.type)
    return 10 ** (int(match[1]) - int(match[2])) if match else None


def _json(entry: Entry, column: Column, value: object) -> str:
    if not (isinstance(value, dict) and value.keys() == {"json"}):
        return _JSON.encode(value).decode()
    text = value["json"]
    try:
        json.loads(text)
    except (TypeError, ValueError) as error:
        raise ContentError(
            f"{entry.table}.{column.name} is not JSON: {error}",
            where=entry.where(column.name),
            fix="write { json = '…' } with JSON between the single quotes",
        ) from None
    return str(text)


def _dated(
    values: Mapping[str, object], columns: Mapping[str, Column], position: int, entry: Entry
) -> Mapping[str, object]:
    if entry.table == "user":  # the login service's own table: its dates are not ours to set
        return values
    created = values.get("created_at") or _EPOCH + timedelta(minutes=position)
    dates = {"created_at": created, "updated_at": values.get("updated_at") or created}
    return {**values, **{name: date for name, date in dates.items() if name in columns}}


def _project(entry: Entry, name: str, projects: Mapping[str, UUID]) -> UUID:
    if name not in projects:
        raise ContentError(
            f"no project of this person is called {name!r}",
            where=entry.where("project_id"),
            fix=guess(name, projects) if projects else "leave project_id out",
        )
    return projects[name]


def _technologies(entry: Entry, project: UUID, catalog: Catalog) -> Iterator[Row]:
    names = entry.values.get("tech_stack", [])
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise ContentError(
            "projects.tech_stack is a list of names",
            where=entry.where("tech_stack"),
            fix='write tech_stack = ["Python", "PostgreSQL"]',
        )
    columns = _columns(catalog, TECHNOLOGIES)
    for position, name in enumerate(names):
        row_id = sample_id(str(project), f"{name}#{names[:position].count(name)}")
        values = {"id": row_id, "project_id": project, "tech": name}
        yield Row(TECHNOLOGIES, _dated(values, columns, position, entry), entry, "tech_stack")

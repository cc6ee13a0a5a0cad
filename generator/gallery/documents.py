"""A sample's rows as the query `people` of `generator/source/portfolios.sql` gives them.

The same text to the byte, so that whatever reads it can't tell a file from a database; the tests
seed a real one and compare. What the database does when a row is added is done here: defaults, the
scale of numbers, JSONB's order of keys, and the trigger that keeps `published` and
`settings.isPublic` in step (`0003_triggers.sql`).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from operator import itemgetter
from pathlib import Path

import msgspec

from generator.database.rows import TECHNOLOGIES, Row, rows_of
from generator.database.samples import Sample
from generator.gallery.declared import declared
from generator.source import rows as source
from generator.source.snapshot import Claim, Person

_Values = Mapping[str, object]
_SCALE = re.compile(r"numeric\(\d+,(\d+)\)")


class _Json(str):
    """JSON text, as JSONB writes it."""

    __slots__ = ()


class Stored(msgspec.Struct, frozen=True):
    """One sample, as a database would hold it."""

    name: str
    """The file's name without `.toml`."""
    path: Path
    """The file."""
    is_public: bool
    claim: Claim
    person: Person


def stored(sample: Sample) -> Stored:
    """What a database would say of a sample that was put into it.

    Raises:
        ContentError: Names an unknown column, lacks a required one, or a value has the wrong type.
    """
    tables: dict[str, list[_Values]] = {}
    for row in rows_of(sample, declared().catalog):
        tables.setdefault(row.relation, []).append(_as_stored(row))
    (portfolio,) = tables["public.portfolios"]
    profile = next(iter(tables.get("public.profiles", ())), {})
    is_public, settings = _agree(portfolio["published"] is True, portfolio["settings"])
    portfolio = {**portfolio, "settings": settings}
    owner, identity = str(portfolio["user_id"]), str(portfolio["id"])
    text = _document(portfolio, profile, tables)
    return Stored(
        name=sample.name,
        path=sample.path,
        is_public=is_public,
        claim=Claim(owner, _text(portfolio["slug"]), _text(profile.get("username")), row=identity),
        person=Person(owner, _wanted_theme(portfolio["theme"]), text.encode(), row=identity),
    )


def _as_stored(row: Row) -> _Values:
    """The row with its defaults, each value in its column's form."""
    columns = declared().catalog.columns[row.relation]
    defaults = declared().defaults.get(row.relation, {})
    values: dict[str, object] = {}
    for name, column in columns.items():
        value = row.values.get(name)
        if name not in row.values and name in defaults:
            value = defaults[name]
            value = json.dumps(value) if column.type == "jsonb" else value
        if column.type == "jsonb" and isinstance(value, str):
            value = _Json(_jsonb(json.loads(value, parse_float=Decimal)))
        elif (scale := _SCALE.fullmatch(column.type)) and isinstance(value, int | Decimal):
            step = Decimal(1).scaleb(-int(scale[1]))
            value = Decimal(value).quantize(step, ROUND_HALF_UP)
        values[name] = value
    return values


def _agree(published: bool, settings: object) -> tuple[bool, object]:  # noqa: FBT001 - a column
    """Whether the person is public, and the settings that say so, after the trigger."""
    value = json.loads(settings, parse_float=Decimal) if isinstance(settings, _Json) else None
    if value is None:
        return published, _Json(_jsonb({"isPublic": published}))
    if not isinstance(value, dict):
        return published, settings
    is_public = published or _as_text(value.get("isPublic")) == "true"
    return is_public, _Json(_jsonb({**value, "isPublic": is_public}))


def _document(portfolio: _Values, profile: _Values, tables: Mapping[str, list[_Values]]) -> str:
    technologies = tables.get(TECHNOLOGIES, [])
    children: dict[str, list[_Values]] = {
        "skills": _ordered(tables.get("public.skills", []), "created_at", "name", "id"),
        "projects": _projects(tables.get("public.projects", []), technologies),
        "experience": _ordered(tables.get("public.experience", []), "created_at", "company", "id"),
        "education": _ordered(tables.get("public.education", []), "created_at", "school", "id"),
        "certifications": _ordered(
            tables.get("public.certifications", []), "created_at", "name", "id"
        ),
    }
    born = [row["created_at"] for many in (*children.values(), technologies) for row in many]
    latest = max(map(_moment, (portfolio["updated_at"], *born)))
    person: dict[str, object] = {
        **portfolio,
        "created_at": _day(_moment(portfolio["created_at"])),
        "updated_at": _day(latest),
        "avatar_url": profile.get("avatar_url"),
        "skills": _array(source.SkillRow, children["skills"]),
        "projects": _array(source.ProjectRow, children["projects"]),
        "experience": _array(source.ExperienceRow, children["experience"]),
        "education": _array(source.EducationRow, children["education"]),
        "certifications": _array(source.CertificationRow, children["certifications"]),
    }
    return _row(source.PersonRow, person)


def _projects(projects: list[_Values], technologies: list[_Values]) -> list[_Values]:
    """Featured ones first, each with its technologies."""
    ordered = _ordered(projects, "order", "created_at", "name", "id")
    ordered.sort(key=lambda project: not project["featured"])
    return [
        {
            **project,
            "project_tech_stack": _array(
                source.TechRow,
                _ordered(
                    [it for it in technologies if it["project_id"] == project["id"]],
                    "created_at", "tech", "id",
                ),
            ),
        }
        for project in ordered
    ]  # fmt: skip


def _ordered(rows: Iterable[_Values], *columns: str) -> list[_Values]:
    return sorted(rows, key=itemgetter(*columns))


def _array(struct: type[msgspec.Struct], rows: Sequence[_Values]) -> object:
    """`json_agg`: NULL where there is no row."""
    return _Json(f"[{', '.join(_row(struct, row) for row in rows)}]") if rows else None


def _row(struct: type[msgspec.Struct], row: _Values) -> str:
    """`json_build_array` of the columns that the struct names."""
    return f"[{', '.join(_json(row[name]) for name in struct.__struct_fields__)}]"


def _json(value: object) -> str:
    """A column's value inside a JSON document."""
    match value:
        case _Json():
            return value
        case Decimal():
            return format(value or abs(value), "f")  # PostgreSQL knows no -0
        case None | bool() | int() | str():
            return json.dumps(value, ensure_ascii=False)
    return json.dumps(str(value))  # a UUID


def _jsonb(value: object) -> str:
    """JSON as JSONB writes it: keys by length, then by their bytes."""
    match value:
        case dict():
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            return f"{{{', '.join(f'{_json(key)}: {_jsonb(value[key])}' for key in keys)}}}"
        case list():
            return f"[{', '.join(map(_jsonb, value))}]"
    return _json(value)


def _wanted_theme(theme: object) -> str:
    """`coalesce(theme->>'id', 'emerald')`."""
    value = json.loads(theme, parse_float=Decimal) if isinstance(theme, _Json) else None
    found = _as_text(value.get("id")) if isinstance(value, dict) else None
    return "emerald" if found is None else found


def _as_text(value: object) -> str | None:
    """`->>`."""
    return value if value is None or isinstance(value, str) else _jsonb(value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("a date of a row is always given by `rows_of`")
    return value.astimezone(UTC)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()

"""The rows as the query `people` gives them: one JSON document a person, decoded in one step.

Every struct is an array in the document, its fields in the order of portfolios.sql and named as the
columns are. Types are what the schema promises; JSONB columns, whose inside it leaves open, are
`object`. Meaning is given to them in `portfolio.py`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import get_type_hints

import msgspec

from generator.model.problem_kind import Kind
from generator.source.bounds import PERSON


class SkillRow(msgspec.Struct, frozen=True, array_like=True):
    """`skills`."""

    id: str
    name: str | None
    category: str | None
    level: str | None
    years_experience: Decimal | None
    skill: str | None


class TechRow(msgspec.Struct, frozen=True, array_like=True):
    """`project_tech_stack`."""

    id: str
    tech: str


class ProjectRow(msgspec.Struct, frozen=True, array_like=True):
    """`projects`."""

    id: str
    name: str
    description: str
    role: str | None
    highlights: object
    tags: object
    featured: bool | None
    media: object
    repo_url: str | None
    live_url: str | None
    project_tech_stack: list[TechRow] | None


class ExperienceRow(msgspec.Struct, frozen=True, array_like=True):
    """`experience`."""

    id: str
    company: str
    role: str
    start_date: str | None
    end_date: str | None
    current: bool | None
    location: str | None
    employment_type: str | None
    description: str | None
    achievements: object


class EducationRow(msgspec.Struct, frozen=True, array_like=True):
    """`education`."""

    id: str
    school: str
    degree: str
    field: str
    start_date: str | None
    end_date: str | None
    current: bool | None
    description: str | None
    gpa: Decimal | None
    coursework: object
    honors: str | None


class CertificationRow(msgspec.Struct, frozen=True, array_like=True):
    """`certifications`."""

    id: str
    name: str
    issuer: str
    issue_date: str | None
    expiry_date: str | None
    credential_id: str | None
    credential_url: str | None


class PersonRow(msgspec.Struct, frozen=True, array_like=True):
    """`portfolios`, `profiles.avatar_url`, and the person's rows of every other table."""

    name: str
    headline: str
    email: str | None
    bio: str | None
    website: str | None
    location: str | None
    role_level: str | None
    availability: str | None
    hourly_rate: Decimal | None
    salary_range: str | None
    profile_photo_url: str | None
    github: str | None
    linkedin: str | None
    social_links: object
    settings: object
    theme: object
    primary_stack: object
    created_at: str | None
    updated_at: str | None
    avatar_url: str | None
    skills: list[SkillRow] | None
    projects: list[ProjectRow] | None
    experience: list[ExperienceRow] | None
    education: list[EducationRow] | None
    certifications: list[CertificationRow] | None


_decoder = msgspec.json.Decoder(PersonRow)
_CHILDREN: dict[str, type[msgspec.Struct]] = {
    "skills": SkillRow,
    "projects": ProjectRow,
    "experience": ExperienceRow,
    "education": EducationRow,
    "certifications": CertificationRow,
    "project_tech_stack": TechRow,
}
_OF_PROFILES = {"avatar_url"}
"""What a person's document has from `profiles`, whose `id` is the owner's."""
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)
_NESTED = "a JSONB value is nested too deep"


class RowError(ValueError):
    """A row that the schema should not have admitted, such as a name that is NULL."""

    def __init__(self, kind: Kind, table: str, column: str, row: str, reason: str) -> None:
        super().__init__(f"{table}.{column} of {row}: {reason}")
        self.kind: Kind = kind
        self.table, self.column, self.row, self.reason = table, column, row, reason


def decode(owner: str, document: bytes, portfolio: str = "") -> PersonRow:
    """Decode one document of the query `people`.

    Args:
        owner: `portfolios.user_id`.
        document: UTF-8 JSON.
        portfolio: `portfolios.id`, for a `RowError`.

    Raises:
        RowError: A value is not of its column's type, or nothing can be made of the document.
    """
    if len(document) > PERSON:  # the query gives none that is larger; whoever else calls may
        reason = f"the rows have {len(document):,} bytes, and at most {PERSON:,} are published"
        raise RowError("too_much", "portfolios", "user_id", portfolio, reason)
    try:
        return _decoder.decode(document)
    except RecursionError:
        reason = _NESTED
    except ValueError as error:  # msgspec's errors, and UnicodeDecodeError
        reason = _short(error)
    faults = filter(None, map(_fault, values(owner, document, portfolio)))
    found = next(faults, None)
    raise found or RowError("schema", "portfolios", "user_id", portfolio, reason) from None


class Value(msgspec.Struct, frozen=True):
    """One column of one row, as a document has it."""

    table: str
    column: str
    row: str
    """The row's own `id`."""
    kind: object
    """The column's type."""
    text: bytes
    """JSON."""


def values(owner: str, document: bytes, portfolio: str) -> Iterator[Value]:
    """Every value of a person's document, whether it can be decoded or not."""
    yield from _values(PersonRow, document, "portfolios", portfolio, owner)


def _values(
    struct: type[msgspec.Struct], text: bytes, table: str, row: str, owner: str
) -> Iterator[Value]:
    kinds = get_type_hints(struct)
    for column, value in zip(struct.__struct_fields__, _elements(text), strict=False):
        if column in _CHILDREN and value.startswith(b"["):
            for child in _elements(value):
                identity = b"".join(_elements(child)[:1]).strip(b'"').decode(errors="replace")
                yield from _values(_CHILDREN[column], child, column, identity, owner)
        elif column in _OF_PROFILES:
            yield Value("profiles", column, owner, kinds[column], value)
        else:
            yield Value(table, column, row, kinds[column], value)


def _fault(value: Value) -> RowError | None:
    """Why a value can't be decoded: msgspec doesn't say which one is nested too deep."""
    kind: Kind = "json" if value.kind is object else "schema"
    try:
        msgspec.json.decode(value.text, type=value.kind)
    except RecursionError:
        reason = _NESTED
    except ValueError as error:
        reason = _short(error)
    else:
        return None
    return RowError(kind, value.table, value.column, value.row, reason)


def _elements(array: bytes) -> list[bytes]:
    """The elements of a JSON array, as text, however deep they are nested."""
    depth, begin = 0, 1
    found = []
    for token in _TOKEN.finditer(array):
        match token[0]:
            case b"[" | b"{":
                depth += 1
            case b"," if depth == 1:
                found.append(array[begin : token.start()].strip())
                begin = token.end()
            case b"]" | b"}":
                depth -= 1
                if depth == 0 and (last := array[begin : token.start()].strip()):
                    found.append(last)
    return found


def _short(error: ValueError) -> str:
    """What msgspec says, without the place, which it counts in positions."""
    reason, _, _path = str(error).partition(" - at ")
    return reason[:1].lower() + reason[1:]

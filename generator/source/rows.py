"""The rows as the query `people` gives them: one JSON document a person, decoded in one step.

Every struct is an array in the document, its fields in the order of portfolios.sql and named as the
columns are. Types are what the schema promises; JSONB columns, whose inside it leaves open, are
`object`. Meaning is given to them in `portfolio.py`.
"""

import re
from decimal import Decimal

import msgspec

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
_INDEX = re.compile(r"\[(\d+)\]")
_CHILDREN: dict[str, type[msgspec.Struct]] = {
    "skills": SkillRow,
    "projects": ProjectRow,
    "experience": ExperienceRow,
    "education": EducationRow,
    "certifications": CertificationRow,
    "project_tech_stack": TechRow,
}


class RowError(ValueError):
    """A row that the schema should not have admitted, such as a name that is NULL."""

    def __init__(self, table: str, column: str, row: str, reason: str) -> None:
        super().__init__(f"{table}.{column} of {row}: {reason}")
        self.table, self.column, self.row, self.reason = table, column, row, reason


def decode(owner: str, document: bytes) -> PersonRow:
    """Decode one document of the query `people`.

    Raises:
        RowError: A value is not of its column's type, or nothing can be made of the document.
    """
    if len(document) > PERSON:  # the query gives none that is larger; whoever else calls may
        reason = f"the rows have {len(document):,} bytes, and at most {PERSON:,} are published"
        raise RowError("portfolios", "user_id", owner, reason)
    try:
        return _decoder.decode(document)
    except RecursionError:
        reason = "a JSONB value is nested too deep"
    except ValueError as error:  # msgspec's errors, and UnicodeDecodeError
        reason = str(error)
    raise _locate(owner, document, reason) from None


def _locate(owner: str, document: bytes, message: str) -> RowError:
    """Turn msgspec's ``… - at `$[21][3][1]` `` into table, column and id, where it can be done."""
    reason, _, path = message.partition(" - at ")
    reason = reason[:1].lower() + reason[1:]
    try:
        value = msgspec.json.decode(document)
    except (ValueError, RecursionError):
        return RowError("portfolios", "", owner, reason)
    table, row = "portfolios", owner
    struct: type[msgspec.Struct] = PersonRow
    column = ""
    for position in _INDEX.findall(path):
        value = value[int(position)]
        if not column:
            column = struct.__struct_fields__[int(position)]
            if column in _CHILDREN:
                table, struct = column, _CHILDREN[column]
        else:  # the index of a row among its table's
            row, column = str(value[0]), ""
    return RowError(table, column, row, reason)

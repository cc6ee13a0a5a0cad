"""Documents as the query `people` gives them, made without a database."""

from uuid import UUID

import msgspec

from generator.model.portfolio import Portfolio
from generator.source import rows
from generator.source.portfolio import read_portfolio

OWNER = str(UUID(int=1))

_REQUIRED: dict[type[msgspec.Struct], dict[str, object]] = {
    rows.PersonRow: {
        "name": "Ada",
        "headline": "Engineer",
        "created_at": "2024-01-01",
        "updated_at": "2024-02-01",
    },
    rows.SkillRow: {"name": "Rust", "category": "language", "level": "advanced"},
    rows.TechRow: {"tech": "Rust"},
    rows.ProjectRow: {"name": "Engine", "description": "It computes."},
    rows.ExperienceRow: {"company": "Works", "role": "Engineer", "start_date": "2020-01"},
    rows.EducationRow: {
        "school": "School",
        "degree": "BSc",
        "field": "Maths",
        "start_date": "2010",
    },
    rows.CertificationRow: {"name": "Paper", "issuer": "Office", "issue_date": "2020-01"},
}


def row(struct: type[msgspec.Struct], **columns: object) -> msgspec.Struct:
    """A row with what its table requires, NULL elsewhere, and these columns."""
    values: dict[str, object] = dict.fromkeys(struct.__struct_fields__)
    if "id" in values:
        values["id"] = str(UUID(int=2))
    return struct(**{**values, **_REQUIRED[struct], **columns})


def document(**columns: object) -> bytes:
    """A person's document; lists of rows as `skills=[row(SkillRow, …)]`."""
    return msgspec.json.encode(row(rows.PersonRow, **columns))


def read(**columns: object) -> tuple[Portfolio, list[str]]:
    """The portfolio of these columns, and what was said of them."""
    reading = read_portfolio(OWNER, document(**columns))
    assert reading.portfolio is not None
    return reading.portfolio, [f"{p.table}.{p.column}: {p.reason}" for p in reading.problems]

"""How much of one person's rows is published; docs/database.md has the same tables.

PostgreSQL measures every value before it sends one (`portfolios.sql`). A person with a value, a
number of rows or a sum of them beyond these bounds has no page made of them: each excess is an
error of theirs (DESIGN, rule 14). The bounds are far above what people write.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

_LINE = 1_024
_URL = 2_048
_PHOTO = 262_144
"""Some apps keep a picture itself there, as a `data:` URL. It is left out with a warning."""
_PROSE = 65_536
_NUMBER = 100

PERSON = 524_288
"""Bytes of all rows of a person together, as JSON: a few seconds of work at most."""
NUMBERS = 20
"""Numbers in one JSONB value. `1e131071` takes 12 bytes in a table and 131,072 as text."""


class Bound(msgspec.Struct, frozen=True):
    """The most bytes of a value, in UTF-8."""

    bytes: int
    kind: Literal["text", "json"] = "text"


class TableBounds(msgspec.Struct, frozen=True):
    """The bounds of one table."""

    columns: Mapping[str, Bound]
    """Every column that is read, but for those whose type has a fixed size."""
    rows: int = 1
    """Of one person; of `project_tech_stack`, of one project."""


def _bounds(rows: int = 1, **sizes: str) -> TableBounds:
    kinds = {
        "line": Bound(_LINE),
        "url": Bound(_URL),
        "photo": Bound(_PHOTO),
        "prose": Bound(_PROSE),
        "number": Bound(_NUMBER),
        "json": Bound(_PROSE, "json"),
    }
    return TableBounds(
        {column: kinds[kind] for kind, columns in sizes.items() for column in columns.split()},
        rows,
    )


BOUNDS: Mapping[str, TableBounds] = {
    "portfolios": _bounds(
        line="name headline email location role_level availability salary_range",
        prose="bio",
        url="website github linkedin",
        photo="profile_photo_url",
        number="hourly_rate",
        json="social_links settings theme primary_stack",
    ),
    "profiles": _bounds(photo="avatar_url"),
    "skills": _bounds(1_000, line="name category level skill", number="years_experience"),
    "projects": _bounds(
        200, line="name role", prose="description", json="highlights tags media",
        url="repo_url live_url",
    ),
    "project_tech_stack": _bounds(100, line="tech"),
    "experience": _bounds(
        200, line="company role start_date end_date location employment_type",
        prose="description", json="achievements",
    ),
    "education": _bounds(
        200, line="school degree field start_date end_date honors", prose="description",
        number="gpa", json="coursework",
    ),
    "certifications": _bounds(
        500, line="name issuer issue_date expiry_date credential_id", url="credential_url"
    ),
}  # fmt: skip
"""By table. `slug` and `username`, which make addresses, are cut to 512 characters instead: an
address has at most 100."""

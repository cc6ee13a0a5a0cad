"""A problem with what somebody's rows hold; data, not an exception."""

from typing import Literal

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One value, or one person, that can't be shown as it stands.

    `level` is "warning" where the page is built without the value, "error" where the whole page
    can't be built (its last good version then stays; DESIGN, rule 7).
    """

    level: Literal["warning", "error"]
    owner: str
    """`portfolios.user_id`."""
    table: str
    column: str
    """The column; `settings.seoTitle` for a key inside a JSONB column."""
    row: str
    """The row's id; `user_id` for `portfolios`, which has one row a person."""
    reason: str

    def __str__(self) -> str:
        return f"{self.level}: {self.table}.{self.column} of {self.row}: {self.reason}"

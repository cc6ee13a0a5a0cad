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
    row: str
    """The row's id."""
    reason: str

    def __str__(self) -> str:
        return f"{self.level}: {self.table}.{self.column} of {self.row}: {self.reason}"

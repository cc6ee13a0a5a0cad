"""A problem with what somebody's rows hold; data, not an exception."""

import re
from typing import Literal

import msgspec

_LONGEST_QUOTE = 60
# `user:password@` where a URL has it, with or without a scheme before it; an address after
# `mailto:` is no secret.
_USER_INFO = re.compile(
    r"([/\\]{2}|:[/\\]|\A\s*(?!mailto:)(?=[^\s:/@]*:(?!/)))[^/?#\s]*@", re.IGNORECASE
)


def quote(value: object) -> str:
    """A stored value as a message may show it: short, printable, and without a password.

    Control characters are escaped, so that none reaches a terminal; the user info of a URL is
    masked (`https://***@host`).
    """
    try:
        text = repr(_masked(value)) if isinstance(value, str) else _masked(repr(value))
    except (RecursionError, ValueError):  # nested too deep, or a number of too many digits
        text = f"({type(value).__name__})"
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _masked(text: str) -> str:
    return _USER_INFO.sub(r"\1***@", text) if "@" in text else text


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

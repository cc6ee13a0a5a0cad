"""What a check has found: facts, for a person and for a machine."""

from typing import Literal

import msgspec

Level = Literal["error", "warning"]


class Finding(msgspec.Struct, frozen=True):
    """One mistake, where it is, and how to mend it."""

    code: str
    """The rule: `QF101`; docs/theme-rules.md has them all."""
    level: Level
    message: str
    """One sentence, without a full stop."""
    fix: str
    """What the theme's author can do."""
    file: str
    """Relative to the folder the command is run in where it lies below, else whole."""
    line: int
    """From 1; 0 where it concerns the file, or the theme, as a whole."""
    snippet: str = ""
    """The line, or the element that was rendered."""
    theme: str = ""
    """The theme that was checked when it was met."""

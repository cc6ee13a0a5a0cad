"""Where a setting's value comes from."""

from typing import Literal

import msgspec


class Origin(msgspec.Struct, frozen=True):
    """A default, a line of `qwikfolio.toml`, a variable of the environment, or an option."""

    kind: Literal["default", "file", "variable", "option"]
    name: str = ""
    """The file's path, the variable or the option; empty for a default."""
    line: int = 0
    """In the file, from 1."""
    column: int = 0
    """As `line`."""

    def __str__(self) -> str:
        if self.kind == "file":
            return f"{self.name}:{self.line}:{self.column}"
        if self.kind == "variable":
            return f"the environment variable {self.name}"
        return self.name or "the default"


DEFAULT = Origin("default")
"""Of what nobody has set."""

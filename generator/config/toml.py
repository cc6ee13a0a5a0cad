"""Values as TOML."""

import json
from collections.abc import Iterable


def toml(value: object) -> str:
    """A value on one line, so that a reader of TOML gives it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's, too, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Iterable):
        return f"[{', '.join(map(toml, value))}]"
    return str(value)

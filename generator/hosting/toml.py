"""Values of TOML."""

import json


def quoted(text: str) -> str:
    """A string. What JSON escapes, TOML escapes alike."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

"""Texts of settings, fit to be shown."""

import re

# Greedy up to the last `@` of the word: a password may hold an unescaped one, and to mask too much
# does no harm.
_USER_INFO = re.compile(r"((?:\A|[\s\"'=])(?:[\w+.-]+://)?+[^\s:/?#@\"']*:)(?!//).*@", re.DOTALL)
_PARAMETER = re.compile(
    r"((?:\b|_)(?:(?:ssl)?password|passwd|pwd|token|access_token|secret|api_?key|key|signature|sig)"
    r"\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&\"']+)",
    re.IGNORECASE,
)
MASK = "***"


def masked(text: str) -> str:
    """The text with `***` for the passwords in it, of URLs and connection strings."""
    return _PARAMETER.sub(rf"\g<1>{MASK}", _USER_INFO.sub(rf"\g<1>{MASK}@", text))

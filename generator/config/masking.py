"""Texts of settings, fit to be shown."""

import re

# Greedy up to the last `@` of the word: a password may hold an unescaped one, and so may a user
# (`user@server`). To mask too much does no harm.
_USER_INFO = re.compile(r"((?:\A|[\s\"'=])(?:[\w+.-]+://)?+[^\s:\"']*:)(?!//).*@", re.DOTALL)
# A misspelt name may be a password's, too. A value ends at the next parameter of a URL; in a
# connection string `&` and quotes belong to it.
_PARAMETER = re.compile(
    r"((?:\b|_)(?:client|account|secret|shared_?access)?_?"
    r"(?:\w{0,30}pass?w\w{0,30}|pwd?|token|access_token|secret|api_?key|key|signature|sig)"
    r"\s*=\s*)('(?:[^'\\]|\\.)*(?:'|\Z)|(?:\\.|(?!&[\w.%-]+=|[\"'](?:[\s,\]]|\Z))\S)+)",
    re.IGNORECASE | re.DOTALL,
)
MASK = "***"


def masked(text: str) -> str:
    """The text with `***` for the passwords in it, of URLs and connection strings."""
    return _PARAMETER.sub(rf"\g<1>{MASK}", _USER_INFO.sub(rf"\g<1>{MASK}@", text))

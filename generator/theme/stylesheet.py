"""One style sheet from several: `@import "_base.css";` lines become that file's text."""

import re
from collections.abc import Sequence

from generator.errors import ThemeError
from generator.theme.folder import Folder

_IMPORT = re.compile(rb'^@import "([^"\n]+)";[ \t]*\n?', re.MULTILINE)
_PART = "_"
_DEEPEST = 20
_LARGEST = 300_000  # bytes, of one with imports
_NEWLINE = b"\n"


def is_part(name: str) -> bool:
    """Whether a file is there for style sheets to import only, and is not published."""
    return name.rpartition("/")[2].startswith(_PART)


def merge_static(chain: Sequence[Folder]) -> dict[str, bytes]:
    """The files a theme publishes, the most derived theme's first; style sheets whole.

    Raises:
        ThemeError: A style sheet imports what isn't there, or itself.
    """
    merged: dict[str, int] = {}
    for depth, folder in enumerate(chain):
        for name in folder.static:
            merged.setdefault(name, depth)
    return {
        name: _whole(chain, name, depth, ()) if name.endswith(".css") else chain[depth].static[name]
        for name, depth in sorted(merged.items())
        if not is_part(name)
    }


def _whole(chain: Sequence[Folder], name: str, depth: int, within: tuple[str, ...]) -> bytes:
    """The text of a style sheet with what it imports in place."""
    here = f"{depth} {name}"
    if here in within:
        raise ThemeError(
            "a style sheet imports itself",
            where=_where(chain, name, depth),
            fix="take one @import out",
        )
    if len(within) >= _DEEPEST:
        raise ThemeError(
            f"style sheets import each other more than {_DEEPEST} deep",
            where=_where(chain, name, depth),
            fix="import the files of which one is made side by side",
        )

    def imported(match: re.Match[bytes]) -> bytes:
        wanted = match[1].decode("utf-8", "replace")
        first = depth + 1 if wanted == name else 0  # its own name: what it replaces
        for at in range(first, len(chain)):
            if wanted in chain[at].static:
                return _whole(chain, wanted, at, (*within, here))
        raise ThemeError(
            f"the style sheet imports {wanted!r}, and there is no such file in static/",
            where=f"{_where(chain, name, depth)}:{text[: match.start()].count(_NEWLINE) + 1}",
            fix="mend the name; only files of the theme and its parents can be imported",
        )

    text = chain[depth].static[name]
    whole = _IMPORT.sub(imported, text)
    if len(whole) > _LARGEST and whole != text:
        raise ThemeError(
            f"with what it imports it has {len(whole):,} bytes, and {_LARGEST:,} are the most",
            where=_where(chain, name, depth),
            fix="import each file once",
        )
    return whole


def _where(chain: Sequence[Folder], name: str, depth: int) -> str:
    return str(chain[depth].path / "static" / name)

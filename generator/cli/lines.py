"""How wide lines may be, whether they may be coloured, and text wrapped to their width."""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple, TextIO, TypeGuard

_COLUMNS = re.compile(r"[1-9]\d{0,4}", re.ASCII)
_PIECE = re.compile(r"`[^`\n]*`\S*|\S+")  # a command in backticks is copied as a whole
_LABEL = re.compile(r" +(?:where|to do): ")
_CONTINUED = "  "
_LEAST = 20  # columns; wrapped to less than that, nothing can be read


def columns(stream: TextIO | None) -> int | None:
    """How many columns a line has: `COLUMNS` where it is set, else as the terminal says.

    None: lines aren't wrapped, since they go to a file or another program.
    """
    given = os.environ.get("COLUMNS", "")
    if _COLUMNS.fullmatch(given):
        return max(_LEAST, int(given))
    if not is_terminal(stream):
        return None
    try:
        return max(_LEAST, os.get_terminal_size(stream.fileno()).columns or 80)
    except (OSError, ValueError):
        return 80


def is_terminal(stream: TextIO | None) -> TypeGuard[TextIO]:
    """Whether a person reads it; a stream that was closed before the program began is None."""
    return stream is not None and not stream.closed and stream.isatty()


def is_colored(stream: TextIO | None) -> bool:
    """Whether it shows colours: a terminal does, unless `NO_COLOR` or `TERM=dumb` is set."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return is_terminal(stream) and not plain


def wrap(text: str, width: int | None, indent: str = "") -> str:
    """A paragraph in lines of at most `width` columns; what can't be broken sticks out.

    A path, an address or a command in backticks is never broken, so that it can be copied.

    Args:
        text: Of one line.
        width: In cells of a terminal; None leaves the text as it is.
        indent: Before each line but the first.
    """
    if width is None:
        return text
    return f"\n{indent}".join(_lines(text, width, indent))


def wrap_message(text: str, width: int | None) -> str:
    """Each line of an error wrapped, and what continues it indented below what it says."""
    return "\n".join(wrap(line, width, _hanging(line)) for line in text.split("\n"))


def _hanging(line: str) -> str:
    label = _LABEL.match(line)
    return " " * len(label[0]) if label else line[: len(line) - len(line.lstrip())] + _CONTINUED


class _Piece(NamedTuple):
    """What isn't broken."""

    text: str
    is_spaced: bool
    """Whether a blank comes before it."""


def _pieces(text: str) -> Iterator[_Piece]:
    """The words of a text; where a script puts no blanks between words, its characters."""
    from rich.cells import cell_len  # noqa: PLC0415 - as below

    for word in _PIECE.findall(text):
        if cell_len(word) == len(word) or "/" in word:
            yield _Piece(word, is_spaced=True)
            continue
        is_spaced = True
        for part in re.findall(r"[\x00-\u10ff]+|.", word):
            yield _Piece(part, is_spaced=is_spaced)
            is_spaced = False


def _lines(text: str, width: int, indent: str) -> Iterator[str]:
    from rich.cells import cell_len  # noqa: PLC0415 - most output isn't wrapped

    leading = text[: len(text) - len(text.lstrip())]
    line, room = leading, width - len(leading)
    is_empty = True
    for piece in _pieces(text):
        gap = " " if piece.is_spaced and not is_empty else ""
        needed = cell_len(gap + piece.text)
        if needed > room and not is_empty:
            yield line
            line, room, gap = "", width - len(indent), ""
            needed = cell_len(piece.text)
        line, room, is_empty = line + gap + piece.text, room - needed, False
    yield line

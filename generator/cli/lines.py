"""How wide lines may be, whether they may be coloured, and text wrapped to their width."""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple, TextIO, TypeGuard

_COLUMNS = re.compile(r"[1-9]\d{0,4}", re.ASCII)
_STYLE = re.compile(r"\x1b\[[\d;]*m")
_WORD = re.compile(r"( *)(`[^`\n]*`[^ ]*|[^ ]+)")  # a command in backticks is copied as a whole
_NARROW_OR_WIDE = re.compile(r"[\x00-\u10ff]+|.", re.DOTALL)
_COPIED = re.compile(r" +where: | +\| ")  # a path or an address; a line of a template
_LABEL = re.compile(r" +to do: ")
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
    """Each line of a message wrapped, and what continues it indented below what it says."""
    return "\n".join(_wrap_line(line, width) for line in text.split("\n"))


def _wrap_line(line: str, width: int | None) -> str:
    plain = _STYLE.sub("", line)
    if _COPIED.match(plain):
        return line
    label = _LABEL.match(plain)
    indent = len(label[0]) if label else len(plain) - len(plain.lstrip()) + len(_CONTINUED)
    return wrap(line, width, " " * indent)


class _Piece(NamedTuple):
    """What isn't broken."""

    gap: str
    """The blanks before it."""
    text: str


def _pieces(text: str) -> Iterator[_Piece]:
    """The words of a text; where a script puts no blanks between words, its characters."""
    for gap, word in _WORD.findall(text):
        if "/" in word or _cells(word) == len(_STYLE.sub("", word)):
            yield _Piece(gap, word)
            continue
        first, *others = _NARROW_OR_WIDE.findall(word)
        yield _Piece(gap, first)
        for part in others:
            yield _Piece("", part)


def _lines(text: str, width: int, indent: str) -> Iterator[str]:
    line, room, is_begun = "", width, False
    for gap, piece in _pieces(text):
        needed = len(gap) + _cells(piece)
        if needed > room and is_begun:
            yield line
            line, room = piece, width - len(indent) - _cells(piece)
        else:
            line, room = line + gap + piece, room - needed
        is_begun = True
    yield line


def _cells(text: str) -> int:
    """How many cells of a terminal it takes."""
    if text.isascii() and "\x1b" not in text:
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - most output is ASCII

    return cell_len(_STYLE.sub("", text))

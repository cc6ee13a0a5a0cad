"""Lines of a configuration, indented and explained."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

_WIDTH = 100


def comment(text: str) -> list[str]:
    """The lines of a comment."""
    return [f"# {line}" for line in wrap(text, _WIDTH - 10, break_on_hyphens=False)]


def block(head: str, lines: Iterable[str]) -> list[str]:
    """A block in braces, its lines indented; an empty line stays empty."""
    return [f"{head} {{".lstrip(), *indented(lines), "}"]


def indented(lines: Iterable[str], by: str = "    ") -> Iterator[str]:
    """The lines, further in."""
    return (f"{by}{line}" if line else "" for line in lines)


def document(*parts: Iterable[str]) -> str:
    """Parts with an empty line between them, each a list of lines; empty ones are left out."""
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def paragraphs(*parts: Iterable[str]) -> list[str]:
    """The lines of parts, with an empty line between them; empty ones are left out."""
    lines: list[str] = []
    for part in map(list, parts):
        lines += ["", *part] if lines and part else part
    return lines

"""The text of gathered problems, for a terminal of some width or, without one, a line each."""

import unicodedata
from collections.abc import Iterable, Iterator

from generator.cli.problems import Cause, Gathering, Group, Level, PersonGroups
from generator.model.problem_kind import KINDS

_NARROWEST = 20
_SHORTEST_NAME = 12


def problem_text(
    gathering: Gathering, known: int, width: int | None, option: str = "--all-warnings"
) -> list[str]:
    """The lines to print: errors before warnings, who has most before who has few.

    Args:
        gathering: What is to be said.
        known: How many warnings are not said, because an earlier build has.
        option: What lists these.
        width: In columns; None: a line a problem, however long, for a file or another program.
    """
    page = _Page(width)
    causes = sorted(gathering.causes.values(), key=lambda it: (it.first.level, -it.people))
    for cause in causes:
        page.cause(cause)
    if gathering.causes_beyond:
        page.line(f"… and {_number(gathering.causes_beyond, 'problem')} of other causes in themes")
    for person in gathering.people():
        page.person(person)
    if gathering.people_beyond:
        people = _number(gathering.people_beyond, "person", "people")
        page.line(f"… and {people} more; --json lists everybody")
    for level in ("error", "warning"):
        if gathering.total(level):
            page.line(_counts(gathering, level))
    if known:
        page.line(
            f"{_number(known, 'known warning')} not repeated; {option} lists "
            f"{'it' if known == 1 else 'them'}"
        )
    return [_printable(line) for line in page.lines]


def _counts(gathering: Gathering, level: Level) -> str:
    kinds = gathering.kinds(level)
    named = ", ".join(
        f"{count:,} {KINDS[kind].one if count == 1 else KINDS[kind].many}" for kind, count in kinds
    )
    of = f" of {len(kinds)} kinds" if len(kinds) > 1 else ""
    return f"{_number(gathering.total(level), level)}{of}: {named}"


class _Page:
    """Lines, as they are laid out."""

    def __init__(self, width: int | None) -> None:
        self.lines: list[str] = []
        self._width = None if width is None else max(width, _NARROWEST)

    def line(self, text: str) -> None:
        """Some text at the margin."""
        self.lines += self._wrapped(text, "")

    def cause(self, cause: Cause) -> None:
        """A mistake in a theme, and whom it concerns."""
        problem = cause.first
        if problem.level == "error":
            whom = f"{_number(cause.people, 'page')} could not be built"
        else:
            whom = _number(cause.people, "person", "people")
        more = cause.people - len(cause.named)
        named = ", ".join(cause.named) + (f" and {more:,} more" if more else "")
        place = f"{problem.level}: {problem.place}"
        if cause.people == 1 and problem.row:
            place += f"  {problem.row}"
        self._paragraph("", place, [problem.reason, f"{whom}: {named}", problem.fix])

    def person(self, person: PersonGroups) -> None:
        """A person, and what is said of them."""
        self.lines += self._heading(person)
        for group in person.groups:
            self._group(group)
        if person.more:
            self.lines += self._wrapped(f"… and {_number(person.more, 'other problem')}", "  ")

    def _group(self, group: Group) -> None:
        problem = group.first
        place = f"{problem.level}: {problem.place}"
        if problem.row:
            place += f"  {problem.row}"
        more = [f"… and {group.more:,} more like it"] if group.more else []
        self._paragraph("  ", place, [f"{problem.reason}; {problem.fix}", *more])

    def _paragraph(self, indent: str, place: str, texts: list[str]) -> None:
        if self._width is None:
            self.lines.append(f"{indent}{place}  {'; '.join(texts)}")
            return
        inner = f"{indent}  "
        whole = f"{indent}{place}  {texts[0]}"
        if len(texts) == 1 and _cells(whole) <= self._width:
            self.lines.append(whole)
            return
        self.lines += self._wrapped(place, indent, inner, gap="  ")
        for text in texts:
            self.lines += self._wrapped(text, inner)

    def _heading(self, person: PersonGroups) -> list[str]:
        name = person.name or ""
        address = person.address or f"user {person.owner}"
        if self._width is None or not name:
            return self._wrapped(f"{name}  {address}".strip(), "", gap="  ")
        room = self._width - _cells(address) - 2
        if room >= min(_cells(name), _SHORTEST_NAME):
            return [f"{_cut(name, room)}  {address}"]
        return [_cut(name, self._width), *self._wrapped(address, "")]

    def _wrapped(
        self, text: str, indent: str, following: str | None = None, gap: str = " "
    ) -> list[str]:
        """The text in lines of the page's width; a word that is longer is broken."""
        if self._width is None:
            return [f"{indent}{text}"]
        following = indent if following is None else following
        lines, line = [], indent
        for word in _pieces(text.split(gap), self._width - len(following)):
            joined = f"{line}{gap}{word}" if line.strip() else f"{line}{word}"
            if line.strip() and _cells(joined) > self._width:
                lines.append(line)
                joined = f"{following}{word}"
            line = joined
        return [*lines, line]


def _pieces(words: Iterable[str], width: int) -> Iterator[str]:
    """The words, those that don't fit into a line in pieces."""
    for word in words:
        rest = word
        while _cells(rest) > width:
            end = max(1, next(at for at in range(len(rest), 0, -1) if _cells(rest[:at]) <= width))
            yield rest[:end]
            rest = rest[end:]
        yield rest


def _cells(text: str) -> int:
    """How many columns a terminal needs for a text."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _cut(text: str, width: int) -> str:
    """The text, shortened to so many columns."""
    if _cells(text) <= width:
        return text
    while text and _cells(text) >= width:
        text = text[:-1]
    return f"{text.rstrip()}…" if text else ""


def _printable(text: str) -> str:
    """A name as a terminal may show it: no control or formatting character reaches it."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"

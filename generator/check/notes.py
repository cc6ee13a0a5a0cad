"""What is noted while a theme is read: mistakes, and which of its parts are used."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import msgspec

from generator.check.finding import Finding
from generator.check.rules import RULES


class Notes:
    """The findings of one theme, each told once, in the order of files and lines."""

    def __init__(self, theme: str, folder: Path) -> None:
        """`folder` is what the names of files are relative to, where they lie below it."""
        self.used: set[str] = set()
        """`words.about`, `words.links.github`, `settings.layout`, `template:/…/base.html`."""
        self._theme = theme
        self._folder = folder
        self._found: dict[tuple[str, str, int, str], Finding] = {}
        self._lines: dict[str, list[str]] = {}
        self._silent = 0

    def add(self, code: str, file: str | Path, line: int, message: str, fix: str = "") -> None:
        """Note a mistake in a file.

        Args:
            code: The rule's.
            file: Where it is, whole.
            line: From 1; 0 for the file as a whole.
            message: One sentence without a full stop.
            fix: What to do; empty for what the rule says.
        """
        finding = self._finding(code, Path(file), line, message)
        if fix:
            finding = msgspec.structs.replace(finding, fix=fix)
        self._keep(finding)

    def add_seen(self, code: str, file: str | Path, line: int, message: str, element: str) -> None:
        """Note a mistake that was seen on a page.

        Args:
            code: The rule's.
            file: The file that the element comes from, as far as that is known.
            line: Its line, or 0.
            message: One sentence without a full stop.
            element: As it was rendered.
        """
        finding = self._finding(code, Path(file), line, message)
        self._keep(msgspec.structs.replace(finding, snippet=element))

    def has_error(self, file: str | Path, line: int) -> bool:
        """Whether an error is told of a line already."""
        place = (self._relative(Path(file)), line)
        return any(it.level == "error" and (it.file, it.line) == place for it in self.findings)

    def _finding(self, code: str, file: Path, line: int, message: str) -> Finding:
        rule = RULES[code]
        return Finding(
            code=code,
            level=rule.level,
            message=message,
            fix=rule.fix,
            file=self._relative(file),
            line=line,
            snippet=self._line(str(file), line),
            theme=self._theme,
        )

    def _keep(self, finding: Finding) -> None:
        if not self._silent:
            key = (finding.code, finding.file, finding.line, finding.message)
            self._found.setdefault(key, finding)

    def quietly(self) -> "_Quiet":
        """While this lasts, nothing is noted."""
        return _Quiet(self)

    def hush(self, by: int) -> None:
        """Note nothing while the sum of `by` is above zero."""
        self._silent += by

    @property
    def findings(self) -> list[Finding]:
        """All that was found."""
        order = {"error": 0, "warning": 1}
        return sorted(
            self._found.values(), key=lambda it: (it.file, it.line, order[it.level], it.code)
        )

    def _relative(self, path: Path) -> str:
        return (
            path.relative_to(self._folder).as_posix()
            if path.is_relative_to(self._folder)
            else str(path)
        )

    def _line(self, file: str, line: int) -> str:
        if file not in self._lines:
            path = Path(file)
            text = path.read_text("utf-8", "replace") if path.is_file() else ""
            self._lines[file] = text.splitlines()
        lines = self._lines[file]
        return lines[line - 1].strip() if 0 < line <= len(lines) else ""


class _Quiet:
    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def __enter__(self) -> None:
        self._notes.hush(1)

    def __exit__(self, *_error: object) -> None:
        self._notes.hush(-1)


def meant(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?`, where a known name is like the one that was written."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f"; did you mean `{close[0]}`?" if close else ""

"""`qwikfolio.toml` as TOML: its values, and where each stands.

Python's reader of TOML forgets where a value stood. The text is scanned a second time for the
places of keys and values, once it is known to be TOML: so the scan need not find mistakes.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from generator.config.masking import masked
from generator.errors import ConfigError

Name = tuple[str, ...]
"""A key with those of the tables it is in: `("site", "title")`."""
Place = tuple[int, int]
"""Line and column, from 1."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]+")
_TOML_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_TUPLE = re.compile(r"\('[^)]*\)")
_NAMES = re.compile(r"'([^']*)'")
_ADVICE = (
    ("Invalid value", 'text is written in quotes: title = "People"'),
    ("Unescaped", "write a path with / or between single quotes: 'C:\\people'"),
    ("Cannot declare", "write each table once, with all its keys below it"),
    ("Cannot overwrite", "write each key once"),
)


class Document(msgspec.Struct, frozen=True):
    """What a file says."""

    path: Path
    values: Mapping[str, object]
    keys: Mapping[Name, Place]
    """Where each table's and each key's name stands."""
    places: Mapping[Name, Place]
    """Where each key's value begins."""


def read_document(path: Path) -> Document:
    """Read a file; one that isn't there says nothing.

    Raises:
        ConfigError: It can't be read, or is not TOML.
    """
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return Document(path, {}, {}, {})
    except OSError as error:
        raise ConfigError(
            f"the settings can't be read: {error.strerror}",
            where=str(path),
            fix="make it a text file that this account may read",
        ) from None
    try:
        text = body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"the settings are not UTF-8: the byte 0x{body[error.start]:02x} is no character's",
            where=f"{path}:{line}",
            fix="save the file as UTF-8",
        ) from None
    try:
        values = tomllib.loads(text)
    except RecursionError:
        raise ConfigError(
            "the settings are nested too deep to be read",
            where=str(path),
            fix="write each table as [table], with its keys below it",
        ) from None
    except ValueError as error:  # also a number of too many digits
        raise _not_toml(str(error), text, path) from None
    scan = _Scan(text)
    scan.run()
    return Document(path, values, scan.keys, scan.places)


def _not_toml(message: str, text: str, path: Path) -> ConfigError:
    match = _TOML_PLACE.fullmatch(message)
    lines = text.split("\n")
    if match is None:
        return ConfigError(
            f"the settings are not TOML: {message}", where=str(path), fix="correct that value"
        )
    if match[2]:
        line, column = int(match[2]), int(match[3])
    else:
        line = max(len(text.rstrip("\n").split("\n")), 1)
        column = len(lines[line - 1]) + 1
    what = _TUPLE.sub(lambda names: f"[{'.'.join(_NAMES.findall(names[0]))}]", match[1])
    what = f"{what[:1].lower()}{what[1:]}"
    advice = next((text for start, text in _ADVICE if match[1].startswith(start)), None)
    said = masked(lines[line - 1].strip())
    return ConfigError(
        f"the settings are not TOML: {what}",
        where=f"{path}:{line}:{column}",
        fix=("correct this line, or the one before it" if line > 1 else "correct this line")
        + (f": {said}" if said else "")
        + (f"\n         {advice}" if advice else ""),
    )


class _Scan:
    """One walk through a text that is TOML."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line, self._counted = 1, 0
        self.keys: dict[Name, Place] = {}
        self.places: dict[Name, Place] = {}

    def run(self) -> None:
        """Find every place."""
        table: Name = ()
        self._skip()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                self._at += 2 if self._text.startswith("[[", self._at) else 1
                table = self._name(())
                self.places.setdefault(table, self.keys[table])
                self._at = self._text.index("]", self._at)
                self._at += 2 if self._text.startswith("]]", self._at) else 1
            else:
                self._pair(table)
            self._skip()

    def _pair(self, table: Name) -> None:
        """`key = value`."""
        name = self._name(table)
        self._at += 1  # the equals sign
        self._skip()
        self.places.setdefault(name, self._place())
        self._value(name)

    def _value(self, name: Name) -> None:
        """Go past a value; the keys of a table between braces are taken, too."""
        if self._text[self._at] == "{":
            self._at += 1
            self._skip()
            while self._text[self._at] != "}":
                if self._text[self._at] == ",":
                    self._at += 1
                else:
                    self._pair(name)
                self._skip()
            self._at += 1
        elif self._text[self._at] == "[":
            self._list()
        else:
            self._atom()

    def _list(self) -> None:
        """Go past a list with all that is in it."""
        depth = 0
        while True:
            mark = self._text[self._at]
            if mark in "[{]},=":
                self._at += 1
                depth += (mark in "[{") - (mark in "]}")
            else:
                self._atom()
            if not depth:
                return
            self._skip()

    def _atom(self) -> None:
        match = _STRING.match(self._text, self._at) or _BARE.match(self._text, self._at)
        self._at = match.end() if match else len(self._text)

    def _name(self, table: Name) -> Name:
        """A key, which may be dotted and quoted; its place, and those of the tables it names."""
        name = table
        while match := _PART.match(self._text, self._at):
            self._at = match.start(1)
            written = match[1]
            part = next(iter(tomllib.loads(f"{written}=0"))) if written[0] in "\"'" else written
            name = (*name, part)
            self.keys.setdefault(name, self._place())
            self._at = match.end()
            if self._text[self._at] != ".":
                break
            self._at += 1
        return name

    def _skip(self) -> None:
        match = _BLANK.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _place(self) -> Place:
        """Line and column of where it is; lines are counted from where they last were."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line, self._at - self._text.rfind("\n", 0, self._at)

"""The sample people as files: `content/portfolios/**/*.toml`, one a person (docs/samples.md).

A file mirrors the database: its tables are tables, its keys are columns. TOML has no null, so a
column may be given as `{ json = '…' }` or `{ null = true }`; and its reader forgets where a value
stood, so a scan of the headers and keys finds the lines, for error messages only.
"""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import msgspec

from generator.containment import is_inside
from generator.errors import ContentError
from generator.model.guess import guess

SINGLE = MappingProxyType(
    {"user": "auth.users", "profile": "public.profiles", "portfolio": "public.portfolios"}
)
"""The tables written `[once]`, and what the database calls them."""

MANY = MappingProxyType(
    {
        "skills": "public.skills",
        "projects": "public.projects",
        "experience": "public.experience",
        "education": "public.education",
        "certifications": "public.certifications",
        "analytics": "public.portfolio_analytics",
    }
)
"""The tables written `[[once a row]]`."""

_TOML_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
_HEADER = re.compile(r"\s*\[\[?\s*(\w+)\s*(?:\.\s*\"?(\w+)[^\]]*)?\]")
_KEY = re.compile(r"\s*(\w+)\s*(?:\.[^=]*)?=")
_FENCE = re.compile(r'"""|\'\'\'')
_PICTURE = re.compile(r"[\w-]+\.(?:avif|jpe?g|png|svg|webp)", re.ASCII)
_Places = dict[tuple[str, int], dict[str, int]]


class Entry(msgspec.Struct, frozen=True):
    """One row of a sample, as it is written."""

    table: str
    """A key of `SINGLE` or `MANY`."""
    values: Mapping[str, object]
    path: Path
    line: int
    """Where its header stands; 1 where the file leaves it out."""
    lines: Mapping[str, int]
    """Where its columns stand."""

    @property
    def relation(self) -> str:
        """The table's name in the database, with its schema."""
        return SINGLE.get(self.table) or MANY[self.table]

    def where(self, column: str | None = None) -> str:
        """The place of a column, or of the entry, as `file:line`."""
        return f"{self.path}:{self.lines.get(column or '', self.line)}"


class Sample(msgspec.Struct, frozen=True):
    """One sample person."""

    name: str
    """The file's name without `.toml`; the person's ids are made from it."""
    path: Path
    entries: tuple[Entry, ...]
    """The user, the profile where there is one, the portfolio, then the rest as they stand."""


PICTURES = "pictures"
"""A folder beside the files of samples; `pictures/ada.webp` in a column names a file in it."""


def read_samples(directory: Path) -> tuple[Sample, ...]:
    """Read every `*.toml` of a folder and of those in it, in the order of their names.

    Raises:
        ContentError: The folder is missing, or a file isn't UTF-8, isn't TOML, or isn't a sample;
            or two have the same name.
    """
    if not directory.is_dir():
        raise ContentError(
            "the folder of the sample people is missing",
            where=str(directory),
            fix="make it, with one .toml file for each person (docs/samples.md)",
        )
    paths = sorted(directory.rglob("*.toml"), key=lambda path: path.stem)
    for before, path in zip((None, *paths), paths, strict=False):
        _check_inside(directory, path)
        if before and before.stem == path.stem:
            raise ContentError(
                f"two samples are called {path.stem}, and a sample's ids are made from its name",
                where=f"{before}, {path}",
                fix="rename one of the files",
            )
    return tuple(map(_read, paths))


def sample_pictures(directory: Path) -> Mapping[str, bytes]:
    """The pictures that samples bring, by the name that a column gives them: `pictures/ada.webp`.

    Raises:
        ContentError: A file leads out of the folder, can't be read, or two have the same name.
    """
    found: dict[str, bytes] = {}
    for path in sorted(directory.rglob(f"{PICTURES}/*")):
        if not _PICTURE.fullmatch(path.name):
            continue
        _check_inside(directory, path)
        name = f"{PICTURES}/{path.name}"
        if name in found:
            raise ContentError(
                f"two pictures of samples are called {name}", where=str(path), fix="rename one"
            )
        try:
            found[name] = path.read_bytes()
        except OSError as error:
            raise ContentError(
                f"a sample's picture can't be read: {error.strerror}",
                where=str(path),
                fix="make it a file that this user can read, or remove it",
            ) from None
    return found


def _check_inside(directory: Path, path: Path) -> None:
    if not is_inside(directory, path):
        raise ContentError(
            "a link leads out of the folder of samples, or nowhere",
            where=str(path),
            fix="put a copy of the file there",
        )


def parse_sample(text: str, path: Path) -> Sample:
    """Read the text of one sample; `path` names the person, and the place in an error.

    Raises:
        ContentError: With the line; the text isn't TOML, names an unknown table, writes a table as
            a list or a list as a table, or has no `[portfolio]`.
    """
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), text, path) from None
    places = _places(text)
    for name, value in document.items():
        line = places.get((name, 0), {}).get("", 1)
        _check_shape(name, value, f"{path}:{line}")
    if "portfolio" not in document:
        raise ContentError(
            "a sample needs a [portfolio]",
            where=f"{path}:1",
            fix="add [portfolio] with name, headline and email",
        )
    entries = [_entry(path, places, table, 0, document.get(table, {}))
               for table in SINGLE if table in document or table == "user"]  # fmt: skip
    for table in MANY:
        for position, values in enumerate(document.get(table, ())):
            entries.append(_entry(path, places, table, position, values))
    return Sample(path.stem, path, tuple(entries))


def _read(path: Path) -> Sample:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(
            f"the sample can't be read: {error}", where=str(path), fix="make it a UTF-8 text file"
        ) from None
    return parse_sample(text, path)


def _not_toml(message: str, text: str, path: Path) -> ContentError:
    match = _TOML_PLACE.fullmatch(message)
    what, line = (match[1], match[2]) if match else (message, None)
    last = max(1, len(text.splitlines()))
    return ContentError(
        f"the sample is not TOML: {what[:1].lower()}{what[1:]}",
        where=f"{path}:{line or last}",
        fix="mend that line, or the one before it",
    )


def _check_shape(name: str, value: object, where: str) -> None:
    if name in SINGLE and not isinstance(value, dict):
        raise ContentError(f"{name} is one table", where=where, fix=f"write [{name}]")
    if name in MANY and not _is_list_of_tables(value):
        raise ContentError(f"{name} is a list of tables", where=where, fix=f"write [[{name}]]")
    if name not in SINGLE and name not in MANY:
        raise ContentError(
            f"a sample has no table {name}", where=where, fix=guess(name, (*SINGLE, *MANY))
        )


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _entry(
    path: Path, places: _Places, table: str, position: int, values: Mapping[str, object]
) -> Entry:
    lines = places.get((table, position), {})
    return Entry(table, values, path, lines.get("", 1), lines)


def _places(text: str) -> _Places:
    """The line of every entry (under `""`) and of its columns, by table and position.

    A column may be a key (`theme = …`, `theme.id = …`) or a header (`[portfolio.theme]`). Inside a
    multi-line string nothing is looked for.
    """
    places: _Places = {}
    rows: dict[str, int] = {}
    entry: dict[str, int] = {}
    fence, nested = "", False
    for number, line in enumerate(text.splitlines(), 1):
        if not fence and (header := _HEADER.match(line)):
            table, column = header[1], header[2]
            nested = column is not None
            if not nested:
                rows[table] = rows.get(table, -1) + 1
            entry = places.setdefault((table, rows.setdefault(table, 0)), {})
            entry.setdefault("", number)
            entry.setdefault(column or "", number)
        elif not fence and not nested and (key := _KEY.match(line)):
            entry.setdefault(key[1], number)
        fence = _fence_after(line, fence)
    return places


def _fence_after(line: str, fence: str) -> str:
    """Which multi-line string, if any, is open after this line."""
    for mark in _FENCE.findall(line):
        if not fence:
            fence = mark
        elif mark == fence:
            fence = ""
    return fence

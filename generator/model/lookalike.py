"""What a reader may take for something else, by Unicode's own data (UTS #39).

`unicode_security.txt` says which characters an identifier may have, of which scripts they are, and
which look alike. It is read when the first text comes that isn't plain ASCII.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cache, reduce
from importlib.resources import files

import msgspec

# Scripts that are written together, by a name for what they make together (UTS #39, 5.1).
_TOGETHER = {
    "Han": {"Chinese with Bopomofo", "Japanese", "Korean"},
    "Bopomofo": {"Chinese with Bopomofo"},
    "Hiragana": {"Japanese"},
    "Katakana": {"Japanese"},
    "Hangul": {"Korean"},
}
_WITH_LATIN = frozenset[str]().union(*_TOGETHER.values())
_OF_ALL = {"Common", "Inherited"}
# What looks like a plain letter or digit and is one itself.
_ASCII = str.maketrans({"0": "O", "1": "l", "I": "l", "m": "rn"})


class _Data(msgspec.Struct, frozen=True):
    version: str
    allowed: tuple[range, ...]
    """The code points that an identifier may have, ascending."""
    scripts: tuple[frozenset[str], ...]
    """The scripts of each of these ranges; empty: of all."""
    shapes: Mapping[int, str]
    """What a character looks like, by its code point."""

    def scripts_of(self, character: str) -> frozenset[str] | None:
        """The scripts of a character; None where an identifier may not have it."""
        place = bisect_right(self.allowed, ord(character), key=lambda codes: codes.start) - 1
        return self.scripts[place] if ord(character) in self.allowed[place] else None


class AmbiguousError(ValueError):
    """A text that a reader may take for another one; the message says why."""


def require_one_reading(text: str) -> None:
    """Refuse a text that a reader may take for another one.

    Args:
        text: Letters, marks and digits, composed (NFC).

    Raises:
        AmbiguousError: It has a character that Unicode restricts in identifiers; its scripts aren't
            written together; its digits are of two kinds; or it has letters of another script than
            Latin and looks as if it were plain Latin.
    """
    if text.isascii():
        return
    data = _data()
    for character in text:
        if not character.isascii() and data.scripts_of(character) is None:
            name = unicodedata.name(character, "no character")
            raise AmbiguousError(
                f"it has U+{ord(character):04X} ({name}), which Unicode advises against in names"
            )
    scripts = [found for found in map(data.scripts_of, text) if found]
    if not _are_written_together(scripts):
        names = sorted({min(found) for found in scripts})
        raise AmbiguousError(f"it mixes letters of the scripts {' and '.join(names)}")
    if len(set(_zeros(text))) > 1:
        raise AmbiguousError("it mixes two kinds of digits")
    looks_like = skeleton(text)
    if looks_like.isascii() and not all("Latin" in found for found in scripts):
        raise AmbiguousError(f"a reader would take it for {looks_like!r}")


def skeleton(text: str) -> str:
    """Equal for texts that look alike (UTS #39, 4); no text to show."""
    if text.isascii():
        return text.translate(_ASCII)
    shown = unicodedata.normalize("NFD", text).translate(_data().shapes)
    return unicodedata.normalize("NFD", shown)


def unicode_version() -> str:
    """Of which version of Unicode the data is."""
    return _data().version


def allowed_characters() -> Iterator[str]:
    """All that an identifier may have."""
    return (chr(code) for codes in _data().allowed for code in codes)


def _are_written_together(scripts: list[frozenset[str]]) -> bool:
    """Whether one script has all letters, or Latin and one of East Asia's ways of writing."""
    wide = [found.union(*(_TOGETHER.get(name, ()) for name in found)) for found in scripts]
    others = [found for found in wide if "Latin" not in found]
    return (
        not others
        or bool(reduce(frozenset.intersection, wide))
        or bool(reduce(frozenset.intersection, others, _WITH_LATIN))
    )


def _zeros(text: str) -> Iterator[int]:
    """For each decimal digit the code point of its kind's zero."""
    for character in text:
        value = unicodedata.decimal(character, None)
        if value is not None:
            yield ord(character) - value


@cache
def _data() -> _Data:
    """The data file: a version, then ranges of code points and their scripts, then shapes."""
    text = files("generator.model").joinpath("unicode_security.txt").read_text("utf-8")
    version = ""
    allowed: list[range] = []
    scripts: list[frozenset[str]] = []
    shapes: dict[int, str] = {}
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "version":
            version = rest
        elif kind == "allowed":
            codes, _, names = rest.partition(" ")
            first, _, last = codes.partition("..")
            allowed.append(range(int(first, 16), int(last or first, 16) + 1))
            scripts.append(frozenset(names.split()) - _OF_ALL)
        elif kind == "like":
            code, *shape = rest.split()
            shapes[int(code, 16)] = "".join(chr(int(part, 16)) for part in shape)
    return _Data(version, tuple(allowed), tuple(scripts), shapes)

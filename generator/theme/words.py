"""The words of the interface: `strings/<language>.toml`, through a chain of themes.

A word is a text, a table of texts (`words.links[link.kind]`), or, where the table has the key
`other`, a text for each of CLDR's plural categories (`words.years|plural(n)`).
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

from generator.errors import ThemeError
from generator.theme.about import is_key
from generator.theme.folder import Source

ENGLISH = "en"

Word = str | dict[str, str]


class Strings(msgspec.Struct, frozen=True, dict=True):
    """What a chain of themes says, in every language."""

    chain: Sequence[Mapping[str, Source]]
    """By language; the most derived theme first."""

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The tags of the languages that any of them speaks."""
        return tuple(sorted({tag for strings in self.chain for tag in strings}))

    def nearest(self, tag: str) -> str | None:
        """The language spoken to who asks for one: `de` for `de-AT`; None where there is none."""
        parts = tag.split("-")
        known = {language.lower(): language for language in self.languages}
        for count in range(len(parts), 0, -1):
            if language := known.get("-".join(parts[:count]).lower()):
                return language
        return None

    def words(self, tag: str) -> dict[str, Word]:
        """The words in a language; English where it has none, or lacks some.

        Raises:
            ThemeError: A file is no TOML, or holds something else than words.
        """
        merged: dict[str, Word] = {}
        for language in dict.fromkeys((ENGLISH, self.nearest(tag) or ENGLISH)):
            for strings in reversed(self.chain):
                if language in strings:
                    _merge(merged, read_words(strings[language]))
        return merged

    def struct(self, tag: str) -> msgspec.Struct:
        """The words in a language, as templates read them."""
        words = self.words(tag)
        kinds = [(name, str if isinstance(word, str) else dict) for name, word in words.items()]
        return msgspec.defstruct("Words", kinds, frozen=True)(**words)


def read_words(source: Source) -> dict[str, Word]:
    """What a file says.

    Raises:
        ThemeError: It is no TOML, or holds something else than words.
    """
    try:
        words = msgspec.convert(tomllib.loads(source.text), dict[str, str | dict[str, str]])
    except (ValueError, RecursionError) as error:  # both libraries' errors are ValueErrors
        raise ThemeError(
            f"the words can't be used: {error}", where=str(source.path), fix="see docs/themes.md"
        ) from None
    for name in words:
        if not is_key(name):
            raise ThemeError(
                f"a word can't be named {name!r}",
                where=str(source.path),
                fix="use letters, digits and underscores",
            )
    return words


def is_counted(word: Word) -> bool:
    """Whether its form depends on a number."""
    return not isinstance(word, str) and "other" in word


def _merge(into: dict[str, Word], words: Mapping[str, Word]) -> None:
    """Lay words over others; a table keeps the entries that it is not given anew.

    A counted word is replaced whole: another language's forms are no help.
    """
    for name, word in words.items():
        before = into.get(name)
        if isinstance(word, str) or isinstance(before, str) or before is None or is_counted(word):
            into[name] = word
        else:
            into[name] = before | word

"""The interface speaks the site's language, and English where a theme has no other word."""

import re
from pathlib import Path

import pytest

from generator.errors import ThemeError
from generator.render.language import Language
from generator.theme.find import load_theme
from generator.theme.words import Strings, Word, is_counted, read_words
from tests.site import ROOT
from tests.theme.folders import write_theme

LANGUAGES = ("ar", "de", "en", "es", "ja")
BASE = load_theme(ROOT / "themes" / "base").strings


def strings(tmp_path: Path) -> Strings:
    english = 'a = "a"\nb = "b"\n[links]\nx = "x"\ny = "y"'
    german = 'a = "ä"\n[links]\nx = "ex"'
    write_theme(tmp_path, "base", "", {"strings/en.toml": english, "strings/de.toml": german})
    files = {"strings/en.toml": 'b = "B"'}
    return load_theme(write_theme(tmp_path, "child", 'inherits = "base"', files)).strings


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", {"a": "a", "b": "B", "links": {"x": "x", "y": "y"}}),
        ("de", {"a": "ä", "b": "B", "links": {"x": "ex", "y": "y"}}),
        ("de-AT", {"a": "ä", "b": "B", "links": {"x": "ex", "y": "y"}}),
        ("fr", {"a": "a", "b": "B", "links": {"x": "x", "y": "y"}}),
    ],
)
def test_the_nearest_word_is_taken(tmp_path: Path, tag: str, expected: dict[str, Word]) -> None:
    assert strings(tmp_path).words(tag) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1", "int"),
        ("a =", "Invalid"),
        ('"a b" = "x"', "can't be named"),
        ("[a]\nb = 1", "int"),
    ],
)
def test_what_is_no_word_is_named_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    theme = write_theme(tmp_path, "odd", "", {"strings/en.toml": text})
    with pytest.raises(ThemeError, match=message) as caught:
        load_theme(theme).strings.struct("en")
    assert caught.value.where == str(theme / "strings" / "en.toml")


def own(language: str) -> dict[str, Word]:
    return read_words(BASE.chain[0][language])


def test_our_themes_speak_five_languages() -> None:
    assert BASE.languages == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_everything_with_the_same_values(language: str) -> None:
    english, other = own("en"), own(language)
    assert set(other) == set(english)
    for name, word in english.items():
        if isinstance(word, str):
            assert placeholders(other[name]) == placeholders(word), name
        elif is_counted(word):
            assert set(other[name]) == Language(language).plural_categories, name
        else:
            assert set(other[name]) == set(word), name


def placeholders(word: Word) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", str(word)))

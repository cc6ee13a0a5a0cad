"""Settings and words: declared and used, translated, with the same places for values."""

import re
from collections import defaultdict
from collections.abc import Iterator, Set

from generator.check.notes import Notes, meant
from generator.check.subject import Subject, places, text_places
from generator.errors import ThemeError
from generator.render.language import Language
from generator.theme.about import THEME_FILE
from generator.theme.folder import Folder, Source
from generator.theme.words import ENGLISH, Word, is_counted, read_words

_CATEGORIES = {"zero", "one", "two", "few", "many", "other"}
_PERCENT = re.compile(r"%%|%\(\w+\)s")
_MOST_NAMED = 6


def readable_words(folder: Folder, notes: Notes) -> bool:
    """Whether a theme's own words can be read; notes why not."""
    fine = True
    for source in folder.strings.values():
        try:
            read_words(source)
        except ThemeError as error:
            line = re.search(r"at line (\d+)", error.what)
            notes.add("QF709", source.path, int(line[1]) if line else 0, error.what)
            fine = False
    return fine


def check_unused(subject: Subject, used: Set[str], notes: Notes) -> None:
    """Note settings and words of the theme's own that nothing reads.

    Args:
        subject: The theme.
        used: What this theme reads, and every theme that inherits from it.
        notes: Where to note it.
    """
    own = subject.chain[0]
    file = own.path / THEME_FILE
    text = file.read_text("utf-8-sig")
    for key in own.about.settings:
        if not {f"settings.{key}", "settings.*"} & used:
            line = line_of(text, rf"\[settings\.{re.escape(key)}\]")
            notes.add("QF702", file, line, f"no template reads the setting `{key}`")
    for key in subject.theme.schema.settings.keys() - own.about.settings.keys():
        if not subject.is_abstract and not {f"settings.{key}", "settings.*"} & used:
            line = line_of(text, r"inherits\s*=")
            notes.add("QF702", file, line, f"no template reads the inherited setting `{key}`")
    if source := own.strings.get(ENGLISH):
        for name, word in read_words(source).items():
            _check_word_used(source, name, word, used, notes)


def _check_word_used(source: Source, name: str, word: Word, used: Set[str], notes: Notes) -> None:
    if not {f"words.{name}", "words.*"} & used:
        line = line_of_word(source, name)
        notes.add("QF704", source.path, line, f"no template prints `{name}`")
    elif not isinstance(word, str) and not is_counted(word) and f"words.{name}.*" not in used:
        for key in word:
            if f"words.{name}.{key}" not in used:
                line = line_of_word(source, key, name)
                notes.add("QF704", source.path, line, f"no template prints `{name}.{key}`")


def check_languages(subject: Subject, notes: Notes) -> None:
    """Note what the theme's own words lack in other languages than English, or say otherwise."""
    own = subject.chain[0]
    for language in subject.theme.strings.languages:
        if language == ENGLISH:
            continue
        _check_complete(subject, language, notes)
        if language in own.strings:
            _check_translation(subject, own.strings[language], language, notes)
    for language, source in own.strings.items():
        _check_texts(source, language, notes)


def _check_complete(subject: Subject, language: str, notes: Notes) -> None:
    own = subject.chain[0]
    if ENGLISH not in own.strings:
        return
    said: dict[str, set[str]] = defaultdict(set)
    for folder in subject.chain:
        for name, word in (
            read_words(folder.strings[language]).items() if (language in folder.strings) else ()
        ):
            said[name] |= {""} if isinstance(word, str) else set(word)
    english = read_words(own.strings[ENGLISH])
    lacking = [name for name, word in english.items() if name not in said]
    for name, word in english.items():
        if name in said and not isinstance(word, str) and not is_counted(word):
            lacking += [f"{name}.{key}" for key in word if key not in said[name]]
    if lacking:
        named = ", ".join(lacking[:_MOST_NAMED])
        more = f" and {len(lacking) - _MOST_NAMED} more" if len(lacking) > _MOST_NAMED else ""
        source = own.strings.get(language)
        file = source.path if source else own.strings[ENGLISH].path
        notes.add("QF705", file, 0, f"{language} lacks {named}{more}")


def _check_translation(subject: Subject, source: Source, language: str, notes: Notes) -> None:
    wanted = Language(language).plural_categories
    for name, word in read_words(source).items():
        line = line_of_word(source, name)
        english = subject.words.get(name)
        if english is None:
            hint = meant(name, subject.words)
            notes.add("QF704", source.path, line, f"English has no word `{name}`{hint}")
        elif is_counted(word) != is_counted(english) or isinstance(word, str) != isinstance(
            english, str
        ):
            message = f"`{name}` is of another kind than in English: text, table or counted"
            notes.add("QF706", source.path, line, message)
        elif is_counted(word) and not isinstance(word, str):
            if missing := sorted(wanted - set(word)):
                message = f"`{name}` has no form for {', '.join(missing)}"
                notes.add("QF707", source.path, line, message)
            if strange := places(word) - places(english):
                _blame_places(notes, source, line, name, strange)
        else:
            for key, text, other in _pairs(word, english):
                if text_places(text) != text_places(other):
                    at = line_of_word(source, key, name) if key else line
                    whole = f"{name}.{key}" if key else name
                    _blame_places(notes, source, at, whole, text_places(other))


def _blame_places(notes: Notes, source: Source, line: int, name: str, wanted: Set[str]) -> None:
    named = ", ".join(f"%({it})s" for it in sorted(wanted)) or "none"
    message = f"`{name}` has other places for values than in English ({named})"
    notes.add("QF706", source.path, line, message)


def _pairs(word: Word, english: Word) -> Iterator[tuple[str, str, str]]:
    if isinstance(word, str) and isinstance(english, str):
        yield "", word, english
    elif not isinstance(word, str) and not isinstance(english, str):
        yield from ((key, text, english[key]) for key, text in word.items() if key in english)


def _check_texts(source: Source, language: str, notes: Notes) -> None:
    """What is formatted must be so that it can be; a counted word knows its own categories."""
    for name, word in read_words(source).items():
        line = line_of_word(source, name)
        for text in [word] if isinstance(word, str) else word.values():
            if "%(" in text and not _can_be_formatted(text):
                notes.add("QF709", source.path, line, f"`{name}` has a % that begins no place")
        if is_counted(word) and (strange := sorted(set(word) - _CATEGORIES)):
            message = f"`{name}` has a form {strange[0]!r}, which is no plural category"
            notes.add("QF707", source.path, line, message)
        if is_counted(word) and language == ENGLISH and "one" not in word:
            notes.add("QF707", source.path, line, f"`{name}` has no form for one")


def _can_be_formatted(text: str) -> bool:
    return "%" not in _PERCENT.sub("", text)


def line_of(text: str, pattern: str) -> int:
    """The first line that begins so; 0 where none does."""
    found = re.search(rf"^[ \t]*{pattern}", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def line_of_word(source: Source, name: str, table: str = "") -> int:
    """The line of a word, or of an entry of a table."""
    key = rf'"?{re.escape(name)}"?\s*='
    if not table:
        return line_of(source.text, key) or line_of(source.text, rf"\[{re.escape(name)}\]")
    start = line_of(source.text, rf"\[{re.escape(table)}\]")
    rest = "\n".join(source.text.splitlines()[start:])
    return start + line_of(rest, key) if start else line_of(source.text, re.escape(table))

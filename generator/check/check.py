"""The conductor: which themes, read in what order, and all that was found."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from generator.check.about import check_about, check_parents
from generator.check.chromium import require_drivers
from generator.check.finding import Finding
from generator.check.looks import looks
from generator.check.notes import Notes
from generator.check.rendered import check_rendered
from generator.check.static import Studied, check_templates_used, study_theme
from generator.check.subject import Subject
from generator.check.unread import check_unread
from generator.check.wording import check_unused, readable_words
from generator.config import Settings, current_folder
from generator.errors import ThemeError
from generator.theme.about import THEME_FILE
from generator.theme.find import find_folders, lineage, theme_paths
from generator.theme.folder import Folder, read_folder
from generator.theme.theme import make_theme

Say = Callable[[str], None]


class Outcome(msgspec.Struct, frozen=True):
    """What a check found, and of what."""

    findings: tuple[Finding, ...]
    themes: tuple[str, ...]
    """The names of those that were checked; of one that can't be read, its folder's name."""


def check(settings: Settings, path: Path | None, *, quick: bool, say: Say) -> Outcome:
    """Check a theme, or every theme of the project.

    Args:
        settings: The project's.
        path: The folder of one theme; None for every theme of the project.
        quick: Leave out what needs a browser: pages are not rendered.
        say: Told what is being done, while it takes long.

    Raises:
        MissingExtraError: Pages are to be rendered, and there is nothing to look at them with.
    """
    if not quick:
        require_drivers()
    chosen = [path.resolve()] if path else [it.resolve() for it in theme_paths(settings.themes)]
    notes = {it: Notes(it.name, current_folder()) for it in chosen}
    own = _read(notes)
    folders = _others(own, settings, path)
    studied = dict(_study_all(own, folders, notes))
    for it in chosen:
        if it in own and own[it].about.name in studied:
            _judge_use(studied[own[it].about.name], studied)
    if not quick:
        for it in chosen:
            found = studied.get(own[it].about.name) if it in own else None
            if found is not None and found.subject.is_abstract:
                say(f"{own[it].about.name}: others inherit from it, and pages are made with those")
            elif found is not None and _can_be_rendered(found):
                check_rendered(found, list(looks(found.subject, settings)), settings, say)
    return _outcome([(it, notes[it]) for it in chosen], own)


def study(settings: Settings, path: Path) -> Studied:
    """Read one theme statically, without judging what nothing uses.

    Raises:
        ThemeError: It can't be read.
    """
    notes = {path.resolve(): Notes(path.name, current_folder())}
    own = _read(notes)
    studied = dict(_study_all(own, _others(own, settings, path), notes))
    for folder in own.values():
        if folder.about.name in studied:
            return studied[folder.about.name]
    raise ThemeError("the theme can't be read", where=str(path), fix="qwikfolio theme check")


def _read(notes: Mapping[Path, Notes]) -> dict[Path, Folder]:
    """The themes that can be read; of each other it is noted why not."""
    found: dict[Path, Folder] = {}
    for path, noted in notes.items():
        if not check_about(path, noted):
            continue
        try:
            folder = read_folder(path)
        except ThemeError as error:
            _cannot(noted, error, path)
            continue
        name = folder.about.name
        twin = next((it.path for it in found.values() if it.about.name == name), None)
        if twin is not None:
            message = f"{twin} is a theme named {name!r}, too"
            noted.add("QF801", path / THEME_FILE, 0, message, "change the name in one of the two")
        elif readable_words(folder, noted):
            found[path] = folder
    return found


def _others(own: Mapping[Path, Folder], settings: Settings, path: Path | None) -> dict[str, Folder]:
    """Every theme that is known, by name; one that is checked before others of its name."""
    mine = {folder.about.name: folder for folder in own.values()}
    places = [path.resolve().parent, *settings.themes] if path else []
    found: dict[str, Folder] = {}
    for beside in theme_paths(places):
        try:
            folder = read_folder(beside)
        except ThemeError:
            continue  # it is not the one that is checked
        found.setdefault(folder.about.name, folder)
    return {**find_folders(()), **found, **mine}


def _study_all(
    own: Mapping[Path, Folder], folders: Mapping[str, Folder], notes: Mapping[Path, Notes]
) -> Iterator[tuple[str, Studied]]:
    """Every theme that is checked, and those that inherit from one of them, read statically."""
    checked = {folder.about.name: path for path, folder in own.items()}
    for name, folder in folders.items():
        noted = notes[checked[name]] if name in checked else Notes(name, current_folder())
        if not check_parents(folder, folders, noted):
            continue
        try:
            chain = lineage(folder, folders)
            if not any(checked.get(it.about.name) == it.path for it in chain):
                continue  # or it inherits from a bundled theme that has the same name
            if not all(readable_words(it, Notes(name, Path())) for it in chain):
                _parents_words(noted, folder)
                continue
            subject = Subject(make_theme(chain), chain)
        except ThemeError as error:
            _cannot(noted, error, folder.path)
            continue
        yield name, study_theme(subject, noted)


def _judge_use(one: Studied, studied: Mapping[str, Studied]) -> None:
    """What nothing uses can be told when every theme that inherits from it has been read."""
    own = one.subject.theme.name
    heirs = [it for it in studied.values() if own in it.subject.theme.chain]
    used = frozenset().union(*(it.notes.used for it in heirs))
    check_unused(one.subject, used, one.notes)
    check_templates_used(one.subject, used, one.notes)
    check_unread(one.subject, [it.subject for it in heirs], one.notes)


def _can_be_rendered(one: Studied) -> bool:
    """Whether pages can be made at all; why not is told already."""
    broken = {"QF101", "QF201"} & {it.code for it in one.notes.findings}
    return not broken


def _cannot(notes: Notes, error: ThemeError, path: Path) -> None:
    where, _, line = (error.where or str(path / THEME_FILE)).rpartition(":")
    if not line.isdecimal():
        where, line = error.where or str(path / THEME_FILE), "0"
    notes.add("QF801", where, int(line), error.what, error.fix or "")


def _parents_words(notes: Notes, folder: Folder) -> None:
    message = "the words of a theme that it inherits from can't be read"
    notes.add("QF801", folder.path / THEME_FILE, 0, message, "check that theme first")


def _outcome(noted: list[tuple[Path, Notes]], own: Mapping[Path, Folder]) -> Outcome:
    """Each mistake once, though several themes inherit it."""
    findings: dict[tuple[str, str, int, str], Finding] = {}
    for _path, notes in noted:
        for it in notes.findings:
            findings.setdefault((it.code, it.file, it.line, it.message), it)
    names = tuple(own[path].about.name if path in own else path.name for path, _notes in noted)
    return Outcome(tuple(findings.values()), names)

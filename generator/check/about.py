"""Mistakes in `theme.toml`, each with its line, and in what it inherits from."""

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from generator.check.notes import Notes, meant
from generator.check.wording import line_of
from generator.theme.about import CONTRACT, THEME_FILE, About, Setting
from generator.theme.folder import Folder

_AT_LINE = re.compile(r"at line (\d+)")


def check_about(folder: Path, notes: Notes) -> bool:
    """Whether a theme's `theme.toml` can be read as one; notes what is wrong with it."""
    file = folder / THEME_FILE
    try:
        text = file.read_text("utf-8-sig")
        told = tomllib.loads(text)
    except OSError as error:
        notes.add("QF801", file, 0, f"it can't be read: {error.strerror}", _START)
        return False
    except ValueError as error:
        line = _AT_LINE.search(str(error))
        notes.add("QF801", file, int(line[1]) if line else 0, f"it is no TOML: {error}")
        return False
    fine = _check_keys(told, text, file, notes)
    fine &= _check_range(told, text, file, notes)
    if fine and not str(told.get("licence", "")).strip():
        notes.add("QF806", file, line_of(text, r"licence\s*="), "it names no licence")
    return fine


_START = "a theme is a folder with a theme.toml; `qwikfolio theme new NAME` makes one"


def check_parents(own: Folder, folders: Mapping[str, Folder], notes: Notes) -> bool:
    """Whether everything that a theme inherits from is there."""
    chain, at = [own.about.name], own
    while parent := at.about.inherits:
        file = at.path / THEME_FILE
        line = line_of(file.read_text("utf-8-sig"), r"inherits\s*=")
        if parent in chain:
            notes.add("QF805", file, line, f"the theme {parent!r} inherits from itself")
            return False
        above = at.parent or folders.get(parent)
        if above is None:
            hint = meant(parent, folders)
            message = f"there is no theme {parent!r} to inherit from, or it can't be read{hint}"
            notes.add("QF804", file, line, message)
            return False
        chain.append(parent)
        at = above
    return True


def _check_keys(told: Mapping[str, object], text: str, file: Path, notes: Notes) -> bool:
    strange = _strange(told, About.__struct_fields__)
    for key in strange:
        hint = meant(key, About.__struct_fields__)
        line = line_of(text, rf"{re.escape(key)}\s*=") or line_of(text, rf"\[{re.escape(key)}")
        notes.add("QF802", file, line, f"there is no key `{key}`{hint}")
    settings = told.get("settings")
    for name, setting in settings.items() if isinstance(settings, dict) else ():
        for key in _strange(setting, Setting.__struct_fields__):
            hint = meant(key, Setting.__struct_fields__)
            start = line_of(text, rf"\[settings\.{re.escape(str(name))}\]")
            rest = "\n".join(text.splitlines()[start:])
            line = start + line_of(rest, rf"{re.escape(key)}\s*=")
            notes.add("QF802", file, line, f"a setting has no key `{key}`{hint}")
            strange.append(key)
    return not strange


def _strange(told: object, known: Collection[str]) -> list[str]:
    return [key for key in told if key not in known] if isinstance(told, dict) else []


def _check_range(told: Mapping[str, object], text: str, file: Path, notes: Notes) -> bool:
    wanted = told.get("requires", "")
    line = line_of(text, r"requires\s*=")
    if not isinstance(wanted, str):
        return True  # loading it tells of that
    if not wanted:
        notes.add("QF807", file, line, "it doesn't say which contract it is made for")
        return True
    try:
        fits = CONTRACT in SpecifierSet(wanted)
    except InvalidSpecifier:
        notes.add("QF803", file, line, f"{wanted!r} is no range of versions")
        return False
    if not fits:
        message = f"it is made for version {wanted} of the contract, and this is {CONTRACT}"
        notes.add("QF803", file, line, message)
    return fits

"""Test themes: what emerald is, with one thing changed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from generator import config
from generator.check.check import Outcome, check
from generator.theme.find import find_folders, lineage
from generator.theme.theme import Theme, make_theme

ROOT = Path(__file__).parents[2]
ABOUT = """\
name = "trial"
version = "1.0.0"
licence = "MIT"
requires = ">=1.0,<2"
inherits = "emerald"
"""

Change = str | tuple[str, str]
"""A whole file; or, of what emerald has: what to take out, and what to put in its place."""
Changes = Mapping[str, Change]
"""By path within the theme."""


@cache
def emerald() -> Theme:
    folders = find_folders([ROOT / "themes"])
    return make_theme(lineage(folders["emerald"], folders))


def inherited(path: str) -> str:
    """A file as emerald has it."""
    kind, _, name = path.partition("/")
    if kind == "templates":
        return emerald().templates[name].text
    if kind == "static":
        body = next(asset.body for asset in emerald().assets if asset.name == name)
        return body.decode()
    return ABOUT


def make_trial(folder: Path, changes: Changes) -> Path:
    """A theme that inherits from emerald and differs in what is given."""
    files: dict[str, str] = {"theme.toml": ABOUT}
    for path, change in changes.items():
        if isinstance(change, str):
            files[path] = change
        else:
            old, new = change
            text = inherited(path)
            assert old in text, f"{path} of emerald has changed: {old!r} isn't in it"
            files[path] = text.replace(old, new, 1)
    for path, text in files.items():
        file = folder / "trial" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder / "trial"


def project() -> config.Settings:
    """The settings of this project, with nothing of the machine's."""
    return msgspec.structs.replace(config.load(ROOT, {}), database_url=None)


def checked(folder: Path, changes: Changes, *, quick: bool = True) -> Outcome:
    """What a check of such a theme says."""
    return check(project(), make_trial(folder, changes), quick=quick, say=lambda _text: None)

"""Themes with one mistake each, and themes that are unusual: read from mistakes.toml."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from tests.check.trial import ABOUT, Changes

_TOLD = tomllib.loads(Path(__file__).with_name("mistakes.toml").read_text("utf-8"))


class Mistake(NamedTuple):
    """A rule, and a theme that trips it."""

    code: str
    what: str
    changes: Changes


def extra(text: str) -> Changes:
    """A person's page that says this besides, where there is a biography."""
    partial = "partials/about.html"
    return {f"templates/{partial}": f'{{% include "emerald:{partial}" %}}\n{text}\n'}


def sheet(text: str) -> Changes:
    """Emerald's style sheet with more at its end."""
    return {"static/theme.css": f'@import "theme.css";\n{text}\n'}


def _changes(told: dict[str, Any]) -> Changes:
    changes: dict[str, Any] = dict(told.get("files", {}))
    if "extra" in told:
        changes |= extra(told["extra"])
    if "sheet" in told:
        changes |= sheet(told["sheet"])
    if "about" in told:
        changes["theme.toml"] = ABOUT + told["about"]
    for path, old, new in told.get("edits", [told["edit"]] if "edit" in told else []):
        changes[path] = (old, new)
    return changes


MISTAKES = [Mistake(it["code"], it["what"], _changes(it)) for it in _TOLD["mistake"]]
FINE = [(it["what"], _changes(it)) for it in _TOLD["fine"]]
"""What is unusual, and no mistake."""

"""The page that stands where a page could not be made: what is wrong, and where to mend it."""

import re
from html import escape
from pathlib import Path
from textwrap import shorten

import msgspec

from generator.errors import QwikfolioError
from generator.preview.failure import Subject
from generator.render.mistake import Place, TemplateMistakeError

_AROUND = 4
_LONGEST = 120
_HERE = ' class="here"'
_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)")


def mistake_page(error: QwikfolioError, subject: Subject | None, root: Path) -> bytes:
    """A whole page of HTML.

    Args:
        error: What went wrong.
        subject: Whose page was to be made, if it was somebody's.
        root: The project's folder: paths are shown relative to it.
    """
    suggestion = error.suggestion if isinstance(error, TemplateMistakeError) else None
    places = error.places if isinstance(error, TemplateMistakeError) else _places(error.where)
    parts = [
        "<!doctype html>",
        '<html lang="en" data-mistake>',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(error.what)}</title>",
        '<link rel="stylesheet" href="/-/static/mistake.css">',
        '<script type="module" src="/-/static/mistake.js"></script></head>',
        "<body><main>",
        f"<h1>{escape(_sentence(error))}</h1>",
    ]
    if suggestion:
        parts.append(f'<p class="meant">Did you mean <code>{escape(suggestion)}</code>?</p>')
    if places:
        parts += [_excerpt(places[-1], root)]
    elif error.where:
        parts.append(f'<p class="where">{escape(error.where)}</p>')
    if len(places) > 1:
        parts.append(_way(places, root))
    parts.append(_facts(error, subject))
    if error.fix:
        parts.append(f'<p class="fix">To do: {escape(error.fix)}</p>')
    parts.append('<p class="note">This goes away when it is mended: save the file.</p>')
    parts.append("</main></body></html>")
    return "\n".join(filter(None, parts)).encode("utf-8", "replace")


def _sentence(error: QwikfolioError) -> str:
    text = error.reason if isinstance(error, TemplateMistakeError) else error.what
    return text[:1].upper() + text[1:]


def _places(where: str | None) -> tuple[Place, ...]:
    found = _PLACE.fullmatch(where or "")
    return (Place(found["file"], int(found["line"])),) if found else ()


def _excerpt(place: Place, root: Path) -> str:
    """The line, marked, and a few around it."""
    heading = f'<p class="where">{escape(_short(place, root))}</p>'
    try:
        lines = Path(place.file).read_text("utf-8", "replace").splitlines()
    except OSError:
        return heading
    first = max(1, place.line - _AROUND)
    shown = "".join(
        f'<li value="{number}"{_HERE if number == place.line else ""}>'
        f"<code>{escape(text) or ' '}</code></li>"
        for number, text in enumerate(lines[first - 1 : place.line + _AROUND], first)
    )
    return f'{heading}<ol class="source">{shown}</ol>' if shown else heading


def _way(places: tuple[Place, ...], root: Path) -> str:
    steps = "".join(f"<li>{escape(_short(place, root))}</li>" for place in places)
    return f'<h2>How it came there</h2><ol class="way">{steps}</ol>'


def _facts(error: QwikfolioError, subject: Subject | None) -> str:
    """Whom it happened to, and what the line reads of them."""
    facts: list[tuple[str, str]] = []
    if subject is not None:
        facts.append(("Person", f"{escape(subject.name)} <small>{escape(subject.origin)}</small>"))
    if isinstance(error, TemplateMistakeError):
        facts += [
            (f"<code>{escape(path)}</code>", _value(path, subject)) for path in error.expressions
        ]
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f"<h2>What the line reads</h2><dl>{rows}</dl>" if rows else ""


def _value(path: str, subject: Subject | None) -> str:
    """What a path like `portfolio.hourly_rate` is of this person, where that is known."""
    root, *names = path.split(".")
    value: object = subject.portfolio if subject and root == "portfolio" else None
    if value is None or not names:
        return ""
    for name in names:
        if not isinstance(value, msgspec.Struct) or name not in value.__struct_fields__:
            return "<em>there is no such field</em>"
        value = getattr(value, name)
    return f"<code>{escape(shorten(repr(value), _LONGEST, placeholder='…'))}</code>"


def _short(place: Place, root: Path) -> str:
    path = Path(place.file)
    name = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{name}:{place.line}"

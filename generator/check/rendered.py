"""A theme as people get it: pages of everybody in the gallery, validated and looked at."""

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from generator.check import policy
from generator.check.browser import window
from generator.check.looks import ORIGIN, Failed, Look, site_of
from generator.check.markup import Markup
from generator.check.notes import Notes
from generator.check.static import Studied
from generator.check.subject import Subject
from generator.check.trace import trace
from generator.check.validator import UnavailableError, validate
from generator.config import Settings
from generator.render.mistake import TemplateMistakeError
from generator.theme.about import THEME_FILE
from generator.theme.words import ENGLISH

_LARGEST = 25_000  # bytes
_LARGEST_COMPRESSED = 20_000
_EVERY = 25  # pages between two words of progress


class Mistake(NamedTuple):
    """What is wrong on some page."""

    code: str
    look: Look
    message: str
    html: str


def check_rendered(
    one: Studied, made: Sequence[Look | Failed], settings: Settings, say: Callable[[str], None]
) -> None:
    """Note what is wrong with the pages that a theme makes.

    Args:
        one: The theme, whose templates can all be compiled.
        made: The pages to judge.
        settings: The project's.
        say: Told what is being done.
    """
    subject, notes = one.subject, one.notes
    name = subject.theme.name
    shown = [it for it in made if isinstance(it, Look)]
    _note_failures([it for it in made if isinstance(it, Failed)], notes)
    say(f"{name}: {len(shown)} pages made; the Nu HTML checker reads them")
    found = list(_weighed(subject, shown))
    for tool, run in (
        ("the HTML (Nu HTML checker)", partial(_validated, shown, settings)),
        (
            "the pages in a browser (axe, contrast)",
            partial(_looked_at, subject, shown, settings, say),
        ),
    ):
        try:
            found += run()
        except UnavailableError as error:
            file = subject.chain[0].path / THEME_FILE
            notes.add("QF999", file, 0, f"not checked: {tool}", str(error))
    _note_all(found, one.pages, notes)


def _note_failures(failures: Sequence[Failed], notes: Notes) -> None:
    """Each once; what reading the templates has told already is not told again."""
    groups: dict[tuple[str, str, int], list[str]] = {}
    for it in failures:
        error = it.error
        what, file, line = error.what, error.where or it.template, 0
        if isinstance(error, TemplateMistakeError) and error.places:
            file, line = error.places[-1].file, error.places[-1].line
            if error.expressions:
                what += f", reading {', '.join(error.expressions)}"
        groups.setdefault((what, file, line), []).append(it.what)
    for (what, file, line), pages in groups.items():
        if not notes.has_error(file, line):
            notes.add("QF901", file, line, f"{what} ({_on(pages)})")


def _on(pages: Sequence[str]) -> str:
    """Of several pages the first."""
    more = f" and on {len(pages) - 1} more" if len(pages) > 1 else ""
    return f"on the page: {pages[0]}{more}"


def _weighed(subject: Subject, shown: Sequence[Look]) -> Iterator[Mistake]:
    """What a typical page weighs, alone and with the style sheets that it names."""
    typical = next((it for it in shown if it.what.startswith("typical")), None)
    if typical is None:
        return
    body = typical.page.body
    sheets = [
        it.body
        for it in subject.theme.assets
        if it.name.endswith(".css") and it.path.encode() in body
    ]
    compressed = sum(len(gzip.compress(it, mtime=0)) for it in (body, *sheets))
    for what, size, most in (
        ("the page has", len(body), _LARGEST),
        ("compressed, the page and its style sheet have", compressed, _LARGEST_COMPRESSED),
    ):
        if size >= most:
            yield Mistake("QF907", typical, f"{what} {size:,} bytes, not under {most:,}", "")


def _validated(shown: list[Look], settings: Settings) -> Iterator[Mistake]:
    for it in validate([look.page.body for look in shown], settings.root):
        yield Mistake("QF902", shown[it.page], it.message, it.extract)


def _looked_at(
    subject: Subject, shown: list[Look], settings: Settings, say: Callable[[str], None]
) -> Iterator[Mistake]:
    site = site_of(settings, ENGLISH)
    files = {site.url(asset.path): asset.body for asset in subject.theme.assets}
    with window(files, policy.text(site)) as browser:
        for at, look in enumerate(shown):
            if at % _EVERY == 0:
                say(f"{subject.theme.name}: {at} of {len(shown)} pages looked at")
            address = f"{ORIGIN}/{look.page.path.removesuffix('index.html')}"
            for it in browser.look(
                address, look.page.body, look.pictures, only_colors=look.is_variation
            ):
                yield Mistake(it.code, look, it.message, it.html)


def _note_all(found: list[Mistake], pages: Mapping[str, Markup], notes: Notes) -> None:
    """Each mistake once, with the first page that shows it and how many more do."""
    groups: dict[tuple[str, str, str, int], list[Mistake]] = {}
    for it in found:
        file, line = trace(it.html, pages[it.look.template])
        groups.setdefault((it.code, it.message, file, line), []).append(it)
    for (code, message, file, line), members in groups.items():
        on = list(dict.fromkeys(it.look.what for it in members))
        element = " ".join(members[0].html.split())
        notes.add_seen(code, file, line, f"{message} ({_on(on)})", element)

"""A theme as it is written, read without making a page."""

import re
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from jinja2 import TemplateSyntaxError

from generator.check.contact import check_contact
from generator.check.kinds import Piece
from generator.check.markup import Markup, read_markup
from generator.check.media import check_media
from generator.check.notes import Notes, meant
from generator.check.parts import check_parts
from generator.check.safety import check_safety
from generator.check.style import check_styles
from generator.check.subject import Subject
from generator.check.walk import Walk
from generator.check.wording import check_languages

_ELSEWHERE = re.compile(r"No (filter|test) named")
"""What the compiler says, too, and the reader of expressions says better."""


class Studied(NamedTuple):
    """A theme that has been read."""

    subject: Subject
    notes: Notes
    pages: Mapping[str, Markup]
    """By template, what it writes."""


def study_theme(subject: Subject, notes: Notes) -> Studied:
    """Read a theme, and note every mistake that shows without rendering."""
    pages: dict[str, Markup] = {}
    _check_required(subject, notes)
    for given in subject.contexts:
        if given.template in subject.templates:
            pieces = Walk(subject, notes).page(given)
            page = read_markup(given.template, _main_file(subject, given.template, pieces), pieces)
            pages[given.template] = page
            if subject.tree(given.template) is not None and page.elements:
                for check in (check_parts, check_contact, check_safety, check_media):
                    check(page, notes)
    _check_syntax(subject, notes)
    check_languages(subject, notes)
    check_styles(subject, notes)
    return Studied(subject, notes, pages)


def _main_file(subject: Subject, template: str, pieces: Sequence[Piece]) -> str:
    """The file that begins a page, or its own template where only that is the theme's."""
    own = subject.file(template)
    first = pieces[0].file if pieces else own
    return own if subject.is_own(own) and not subject.is_own(first) else first


def check_templates_used(subject: Subject, used: Set[str], notes: Notes) -> None:
    """Note templates of the theme's own that neither it nor a theme that inherits from it uses."""
    for source in subject.chain[0].templates.values():
        if f"template:{source.path}" not in used:
            notes.add("QF203", source.path, 0, "no page uses this template")


def _check_syntax(subject: Subject, notes: Notes) -> None:
    """Of the theme's own templates all are compiled; of its parents' those that a page needs."""
    broken = dict(subject.broken)
    for name in subject.chain[0].templates:
        try:
            subject.compile(name)
        except TemplateSyntaxError as error:
            broken[error.filename or subject.file(name)] = error
    for file, mistake in broken.items():
        if not _ELSEWHERE.search(str(mistake.message)):
            message = f"the syntax is wrong: {str(mistake.message).rstrip('.')}"
            notes.add("QF101", file, mistake.lineno, message)


def _check_required(subject: Subject, notes: Notes) -> None:
    if subject.chain[0].about.abstract:
        return
    for given in subject.contexts:
        if given.template not in subject.templates:
            folder = subject.chain[0].path / "templates"
            hint = meant(given.template, [it for it in subject.templates if ":" not in it])
            message = f"the theme has no template {given.template!r}{hint}"
            notes.add("QF201", folder / given.template, 0, message)

"""What a template prints: whether it is fit to be, and what it adds to the page."""

from jinja2 import nodes

from generator.check.kinds import (
    Fields,
    Function,
    Html,
    Kind,
    Listing,
    Nothing,
    Record,
    Row,
    Table,
    Text,
    each,
    may_be_none,
    origins,
    spoken,
    texts,
    without,
)
from generator.check.notes import Notes
from generator.check.press import Press
from generator.check.reading import Reading
from generator.check.scope import Scope, said
from generator.check.subject import Subject


class Printing:
    """Reads what stands between tags."""

    def __init__(self, subject: Subject, notes: Notes, reader: Reading, press: Press) -> None:
        self._subject = subject
        self._notes = notes
        self._reader = reader
        self._press = press

    def output(self, node: nodes.Output, scope: Scope) -> None:
        """Print texts and values."""
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self._press.print(part.data, None, part.lineno, scope)
            else:
                kind = self._reader.kind(part, scope)
                self._check_printed(part, kind, scope)
                self.value(kind, part.lineno, scope)

    def _check_printed(self, node: nodes.Expr, kind: Kind, scope: Scope) -> None:
        if may_be_none(kind):
            message = f"`{said(node)}` may be none, and is printed"
            self._notes.add("QF109", scope.file, node.lineno, message)
        for it in each(kind):
            if isinstance(it, Record | Listing | Row | Table | Fields | Function):
                message = f"`{said(node)}` is {spoken(it)}, and no text"
                self._notes.add("QF110", scope.file, node.lineno, message)
        for origin in sorted(origins(kind) & self._subject.markdown):
            if any(isinstance(it, Text) for it in each(kind)):
                message = f"`{said(node)}` is Markdown ({origin}), and is printed as it was typed"
                self._notes.add("QF113", scope.file, node.lineno, message)
        for origin in sorted(origins(kind)):
            if places := self._subject.placeholders.get(origin):
                named = ", ".join(f"%({place})s" for place in sorted(places))
                message = f"`{origin}` is printed with {named} left as it is"
                self._notes.add("QF710", scope.file, node.lineno, message)

    def value(self, kind: Kind, line: int, scope: Scope) -> None:
        """Print a value."""
        plain = without(kind, Nothing)
        if isinstance(plain, Html) and plain.pieces:
            self._press.put(plain.pieces)
            return
        known = texts(plain)
        if known is not None and len(known) == 1 and not origins(plain):
            (text,) = known
            self._press.print(text, None, line, scope)
        else:
            self._press.print("", kind, line, scope)

"""Reads a page's templates the way they are rendered: parents, blocks, partials, macros, loops.

What comes out is the page in pieces: the templates' own text, and the kinds of the values between.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from jinja2 import nodes

from generator.check import filters, members
from generator.check.infer import Reader
from generator.check.inheritance import Above, Inheritance
from generator.check.kinds import (
    Function,
    Html,
    Kind,
    Piece,
    each,
    either,
    spoken,
)
from generator.check.lookup import Lookup
from generator.check.macros import Macros
from generator.check.modules import Modules
from generator.check.notes import Notes
from generator.check.press import Press
from generator.check.printing import Printing
from generator.check.scope import Scope, path_of, said
from generator.check.subject import Subject
from generator.contract.templates import Given

_DEEPEST = 40


class Walk:
    """One page, read from its template with the kinds of its context."""

    def __init__(self, subject: Subject, notes: Notes) -> None:
        self._subject = subject
        self._notes = notes
        self._reader = Reader(subject, notes, self._call)
        self._press = press = Press()
        self._context: frozenset[str] = frozenset()
        self._known: dict[str, int] = {}
        lookup = Lookup(subject, notes, self._reader)
        printing = Printing(subject, notes, self._reader, press)
        read = self._statements
        self._inheritance = Inheritance(notes, lookup, press, read)
        self._macros = Macros(notes, self._reader, press, printing, statements=read)
        modules = Modules(subject, notes, lookup, press, statements=read)
        self._ways: dict[type[nodes.Node], Callable[[Any, Scope], None]] = {
            nodes.Output: printing.output,
            nodes.If: self._if,
            nodes.For: self._for,
            nodes.Assign: self._assign,
            nodes.AssignBlock: self._assign_block,
            nodes.With: self._with,
            nodes.Block: self._inheritance.block,
            nodes.Include: modules.include,
            nodes.Import: modules.import_,
            nodes.FromImport: modules.from_import,
            nodes.Macro: self._macros.macro,
            nodes.CallBlock: self._macros.call_block,
            nodes.FilterBlock: self._filter_block,
            nodes.ExprStmt: lambda node, scope: self._discard(node.node, scope),
            nodes.Scope: lambda node, scope: self._statements(node.body, scope.inner()),
            nodes.ScopedEvalContextModifier: self._modified,
            nodes.EvalContextModifier: self._modifies,
            nodes.Extends: lambda _node, _scope: None,
        }

    def page(self, given: Given) -> tuple[Piece, ...]:
        """The pieces of the page that a template makes."""
        name, names = given.template, self._subject.context(given)
        self._context = frozenset(given.context)
        scope = Scope(file="", names=names, page=names, tested=self._subject.sure(name))
        self._inheritance.template(name, scope)
        self._inheritance.check_blocks()
        self._macros.read_uncalled()
        return tuple(self._press.pieces)

    def _call(
        self, function: Function, given: filters.Given, scope: Scope, node: nodes.Node
    ) -> Kind:
        """What a macro, a caller or a parent's block gives where it is called."""
        above = function.macro
        if not isinstance(above, Above):
            return self._macros.call(function, given, scope, node)
        with self._press.apart() as pieces:
            self._inheritance.layer(above.layers, above.depth, above.scope)
        return Html(pieces=tuple(pieces))

    def _statements(self, body: Iterable[nodes.Node], scope: Scope) -> None:
        for node in body:
            way = self._ways.get(type(node))
            if way is not None:
                way(node, scope)

    def _if(self, node: nodes.If, scope: Scope) -> None:
        scope.join(self._choose((node, *node.elif_), node.else_, scope))

    def _choose(
        self, branches: Sequence[nodes.If], otherwise: Sequence[nodes.Node], scope: Scope
    ) -> list[Scope]:
        """Read every way of a condition; what is known at the end of each."""
        if not branches:
            self._statements(otherwise, scope)
            return [scope]
        branch, *rest = branches
        self._reader.kind(branch.test, scope)
        then, other = scope.branch(), scope.branch()
        self._reader.condition(branch.test, then, holds=True)
        self._reader.condition(branch.test, other, holds=False)
        condition, turned = self._condition(branch.test)
        with self._press.way(condition, int(turned)):
            self._statements(branch.body, then)
        with self._press.way(condition, int(not turned)):
            return [then, *self._choose(rest, otherwise, other)]

    def _condition(self, test: nodes.Node) -> tuple[int, bool]:
        """Which condition it is, and whether it is turned round.

        A field of the context has one value throughout a page: where it is tested again, no page
        has both the one way here and the other way there.
        """
        turned = isinstance(test, nodes.Not)
        path = path_of(test.node if isinstance(test, nodes.Not) else test)
        if path is None or path.split(".")[0] not in self._context:
            return self._press.condition(), False
        if path not in self._known:
            self._known[path] = self._press.condition()
        return self._known[path], turned

    def _for(self, node: nodes.For, scope: Scope) -> None:
        over = self._reader.kind(node.iter, scope)
        items = [(it, members.looped(it)) for it in each(over)]
        if bad := [it for it, item in items if item is None]:
            message = f"`{said(node.iter)}` is {spoken(either(*bad))}, and no list"
            self._notes.add("QF111", scope.file, node.lineno, message)
        item = either(*(found for _it, found in items if found is not None))
        inner = scope.inner()
        self._target(node.target, item, inner)
        inner.names["loop"] = members.in_turn(item)
        if node.test is not None:
            self._reader.kind(node.test, inner)
            self._reader.condition(node.test, inner, holds=True)
        condition = self._press.condition()
        with self._press.way(condition, 0), self._press.loop():
            self._statements(node.body, inner)
        with self._press.way(condition, 1):
            self._statements(node.else_, scope.inner())

    def _target(self, target: nodes.Node, kind: Kind, scope: Scope) -> None:
        """Give variables their values, several at once where there are several."""
        if isinstance(target, nodes.Name):
            scope.assign(target.name, kind)
        elif isinstance(target, nodes.Tuple):
            for at, part in enumerate(target.items):
                items = (members.item_at(it, at) for it in each(kind))
                self._target(part, either(*(it for it in items if it is not None)), scope)

    def _assign(self, node: nodes.Assign, scope: Scope) -> None:
        self._target(node.target, self._reader.kind(node.node, scope), scope)

    def _assign_block(self, node: nodes.AssignBlock, scope: Scope) -> None:
        with self._press.apart() as pieces:
            self._statements(node.body, scope.inner())
        kind: Kind = Html(pieces=tuple(pieces))
        if node.filter is not None:
            kind = self._reader.kind(node.filter, scope)
        self._target(node.target, kind, scope)

    def _with(self, node: nodes.With, scope: Scope) -> None:
        inner = scope.inner()
        for target, value in zip(node.targets, node.values, strict=True):
            self._target(target, self._reader.kind(value, scope), inner)
        self._statements(node.body, inner)

    def _filter_block(self, node: nodes.FilterBlock, scope: Scope) -> None:
        self._reader.kind(node.filter, scope)
        self._statements(node.body, scope.inner())

    def _discard(self, node: nodes.Expr, scope: Scope) -> None:
        self._reader.kind(node, scope)

    def _modifies(self, node: nodes.EvalContextModifier, scope: Scope) -> None:
        for option in node.options:
            if option.key == "autoescape" and _is_false(option.value):
                self._notes.add("QF502", scope.file, node.lineno, "escaping is turned off here")

    def _modified(self, node: nodes.ScopedEvalContextModifier, scope: Scope) -> None:
        self._modifies(node, scope)
        self._statements(node.body, scope)


def _is_false(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Const) and not node.value

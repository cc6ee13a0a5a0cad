"""The kinds of Jinja's expressions, and what is wrong with them."""

from collections.abc import Callable
from typing import Any

from jinja2 import nodes

from generator.check import members
from generator.check.applied import Applied, Call
from generator.check.kinds import (
    HTML,
    NUMBER,
    TEXT,
    UNKNOWN,
    Fields,
    Kind,
    Listing,
    Nothing,
    Record,
    Row,
    Table,
    Text,
    Unknown,
    each,
    either,
    kind_of,
    may_be_none,
    origins,
    spoken,
    texts,
    where_true,
    without,
)
from generator.check.notes import Notes, meant
from generator.check.operators import Operators
from generator.check.reading import Reading
from generator.check.scope import Scope, path_of, said
from generator.check.subject import Subject

ONCE = {"Portfolio", "Head", "Site"}
"""Structs of which a page has one: what is known of a field holds wherever it is read."""

_MOST_NAMED = 12
_TELEPHONE = {"phone", "telephone", "tel", "mobile"}


class Reader(Reading):
    """Reads expressions: `kind` gives what one is, and notes what is wrong with it."""

    def __init__(self, subject: Subject, notes: Notes, call: Call) -> None:
        super().__init__(subject, notes)
        applied, operators = Applied(self, call), Operators(self)
        self._ways: dict[type[nodes.Node], Callable[[Any, Scope], Kind]] = {
            nodes.Const: _constant,
            nodes.TemplateData: lambda _node, _scope: HTML,
            nodes.Name: self._name,
            nodes.Getattr: self._getattr,
            nodes.Getitem: self._getitem,
            nodes.Filter: applied.filter,
            nodes.Test: applied.test,
            nodes.Call: applied.call,
            nodes.CondExpr: operators.choice,
            nodes.And: operators.both,
            nodes.Or: operators.one_of,
            nodes.Not: operators.opposite,
            nodes.Compare: operators.compare,
            nodes.Concat: operators.concat,
            nodes.Tuple: operators.row,
            nodes.List: operators.listing,
            nodes.Dict: operators.table,
        }
        self._sum = operators.total

    def kind(self, node: nodes.Node, scope: Scope) -> Kind:
        """The kind of an expression."""
        way = self._ways.get(type(node))
        if way is not None:
            return way(node, scope)
        if isinstance(node, nodes.BinExpr):
            return self._sum(node, scope)
        for child in node.iter_child_nodes():
            self.kind(child, scope)
        return NUMBER if isinstance(node, nodes.UnaryExpr) else UNKNOWN

    def _name(self, node: nodes.Name, scope: Scope) -> Kind:
        name = node.name
        if name in scope.facts:
            return scope.facts[name]
        if name in scope.names:
            return scope.names[name]
        known = [it for it in scope.names if it.isidentifier()]
        message = f"there is no variable `{name}` here"
        if templates := self.subject.variables.get(name):
            message += f"; it is given to {', '.join(sorted(templates))}"
        self.blame("QF102", node, scope, message + meant(name, known))
        return UNKNOWN

    def _getattr(self, node: nodes.Getattr, scope: Scope) -> Kind:
        return self._member(node, node.node, node.attr, scope)

    def _member(self, node: nodes.Node, owner: nodes.Node, name: str, scope: Scope) -> Kind:
        whole = self._some(owner, scope, f"`.{name}`")
        path = path_of(node)
        found = []
        for kind in each(whole):
            value = members.member(kind, name)
            if value is None and not isinstance(kind, Nothing):
                self._no_member(node, owner, kind, name, scope)
                value = UNKNOWN
            if value is not None:
                self.use(kind, name)
                found.append(value)
        if path in scope.facts:
            return scope.facts[path]
        kind = either(*found)
        return where_true(kind) if self._is_tested(kind, scope) else kind

    def _is_tested(self, kind: Kind, scope: Scope) -> bool:
        return any(it in scope.tested and it.split(".")[0] in ONCE for it in origins(kind))

    def _no_member(
        self, node: nodes.Node, owner: nodes.Node, kind: Kind, name: str, scope: Scope
    ) -> None:
        known = members.names(kind)
        hint = meant(name, known)
        if isinstance(kind, Record) and name in _TELEPHONE:
            self.blame("QF404", node, scope, "a telephone number is never published")
        elif isinstance(kind, Fields) and kind.of == "settings":
            self.blame("QF701", node, scope, f"no setting `{name}` is declared{hint}")
        elif isinstance(kind, Fields) and kind.of == "words":
            self.blame("QF703", node, scope, f"no word `{name}` is in strings/en.toml{hint}")
        elif isinstance(kind, Table) and kind.origin:
            self.blame("QF703", node, scope, f"`{said(owner)}` has no word `{name}`{hint}")
        else:
            what = f"`{said(owner)}`"
            article = "" if isinstance(kind, Fields) else f" ({spoken(kind)})"
            if not hint and known:
                more = ", …" if len(known) > _MOST_NAMED else ""
                hint = f"; it has {', '.join(known[:_MOST_NAMED])}{more}"
            self.blame("QF103", node, scope, f"{what}{article} has no field `{name}`{hint}")

    def _some(self, owner: nodes.Node, scope: Scope, what: str) -> Kind:
        """The kind of what something is read of, which must not be `none`."""
        kind = self.kind(owner, scope)
        if may_be_none(kind):
            message = f"`{said(owner)}` may be none, and {what} is read of it"
            self.blame("QF108", owner, scope, message, f"put it in {{% if {said(owner)} %}}")
        return kind

    def _getitem(self, node: nodes.Getitem, scope: Scope) -> Kind:
        if isinstance(node.arg, nodes.Slice):
            kind = self._some(node.node, scope, "a part")
            for part in (node.arg.start, node.arg.stop, node.arg.step):
                if part is not None:
                    self.kind(part, scope)
            return either(*(it if isinstance(it, Text) else _part(it) for it in each(kind)))
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            owners = each(self.quietly(node.node, scope))
            if not any(isinstance(it, Table) for it in owners):
                return self._member(node, node.node, node.arg.value, scope)
        whole = self._some(node.node, scope, "an item")
        key = self.kind(node.arg, scope)
        if may_be_none(key):
            self.blame("QF109", node, scope, f"`{said(node.arg)}` may be none, and names an item")
        return either(*(self._item(node, it, key, scope) for it in each(without(whole, Nothing))))

    def _item(self, node: nodes.Getitem, kind: Kind, key: Kind, scope: Scope) -> Kind:
        if isinstance(node.arg, nodes.Const):
            wanted: frozenset[Any] | None = frozenset({node.arg.value})
        else:
            wanted = texts(without(key, Nothing))
        if wanted is None or isinstance(kind, Unknown):
            self.use(kind, "*")
            return members.any_item(kind)
        items = {name: members.item_at(kind, name) for name in sorted(wanted, key=str)}
        if missing := [name for name, item in items.items() if item is None]:
            known = members.names(kind) if isinstance(missing[0], str) else ()
            code = "QF703" if getattr(kind, "origin", "").startswith("words.") else "QF104"
            named = ", ".join(map(repr, missing))
            may = f", which `{said(node.arg)}` may be" if len(wanted) > 1 else ""
            hint = meant(missing[0], known) if len(missing) == 1 and known else ""
            self.blame(code, node, scope, f"`{said(node.node)}` has no item {named}{may}{hint}")
        for name in items.keys() - set(missing):
            self.use(kind, str(name))
        return either(*(item for item in items.values() if item is not None))


def _constant(node: nodes.Const, _scope: Scope) -> Kind:
    if isinstance(node.value, str):
        return Text(values=frozenset({node.value}))
    return kind_of(type(node.value))


def _part(kind: Kind) -> Kind:
    if isinstance(kind, Row):
        return Listing(members.any_item(kind))
    return kind if isinstance(kind, Listing) else TEXT

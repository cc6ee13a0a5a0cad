"""The kinds of Jinja's expressions, and what is wrong with them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from jinja2 import nodes

from generator.check import filters, members
from generator.check.addresses import ADDRESSES, PRIVATE, WRITTEN
from generator.check.filters import Given
from generator.check.kinds import (
    HTML,
    NUMBER,
    TEXT,
    TRUTH,
    UNKNOWN,
    Fields,
    Function,
    Kind,
    Listing,
    Nothing,
    Number,
    Row,
    Table,
    Text,
    Truth,
    Unknown,
    each,
    either,
    kind_of,
    may_be_none,
    origins,
    spoken,
    table,
    texts,
    where_true,
    without,
)
from generator.check.notes import Notes, meant
from generator.check.scope import Scope, assume, path_of
from generator.check.subject import Subject

ONCE = {"Portfolio", "Head", "Site"}
"""Structs of which a page has one: what is known of a field holds wherever it is read."""


Call = Callable[[Function, Given, Scope, nodes.Node], Kind]
"""What a macro gives where it is called."""


class Reader:
    """Reads expressions: `kind` gives what one is, and notes what is wrong with it."""

    def __init__(self, theme: Subject, notes: Notes, call: Call) -> None:
        self._theme = theme
        self._notes = notes
        self._call_macro = call
        self._ways: dict[type[nodes.Node], Callable[[Any, Scope], Kind]] = {
            nodes.Const: _constant,
            nodes.TemplateData: lambda _node, _scope: HTML,
            nodes.Name: self._name,
            nodes.Getattr: self._getattr,
            nodes.Getitem: self._getitem,
            nodes.Filter: self._filter,
            nodes.Test: self._test,
            nodes.Call: self._call,
            nodes.CondExpr: self._choice,
            nodes.And: self._and,
            nodes.Or: self._or,
            nodes.Not: self._not,
            nodes.Compare: self._compare,
            nodes.Concat: self._concat,
            nodes.Tuple: self._row,
            nodes.List: self._list,
            nodes.Dict: self._dict,
        }

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

    def quietly(self, node: nodes.Node, scope: Scope) -> Kind:
        """The kind of an expression that is read, and blamed, elsewhere."""
        with self._notes.quietly():
            return self.kind(node, scope)

    def condition(self, node: nodes.Node, scope: Scope, *, holds: bool) -> None:
        """Note in a scope what is known where a condition holds, or where it does not."""
        assume(scope, node, lambda asked: self.quietly(asked, scope), holds=holds)

    # Names, fields, items

    def _name(self, node: nodes.Name, scope: Scope) -> Kind:
        name = node.name
        if name in scope.facts:
            return scope.facts[name]
        if name in scope.names:
            return scope.names[name]
        known = [it for it in scope.names if it.isidentifier()]
        message = f"there is no variable `{name}` here"
        if templates := self._theme.variables.get(name):
            message += f"; it is given to {', '.join(sorted(templates))}"
        self._blame("QF102", node, scope, message + meant(name, known))
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
                self._use(kind, name)
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
        if isinstance(kind, Fields) and kind.of == "settings":
            self._blame("QF701", node, scope, f"no setting `{name}` is declared{hint}")
        elif isinstance(kind, Fields) and kind.of == "words":
            self._blame("QF703", node, scope, f"no word `{name}` is in strings/en.toml{hint}")
        elif isinstance(kind, Table) and kind.origin:
            self._blame("QF703", node, scope, f"`{said(owner)}` has no word `{name}`{hint}")
        else:
            what = f"`{said(owner)}`"
            article = "" if isinstance(kind, Fields) else f" ({spoken(kind)})"
            if not hint and known:
                hint = f"; it has {', '.join(known[:12])}{', …' if len(known) > 12 else ''}"  # noqa: PLR2004
            self._blame("QF103", node, scope, f"{what}{article} has no field `{name}`{hint}")

    def _some(self, owner: nodes.Node, scope: Scope, what: str) -> Kind:
        """The kind of what something is read of, which must not be `none`."""
        kind = self.kind(owner, scope)
        if may_be_none(kind):
            message = f"`{said(owner)}` may be none, and {what} is read of it"
            self._blame("QF108", owner, scope, message, f"put it in {{% if {said(owner)} %}}")
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
            self._blame("QF109", node, scope, f"`{said(node.arg)}` may be none, and names an item")
        return either(*(self._item(node, it, key, scope) for it in each(without(whole, Nothing))))

    def _item(self, node: nodes.Getitem, kind: Kind, key: Kind, scope: Scope) -> Kind:
        if isinstance(node.arg, nodes.Const):
            wanted: frozenset[Any] | None = frozenset({node.arg.value})
        else:
            wanted = texts(without(key, Nothing))
        if wanted is None or isinstance(kind, Unknown):
            self._use(kind, "*")
            return members.any_item(kind)
        found = []
        for name in sorted(wanted, key=str):
            item = members.item_at(kind, name)
            if item is None:
                known = [str(it) for it in members.names(kind)] if isinstance(name, str) else []
                code = "QF703" if getattr(kind, "origin", "").startswith("words.") else "QF104"
                message = f"`{said(node.node)}` has no item {name!r}{meant(str(name), known)}"
                self._blame(code, node, scope, message)
            else:
                self._use(kind, str(name))
                found.append(item)
        return either(*found)

    def _use(self, kind: Kind, name: str) -> None:
        """Note that a word or a setting is used."""
        if isinstance(kind, Fields):
            self._notes.used.add(f"{kind.of}.{name}")
        elif isinstance(kind, Table) and kind.origin:
            self._notes.used.add(f"{kind.origin}.{name}")

    # Filters, tests, calls

    def _filter(self, node: nodes.Filter, scope: Scope) -> Kind:
        quiet = node.name in {"default", "d"} and isinstance(node.node, nodes.Name)
        if node.node is None:  # a block that is filtered
            kind: Kind = HTML
        elif quiet:
            kind = self.quietly(node.node, scope)
        else:
            kind = self.kind(node.node, scope)
        given = Given(kind, *self._arguments(node, scope))
        if isinstance(kind, Table) and kind.origin:
            self._use(kind, "*")
        function = self._theme.filters.get(node.name)
        if node.name == "safe" and not isinstance(node.node, nodes.Const):
            self._blame("QF501", node, scope, f"`{said(node.node)}|safe` is printed unescaped")
        elif function is None:
            hint = meant(node.name, self._theme.filters)
            self._blame("QF105", node, scope, f"there is no filter `{node.name}`{hint}")
        else:
            self._check_filter(node, function, given, scope)
        if node.name in filters.BY_FIELD:
            return self._by_field(node, given, scope)
        return _holding(filters.gives(node.name, given), (kind, *given.args, *given.named.values()))

    def _check_filter(
        self, node: nodes.Filter, function: Callable[..., Any], given: Given, scope: Scope
    ) -> None:
        what = f"`{said(node.node)}`" if node.node else "the block"
        if may_be_none(given.kind) and filters.refuses_none(function, node.name):
            message = f"{what} may be none, and `{node.name}` is applied to it"
            self._blame("QF109", node, scope, message)
        if fault := filters.faulty_call(function, given):
            self._blame("QF107", node, scope, f"`{node.name}` can't be applied so: {fault}")
        elif wanted := filters.unfit(function, given.kind):
            message = f"`{node.name}` takes {wanted}, and {what} is {spoken(given.kind)}"
            self._blame("QF107", node, scope, message)
        if node.name == "format":
            self._check_format(node, given, scope)

    def _check_format(self, node: nodes.Filter, given: Given, scope: Scope) -> None:
        """The values that a word has places for are those it must be given."""
        for origin in sorted(origins(given.kind)):
            if (places := self._theme.placeholders.get(origin)) is None:
                continue
            for name in sorted(places - set(given.named)):
                message = f"`{origin}` needs a value for `%({name})s`"
                self._blame("QF708", node, scope, message, f"write {name}=… into `format(…)`")

    def _by_field(self, node: nodes.Filter, given: Given, scope: Scope) -> Kind:
        """Filters that read a field of each item: `|map(attribute="name")`."""
        named = {str(it.key): it.value for it in node.kwargs}
        argument = filters.BY_FIELD[node.name]
        name = named.get(argument) if argument else (node.args[0] if node.args else None)
        item = members.any_item(given.kind) if isinstance(given.kind, Listing) else UNKNOWN
        value: Kind = UNKNOWN
        if isinstance(name, nodes.Const) and isinstance(name.value, str):
            value = item
            for part in name.value.split("."):
                found = [members.member(it, part) for it in each(value)]
                if any(it is None for it in found):
                    known = members.names(value)
                    message = f"the items of `{said(node.node)}` have no field `{part}`"
                    self._blame("QF103", node, scope, message + meant(part, known))
                value = either(*(it for it in found if it is not None))
        if node.name == "map":
            return Listing(value)
        if node.name == "groupby":
            return Listing(Row((value, Listing(item))))
        return filters.gives(node.name, given)

    def _arguments(self, node: Any, scope: Scope) -> tuple[list[Kind], dict[str, Kind]]:
        for extra in (node.dyn_args, node.dyn_kwargs):
            if extra is not None:
                self.kind(extra, scope)
        args = [self.kind(it, scope) for it in node.args]
        return args, {it.key: self.kind(it.value, scope) for it in node.kwargs}

    def _test(self, node: nodes.Test, scope: Scope) -> Kind:
        if node.name in {"defined", "undefined"} and isinstance(node.node, nodes.Name):
            self.quietly(node.node, scope)
        else:
            self.kind(node.node, scope)
        self._arguments(node, scope)
        if node.name not in self._theme.tests:
            hint = meant(node.name, self._theme.tests)
            self._blame("QF106", node, scope, f"there is no test `{node.name}`{hint}")
        return TRUTH

    def _call(self, node: nodes.Call, scope: Scope) -> Kind:
        called = self.kind(node.node, scope)
        given = Given(called, *self._arguments(node, scope))
        found: list[Kind] = []
        for kind in each(called):
            if isinstance(kind, Fields) and kind.of == "loop":
                found.append(HTML)
            elif isinstance(kind, Function):
                found.append(self._called(node, kind, given, scope))
            elif isinstance(kind, Unknown):
                found.append(UNKNOWN)
            else:
                message = f"`{said(node.node)}` is {spoken(kind)}, and can't be called"
                self._blame("QF112", node, scope, message)
        return either(*found)

    def _called(self, node: nodes.Call, function: Function, given: Given, scope: Scope) -> Kind:
        if function.of == "asset":
            self._check_asset(node, given, scope)
        if isinstance(node.node, nodes.Getattr) and function.of in {"items", "values", "get"}:
            for owner in each(self.quietly(node.node.node, scope)):
                self._use(owner, "*")
        if function.macro is not None:
            return self._call_macro(function, given, scope, node)
        if function.of == "loop.cycle":
            return either(*given.args)
        return function.gives

    def _check_asset(self, node: nodes.Call, given: Given, scope: Scope) -> None:
        if len(given.args) != 1 or given.named:
            self._blame("QF112", node, scope, "`asset` takes the name of one file")
            return
        for name in sorted(texts(given.args[0]) or ()):
            if name not in self._theme.static and not self._theme.is_abstract:
                hint = meant(name, self._theme.static)
                self._blame("QF114", node, scope, f"static/ has no file {name!r}{hint}")

    # What is made of other values

    def _choice(self, node: nodes.CondExpr, scope: Scope) -> Kind:
        self.kind(node.test, scope)
        yes, no = scope.inner(), scope.inner()
        self.condition(node.test, yes, holds=True)
        self.condition(node.test, no, holds=False)
        first = self.kind(node.expr1, yes)
        if node.expr2 is None:  # prints nothing
            return either(first, Text(values=frozenset({""})))
        return either(first, self.kind(node.expr2, no))

    def _and(self, node: nodes.And, scope: Scope) -> Kind:
        left = self.kind(node.left, scope)
        then = scope.inner()
        self.condition(node.left, then, holds=True)
        return either(*filter(_may_be_false, each(left)), self.kind(node.right, then))

    def _or(self, node: nodes.Or, scope: Scope) -> Kind:
        left = self.kind(node.left, scope)
        then = scope.inner()
        self.condition(node.left, then, holds=False)
        return either(*_true_part(left), self.kind(node.right, then))

    def _not(self, node: nodes.Not, scope: Scope) -> Kind:
        self.kind(node.node, scope)
        return TRUTH

    def _compare(self, node: nodes.Compare, scope: Scope) -> Kind:
        self._ordered(node, node.expr, scope, any(it.op in _ORDER for it in node.ops))
        for operand in node.ops:
            kind = self._ordered(node, operand.expr, scope, operand.op in _ORDER)
            if operand.op in {"eq", "ne"}:
                self._check_equal(node, kind, scope)
        return TRUTH

    def _ordered(self, node: nodes.Node, part: nodes.Expr, scope: Scope, ordered: bool) -> Kind:  # noqa: FBT001
        kind = self.kind(part, scope)
        if ordered and may_be_none(kind):
            message = f"`{said(part)}` may be none, and is compared"
            self._blame("QF109", node, scope, message)
        return kind

    def _check_equal(self, node: nodes.Compare, right: Kind, scope: Scope) -> None:
        """A text that can be a few only is compared with one of these.

        What conditions around have shown is left aside: a partial may be included under one.
        """
        plain = scope.inner()
        plain.facts.clear()
        left = self.quietly(node.expr, plain)
        can, wanted = texts(without(left, Nothing)), texts(right)
        if can and wanted and origins(left) and not can & wanted:
            known = ", ".join(f'"{it}"' for it in sorted(can))
            (first, *_rest) = sorted(wanted)
            message = f'`{said(node.expr)}` is never "{first}"'
            self._blame("QF115", node, scope, f"{message}; it can be {known}")

    def _sum(self, node: nodes.BinExpr, scope: Scope) -> Kind:
        kinds = [self.kind(node.left, scope), self.kind(node.right, scope)]
        for part, kind in zip((node.left, node.right), kinds, strict=True):
            if may_be_none(kind):
                self._blame("QF109", node, scope, f"`{said(part)}` may be none in a sum")
        plain = [without(kind, Nothing) for kind in kinds]
        if all(isinstance(it, Number | Truth) for it in plain):
            return NUMBER
        return _joined(kinds) if any(isinstance(it, Text) for it in plain) else UNKNOWN

    def _concat(self, node: nodes.Concat, scope: Scope) -> Kind:
        kinds = [self.kind(part, scope) for part in node.nodes]
        for part, kind in zip(node.nodes, kinds, strict=True):
            if may_be_none(kind):
                self._blame("QF109", node, scope, f"`{said(part)}` may be none, and is printed")
        return _joined(kinds)

    def _row(self, node: nodes.Tuple, scope: Scope) -> Kind:
        return Row(tuple(self.kind(it, scope) for it in node.items))

    def _list(self, node: nodes.List, scope: Scope) -> Kind:
        return Row(tuple(self.kind(it, scope) for it in node.items)) if node.items else UNKNOWN

    def _dict(self, node: nodes.Dict, scope: Scope) -> Kind:
        items = [(pair.key, self.kind(pair.value, scope)) for pair in node.items]
        for key, _kind in items:
            self.kind(key, scope)
        if all(isinstance(key, nodes.Const) and isinstance(key.value, str) for key, _ in items):
            return table((getattr(key, "value", ""), kind) for key, kind in items)
        return UNKNOWN

    def _blame(
        self, code: str, node: nodes.Node, scope: Scope, message: str, fix: str = ""
    ) -> None:
        self._notes.add(code, scope.file, node.lineno, message, fix)


_ORDER = {"gt", "gteq", "lt", "lteq"}


def _constant(node: nodes.Const, _scope: Scope) -> Kind:
    if isinstance(node.value, str):
        return Text(values=frozenset({node.value}))
    return kind_of(type(node.value))


def _joined(kinds: Sequence[Kind]) -> Kind:
    """A text put together from others: what it begins with tells whether it is an address."""
    holds = frozenset(it for kind in kinds for it in origins(kind)) & PRIVATE
    first = {it.origin for it in each(kinds[0]) if isinstance(it, Text)} & ADDRESSES
    if texts(kinds[0]) is not None and not origins(kinds[0]):
        first = {WRITTEN}
    return either(*(Text(it, holds=holds) for it in sorted(first) or [""]))


def _holding(kind: Kind, made_of: Iterable[Kind]) -> Kind:
    """The kind of a text in which somebody's address may be hidden."""
    holds = frozenset(it for part in made_of for it in origins(part)) & PRIVATE
    return Text(kind.origin, kind.values, holds) if holds and isinstance(kind, Text) else kind


def _part(kind: Kind) -> Kind:
    if isinstance(kind, Row):
        return Listing(members.any_item(kind))
    return kind if isinstance(kind, Listing) else TEXT


def _may_be_false(kind: Kind) -> bool:
    return not isinstance(kind, Unknown)


def _true_part(kind: Kind) -> tuple[Kind, ...]:
    kept = where_true(kind)
    nothing = all(isinstance(it, Nothing) for it in each(kind))
    return () if nothing else (kept,)


def said(node: nodes.Node | None) -> str:
    """An expression as its author wrote it, or about so."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{said(node.node)}.{node.attr}"
        case nodes.Getitem():
            return f"{said(node.node)}[{said(node.arg)}]"
        case nodes.Const():
            return repr(node.value)
        case nodes.Filter():
            return f"{said(node.node)}|{node.name}"
        case nodes.Call():
            return f"{said(node.node)}(…)"
    return "…"

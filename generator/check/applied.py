"""The kinds of what filters, tests and calls give, and what is wrong with how they are used."""

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import nodes

from generator.check import filters, members
from generator.check.addresses import PRIVATE
from generator.check.filters import Given
from generator.check.kinds import (
    HTML,
    TRUTH,
    UNKNOWN,
    Fields,
    Function,
    Kind,
    Listing,
    Row,
    Table,
    Text,
    Unknown,
    each,
    either,
    may_be_none,
    origins,
    spoken,
    texts,
)
from generator.check.notes import meant
from generator.check.reading import Reading
from generator.check.scope import Scope, said

Call = Callable[[Function, Given, Scope, nodes.Node], Kind]
"""What a macro gives where it is called."""


class Applied:
    """Reads filters, tests and calls."""

    def __init__(self, reading: Reading, call: Call) -> None:
        self._reading = reading
        self._call_macro = call

    def filter(self, node: nodes.Filter, scope: Scope) -> Kind:
        """What a filter gives."""
        quiet = node.name in {"default", "d"} and isinstance(node.node, nodes.Name)
        if node.node is None:  # a block that is filtered
            kind: Kind = HTML
        elif quiet:
            kind = self._reading.quietly(node.node, scope)
        else:
            kind = self._reading.kind(node.node, scope)
        given = Given(kind, *self._arguments(node, scope))
        if isinstance(kind, Table) and kind.origin:
            self._reading.use(kind, "*")
        function = self._reading.subject.filters.get(node.name)
        if node.name == "safe" and not isinstance(node.node, nodes.Const):
            self._reading.blame(
                "QF501", node, scope, f"`{said(node.node)}|safe` is printed unescaped"
            )
        elif function is None:
            hint = meant(node.name, self._reading.subject.filters)
            self._reading.blame("QF105", node, scope, f"there is no filter `{node.name}`{hint}")
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
            self._reading.blame("QF109", node, scope, message)
        if fault := filters.faulty_call(function, given):
            self._reading.blame("QF107", node, scope, f"`{node.name}` can't be applied so: {fault}")
        elif wanted := filters.unfit(function, given.kind):
            message = f"`{node.name}` takes {wanted}, and {what} is {spoken(given.kind)}"
            self._reading.blame("QF107", node, scope, message)
        if node.name == "format":
            self._check_format(node, given, scope)

    def _check_format(self, node: nodes.Filter, given: Given, scope: Scope) -> None:
        """The values that a word has places for are those it must be given."""
        for origin in sorted(origins(given.kind)):
            if (places := self._reading.subject.placeholders.get(origin)) is None:
                continue
            for name in sorted(places - set(given.named)):
                message = f"`{origin}` needs a value for `%({name})s`"
                self._reading.blame(
                    "QF708", node, scope, message, f"write {name}=… into `format(…)`"
                )

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
                    self._reading.blame("QF103", node, scope, message + meant(part, known))
                value = either(*(it for it in found if it is not None))
        if node.name == "map":
            return Listing(value)
        if node.name == "groupby":
            return Listing(Row((value, Listing(item))))
        return filters.gives(node.name, given)

    def _arguments(self, node: Any, scope: Scope) -> tuple[list[Kind], dict[str, Kind]]:
        for extra in (node.dyn_args, node.dyn_kwargs):
            if extra is not None:
                self._reading.kind(extra, scope)
        args = [self._reading.kind(it, scope) for it in node.args]
        return args, {it.key: self._reading.kind(it.value, scope) for it in node.kwargs}

    def test(self, node: nodes.Test, scope: Scope) -> Kind:
        """What a test gives: true or false."""
        if node.name in {"defined", "undefined"} and isinstance(node.node, nodes.Name):
            self._reading.quietly(node.node, scope)
        else:
            self._reading.kind(node.node, scope)
        self._arguments(node, scope)
        if node.name not in self._reading.subject.tests:
            hint = meant(node.name, self._reading.subject.tests)
            self._reading.blame("QF106", node, scope, f"there is no test `{node.name}`{hint}")
        return TRUTH

    def call(self, node: nodes.Call, scope: Scope) -> Kind:
        """What a call gives."""
        called = self._reading.kind(node.node, scope)
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
                self._reading.blame("QF112", node, scope, message)
        return either(*found)

    def _called(self, node: nodes.Call, function: Function, given: Given, scope: Scope) -> Kind:
        if function.of == "asset":
            self._check_asset(node, given, scope)
        if isinstance(node.node, nodes.Getattr) and function.of in {"items", "values", "get"}:
            for owner in each(self._reading.quietly(node.node.node, scope)):
                self._reading.use(owner, "*")
        if function.macro is not None:
            return self._call_macro(function, given, scope, node)
        if function.of == "loop.cycle":
            return either(*given.args)
        return function.gives

    def _check_asset(self, node: nodes.Call, given: Given, scope: Scope) -> None:
        if len(given.args) != 1 or given.named:
            self._reading.blame("QF112", node, scope, "`asset` takes the name of one file")
            return
        for name in sorted(texts(given.args[0]) or ()):
            if name not in self._reading.subject.static and not self._reading.subject.is_abstract:
                hint = meant(name, self._reading.subject.static)
                self._reading.blame("QF114", node, scope, f"static/ has no file {name!r}{hint}")


def _holding(kind: Kind, made_of: Iterable[Kind]) -> Kind:
    """The kind of a text in which somebody's address may be hidden."""
    holds = frozenset(it for part in made_of for it in origins(part)) & PRIVATE
    return Text(kind.origin, kind.values, holds) if holds and isinstance(kind, Text) else kind

"""Reads a page's templates the way they are rendered: parents, blocks, partials, macros, loops.

What comes out is the page in pieces: the templates' own text, and the kinds of the values between.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from jinja2 import nodes

from generator.check import filters, members
from generator.check.infer import Reader, said
from generator.check.kinds import (
    HTML,
    UNKNOWN,
    Fields,
    Function,
    Html,
    Kind,
    Listing,
    Nothing,
    Piece,
    Record,
    Row,
    Table,
    Text,
    each,
    either,
    may_be_none,
    origins,
    spoken,
    texts,
    without,
)
from generator.check.notes import Notes, meant
from generator.check.scope import Scope
from generator.check.subject import Subject
from generator.contract.templates import Given

_DEEPEST = 40


class Body(NamedTuple):
    """A macro, or what is given to one by `call`."""

    node: nodes.Macro | nodes.CallBlock
    scope: Scope
    """Where it was written."""


class _Layer(NamedTuple):
    """A block as one template has it."""

    node: nodes.Block
    file: str


class Walk:
    """One page, read from its template with the kinds of its context."""

    def __init__(self, subject: Subject, notes: Notes) -> None:
        self._subject = subject
        self._notes = notes
        self._reader = Reader(subject, notes, self.call)
        self._pieces: list[Piece] = []
        self._branch: tuple[tuple[int, int], ...] = ()
        self._loops = 0
        self._conditions = 0
        self._blocks: dict[str, list[_Layer]] = {}
        self._shown: set[str] = set()
        self._within: list[object] = []
        self._uncalled: dict[int, Function] = {}
        self._ways: dict[type[nodes.Node], Callable[[Any, Scope], None]] = {
            nodes.Output: self._output,
            nodes.If: self._if,
            nodes.For: self._for,
            nodes.Assign: self._assign,
            nodes.AssignBlock: self._assign_block,
            nodes.With: self._with,
            nodes.Block: self._block,
            nodes.Include: self._include,
            nodes.Import: self._import,
            nodes.FromImport: self._from_import,
            nodes.Macro: self._macro,
            nodes.CallBlock: self._call_block,
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
        scope = Scope(file="", names=names, page=names, tested=self._subject.sure(name))
        self._template(name, scope)
        self._check_blocks(name)
        for function in list(self._uncalled.values()):  # with arguments of any kind
            with self._capture():
                self._run(function.macro, filters.Given(function, (), {}), blind=True)
        return tuple(self._pieces)

    # Templates and blocks

    def _template(self, name: str, scope: Scope) -> None:
        """A template and those it extends: the innermost parent is what is printed."""
        chain = self._chain(name, scope)
        for tree, file in chain:
            for block in tree.find_all(nodes.Block):
                self._blocks.setdefault(block.name, []).append(_Layer(block, file))
        for at, (tree, file) in enumerate(chain):
            scope.file, scope.is_top = file, True
            if at + 1 < len(chain):
                self._child(tree, scope)
            else:
                self._statements(tree.body, scope)

    def _chain(self, name: str, scope: Scope) -> list[tuple[nodes.Template, str]]:
        chain: list[tuple[nodes.Template, str]] = []
        while (tree := self._subject.tree(name)) is not None:
            file = self._subject.file(name)
            self._notes.used.add(f"template:{file}")
            if any(file == before for _tree, before in chain):
                self._notes.add("QF206", file, 0, "the template extends itself")
                break
            chain.append((tree, file))
            extends = next((it for it in tree.body if isinstance(it, nodes.Extends)), None)
            if extends is None:
                break
            scope.file = file
            parent = self._known(extends, extends.template, scope)
            if parent is None or self._missing(extends, parent, file):
                break
            name = parent
        return chain

    def _child(self, tree: nodes.Template, scope: Scope) -> None:
        """Of a template that extends another: all but what it prints outside of its blocks."""
        for node in tree.body:
            if isinstance(node, nodes.Output):
                self._check_outside(node, scope)
            elif not isinstance(node, nodes.Block):
                with self._capture():
                    self._statements([node], scope)

    def _check_outside(self, node: nodes.Output, scope: Scope) -> None:
        for part in node.nodes:
            blank = isinstance(part, nodes.TemplateData) and not part.data.strip()
            if not blank:
                line = part.lineno
                if isinstance(part, nodes.TemplateData):
                    text = part.data
                    line += text[: len(text) - len(text.lstrip())].count("\n")
                message = "this stands outside of any block, and is never printed"
                self._notes.add("QF205", scope.file, line, message)
                return

    def _check_blocks(self, name: str) -> None:
        """A block that no parent has, and that stands in no other block, is never printed."""
        root = self._chain(name, Scope("", {}, {}))[-1:]
        parents = {block.name for tree, _file in root for block in tree.find_all(nodes.Block)}
        for block, layers in self._blocks.items():
            if block not in self._shown and block not in parents and len(layers) == 1:
                (layer,) = layers
                message = f"no template that this one extends prints a block `{block}`"
                hint = meant(block, self._shown)
                self._notes.add("QF204", layer.file, layer.node.lineno, message + hint)

    def _block(self, node: nodes.Block, scope: Scope) -> None:
        layers = self._blocks.get(node.name) or [_Layer(node, scope.file)]
        self._shown.add(node.name)
        names = scope.names if node.scoped else scope.page
        self._layer(layers, 0, scope.inner(names=names))

    def _layer(self, layers: Sequence[_Layer], depth: int, scope: Scope) -> None:
        layer = layers[depth]
        if self._is_running(layer.node):
            return
        inner = scope.inner(layer.file)
        above = Function("super", HTML)
        if depth + 1 < len(layers):
            above = Function("super", HTML, _Above(layers, depth + 1, scope))
        inner.names["super"] = above
        inner.names["self"] = Fields(
            "self", tuple((name, Function(name, HTML)) for name in self._blocks)
        )
        with self._running(layer.node):
            self._statements(layer.node.body, inner)

    # Statements

    def _statements(self, body: Iterable[nodes.Node], scope: Scope) -> None:
        for node in body:
            way = self._ways.get(type(node))
            if way is not None:
                way(node, scope)

    def _output(self, node: nodes.Output, scope: Scope) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self._print(part.data, None, part.lineno, scope)
            else:
                kind = self._reader.kind(part, scope)
                self._check_printed(part, kind, scope)
                self._print_value(kind, part.lineno, scope)

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

    def _print_value(self, kind: Kind, line: int, scope: Scope) -> None:
        plain = without(kind, Nothing)
        if isinstance(plain, Html) and plain.pieces:
            self._pieces += plain.pieces
            return
        known = texts(plain)
        if known is not None and len(known) == 1 and not origins(plain):
            (text,) = known
            self._print(text, None, line, scope)
        else:
            self._print("", kind, line, scope)

    def _print(self, text: str, kind: Kind | None, line: int, scope: Scope) -> None:
        piece = Piece(text, kind, scope.file, line, self._branch, self._loops, scope.tested)
        self._pieces.append(piece)

    def _if(self, node: nodes.If, scope: Scope) -> None:
        self._conditions += 1
        condition, ways = self._conditions, []
        other = scope
        for at, branch in enumerate((node, *node.elif_)):
            self._reader.kind(branch.test, other)
            then, rest = other.branch(), other.branch()
            self._reader.condition(branch.test, then, holds=True)
            self._reader.condition(branch.test, rest, holds=False)
            with self._inside(condition, at):
                self._statements(branch.body, then)
            ways.append(then)
            other = rest
        with self._inside(condition, len(ways)):
            self._statements(node.else_, other)
        scope.join([*ways, other])

    def _for(self, node: nodes.For, scope: Scope) -> None:
        over = self._reader.kind(node.iter, scope)
        items = [(it, members.looped(it)) for it in each(over)]
        if bad := [it for it, item in items if item is None]:
            message = f"`{said(node.iter)}` is {spoken(either(*bad))}, and no list"
            self._notes.add("QF111", scope.file, node.lineno, message)
        item = either(*(found for _it, found in items if found is not None))
        inner = scope.inner()
        self._target(node.target, item, inner)
        inner.names["loop"] = members.in_turn(item, Function("loop", HTML))
        if node.test is not None:
            self._reader.kind(node.test, inner)
            self._reader.condition(node.test, inner, holds=True)
        self._conditions += 1
        condition = self._conditions
        self._loops += 1
        with self._inside(condition, 0):
            self._statements(node.body, inner)
        self._loops -= 1
        with self._inside(condition, 1):
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
        with self._capture() as pieces:
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

    # Other templates

    def _include(self, node: nodes.Include, scope: Scope) -> None:
        for name in self._names(node, node.template, scope):
            tree = self._found(node, name, scope, may_miss=node.ignore_missing)
            if tree is None:
                continue
            if self._is_running(tree):
                self._notes.add("QF206", scope.file, node.lineno, f"{name!r} includes itself")
                continue
            names = scope.names if node.with_context else self._subject.globals
            inner = scope.inner(self._subject.file(name), names)
            with self._running(tree):
                self._statements(tree.body, inner)

    def _import(self, node: nodes.Import, scope: Scope) -> None:
        module = self._module(node, scope)
        scope.assign(node.target, Fields(said(node.template), module) if module else UNKNOWN)

    def _from_import(self, node: nodes.FromImport, scope: Scope) -> None:
        module = dict(self._module(node, scope) or ())
        for it in node.names:
            name, alias = (it, it) if isinstance(it, str) else it
            if module and name not in module:
                message = f"{said(node.template)} has no `{name}`{meant(name, module)}"
                self._notes.add("QF208", scope.file, node.lineno, message)
            scope.assign(alias, module.get(name, UNKNOWN))

    def _module(
        self, node: nodes.Import | nodes.FromImport, scope: Scope
    ) -> tuple[tuple[str, Kind], ...]:
        """What a template that is imported offers."""
        name = self._known(node, node.template, scope)
        tree = None if name is None else self._found(node, name, scope)
        if name is None or tree is None or self._is_running(tree):
            return ()
        names = scope.names if node.with_context else self._subject.globals
        inner = scope.inner(self._subject.file(name), names)
        inner.page, inner.is_top = dict(names), True
        with self._running(tree), self._capture():
            self._statements(tree.body, inner)
        return tuple((it, inner.names[it]) for it in sorted(inner.assigned) if it[0] != "_")

    def _found(
        self, node: nodes.Node, name: str, scope: Scope, *, may_miss: bool = False
    ) -> nodes.Template | None:
        if self._missing(node, name, scope.file, may_miss=may_miss):
            return None
        self._notes.used.add(f"template:{self._subject.file(name)}")
        return self._subject.tree(name)

    def _missing(self, node: nodes.Node, name: str, file: str, *, may_miss: bool = False) -> bool:
        if name in self._subject.templates:
            return False
        if not may_miss:
            hint = meant(name, self._subject.templates)
            self._notes.add("QF202", file, node.lineno, f"there is no template {name!r}{hint}")
        return True

    def _known(self, node: nodes.Node, template: nodes.Expr, scope: Scope) -> str | None:
        """The name of the one template that is meant."""
        names = self._names(node, template, scope)
        return names[0] if len(names) == 1 else None

    def _names(self, node: nodes.Node, template: nodes.Expr, scope: Scope) -> list[str]:
        kind = self._reader.kind(template, scope)
        options = kind.items if isinstance(kind, Row) else (kind,)
        found = [texts(it) for it in options]
        names = [name for it in found if it is not None for name in sorted(it)]
        if not names or None in found:
            message = f"which template `{said(template)}` names can't be known"
            self._notes.add("QF207", scope.file, node.lineno, message)
        return names

    # Macros

    def _macro(self, node: nodes.Macro, scope: Scope) -> None:
        function = Function(node.name, HTML, Body(node, scope))
        self._uncalled[id(node)] = function
        scope.assign(node.name, function)

    def _call_block(self, node: nodes.CallBlock, scope: Scope) -> None:
        body = Function("caller", HTML, Body(node, scope))
        called = self._reader.kind(node.call.node, scope)
        args = [self._reader.kind(it, scope) for it in node.call.args]
        named = {it.key: self._reader.kind(it.value, scope) for it in node.call.kwargs}
        for kind in each(called):
            if isinstance(kind, Function) and kind.macro is not None:
                given = filters.Given(kind, args, {**named, "caller": body})
                self._print_value(self.call(kind, given, scope, node), node.lineno, scope)

    def call(
        self, function: Function, given: filters.Given, scope: Scope, node: nodes.Node
    ) -> Kind:
        """What a macro, a caller or a parent's block gives where it is called."""
        if isinstance(function.macro, _Above):
            with self._capture() as pieces:
                above = function.macro
                self._layer(above.layers, above.depth, above.scope)
            return Html(pieces=tuple(pieces))
        body: Body = function.macro
        self._uncalled.pop(id(body.node), None)
        if fault := _faulty_arguments(body.node, given):
            message = f"`{function.of}` {fault}"
            self._notes.add("QF112", scope.file, node.lineno, message)
        if self._is_running(body.node) or len(self._within) > _DEEPEST:
            return HTML
        with self._capture() as pieces:
            self._run(body, given)
        return Html(pieces=tuple(pieces))

    def _run(self, body: Body, given: filters.Given, *, blind: bool = False) -> None:
        node = body.node
        inner = body.scope.inner()
        first_default = len(node.args) - len(node.defaults)
        for at, argument in enumerate(node.args):
            kind: Kind = UNKNOWN
            if at < len(given.args):
                kind = given.args[at]
            elif argument.name in given.named:
                kind = given.named[argument.name]
            elif at >= first_default and not blind:
                kind = self._reader.kind(node.defaults[at - first_default], inner)
            inner.assign(argument.name, kind)
        inner.names["varargs"] = inner.names["kwargs"] = UNKNOWN
        inner.names["caller"] = given.named.get("caller", UNKNOWN)
        with self._running(node):
            self._statements(node.body, inner)

    # Where the reading is

    @contextmanager
    def _capture(self) -> Iterator[list[Piece]]:
        """What is printed meanwhile goes into a list of its own."""
        outer, self._pieces = self._pieces, []
        try:
            yield self._pieces
        finally:
            self._pieces = outer

    @contextmanager
    def _inside(self, condition: int, way: int) -> Iterator[None]:
        outer = self._branch
        self._branch = (*outer, (condition, way))
        try:
            yield
        finally:
            self._branch = outer

    @contextmanager
    def _running(self, node: nodes.Node) -> Iterator[None]:
        self._within.append(node)
        try:
            yield
        finally:
            self._within.pop()

    def _is_running(self, node: nodes.Node) -> bool:
        return any(node is it for it in self._within)


class _Above(NamedTuple):
    """What `super()` stands for."""

    layers: Sequence[_Layer]
    depth: int
    scope: Scope


def _faulty_arguments(node: nodes.Macro | nodes.CallBlock, given: filters.Given) -> str | None:
    names = [it.name for it in node.args]
    used = {it.name for it in node.find_all(nodes.Name)}
    strange = sorted(set(given.named) - {*names, "caller"})
    if strange and "kwargs" not in used:
        return f"has no parameter `{strange[0]}`{meant(strange[0], names)}"
    if len(given.args) > len(names) and "varargs" not in used:
        return f"takes {len(names)} values, and is given {len(given.args)}"
    needed = names[len(given.args) : len(names) - len(node.defaults)]
    missing = [name for name in needed if name not in given.named]
    return f"is not given its `{missing[0]}`" if missing else None


def _is_false(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Const) and not node.value

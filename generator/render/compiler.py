"""Jinja's compiler with some of its habits changed: the same text for a third of the time.

What a template means stays Jinja's business, and so does whatever isn't named here. Held to plain
Jinja by `tests/render/test_compiler.py`, and to its sandbox by `tests/render/test_sandbox.py`.

1. A function gathers its text in a list and joins it once; Jinja's hand up each piece through a
   generator for every block, include and parent.
2. A field of one of our structs is read as Python reads it. Whether an object is one is asked of
   its exact type; any other object, and any name with an underscore, takes the sandbox's way.
3. A plain string is escaped by the function that `markupsafe.escape` calls, without wrapping the
   result as `Markup`, which a page has no use for. What is `Markup` already is taken as it is.
4. An include of a partial that only prints is written out in its place, in a scope of its own.
5. A table of words, which `folding.py` has made a constant, is looked into directly.
6. What could take long or grow large asks the environment first, which keeps the page's budget:
   a loop before its first turn, a text of 200 characters before it is printed. What has a fixed
   cost is weighed here, and paid for by the loop, macro, block or template that it stands in.
"""

from collections.abc import Callable, Iterable
from keyword import iskeyword
from traceback import walk_tb
from typing import TYPE_CHECKING

import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef

from generator.render.budget import LIGHT_BLOCK, LIGHT_MACRO, LONG
from generator.render.metering import MeteredGenerator
from generator.render.partials import Partial, find_partial, included, means_the_same

if TYPE_CHECKING:
    from generator.render.environment import Environment

_LINES = 1_000_000
"""More than a template has. `file * _LINES + line` is a place in several files as one number."""

_File = tuple[str | None, int, int]
"""A file's name, and the number and line of the one that it was written out in."""

_MOST_WRITTEN_OUT = 200_000
"""Characters of partials that are written out in one template; what goes beyond is called."""
_SIMPLE = (str, int, float, bool, type(None))

escape_str: Callable[[str], str] = getattr(markupsafe, "_escape_inner", markupsafe.escape)
"""The text of a plain string; by the public way where markupsafe has renamed its own."""


class Compiler(MeteredGenerator):
    """Writes the Python that a template becomes; the methods bear Jinja's names."""

    environment: "Environment"

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """Write a module; what it needs to know of its environment is looked up once, on top."""
        names = sorted({included(include) for include in node.find_all(nodes.Include)} - {""})
        if self.environment.bytecode_cache:  # each template is to be compiled by itself
            names = []
        found = filter(None, (find_partial(self.environment, name) for name in names))
        self._partials = {partial.name: partial for partial in found}
        self._files: list[_File] = [(self.filename, 0, 0)]
        self._file = 0
        self._room = _MOST_WRITTEN_OUT
        self.writeline(f"from {__name__} import escape_str")
        trees = (node, *(partial.tree for partial in self._partials.values()))
        read = {read.attr for tree in trees for read in tree.find_all(nodes.Getattr)}
        for name in sorted(filter(_is_public, read)):
            self.writeline(f"has_{name} = environment.readable[{name!r}]")
        self._tables: dict[int, str] = {}
        for item in (item for tree in trees for item in tree.find_all(nodes.Getitem)):
            if isinstance(item.node, nodes.Const) and isinstance(item.node.value, dict):
                self._tables[id(item.node)] = f"table_{len(self._tables)}"
                self.writeline(f"table_{len(self._tables) - 1} = {item.node.value!r}")
        self._name_functions(trees)
        super().visit_Template(node, frame)
        self.writeline(f"files = {self._files!r}")

    # 1: one list and one join a function

    def blockvisit(self, body: Iterable[nodes.Node], frame: Frame) -> None:
        """Gather what would be yielded; only the body of a function has no buffer yet."""
        if frame.buffer is not None:
            if (paid := self._paying.pop(id(body), None)) is not None:
                self._pay(body, paid)
            super().blockvisit(body, frame)
            return
        self._pay(body, LIGHT_BLOCK)
        self.buffer(frame)
        self._gathered = frame.buffer
        super().blockvisit(body, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:  # noqa: N802
        """Take what a block gathered."""
        checks = frame.toplevel and self.extends_so_far > 0
        if frame.toplevel and self.has_known_extends:
            return
        if checks:
            self.writeline("if parent_template is None:")
            self.indent()
        context = self.derive_context(frame) if node.scoped else self.get_context_ref()
        if node.required:
            self.writeline(f"if len(context.blocks[{node.name!r}]) <= 1:", node)
            self.indent()
            message = f"Required block {node.name!r} not found"
            self.writeline(f"raise TemplateRuntimeError({message!r})", node)
            self.outdent()
        blocks = f"context.blocks[{node.name!r}][0]({context})"
        self.writeline(f"{frame.buffer}.extend({blocks})", node)
        self.outdent(int(checks))

    # 2: fields of structs

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Read an attribute: `(x.name if type(x) in has_name else environment.getattr(x, 'name'))`.

        That no object is missing need not be asked first: its type has no such attribute.
        """
        owner, name = node.node, node.attr
        if not _is_public(name) or not isinstance(owner, nodes.Name | nodes.Getattr):
            super().visit_Getattr(node, frame)
        elif isinstance(owner, nodes.Name):
            ref = frame.symbols.ref(owner.name)
            self.write(f"({ref}.{name} if type({ref}) in has_{name} else environment.getattr(")
            self.visit(owner, frame)
            self.write(f", {name!r}))")
        else:
            self.write(f"(value.{name} if type(value := ")
            self.visit(owner, frame)
            self.write(f") in has_{name} else environment.getattr(value, {name!r}))")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """Look a text up in a table that is a constant, as the words of a theme are."""
        table = self._tables.get(id(node.node))
        if table is None:
            super().visit_Getitem(node, frame)
            return
        self.write(f"({table}[value] if type(value := ")
        self.visit(node.arg, frame)
        self.write(f") is str and value in {table} else environment.getitem({table}, value))")

    # 3: strings without a wrapper

    def _output_child_pre(
        self, _node: nodes.Expr, frame: Frame, _finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if _escapes(frame):
            self.write("(escape_str(value) if type(value := (")
        elif frame.eval_ctx.volatile:
            self.write(
                "(environment.printed if context.eval_ctx.autoescape else environment.text)("
            )
        else:
            self.write("environment.text(")

    def _output_child_post(
        self, _node: nodes.Expr, frame: Frame, _finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if _escapes(frame):
            self.write(
                f")) is str and len(value) < {LONG} else value if type(value) is Markup"
                f" and len(value) < {LONG} else environment.printed(value))"
            )
        else:
            self.write(")")

    def _output_child_to_const(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> str:
        """What is printed of a constant; one that can't be printed says so when it is reached."""
        if not isinstance(node, nodes.TemplateData):
            value = node.as_const(frame.eval_ctx)
            if not isinstance(value, _SIMPLE):
                raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    # 4: includes in their place

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802
        """Write a partial out, or call it as Jinja does."""
        partial = self._partials.get(included(node))
        fits = partial is not None and partial.length <= self._room
        if partial and fits and _escapes(frame) and means_the_same(partial, frame):
            self._room -= partial.length
            self._write_out(partial, node, frame)
            return
        if not node.with_context:  # Jinja yields such a text at once: what precedes it goes first
            self.writeline(f"yield concat({self._gathered})")
            self.writeline(f"{self._gathered}.clear()")
        self.writeline("environment.enter(context)", node)
        super().visit_Include(node, frame)
        self.writeline("environment.leave()")

    def _write_out(self, partial: Partial, node: nodes.Include, frame: Frame) -> None:
        self.environment.written_out.add(partial.name)
        includer = self.name, self.filename, self._file
        self.name, self.filename = partial.name, partial.filename
        self._files.append((partial.filename, self._file, node.lineno))
        self._file = len(self._files) - 1
        self.pull_dependencies(partial.tree.body)
        self.visit(nodes.Scope(partial.tree.body, lineno=1), frame)
        self.name, self.filename, self._file = includer

    def macro_body(
        self, node: nodes.Macro | nodes.CallBlock, frame: Frame
    ) -> tuple[Frame, MacroRef]:
        """A macro runs later, when names may have other values: what it includes stays apart."""
        partials, self._partials = self._partials, {}
        self._paying[id(node.body)] = LIGHT_MACRO
        body = super().macro_body(node, frame)
        self._partials = partials
        return body

    def newline(self, node: nodes.Node | None = None, extra: int = 0) -> None:
        """Note whose line the next statement is, and in which file."""
        super().newline(None, extra)
        if node is not None:
            place = self._file * _LINES + node.lineno
            if place != self._last_line:
                self._write_debug_info = self._last_line = place


def places(error: BaseException) -> list[tuple[str, int]]:
    """The files and lines of templates through which it came, the outermost first."""
    found: list[tuple[str, int]] = []
    for frame, compiled_line in walk_tb(error.__traceback__):
        template = frame.f_globals.get("__jinja_template__")
        if template:
            file, line = divmod(template.get_corresponding_lineno(compiled_line), _LINES)
            found += _opened(frame.f_globals["files"], file, line)
    return [it for at, it in enumerate(found) if at == 0 or found[at - 1] != it]


def _opened(files: list[_File], file: int, line: int) -> list[tuple[str, int]]:
    """A place, after those of the includes that it was written out for."""
    name, includer, include = files[file]
    outer = _opened(files, includer, include) if file else []
    return [*outer, (str(name), line)]


def _escapes(frame: Frame) -> bool:
    return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile


def _is_public(name: str) -> bool:
    """A name that Python takes as it is, and that the sandbox has nothing against."""
    return name.isascii() and name.isidentifier() and name[0] != "_" and not iskeyword(name)

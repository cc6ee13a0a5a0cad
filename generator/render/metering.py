"""The part of our compiler that keeps templates within a page's budget.

What could take long or grow large asks the environment first, which has the `Budget`: a loop before
its first turn, an operator, a call. What has a fixed cost is weighed here (`weight`), and paid for
by the loop, macro, block or template that it stands in.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, DependencyFinderVisitor, Frame

from generator.render.budget import LARGEST_OPTION, LONG
from generator.render.partials import Partial
from generator.render.weight import weigh

if TYPE_CHECKING:
    from generator.render.environment import Environment

_FUNCTIONS = (nodes.Filter, nodes.Test)
_OPTIONS = range(LARGEST_OPTION + 1)


class MeteredGenerator(CodeGenerator):
    """Writes Python that pays before it works; the methods bear Jinja's names."""

    environment: "Environment"
    _partials: dict[str, Partial]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._loops: dict[int, int] = {}  # steps of a turn, by the node that is walked through
        self._paying: dict[int, int] = {}  # what was paid for it, by a body that pays for the rest

    def _pay(self, body: Iterable[nodes.Node], paid: int) -> None:
        """Write down what a function costs, where it is more than whoever calls it pays for."""
        steps = weigh(body, self._partials)
        if steps > paid:
            self.writeline(f"environment.budget.spend({steps})")

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        """A loop asks for its turns before the first."""
        parts = [*node.body, *([node.test] if node.test else [])]
        if node.recursive:  # any turn may begin others
            self._paying[id(node.body)] = 0
            parts = []
        self._loops[id(node.iter)] = 1 + weigh(parts, self._partials)
        super().visit_For(node, frame)

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> None:
        """Write a node; what a loop walks through is asked about."""
        steps = self._loops.pop(id(node), None)
        if steps is None:
            super().visit(node, *args, **kwargs)
        else:
            self.write("environment.turns(")
            super().visit(node, *args, **kwargs)
            self.write(f", {steps})")

    def _name_functions(self, trees: Iterable[nodes.Template]) -> None:
        """Look up the filters and tests once, on top; Jinja does in every function."""
        environment = self.environment
        used = {(type(it), it.name) for tree in trees for it in tree.find_all(_FUNCTIONS)}
        for kind, name in sorted(used, key=str):
            which, known = (
                ("filters", self.filters) if kind is nodes.Filter else ("tests", self.tests)
            )
            if name in getattr(environment, which):
                known[name] = self.temporary_identifier()
                self.writeline(f"{known[name]} = environment.{which}[{name!r}]")
            if kind is nodes.Filter and name in environment.quick:
                self.writeline(f"kind_of_{name} = environment.quick[{name!r}]")

    def pull_dependencies(self, nodes: Iterable[nodes.Node]) -> None:
        """Have what isn't there fail when it is called, where that may never happen."""
        visitor = DependencyFinderVisitor()
        for node in nodes:
            visitor.visit(node)
        for what, there, known, names in (
            ("filter", self.environment.filters, self.filters, visitor.filters),
            ("test", self.environment.tests, self.tests, visitor.tests),
        ):
            for name in sorted(names - there.keys()):
                known.setdefault(name, self.temporary_identifier())
                self.writeline(f"def {known[name]}(*unused):")
                self.indent()
                message = f"No {what} named {name!r} found."
                self.writeline(f"raise TemplateRuntimeError({message!r})")
                self.outdent()

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802
        """Call a filter; one of `quick`, for a value that it is quick with, without its guard."""
        kind = self.environment.quick.get(node.name)
        options = [*node.args, *(keyword.value for keyword in node.kwargs)]
        few = all(isinstance(it, nodes.Const) and it.value in _OPTIONS for it in options)
        value = node.node
        if (
            kind is None
            or not few
            or value is None
            or isinstance(value, nodes.Const)
            or node.dyn_args
            or node.dyn_kwargs
        ):
            super().visit_Filter(node, frame)
            return
        name = self.filters[node.name]
        short = f" and len(value) < {LONG}" if kind is str else ""
        self.write(f"({name}.__wrapped__(value")
        self.signature(node, frame)
        self.write(") if type(value := (")
        self.visit(value, frame)
        self.write(f")) is kind_of_{node.name}{short} else {name}(value")
        self.signature(node, frame)
        self.write("))")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802
        """Ask; whether something is none, without a call."""
        if node.name == "none" and not (node.args or node.kwargs or node.dyn_args):
            self.write("(")
            self.visit(node.node, frame)
            self.write(" is None)")
        else:
            super().visit_Test(node, frame)

    def visit_Call(  # noqa: N802
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,  # noqa: FBT001, FBT002 - Jinja's
    ) -> None:
        """Write a call, without the loop's variables, which no function of ours asks for."""
        self.write("environment.call(context, ")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        """Join texts, if the whole is not too long."""
        join = "markup_join" if frame.eval_ctx.autoescape else "str_join"
        if frame.eval_ctx.volatile:
            join = "(markup_join if context.eval_ctx.autoescape else str_join)"
        self.write(f"environment.joined({join}, (")
        for arg in node.nodes:
            self.visit(arg, frame)
            self.write(", ")
        self.write("))")

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802
        """Compare as Python does where that is quick, because one side is short."""
        if len(node.ops) == 1 and _is_quick(node.expr, node.ops[0]):
            super().visit_Compare(node, frame)
            return
        self.write("environment.compared(")
        self.visit(node.expr, frame)
        for operand in node.ops:
            self.write(f", {operand.op!r}, ")
            self.visit(operand.expr, frame)
        self.write(")")

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802
        """Write a table, each of whose keys is short work."""
        self.write("{")
        for item in node.items:
            self.write("environment.key(" if not isinstance(item.key, nodes.Const) else "(")
            self.visit(item.key, frame)
            self.write("): ")
            self.visit(item.value, frame)
            self.write(", ")
        self.write("}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """Read an item, or a part."""
        self.write("environment.getitem(")
        self.visit(node.node, frame)
        self.write(", ")
        self.visit(node.arg, frame)
        self.write(")")

    def visit_Slice(self, node: nodes.Slice, frame: Frame) -> None:  # noqa: N802
        """Write which part of a text or a list is meant."""
        self.write("slice(")
        for bound in (node.start, node.stop, node.step):
            if bound is None:
                self.write("None")
            else:
                self.visit(bound, frame)
            self.write(", ")
        self.write(")")

    def visit_NSRef(self, node: nodes.NSRef, frame: Frame) -> None:  # noqa: N802
        """Write to a namespace, if it is this page's."""
        ref = frame.symbols.ref(node.name)
        self.writeline(f"environment.budget.writable({ref})[{node.attr!r}]")

    def fail(self, msg: str, lineno: int) -> NoReturn:
        """Refuse the template; of what is listed, the list is told."""
        for what, known in (
            ("filter", self.environment.filters),
            ("test", self.environment.tests),
        ):
            if msg.startswith(f"No {what} named"):
                words = sorted(name for name in known if name.isidentifier())
                msg = f"{msg.rstrip('.')}; there are {', '.join(words)}"
        super().fail(msg, lineno)


def _is_quick(left: nodes.Expr, operand: nodes.Operand) -> bool:
    """Whether comparing is short work whatever the other side is."""
    right = operand.expr
    if operand.op in ("in", "notin"):
        return isinstance(right, nodes.Tuple | nodes.List) and all(
            isinstance(item, nodes.Const) for item in right.items
        )
    return isinstance(left, nodes.Const) or isinstance(right, nodes.Const)

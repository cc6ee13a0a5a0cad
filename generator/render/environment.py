"""The Jinja environment a theme's templates run in: sandboxed, strict, escaping everything.

A template reads its context and nothing else. What it may call and read is listed, here and in
`filters`, `conditions` and `values`, rather than what it may not; and all of it is paid for out of
the page's `Budget`, so that whatever it does comes to an end.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from decimal import Decimal
from threading import RLock
from types import CodeType
from typing import Any, cast

from jinja2 import (
    BaseLoader,
    StrictUndefined,
    Template,
    TemplateRuntimeError,
    TemplateSyntaxError,
    Undefined,
    nodes,
)
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import escape

from generator.model.date import PartialDate
from generator.render.access import Access
from generator.render.arguments import few
from generator.render.budget import (
    LARGEST_PAGE,
    LIGHT_BLOCK,
    Budget,
    OverrunError,
)
from generator.render.codes import Codes
from generator.render.compiler import Compiler, escape_str
from generator.render.conditions import jinja_tests
from generator.render.filters import guarded, jinja_filters
from generator.render.folding import fold, reserve
from generator.render.markdown import to_html
from generator.render.operators import (
    BRIEF,
    OPERATORS,
    ORDER,
    SIGNS,
    calculate,
    compare,
    key,
    signed,
    small,
)
from generator.render.own_filters import FILTERS
from generator.render.values import (
    TEXTS,
    check_simple,
    describe,
)

QUICK: dict[str, type] = {
    "markdown": str,
    "bare_url": str,
    "month_year": PartialDate,
    "number": Decimal,
    **dict.fromkeys(("capitalize", "lower", "trim", "upper"), str),
}

COUNTED = {"plural"}  # whose argument is any number


class _Template(Template):
    """A template whose module, once made, is every page's."""

    environment: "Environment"

    def _get_default_module(self, _ctx: Context | None = None) -> TemplateModule:
        """Make it at nobody's cost, so that the page that needs it first costs like any other."""
        if self._module is None:
            with self.environment.apart():
                self._module = self.make_module()
                self._steps = sum(map(len, self._module._body_stream)) >> 6
        if self._steps:
            self.environment.budget.spend(self._steps)
        return self._module


class Environment(Access):
    """Jinja's strictest sandbox, made stricter, with our compiler and filters."""

    code_generator_class = Compiler
    template_class = _Template
    intercepted_binops = OPERATORS
    intercepted_unops = SIGNS

    def __init__(
        self,
        loader: BaseLoader,
        codes: Codes | None = None,
        filters: Mapping[str, Callable[..., Any]] | None = None,
        words: Mapping[str, object] | None = None,
    ) -> None:
        """Make an environment.

        Args:
            loader: Finds the templates.
            codes: What was compiled before, if it is kept.
            filters: Ours, besides those of `FILTERS`.
            words: What the variable `words` says, where it may become part of what is compiled.
        """
        super().__init__(
            loader=loader,
            bytecode_cache=codes,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self._words = words or {}
        self._one_page = RLock()
        own = {**FILTERS, **(filters or {})}
        self.filters = jinja_filters(self) | {
            name: guarded(self, it, None if name in COUNTED else few, 64 if it is to_html else 2)
            for name, it in own.items()
        }
        self.tests = dict(jinja_tests(self))
        self.quick = {name: kind for name, kind in QUICK.items() if name in self.filters}
        """Of filters, the type of value that they are quick with, where it is short."""
        self._compiled: dict[str, Template] = {}
        self.written_out: set[str] = set()
        """Templates that were compiled into another's place."""

    def draw(self, name: str, context: Mapping[str, object]) -> str:
        """The text of a template; one page at a time, since the budget is the page's.

        Raises:
            Exception: Whatever is wrong with the template. Python's own traceback leads to the
                place, which is why this is not `Template.render`: that draws tracebacks anew.
        """
        with self._one_page:
            self.budget = Budget()
            try:
                template = self.get_template(name)
                text = "".join(template.root_render_func(template.new_context(dict(context))))
            except RecursionError as error:
                raise OverrunError(
                    "templates extend, or expressions stand in, each other too deep"
                ).with_traceback(error.__traceback__) from None
            if len(text) > LARGEST_PAGE:
                raise OverrunError(
                    f"the page has more than {LARGEST_PAGE:,} characters; show less on it"
                )
            return text

    @contextmanager
    def apart(self) -> Iterator[None]:
        """What is done here is done once, for all pages: none of them pays for it."""
        with self._one_page:
            budget = self.budget
            self.budget = Budget(budget.depth)
            self.budget.enter(0)
            try:
                yield
            finally:
                self.budget = budget

    # What templates are named by

    def get_template(
        self,
        name: Any,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's name
    ) -> Template:
        """A template by its name, which is a text."""
        found = self._compiled.get(name) if type(name) is str and globals is None else None
        if found is None:
            if type(name) not in TEXTS and not isinstance(name, Undefined):
                raise TemplateRuntimeError(
                    f"a template is named by a text, not by {describe(name)}"
                )
            found = super().get_template(name, parent, globals)
            if globals is None:
                self._compiled[str(name)] = found
        return found

    def select_template(
        self,
        names: Any,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's name
    ) -> Template:
        """The first of several that is there."""
        if type(names) not in (list, tuple) and not isinstance(names, Undefined):
            raise TemplateRuntimeError(f"a template is named by a text, not by {describe(names)}")
        return super().select_template(names, parent, globals)

    def get_or_select_template(
        self,
        template_name_or_list: Any,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's name
    ) -> Template:
        """A template by its name, or the first of several."""
        if isinstance(template_name_or_list, list | tuple):
            return self.select_template(template_name_or_list, parent, globals)
        return self.get_template(template_name_or_list, parent, globals)

    # What compiled templates ask for

    def enter(self, context: Context) -> None:
        """Begin an include, whose context is a copy."""
        self.budget.enter(LIGHT_BLOCK + len(context.vars) + len(context.parent))

    def leave(self) -> None:
        """End an include."""
        self.budget.depth -= 1

    def printed(self, value: Any) -> str:
        """A value as it stands in the page: escaped, unless it is markup."""
        kind = type(value)
        if kind in TEXTS:
            self.budget.read(len(value), _PRINTED)
            return escape_str(value) if kind is str else cast("str", value)
        check_simple(value, "be printed")
        return escape(value)

    def text(self, value: Any) -> str:
        """A value as it stands where nothing is escaped."""
        check_simple(value, "be printed")
        text = str(value)
        self.budget.read(len(text))
        return text

    def joined(self, join: Callable[[Any], str], values: tuple[Any, ...]) -> str:
        """`a ~ b`."""
        size = 0
        for value in values:
            check_simple(value, "be joined")
            size += len(value) if isinstance(value, str) else _NUMBER
        self.budget.text(size)
        return join(values)

    def compared(self, left: Any, name: str, right: Any, *more: Any) -> bool:
        """`a == b`, `a in b`, `a < b < c`."""
        if type(left) in BRIEF and not more and name in ORDER:
            return ORDER[name](left, right)
        return compare(self.budget, left, name, right, *more)

    def key(self, value: Any) -> Any:
        """What is to be the key of a table."""
        return key(value)

    def small(self, value: Any) -> Any:
        """A number that isn't too large."""
        return small(value)

    def call_binop(self, _context: Context, operator: str, left: Any, right: Any) -> Any:
        """`a + b`."""
        return calculate(self.budget, operator, left, right)

    def call_unop(self, _context: Context, operator: str, arg: Any) -> Any:
        """`-a`."""
        return signed(operator, arg)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A dict; Jinja's `ChainMap` is slow to copy, which every page does."""
        return {**self.globals, **(d or {})}

    def compile(self, *args: Any, **kwargs: Any) -> Any:
        """Compile a template, once for all pages; constant parts are worked out here."""
        with self.apart():
            return super().compile(*args, **kwargs)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        reserve(tree, name, filename)
        return fold(tree, self._words) if self._words else tree

    def _compile(self, source: str, filename: str) -> CodeType:
        """Under a name that tells a traceback's reader that the lines are not the template's."""
        try:
            return compile(source, f"<compiled {filename}>", "exec")
        except SyntaxError as error:
            raise TemplateSyntaxError(
                f"it can't be compiled: {error.msg}", 1, filename=filename
            ) from None


_PRINTED = 4  # times its length: escaping may make a text as much longer
_NUMBER = 40  # characters, at most

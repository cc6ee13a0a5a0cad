"""What templates may read and call: lists of what is allowed, rather than of what is not."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from jinja2 import TemplateRuntimeError, Undefined
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, missing
from markupsafe import Markup

from generator.render.budget import LIGHT_BLOCK, LIGHT_MACRO, Budget, OverrunError, overrun
from generator.render.operators import key, small
from generator.render.values import LOOP_FIELDS, METHODS, SEQUENCES, Method, describe, sliced

_LOOP = {"index", "index0", "first", "last", "length"}
"""What is plain data of a `loop`."""
_LONGEST_RANGE = 100_000

GLOBALS: dict[str, str] = {
    "asset": "The address of a file in the theme's `static/`.",
    "namespace": "Fields that a loop can change: `{% set ns = namespace(n=0) %}`.",
    "range": "Whole numbers: `range(3)` is 0, 1, 2; at most 100,000 of them.",
}
"""Functions that templates may call besides macros, and what each gives."""


class Access(ImmutableSandboxedEnvironment):
    """Jinja's strictest sandbox, made stricter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.budget = Budget()
        """Of the page that is being made."""
        self.globals = {"namespace": self._namespace, "range": self._range}
        self.readable: defaultdict[str, set[type]] = defaultdict(set)
        """By attribute, the types that were seen to have it as harmless data. Compiled templates
        read it of these, and ask the sandbox about all others."""

    # What is read

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field; what is plain data of our structs is noted in `readable`."""
        kind = type(obj)
        if _is_data(kind, attribute):
            value = getattr(obj, attribute)
            self.readable[attribute].add(kind)
            return value
        if kind in METHODS and attribute in METHODS[kind]:
            return Method(METHODS[kind][attribute][0], obj)
        if attribute.startswith("_") and kind is not dict:
            return self.unsafe_undefined(obj, attribute)
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)
        reader: Callable[[Any, str], Any] = _READERS.get(kind) or _nothing
        value = reader(obj, attribute)
        return self._refused(obj, attribute) if value is missing else value

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item; a field, where the name of one is given."""
        kind = type(obj)
        try:
            if kind is dict:
                return obj[argument if type(argument) is str else key(argument)]
            if isinstance(argument, slice):
                return sliced(self.budget, obj, argument)
            if isinstance(obj, Undefined) or (kind in SEQUENCES and type(argument) is int):
                return obj[argument]
        except LookupError:
            pass
        if isinstance(argument, str):
            return self.getattr(obj, str(argument))
        return self.undefined(obj=obj, name=argument)

    def _refused(self, obj: Any, name: str) -> Undefined:
        """Why there is nothing of that name, where Python would have something."""
        kind = type(obj)
        if not hasattr(kind, name):
            return self.undefined(obj=obj, name=name)
        known = [*METHODS.get(kind, ()), *(LOOP_FIELDS if kind is LoopContext else ())]
        has = f"it has {', '.join(sorted(known))}" if known else "it has none that can be used"
        if isinstance(obj, msgspec.Struct):
            has = f"it has {', '.join(obj.__struct_fields__)}"
        return self.undefined(
            f"{name!r} of {describe(obj)} can't be used in a template; {has}",
            name=name,
            obj=obj,
            exc=SecurityError,
        )

    # What is walked through, and called

    def turns(self, items: Any, steps: int) -> Any:
        """What a loop walks through, each turn paid for.

        Args:
            items: Any value.
            steps: That a turn costs.
        """
        if type(items) not in SEQUENCES:
            if isinstance(items, Undefined):
                return iter(items)
            raise TemplateRuntimeError(f"a loop can't walk through {describe(items)}")
        budget = self.budget
        budget.left -= len(items) * steps
        if budget.left < 0:
            raise overrun()
        return items

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - no name may be a template's
        """Call a macro, a block, a method of a value, or a function of ours; nothing else."""
        kind, budget = type(__obj), __self.budget
        if kind is Macro:
            budget.enter(LIGHT_MACRO + len(args) + len(kwargs))
            if len(args) == __obj._argument_count and not kwargs and _takes_no_more(__obj):
                text = __obj._func(*args)
                if __context.eval_ctx.autoescape:
                    text = _new_str(Markup, text)
            else:
                text = __obj(__context.eval_ctx, *args, **kwargs)
            budget.depth -= 1
            return text
        if kind is Method:
            return __obj(budget, *args, **kwargs)
        if kind is BlockReference or kind is LoopContext:
            if kind is LoopContext:
                args = (__self.turns(args[0] if args else None, LIGHT_MACRO),)
            budget.enter(LIGHT_BLOCK)
            text = __obj(*args, **kwargs)
            budget.depth -= 1
            return text
        if any(__obj is it for it in __self.globals.values()) and callable(__obj):
            budget.spend(LIGHT_MACRO)
            return __obj(*args, **kwargs)
        if isinstance(__obj, Undefined):
            return __obj()
        functions = ", ".join(sorted(GLOBALS))
        raise SecurityError(
            f"{describe(__obj)} can't be called; what can: macros, methods of values, {functions}"
        )

    def _namespace(self, table: Mapping[str, Any] | None = None, /, **fields: Any) -> Namespace:
        if type(table) not in (dict, type(None)):
            raise TemplateRuntimeError(f"{describe(table)} is no table of a namespace's fields")
        self.budget.spend(len(table or ()) + len(fields))
        return self.budget.own(Namespace({**(table or {}), **fields}))

    def _range(self, *args: int) -> range:
        for arg in args:
            if type(arg) not in (int, bool) and not isinstance(arg, Undefined):
                raise TemplateRuntimeError(f"a range needs whole numbers, not {describe(arg)}")
        numbers = range(*map(small, args))
        if len(numbers) > _LONGEST_RANGE:
            raise OverrunError(f"a range has more than {_LONGEST_RANGE:,} numbers")
        return numbers


def _nothing(_obj: object, _name: str) -> Any:
    return missing


def _field(obj: object, name: str) -> Any:
    return getattr(obj, name, missing)


def _block(obj: TemplateReference, name: str) -> Any:
    try:
        return obj[name]
    except KeyError:
        return missing


_READERS: dict[type, Callable[[Any, str], Any]] = {
    dict: lambda table, name: table.get(name, missing),
    LoopContext: lambda loop, name: getattr(loop, name) if name in LOOP_FIELDS else missing,
    Namespace: _field,
    TemplateModule: _field,
    TemplateReference: _block,
    BlockReference: lambda block, name: block.super if name == "super" else missing,
}
"""How the fields of Jinja's own are read."""


def _takes_no_more(macro: Macro) -> bool:
    """Whether it has no argument but those it names; then it is called without more ado."""
    return not (macro.caller or macro.catch_kwargs or macro.catch_varargs)


_new_str = str.__new__  # `Markup(text)`, of what is known to be plain


def _is_data(kind: type, name: str) -> bool:
    """Whether it is a public field or property of a frozen struct, or a figure of a loop."""
    if kind is LoopContext:
        return name in _LOOP
    if not issubclass(kind, msgspec.Struct) or not kind.__struct_config__.frozen:
        return False
    return not name.startswith("_") and (
        name in kind.__struct_fields__ or isinstance(getattr(kind, name, None), property)
    )

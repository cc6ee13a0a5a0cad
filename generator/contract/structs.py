"""A struct as its source describes it: every field with its type, default and docstring."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin, get_type_hints

import msgspec

Struct = type[msgspec.Struct]

_PLAIN: dict[object, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    Decimal: "number",
}
_EXAMPLES: dict[object, object] = {
    str: "text", bool: True, int: 1, float: 1.5, Decimal: Decimal("1.5"),
}  # fmt: skip


class Field(msgspec.Struct, frozen=True):
    """One thing that can be read of a struct."""

    name: str
    """As it is written: `name`; `path(relative)` for a method."""
    type: object
    about: str
    """Its docstring on one line; empty where it has none."""
    default: object
    """None for what is computed."""


def fields(struct: Struct) -> tuple[Field, ...]:
    """The fields of a struct in order, then its public properties and methods."""
    body = ast.parse(textwrap.dedent(inspect.getsource(struct))).body[0]
    if not isinstance(body, ast.ClassDef):
        raise TypeError(f"{struct} is no class")
    return (*_stored(struct, body), *_computed(struct, body))


def readable(kind: object) -> str:
    """A type in words, a struct as a link to its section."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return f"one of {', '.join(f'`{value}`' for value in args)}"
    if origin in {Union, UnionType}:
        some = " or ".join(readable(arg) for arg in args if arg is not NoneType)
        return f"{some}, or none" if NoneType in args else some
    if origin is tuple:
        some = readable(args[0]) if Ellipsis in args else f"({', '.join(map(readable, args))})"
        return f"list of {some}" if Ellipsis in args else some
    if origin is dict:
        return f"table of {readable(args[1])}"
    if _is_struct(kind):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    return _PLAIN[kind]


def reached(*structs: Struct) -> tuple[Struct, ...]:
    """The structs given, each followed by those that its fields lead to."""
    found: dict[Struct, None] = {}

    def visit(kind: object) -> None:
        for arg in get_args(kind):
            visit(arg)
        if _is_struct(kind) and kind not in found:
            found[kind] = None
            for field in fields(kind):
                visit(field.type)

    for struct in structs:
        visit(struct)
    return tuple(found)


def example(kind: Any) -> Any:
    """A value of a type in which nothing is none and no list is empty."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return args[0]
    if origin in {Union, UnionType}:
        return example(next(arg for arg in args if arg is not NoneType))
    if origin is tuple:
        return tuple(example(arg) for arg in args if arg is not Ellipsis)
    if origin is dict:
        return {}
    if _is_struct(kind):
        hints = get_type_hints(kind)
        return kind(**{name: example(hints[name]) for name in kind.__struct_fields__})
    return _EXAMPLES[kind]


def table(*rows: tuple[str, ...]) -> str:
    """A Markdown table; the first row is its head."""
    head, *body = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    rule = " | ".join("---" for _ in rows[0])
    return "\n".join(f"| {line} |" for line in (head, rule, *body))


def one_line(docstring: str | None) -> str:
    """A docstring without its line breaks."""
    return " ".join((docstring or "").split())


def _stored(struct: Struct, body: ast.ClassDef) -> Iterator[Field]:
    hints = get_type_hints(struct)
    defaults = {field.name: field.default for field in msgspec.structs.fields(struct)}
    for node, after in zip(body.body, [*body.body[1:], ast.Pass()], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, about = node.target.id, ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                about = one_line(str(after.value.value))
            yield Field(name, hints[name], about, defaults[name])


def _computed(struct: Struct, body: ast.ClassDef) -> Iterator[Field]:
    for node in body.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            member = inspect.getattr_static(struct, node.name)
            is_property = isinstance(member, property)
            function = member.fget if is_property else member
            parameters = ", ".join(argument.arg for argument in node.args.args[1:])
            name = node.name if is_property else f"{node.name}({parameters})"
            kind = get_type_hints(function)["return"]
            yield Field(name, kind, one_line(ast.get_docstring(node)), None)


def _is_struct(kind: object) -> TypeGuard[Struct]:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)

"""The Jinja environment a theme's templates run in: sandboxed, strict, escaping everything."""

from collections import defaultdict
from collections.abc import Callable, MutableMapping
from types import CodeType
from typing import Any
from urllib.parse import unquote

import msgspec
from jinja2 import BaseLoader, StrictUndefined
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.render.codes import Codes
from generator.render.compiler import Compiler
from generator.render.markdown import to_html

_LOOP = {"index", "index0", "first", "last", "length"}
"""What is plain data of a `loop`."""


def bare_url(url: str) -> str:
    """An address as a person would say it: `github.com/ada`, `example.org/über-mich`."""
    bare = url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    if "%" not in bare:
        return bare
    spoken = unquote(bare)
    return spoken if spoken.isprintable() and " " not in spoken else bare


FILTERS: dict[str, Callable[..., str]] = {
    "markdown": to_html,
    "bare_url": bare_url,
}


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's strictest sandbox, with our compiler and filters."""

    code_generator_class = Compiler

    def __init__(self, loader: BaseLoader, codes: Codes | None = None) -> None:
        """`codes`: what was compiled before, if it is kept."""
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
        self.filters.update(FILTERS)
        self.readable: defaultdict[str, set[type]] = defaultdict(set)
        """By attribute, the types that were seen to have it as harmless data. Compiled templates
        read it of these, and ask the sandbox about all others."""
        self.written_out: set[str] = set()
        """Templates that were compiled into another's place."""

    def getattr(self, obj: object, attribute: str) -> object:
        """The sandbox's way; what it lets pass of our data is noted in `readable`."""
        value = super().getattr(obj, attribute)
        if _is_data(type(obj), attribute):
            self.readable[attribute].add(type(obj))
        return value

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A dict; Jinja's `ChainMap` is slow to copy, which every page does."""
        return {**self.globals, **(d or {})}

    def _compile(self, source: str, filename: str) -> CodeType:
        """Under a name that tells a traceback's reader that the lines are not the template's."""
        return compile(source, f"<compiled {filename}>", "exec")


def _is_data(kind: type, name: str) -> bool:
    """Whether it is a public field or property of a frozen struct, or a figure of a loop."""
    if kind is LoopContext:
        return name in _LOOP
    if not issubclass(kind, msgspec.Struct) or not kind.__struct_config__.frozen:
        return False
    return not name.startswith("_") and (
        name in kind.__struct_fields__ or isinstance(getattr(kind, name, None), property)
    )

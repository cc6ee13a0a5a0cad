"""The Jinja environment a theme's templates run in: sandboxed, strict, escaping everything."""

from collections.abc import Callable
from decimal import Decimal
from urllib.parse import unquote

import msgspec
from jinja2 import DictLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.errors import ThemeError
from generator.model.date import MONTHS, PartialDate
from generator.render.markdown import to_html
from generator.render.site import Site
from generator.theme.theme import Theme


def month_year(date: PartialDate) -> str:
    """`Jan 2023`, or `2023` where the month is unknown."""
    return f"{MONTHS[date.month - 1][:3]} {date.year}" if date.month else str(date.year)


def number(value: Decimal) -> str:
    """A number without needless zeros: `45`, `37.5`, `1,250`."""
    return f"{value:,f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def bare_url(url: str) -> str:
    """An address as a person would say it: `github.com/ada`, `example.org/über-mich`."""
    bare = url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    spoken = unquote(bare)
    return spoken if spoken.isprintable() and " " not in spoken else bare


FILTERS: dict[str, Callable[..., str]] = {
    "markdown": to_html,
    "month_year": month_year,
    "number": number,
    "bare_url": bare_url,
}


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, quicker on what the context is made of.

    A template reads some hundreds of attributes a page, nearly all of them of our own structs,
    which have nothing to hide but what begins with an underscore; the rest takes the long way.
    """

    def getattr(self, obj: object, attribute: str) -> object:
        if isinstance(obj, msgspec.Struct) and not attribute.startswith("_"):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def load_templates(theme: Theme, site: Site) -> Callable[[str], Template]:
    """Compile a theme's templates; the result gives one by name.

    Raises:
        ThemeError: A template has a syntax error (with file and line).
    """
    paths = {asset.name: site.path(asset.path) for asset in theme.assets}

    def asset(name: str) -> str:
        if name not in paths:
            raise ThemeError(
                f"the theme has no static file {name!r}",
                where=str(theme.folder / "static"),
                fix=f"name one of: {', '.join(paths)}",
            )
        return paths[name]

    environment = _Sandbox(
        loader=DictLoader(theme.templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(site=site, asset=asset)

    def template(name: str) -> Template:
        try:
            return environment.get_template(name)
        except TemplateError as error:
            raise template_error(theme, error, name) from error

    for name in theme.templates:
        template(name)
    return template


def template_error(theme: Theme, error: Exception, name: str) -> ThemeError:
    """The theme author's message for what went wrong in a template, with file and line."""
    line = error.lineno if isinstance(error, TemplateSyntaxError) else _line(error, theme)
    if isinstance(error, TemplateSyntaxError) and error.name:
        name = error.name
    where = f"{theme.folder / 'templates' / name}" + (f":{line}" if line else "")
    return ThemeError(
        f"the template failed: {error}", where=where, fix="mend the template; see docs/themes.md"
    )


def _line(error: BaseException, theme: Theme) -> int | None:
    """The innermost line of a template in the traceback; Jinja rewrites it to template lines."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in {"<template>", *theme.templates}:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line

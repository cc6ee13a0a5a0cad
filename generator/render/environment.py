"""The Jinja environment a theme's templates run in: sandboxed, strict, escaping everything."""

import os
import traceback
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from urllib.parse import unquote

import msgspec
from jinja2 import (
    FunctionLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateRuntimeError,
    TemplateSyntaxError,
    Undefined,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.errors import ThemeError
from generator.model.date import MONTHS, PartialDate
from generator.render.markdown import to_html
from generator.render.site import Site
from generator.theme.theme import Theme

REQUIRED = ("portfolio.html", "home.html", "page.html", "redirect.html")
"""The templates that a build renders; what else a theme has is its own business."""


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
        ThemeError: A template is missing, or has a syntax error (with file and line).
    """
    for name in REQUIRED:
        if name not in theme.templates:
            raise ThemeError(
                f"the theme {theme.name!r} has no template {name!r}",
                where=str(theme.folder / "templates"),
                fix="add it; docs/themes.md says what it is for",
            )
    environment = _Sandbox(
        loader=FunctionLoader(lambda name: _source(theme, name)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update({name: _naming(filter_) for name, filter_ in FILTERS.items()})
    environment.globals.update(site=site, asset=_asset_finder(theme, site))

    def template(name: str) -> Template:
        try:
            return environment.get_template(name)
        except TemplateError as error:
            raise template_error(theme, error) from error

    for name in theme.templates:
        template(name)
    return template


def template_error(theme: Theme, error: Exception) -> ThemeError:
    """The theme author's message for what went wrong in a template, with file and line."""
    if isinstance(error, TemplateSyntaxError):
        where = f"{error.filename}:{error.lineno}"
    else:
        where = _innermost_line(theme, error)
    return ThemeError(
        f"the template failed: {error}", where=where, fix="mend the template; see docs/themes.md"
    )


def _source(theme: Theme, name: str) -> tuple[str, str, None] | None:
    """A template with its path, which Jinja then shows in tracebacks."""
    if name not in theme.templates:
        return None
    return theme.templates[name], str(theme.folder / "templates" / name), None


def _innermost_line(theme: Theme, error: Exception) -> str:
    """Where in the templates it happened; Jinja maps a traceback's lines to theirs."""
    folder = f"{theme.folder / 'templates'}{os.sep}"
    lines = [
        f"{frame.filename}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(folder)
    ]
    return lines[-1] if lines else folder


def _naming(filter_: Callable[..., str]) -> Callable[..., str]:
    """The filter; what is undefined is named in the message, instead of its type."""

    @wraps(filter_)
    def named(value: object, *arguments: object, **options: object) -> str:
        if isinstance(value, Undefined):
            str(value)  # raises, and says which name it is
        return filter_(value, *arguments, **options)

    return named


def _asset_finder(theme: Theme, site: Site) -> Callable[[str], str]:
    paths = {asset.name: site.path(asset.path) for asset in theme.assets}

    def asset(name: str) -> str:
        """The address of a file in the theme's `static/`, which changes with its content."""
        if name not in paths:
            known = ", ".join(paths) or "(none)"
            raise TemplateRuntimeError(f"static/ has no file {name!r}; it has: {known}")
        return paths[name]

    return asset

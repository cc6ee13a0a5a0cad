"""docs/theme-context.md: all that a theme's templates can read, from the structs that hold it."""

import inspect
from collections.abc import Mapping

import msgspec

from docs.make.structs import Struct, example, fields, one_line, reached, readable, table
from generator.model.content import ContentPage
from generator.model.portfolio import Portfolio
from generator.render.environment import FILTERS
from generator.render.listing import Listed, Pagination, Range
from generator.render.page import Page
from generator.render.renderer import Renderer
from generator.render.site import Site
from generator.theme.theme import About

VARIABLES = {
    "portfolio": "The person.",
    "page": "What the page says of itself, for `<head>`.",
    "people": "The people on the page, by name; the latest first on a home page that has `ranges`.",
    "ranges": "The pages of the directory that this one leads to; may be empty.",
    "here": "This page of the directory itself.",
    "pagination": "What stands beside this page of the directory.",
    "content": "The page's text as HTML, without its title; a heading `##` is an `<h2>`.",
    "target": "The address to send on to, from the root of the host.",
    "site": "What every page of the site shares.",
}


class Drawn(msgspec.Struct, frozen=True):
    """A template, and what it is given."""

    template: str
    method: str
    """The method of `Renderer` that draws it."""
    context: Mapping[str, object]


class _Recorder(Renderer):
    """A renderer that notes what it would have drawn."""

    def __init__(self) -> None:
        super().__init__({}, example(Site), "")
        self.drawn: list[Drawn] = []

    def _page(
        self, path: str, name: str, context: Mapping[str, object], _theme: str | None = None
    ) -> Page:
        method = inspect.stack()[1].function
        self.drawn.append(Drawn(name, method, {**context, "site": self.site}))
        return Page(path, b"")


def drawn() -> list[Drawn]:
    """Every template of a theme with its variables, each holding an example."""
    renderer = _Recorder()
    renderer.portfolio(example(Portfolio), "ada")
    people, ranges = (example(Listed),), (example(Range),)
    renderer.home(people, ranges)
    renderer.directory("people/1/", example(Range), example(Pagination), people, ranges)
    renderer.content(example(ContentPage))
    renderer.redirect("lovelace", "ada")
    return renderer.drawn


def page() -> str:
    """The text of docs/theme-context.md."""
    templates = drawn()
    return _PAGE.format(
        templates=table(("template", "what it makes", "variables"), *map(_template, templates)),
        variables=table(("variable", "type", "what it is"), *_variables(templates)),
        filters=table(("filter", "gives"), *map(_filter, FILTERS)),
        structs="\n\n".join(map(_struct, structs(templates))),
        about=_fields(About),
    )


def structs(templates: list[Drawn]) -> tuple[Struct, ...]:
    """Every struct that a template can reach."""
    values = [value for item in templates for value in item.context.values()]
    flat = [value[0] if isinstance(value, tuple) else value for value in values]
    return reached(*(type(value) for value in flat if isinstance(value, msgspec.Struct)))


def _template(item: Drawn) -> tuple[str, str, str]:
    about = one_line(inspect.getdoc(getattr(Renderer, item.method)))
    return f"`{item.template}`", about, ", ".join(f"`{name}`" for name in item.context)


def _variables(templates: list[Drawn]) -> list[tuple[str, str, str]]:
    seen = {name: value for item in templates for name, value in item.context.items()}
    return [(f"`{name}`", _kind(value), VARIABLES[name]) for name, value in seen.items()]


def _kind(value: object) -> str:
    if isinstance(value, tuple):
        return f"list of {readable(type(value[0]))}"
    if isinstance(value, msgspec.Struct):
        return readable(type(value))
    return "HTML" if hasattr(value, "__html__") else readable(type(value))


def _filter(name: str) -> tuple[str, str]:
    function = FILTERS[name]
    _first, *rest = inspect.signature(function).parameters.values()
    options = ", ".join(f"{option.name}={option.default!r}" for option in rest)
    return f"`{name}({options})`" if options else f"`{name}`", one_line(inspect.getdoc(function))


def _struct(struct: Struct) -> str:
    return f"### {struct.__name__}\n\n{one_line(inspect.getdoc(struct))}\n\n{_fields(struct)}"


def _fields(struct: Struct) -> str:
    rows = ((f"`{f.name}`", readable(f.type), f.about) for f in fields(struct))
    return table(("field", "type", "what it is"), *rows)


_PAGE = """\
# What a template can read

The contract between the site and its themes: every template, every variable it is given, and every
field of those. [Themes](themes.md) tells how to use it.

This page is made from the code (`make docs`), and the tests hold both to it: each field written
here can be printed by a template, and nothing else can.

A template that names anything that isn't here fails, with its file and line.

## Templates

{templates}

Any other template of the theme is for these to extend, include or import.

## Variables

{variables}

`asset(name)` is a function: it gives the address of a file in the theme's `static/`, under a name
that changes with its content. Naming a file that isn't there is an error.

## Filters

These, and [those of Jinja](https://jinja.palletsprojects.com/en/stable/templates/#list-of-builtin-filters):

{filters}

## Structs

"Or none" is Jinja's `none`: test for it with `{{% if … %}}`, or with `is not none` where 0 is a
value. Lists are never none; they may be empty. Text is plain and escaped on its way into the page,
unless its line says "Markdown": that goes through the filter `markdown`.

{structs}

## theme.toml

{about}
"""

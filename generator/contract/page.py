"""docs/theme-context.md: all that a theme's templates can read, from the structs that hold it."""

import inspect
from collections.abc import Iterable, Mapping

import msgspec

from generator.config import SiteSettings
from generator.contract.structs import Struct, fields, one_line, readable, table
from generator.contract.templates import VARIABLES, Given, structs, templates
from generator.gallery.edge_cases import EDGE_CASES
from generator.render import budget, values
from generator.render.access import GLOBALS
from generator.render.conditions import ALLOWED as TESTS
from generator.render.filters import ALLOWED as JINJA
from generator.render.language import Language
from generator.render.own_filters import FILTERS
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.theme.about import CONTRACT, About, Setting
from generator.theme.theme import Theme

_LONGEST_EXAMPLE = 48


def page(theme: Theme) -> str:
    """The text of docs/theme-context.md.

    Args:
        theme: The one whose settings and words are told: `base`, from which the others inherit.
    """
    site = make_site(_SITE, (("About", "about/"),))
    given = templates(EDGE_CASES["typical"], site)
    samples = _samples(value for item in given for value in item.context.values())
    return _PAGE.format(
        contract=CONTRACT,
        templates=table(("template", "what it makes", "variables"), *map(_template, given)),
        variables=table(("variable", "type", "what it is"), *_variables(templates())),
        filters=table(("filter", "gives"), *_filters()),
        jinja=table(("filter", "gives"), *_named({n: it.about for n, it in JINJA.items()})),
        tests=table(("test", "holds where"), *_named(TESTS)),
        functions=table(("function", "gives"), *_named(GLOBALS)),
        methods="\n\n".join(_methods()),
        limits=table(("of a page", "at most"), *_limits()),
        structs="\n\n".join(_struct(it, samples.get(it)) for it in structs(templates())),
        settings=table(("setting", "type", "default", "what it does"), *_settings(theme)),
        words=table(("word", "in English"), *_words(theme)),
        about=_fields(About),
        setting=_fields(Setting),
    )


_SITE = SiteSettings(title="People", url="https://people.example", currency="€")


def _samples(shown: Iterable[object]) -> dict[Struct, msgspec.Struct]:
    """An instance of each struct that the values lead to, the first that is met."""
    found: dict[Struct, msgspec.Struct] = {}

    def visit(value: object) -> None:
        if isinstance(value, tuple):
            for item in value:
                visit(item)
        elif isinstance(value, msgspec.Struct):
            found.setdefault(type(value), value)
            for name in value.__struct_fields__:
                visit(getattr(value, name))

    visit(tuple(shown))
    return found


def _template(item: Given) -> tuple[str, str, str]:
    about = one_line(inspect.getdoc(getattr(Renderer, item.method)))
    return f"`{item.template}`", about, ", ".join(f"`{name}`" for name in item.context)


def _variables(given: tuple[Given, ...]) -> list[tuple[str, str, str]]:
    seen = {name: value for item in given for name, value in item.context.items()}
    return [(f"`{name}`", _kind(name, value), VARIABLES[name]) for name, value in seen.items()]


def _kind(name: str, value: object) -> str:
    if name in {"settings", "words"}:
        return f"[the theme's](#{name})"
    if isinstance(value, tuple):
        return f"list of {readable(type(value[0]))}"
    if isinstance(value, msgspec.Struct):
        return readable(type(value))
    return "HTML" if hasattr(value, "__html__") else readable(type(value))


def _filters() -> Iterable[tuple[str, str]]:
    for name, function in (FILTERS | Language("en").filters).items():
        _first, *rest = inspect.signature(function).parameters.values()
        options = ", ".join(
            it.name if it.default is it.empty else f"{it.name}={it.default!r}" for it in rest
        )
        yield f"`{name}({options})`" if options else f"`{name}`", one_line(inspect.getdoc(function))


def _named(described: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((f"`{name}`", about) for name, about in described.items())


def _methods() -> Iterable[str]:
    """A table of the methods, or else fields, of each kind of value that has any."""
    for title, methods in (
        ("Of a text", values.TEXT_METHODS),
        ("Of a table", values.TABLE_METHODS),
        ("Of `site`", values.SITE_METHODS),
        ("Of `loop`", values.LOOP_METHODS),
    ):
        described = {f"{name}(…)": about for name, (_function, about) in methods.items()}
        if methods is values.LOOP_METHODS:
            described |= values.LOOP_FIELDS
        yield f"{title}:\n\n{table(('method', 'gives'), *_named(described))}"


def _limits() -> Iterable[tuple[str, str]]:
    yield "steps: turns of loops, calls of macros, work of filters", f"{budget.STEPS:,}"
    yield "characters", f"{budget.LARGEST_PAGE:,}"
    yield "characters of one text that a template makes", f"{budget.LONGEST_TEXT:,}"
    yield "items of one list that a template makes", f"{budget.LONGEST_LIST:,}"
    yield "macros, includes and blocks within each other", f"{budget.DEEPEST:,}"


def _struct(struct: Struct, sample: msgspec.Struct | None) -> str:
    about = one_line(inspect.getdoc(struct))
    return f"### {struct.__name__}\n\n{about}\n\n{_fields(struct, sample)}"


def _fields(struct: Struct, sample: msgspec.Struct | None = None) -> str:
    if sample is None:
        rows = ((f"`{f.name}`", readable(f.type), f.about) for f in fields(struct))
        return table(("field", "type", "what it is"), *rows)
    told = (
        (f"`{f.name}`", readable(f.type), _example(sample, f.name), f.about) for f in fields(struct)
    )
    return table(("field", "type", "example", "what it is"), *told)


def _example(sample: msgspec.Struct, name: str) -> str:
    """A value as Jinja would print it, where it is short; the rest is told by its type."""
    value = getattr(sample, name, None)
    if value is None or callable(value) or isinstance(value, msgspec.Struct):
        return ""
    if isinstance(value, tuple):
        if not value or not isinstance(value[0], str):
            return ""
        value = ", ".join(value)
    text = " ".join(str(value).split())
    if not text:
        return ""
    cut = text if len(text) <= _LONGEST_EXAMPLE else f"{text[: _LONGEST_EXAMPLE - 1].rstrip()}…"
    return f"`{cut.replace('`', chr(39))}`"


def _settings(theme: Theme) -> Iterable[tuple[str, str, str, str]]:
    for key, setting in theme.schema.settings.items():
        choices = ", ".join(f"`{choice}`" for choice in setting.choices)
        kind = f"one of {choices}" if choices else setting.type
        yield f"`{key}`", kind, f"`{setting.default}`", setting.help


def _words(theme: Theme) -> Iterable[tuple[str, str]]:
    for name, word in theme.strings.words("en").items():
        if isinstance(word, str):
            yield f"`{name}`", word
        else:
            yield f"`{name}`", "; ".join(f"`{key}` {text}" for key, text in word.items())


_PAGE = """\
# What a template can read

Version {contract} of the contract between the site and its themes: every template, every variable
it is given, and every field of those. [Themes](themes.md) tells how to use it.

This page is made from the code (`make docs`), and the tests hold both to it: each field written
here can be printed by a template, and nothing else can.

A template that names anything that isn't here fails, with its file and line.

## Templates

{templates}

Any other template of the theme is for these to extend, include or import.

## Variables

{variables}

`asset(name)` is [a function](#functions): it gives the address of a file in the theme's `static/`,
under a name that changes with its content. Naming a file that isn't there is an error.

## Settings

What the column `portfolios.theme` may set of the themes that inherit from `base`; a theme may add
to it. A value that a theme can't take is reported, and the default holds.

{settings}

## Words

What `base` says in English. A text may hold values (`%(title)s`), which
`{{{{ words.picture|format(title=…, n=…) }}}}` fills in; a table is read by key
(`words.links[link.kind]`); one with the key `other` has a form for each number
(`words.years|plural(3)`).

{words}

## Filters

{filters}

And these of Jinja's, which says
[more about them](https://jinja.palletsprojects.com/en/stable/templates/#list-of-builtin-filters):

{jinja}

## Tests

After `is` and `is not`:

{tests}

## Functions

Besides macros, these can be called:

{functions}

and these methods:

{methods}

## Limits

A page that takes more than this fails, with the line that it was at; the other pages are built.
Steps are counted, not seconds: what fails here fails everywhere, and what passes, everywhere too.

{limits}

Only texts, numbers and truth values are printed; a list or a struct is an error, since nobody means
to show one.

## Structs

"Or none" is Jinja's `none`: test for it with `{{% if … %}}`, or with `is not none` where 0 is a
value. Lists are never none; they may be empty. Text is plain and escaped on its way into the page,
unless its line says "Markdown": that goes through the filter `markdown`.

{structs}

## theme.toml

{about}

### Setting

`[settings.<key>]`:

{setting}
"""

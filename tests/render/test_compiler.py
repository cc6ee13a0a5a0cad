"""Our compiler means what plain Jinja means: the same text, and the same errors."""

from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.config import SiteSettings
from generator.model.portfolio import Portfolio
from generator.render.head import portfolio_head
from generator.render.site import make_site
from generator.theme.find import load_theme
from tests.render.jinja import Templates, ours, outcome, plain
from tests.site import ROOT

TEXTS = st.text(st.sampled_from("ab&<>'\"{}% é\n*`"), max_size=12)
URLS = TEXTS.map("https://example.org/{}".format)


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Whatever a field of this type may hold."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind)
        fields = {name: URLS if name == "url" else anything(it) for name, it in hints.items()}
        return st.builds(kind, **fields)
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) is tuple:
        return st.lists(anything(get_args(kind)[0]), min_size=1, max_size=2).map(tuple)
    if get_args(kind):
        return st.one_of([anything(it) for it in get_args(kind)])
    simple = {
        str: TEXTS,
        bool: st.booleans(),
        int: st.integers(1, 12),
        float: st.floats(0, 99),
        type(None): st.none(),
        Decimal: st.decimals(0, 99, places=1),
    }
    return simple[kind]


SITE = make_site(SiteSettings(title="People & co."), (("About", "about/"), ("Us", "us/")))
THEME = load_theme(ROOT / "themes" / "emerald")
EMERALD = {name: source.text for name, source in THEME.templates.items()}
ASSETS = {
    "site": SITE,
    "asset": "/assets/{}".format,
    "settings": THEME.schema.defaults,
    "words": THEME.strings.struct("en"),
}
OURS, PLAIN = ours(EMERALD, **ASSETS), plain(EMERALD, **ASSETS)


@given(anything(Portfolio))
@settings(max_examples=40, deadline=None)
def test_a_person_s_page_is_plain_jinja_s_byte_by_byte(portfolio: Portfolio) -> None:
    context = {"portfolio": portfolio, "page": portfolio_head(portfolio, SITE, "ada/")}
    expected = outcome(PLAIN, "portfolio.html", context)
    assert outcome(OURS, "portfolio.html", context) == expected
    assert expected.startswith("<!doctype html>")


class Day(msgspec.Struct, frozen=True):
    year: int = 2020
    month: int = 2

    @property
    def iso(self) -> str:
        return f"{self.year}-{self.month}"


class Person(msgspec.Struct, frozen=True):
    name: str = "<Ada>"
    day: Day = Day()


class Open(msgspec.Struct, frozen=True, dict=True):
    name: str = "of a struct with a dict"


def same(templates: Templates, **context: object) -> str:
    """What both make of the template `main`."""
    expected = outcome(plain(templates), "main", context)
    assert outcome(ours(templates), "main", context) == expected
    return expected


OUTPUT = """
{{ a }}|{{ a|safe }}|{{ a|e }}|{{ a ~ '<' }}|{{ n }}

{% autoescape false %}{{ a }}{% endautoescape %}{{ a }}

{% autoescape n > 1 %}{{ a }}{{ person.name }}{% endautoescape %}

{{ none }}{{ true }}{{ 1.5 }}{{ [a, n]|join(', ') }}{{ xs|last }}

{{ 'x' if false }}

{% filter upper %}{{ a }}{% include 'p' %}{% endfilter %}
p: {{ a }}

{% set x %}{{ a }}{% include 'p' %}{% endset %}{{ x }}{{ x }}
p: <b>
"""

ATTRIBUTES = """
{{ person.name }}{{ person.day.iso }}{{ person['name'] }}{{ mapping.name }}

{% for x in [person, open, mapping] %}{{ x.name }};{% endfor %}

{{ person.name.upper() }}{{ person.nam }}
=> has no attribute

{{ person.name.upper().lower() }}{{ mapping.name.x }}

{{ person.class }}
=> has no attribute

{{ nobody.name }}
=> 'nobody' is undefined

{{ person.day.iso.year.more }}
=> has no attribute

{{ person.day.year == person.day.month or person.name > person.day.iso }}

{{ person.name is defined }}{{ person.x is defined }}{{ x.y is defined }}

{% if person.nobody %}{% endif %}
=> has no attribute
"""

LOOPS = """
{% for x in xs %}{{ loop.index }}{{ loop.first }}{{ loop.last }}{{ loop.length }}
{{ loop.cycle('a', 'b') }}{{ loop.previtem }},{% endfor %}

{% for x in xs if x > 1 %}{{ x }}{{ loop.revindex }}{% else %}-{% endfor %}

{% for x in tree recursive %}{{ x.v }}{{ loop.depth }}{{ loop(x.c) }}{% endfor %}

{% for x in xs %}{% set a = x %}{{ a }}{% endfor %}{{ a }}

{% set ns = namespace(n=0) %}{% for x in xs %}{% set ns.n = ns.n + x %}{% endfor %}{{ ns.n }}
=> 6
"""

INHERITANCE = """
{% extends 'base' %}{% block b %}[{{ super() }}{{ a }}]{% endblock %}
base: <{% block b %}{{ n }}{% endblock %}{{ self.b() }}>

{% extends 'mid' %}{% block b %}1{{ super() }}{% endblock %}
mid: {% extends 'base' %}{% block b %}2{{ super() }}{% block c %}c{% endblock %}{% endblock %}
base: {% block b %}3{% endblock %}
=> 123c

{% set x = 1 %}{% extends 'base' %}{% set y = 2 %}{% block b %}{{ x }}{{ y }}{% endblock %}
base: {% set z = 3 %}{% block b %}{% endblock %}{{ x }}{{ y }}{{ z }}
=> 12123

text{% if n %}{% extends 'base' %}{% endif %}more
base: base

{% extends 'base' %}{% include 'p' %}
base: base
p: {{ n }}

{% for x in xs %}{% block b scoped %}{{ x }}{% include 'p' %}{% endblock %}{% endfor %}
p: ({{ x }})

{% for x in xs %}{% block b %}{{ x }}{% endblock %}{% endfor %}
=> undefined

{% block b required %}{% endblock %}

{% block b %}{% include 'p' %}{{ x }}{% endblock %}
p: {% set x = 1 %}{{ x }}
=> 'x' is undefined
"""

INCLUDES = """
{% include 'p' %}{% set a = 'set' %}{% include 'p' %}
p: {{ a }};

{% for x in xs %}{% include 'p' %}{% set a = x %}{% include 'p' %}{% endfor %}
p: {{ a }}{{ x }};

{% if n > 9 %}{% set a = 1 %}{% endif %}{% include 'p' %}
p: {{ a }}

{% for x in xs %}{% include 'p' %}{% endfor %}{{ x }}
p: {% for x in xs %}{{ x }}{% endfor %}{{ x }}{% set y = 1 %}

{% for a in xs %}{% include 'p' %}{{ a }}{% endfor %}
p: {% set b = a %}{% set a = 9 %}{{ a }}{{ b }}

{% for a in xs %}{% include 'p' %}{% endfor %}
p: {% for x in xs %}{{ a }}{% endfor %}{% set a = 9 %}
=> 'a' is undefined

{% include 'p' %}{% include 'p' %}
p: {{ y }}{% set y = 1 %}
=> undefined

{% for x in xs %}{% include 'p' %}{{ loop.index }}{% endfor %}
p: {{ loop.index }}{% for y in xs %}{{ loop.index }}{% endfor %}

{% for x in xs %}{% include 'p' %}{% endfor %}
p: {{ loop }}
=> undefined

{% with b = a %}{% include 'p' %}{% endwith %}
p: {{ b }}

{% block b %}{% set x = 1 %}{% include 'p' %}{% endblock %}
p: {{ x }}
=> 1

{% include 'p' %}
p: {% include 'q' %}{% set x = 1 %}{% include 'q' %}
q: {{ x|default('-') }}
=> -1

{% include 'p' %}
p: {{ n }}{% if n < 3 %}{% with n = n + 1 %}{% include 'p' %}{% endwith %}{% endif %}

{% include 'p' %}
p: {% block b %}{{ self.b is defined }}{% endblock %}

{% block b %}1{% endblock %}{% include 'p' %}
p: {{ self.b() }}

{% include 'p' %}
p: {% extends 'base' %}{% block b %}p{% endblock %}
base: <{% block b %}{% endblock %}>
=> <p>

{% include 'p' %}
p: {% macro m(x) %}{{ x }}{{ a }}{% endmacro %}{{ m(1) }}

1{% include 'p' without context %}2
p: {{ 1 + 1 }}
=> 122

1{% include 'p' without context %}2
p: {{ a }}
=> undefined

{% for x in xs %}1{% include 'p' without context %}2{% endfor %}
p: p

1{% set x %}2{% include 'p' without context %}{% endset %}{{ x }}
p: p

1{% include 'none' ignore missing %}2{% include ['none', 'p'] %}
p: p
=> 12p

1{% include name %}
p: {{ a }}

1{% if n > 9 %}{% include 'none' %}{% endif %}
=> 1

1{% include 'none' %}
=> none

{% autoescape false %}{% include 'p' %}{% endautoescape %}
p: {{ a }}

{% include 'p' %}{{ a }}
p: {% autoescape false %}{{ a }}{% endautoescape %}
"""

MACROS = """
{% macro m(x, y=a) %}<{{ x }}{{ y }}{{ varargs|join }}{{ kwargs|dictsort|length }}>{% endmacro %}
{{ m(1) }}{{ m(a, 2, 3, z=person.name) }}{{ m() }}

{% macro m() %}<{{ caller(1) }}{{ caller(a) }}>{% endmacro %}
{% call(x) m() %}{{ x }}{% include 'p' %}{% endcall %}
p: ({{ a }}{{ x }})

{% macro m() %}{% include 'p' %}{% endmacro %}{{ m() }}{% set x = 1 %}{{ m() }}
p: {{ x|default('-') }}

{% extends 'base' %}{% if x is defined %}{% endif %}{% macro m() %}{% include 'p' %}{% endmacro %}
base: {% set x = 5 %}{{ m() }}
p: {{ x }}
=> 5

{% from 'lib' import m, k as l %}{% import 'lib' as lib %}{{ m(a) }}{{ l }}{{ lib.k }}
lib: {% macro m(x) %}{{ x }}{{ k }}{% endmacro %}{% set k = '<' %}

{% from 'lib' import m with context %}{% set a = 2 %}{{ m() }}
lib: {% macro m() %}{{ a }}{% endmacro %}

{% from 'lib' import m %}{{ m() }}
lib: {% macro m() %}{{ a }}{% endmacro %}
=> 'a' is undefined

{% include 'p' %}
p: {% from 'lib' import nothing as x %}{{ x }}
lib: -
=> imported on line 1 in 'p'

{% for x in xs %}{% include 'p' %}{% endfor %}
p: {% from 'lib' import m %}{{ m(x) }}
lib: {% macro m(x) %}{{ x }}{% endmacro %}
=> 123

{% from 'lib' import m %}{% include 'p' %}{{ m(1) }}
p: {% from 'other' import m %}{{ m(1) }}
lib: {% macro m(x) %}lib{% endmacro %}
other: {% macro m(x) %}other{% endmacro %}
=> otherlib

{% macro m(p) %}{{ p.name }}{% endmacro %}{{ m(person) }}{{ m(mapping) }}
"""


def cases(text: str) -> list[str]:
    return text.strip().split("\n\n")


def read_case(case: str) -> tuple[Templates, str]:
    """The templates of a case, and what its outcome has in it.

    A line `name: text` is another template, `=> text` the outcome, and the rest is `main`.
    """
    templates, main, expected = {}, [], ""
    for line in case.splitlines():
        name, _, text = line.partition(": ")
        if line.startswith("=> "):
            expected = line.removeprefix("=> ")
        elif name.isalpha():
            templates[name] = text
        else:
            main.append(line)
    return {"main": "\n".join(main), **templates}, expected


@pytest.mark.parametrize(
    "case", cases(OUTPUT + ATTRIBUTES + LOOPS + INHERITANCE + INCLUDES + MACROS)
)
def test_a_template_means_what_it_means_to_plain_jinja(case: str) -> None:
    templates, expected = read_case(case)
    assert expected in same(
        templates,
        a="<a & 'b'>",
        n=2,
        xs=[1, 2, 3],
        name="p",
        person=Person(),
        tree=[{"v": 1, "c": [{"v": 2, "c": []}]}],
        open=Open(),
        mapping={"name": "of a mapping"},
    )


NAMES = st.sampled_from("abc")
PRINTED = NAMES.map("{{{{ {}|default('-') }}}}".format)


def compound(body: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A statement with others in it."""
    return st.one_of(
        st.builds("{{% if {}|default %}}{}{{% else %}}{}{{% endif %}}".format, NAMES, body, body),
        st.builds("{{% for {} in xs %}}{}{{% endfor %}}".format, NAMES, body),
        st.builds("{{% with {} = '4' %}}{}{{% endwith %}}".format, NAMES, body),
        st.builds("{{% set {} %}}{}{{% endset %}}".format, NAMES, body),
        st.builds("{{% filter upper %}}{}{{% endfilter %}}".format, body),
        st.builds(
            "{{% macro {0}({1}) %}}{2}{{% endmacro %}}{{{{ {0}('m') }}}}".format,
            st.just("f"), NAMES, body,
        ),
        st.builds("{{% call f() %}}{}{{% endcall %}}".format, body),
    )  # fmt: skip


def lines(*simple: str) -> st.SearchStrategy[str]:
    """The body of a template: simple statements, and compound ones of them."""
    one = PRINTED | st.sampled_from(simple) | NAMES.map("{{% set {} = '5' %}}".format)
    some = st.lists(one, max_size=3).map("".join)
    return st.lists(one | st.recursive(some, compound, max_leaves=4), max_size=4).map("".join)


LIBRARY = "{% macro f() %}f{{ caller() if caller }}{% endmacro %}{% set b = 'lib' %}"
PRINT_ALL = "{{ a }}{{ b|default('-') }}{{ c|default('-') }}"
IMPORT = "{% from 'library' import f, b %}"


@given(
    lines(IMPORT, "{% include 'p' %}", "{% include 'q' %}", "{% include 'p' without context %}"),
    lines(IMPORT, "{% include 'q' %}"),
    lines(IMPORT),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_names_mean_the_same_wherever_they_are_set_and_read(
    main: str, p: str, q: str, inherits: bool
) -> None:
    base = "{% set c = 'base' %}" + PRINT_ALL + "{% block body %}{% endblock %}" + PRINT_ALL
    block = "{% extends 'base' %}{% set b = 'main' %}{% block body %}" + main + "{% endblock %}"
    same(
        {"main": block if inherits else main, "p": p, "q": q, "base": base, "library": LIBRARY},
        a="1",
        xs="23",
    )


def test_a_person_s_page_has_its_partials_written_out() -> None:
    """What makes it quick; a partial that is more than text would be called."""
    OURS.get_template("portfolio.html")
    assert OURS.written_out == {name for name in EMERALD if name.startswith("partials/")}

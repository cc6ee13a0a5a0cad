"""Rule 8: a corpus of known ways out of a template, each refused by a theme as it is in use."""

import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from generator.config import SiteSettings
from generator.errors import ThemeError
from generator.render import access, conditions, filters, values
from generator.render.own_filters import FILTERS
from generator.render.site import make_site
from generator.render.templates import Templates
from generator.theme.find import load_themes
from generator.theme.theme import Theme
from tests.site import ROOT
from tests.source.documents import read

CORPUS = (Path(__file__).parent / "escapes.txt").read_text().splitlines()
ESCAPES = [line for line in CORPUS if not line.startswith("# ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    themes = tmp_path_factory.mktemp("escapes") / "themes"
    shutil.copytree(ROOT / "themes", themes)
    return themes


def theme(folder: Path, **templates: str) -> Theme:
    """The base theme's child with templates of its own: `portfolio` is `portfolio.html`."""
    for name, source in templates.items():
        (folder / "emerald" / "templates").mkdir(exist_ok=True)
        (folder / "emerald" / "templates" / f"{name}.html").write_text(source)
    return load_themes([folder], required="emerald")["emerald"]


def objects() -> dict[str, object]:
    """Python's own, which no template is given; the sandbox must hold if it were."""

    def generator() -> Iterator[int]:
        yield 1

    async def coroutine() -> None: ...

    async def stream() -> AsyncIterator[int]:
        yield 1

    try:
        int("")
    except ValueError as error:
        traceback = error.__traceback__
    started = coroutine()
    started.close()
    return {
        "generator": generator(), "coroutine": started, "agenerator": stream(),
        "function": objects, "code": objects.__code__, "frame": sys._getframe(),
        "traceback": traceback, "kind": int, "module": os, "data": b"data",
    }  # fmt: skip


def context(theme: Theme) -> Mapping[str, object]:
    portfolio = read(bio="Some *text*.")[0]
    return {"portfolio": portfolio, "settings": theme.schema.defaults, **objects()}


def drawn(folder: Path, source: str) -> str:
    """What a page prints: that of a person, made by a theme with this template."""
    made = theme(folder, portfolio=source)
    return Templates(made, make_site(SiteSettings())).render("portfolio.html", context(made))


@pytest.mark.parametrize("template", ESCAPES)
def test_a_way_out_is_refused(folder: Path, template: str) -> None:
    with pytest.raises(ThemeError, match="/templates"):
        drawn(folder, template)


@pytest.mark.parametrize(
    "setup",
    [
        "{% set ns = namespace(n=0) %}{% macro count() %}{% set ns.n = ns.n + 1 %}{{ ns.n }}"
        "{% endmacro %}",
        "{% set items = ['a', 'b']|map('upper') %}{% macro count() %}{{ items|list|length }}"
        "{% endmacro %}",
        "{% set items = {1: 1}.items() %}{% macro count() %}{{ items|list|length }}{% endmacro %}",
        "{% set items = [1, 2]|batch(1) %}{% macro count() %}{{ items|list|length }}{% endmacro %}",
        "{% set items = [1, 2]|reverse %}{% macro count() %}{{ items|list|length }}{% endmacro %}",
        "{% set items = [1, 2]|select %}{% macro count() %}{{ items|list|length }}{% endmacro %}",
        "{% set ns = namespace() %}{% for x in [1, 2] %}{% set ns.loop = loop %}{% endfor %}"
        "{% macro count() %}{{ ns.loop.changed(1) }}{% endmacro %}",
        "{% set ns = namespace() %}{% for x in [1, 2] %}{% set ns.loop = loop %}{% endfor %}"
        "{% macro count() %}{{ ns.loop|list|length }}{% endmacro %}",
        "{% set c = cycler(1, 2) %}{% macro count() %}{{ c.next() }}{% endmacro %}",
        "{% set j = joiner(',') %}{% macro count() %}{{ j() }}{% endmacro %}",
        "{% set x = [0] %}{% macro count() %}{{ x.append(1) }}{{ x|length }}{% endmacro %}",
    ],
)
def test_a_page_leaves_nothing_behind_for_the_next(folder: Path, setup: str) -> None:
    source = "{% from 'lib.html' import count %}{{ count() }}{{ count() }}"
    made = theme(folder, portfolio=source, lib=setup)
    templates = Templates(made, make_site(SiteSettings()))

    def page() -> str:
        try:
            return templates.render("portfolio.html", context(made))
        except ThemeError as error:
            return str(error)

    assert page() == page() == page()


def test_a_namespace_serves_the_page_that_made_it(folder: Path) -> None:
    source = (
        "{% set ns = namespace(n=1) %}{% for x in [1, 2] %}{% set ns.n = ns.n + x %}{% endfor %}"
    )
    assert drawn(folder, source + "{{ ns.n }}") == "4"


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{{ ''.encode() }}", ("startswith", "upper")),
        ("{{ {}.copy() }}", ("items", "get")),
        ("{% for x in [1] %}{{ loop.changed(1) }}{% endfor %}", ("index", "cycle")),
        ("{{ 1|random }}", ("join", "markdown", "upper")),
        ("{{ 1 is callable }}", ("defined", "none")),
        ("{{ site.nothing }}{{ portfolio.__class__ }}", ("nothing",)),
        ("{{ portfolio() }}", ("asset", "range", "macros")),
        ("{{ portfolio.theme }}", ("id", "chosen")),
    ],
)
def test_who_is_refused_something_is_told_what_there_is(
    folder: Path, template: str, names: tuple[str, ...]
) -> None:
    with pytest.raises(ThemeError) as error:
        drawn(folder, template)
    assert all(re.search(rf"\b{name}\b", str(error.value)) for name in names)


LISTS: list[Mapping[str, object]] = [
    filters.ALLOWED, conditions.ALLOWED, access.GLOBALS, values.TEXT_METHODS,
    values.TABLE_METHODS, values.LOOP_METHODS, values.LOOP_FIELDS, values.SITE_METHODS, FILTERS,
]  # fmt: skip


@pytest.mark.parametrize("names", LISTS)
def test_what_is_allowed_is_listed_with_what_it_is(names: Mapping[str, object]) -> None:
    for name, about in names.items():
        assert name.isidentifier()
        assert about


def test_there_are_no_filters_tests_or_functions_but_those_listed(folder: Path) -> None:
    made = theme(folder, portfolio="")
    environment = Templates(made, make_site(SiteSettings()))._environment
    ours = {*FILTERS, "month_year", "number", "plural"}
    assert set(environment.filters) == {*filters.ALLOWED, "d", "e", "count"} | ours
    named = {name for name in environment.tests if name.isalpha()}
    assert named == {*conditions.ALLOWED, "equalto", "greaterthan", "lessthan"}
    assert set(environment.globals) == {*access.GLOBALS, "site", "words"}
    assert not environment.extensions

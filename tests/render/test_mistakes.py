"""A mistake in a template is told with the way that led to it and what was meant, perhaps."""

import shutil
from pathlib import Path

import pytest

from generator.config import SiteSettings
from generator.gallery.edge_cases import EDGE_CASES
from generator.render.mistake import TemplateMistakeError
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.theme.find import load_themes
from tests.site import ROOT


def mistake(folder: Path, **templates: str) -> TemplateMistakeError:
    """What goes wrong on the typical page with some of the base's templates replaced."""
    themes = folder / "themes"
    shutil.copytree(ROOT / "themes", themes)
    for name, text in templates.items():
        (themes / "base" / "templates" / f"{name.replace('__', '/')}.html").write_text(text)
    renderer = Renderer(
        load_themes([themes], required="emerald"), make_site(SiteSettings()), "emerald"
    )
    with pytest.raises(TemplateMistakeError) as caught:
        renderer.portfolio(EDGE_CASES["typical"], "ada")
    return caught.value


def way(error: TemplateMistakeError) -> list[str]:
    return [f"{Path(place.file).stem}:{place.line}" for place in error.places]


@pytest.mark.parametrize(
    ("source", "suggestion"),
    [
        ("{{ portfolio.nmae }}", "name"),
        ("{{ portfolio.theme.idd }}", "id"),
        ("{{ portfolio.projects[0].tittle }}", None),
        ("{% for link in portfolio.links %}{{ link.knid }}{% endfor %}", "kind"),
        ("{% for link in portfolio.links %}{{ loop.indx }}{% endfor %}", "index"),
        ("{{ {'github': 1}.gitub }}", "github"),
        ("{{ portfoli.name }}", "portfolio"),
        ("{% set greeting = 1 %}{{ greting }}", "greeting"),
        ("{% macro m(person) %}{{ persn.name }}{% endmacro %}{{ m(portfolio) }}", "person"),
        ("{{ portfolio.name|markdwn }}", "markdown"),
        ("{{ 1 is evn }}", "even"),
        ("{{ asset('theme.cs') }}", "theme.css"),
        ("{% include 'partials/heros.html' %}", "partials/hero.html"),
        ("{% from 'macros.html' import perid %}{{ perid(1) }}", "period"),
        ("{% fro x in y %}", "from"),
        ("{{ 1 / 0 }}", None),
    ],
)
def test_what_was_meant_is_suggested(tmp_path: Path, source: str, suggestion: str | None) -> None:
    error = mistake(tmp_path, partials__about=source)
    assert error.suggestion == suggestion
    assert (f"did you mean {suggestion!r}?" in str(error)) == (suggestion is not None)
    assert way(error)[-1] == "about:1"


def test_the_way_leads_through_what_is_extended_and_included(tmp_path: Path) -> None:
    error = mistake(
        tmp_path,
        portfolio="{% extends 'base.html' %}\n{% block body %}\n{% include 'outer.html' %}"
        "{% endblock %}",
        base="\n\n\n{% block body %}{% endblock %}",
        outer="\n\n{% include 'inner.html' %}",
        inner="\n{{ portfolio.nmae }}",
    )
    assert way(error) == ["portfolio:1", "base:4", "portfolio:3", "outer:3", "inner:2"]


def test_a_partial_that_is_written_out_twice_is_told_apart(tmp_path: Path) -> None:
    error = mistake(
        tmp_path,
        portfolio="{% set bad = false %}\n{% include 'leaf.html' %}\n{% set bad = true %}\n"
        "{% include 'leaf.html' %}",
        leaf="\n{% if bad %}{{ portfolio.nmae }}{% endif %}",
    )
    assert way(error) == ["portfolio:4", "leaf:2"]


def test_a_partial_of_one_line_is_written_out_with_its_includer(tmp_path: Path) -> None:
    error = mistake(tmp_path, portfolio="a\n{% include 'leaf.html' %}", leaf="{{ portfolio.nmae }}")
    assert way(error) == ["portfolio:2", "leaf:1"]


def test_the_way_leads_through_the_call_of_a_macro(tmp_path: Path) -> None:
    error = mistake(
        tmp_path,
        portfolio="{% from 'tools.html' import tell %}\n\n{{ tell(portfolio) }}",
        tools="{% macro tell(it) %}\n{{ it.nmae }}{% endmacro %}",
    )
    assert way(error) == ["portfolio:3", "tools:2"]


def test_the_way_to_a_syntax_error_leads_through_who_asked_for_it(tmp_path: Path) -> None:
    error = mistake(tmp_path, portfolio="\n{% include 'bad.html' %}", bad="\n\n{% if %}")
    assert way(error) == ["portfolio:2", "bad:3"]
    assert "Expected an expression" in error.reason


def test_what_the_line_reads_is_named_the_culprit_first(tmp_path: Path) -> None:
    error = mistake(
        tmp_path,
        partials__about="{{ 1 }}\n{{ site.home }}{{ portfolio.hourly_rat }}{{ page.title }}",
    )
    assert error.expressions == ("portfolio.hourly_rat", "page.title", "site.home")


def test_the_message_is_one_line_and_one_place(tmp_path: Path) -> None:
    error = mistake(tmp_path, partials__about="{{ portfolio.nmae }}")
    assert error.what == (
        "the template failed: 'Portfolio object' has no attribute 'nmae'; did you mean 'name'?"
    )
    assert error.where == f"{tmp_path}/themes/base/templates/partials/about.html:1"

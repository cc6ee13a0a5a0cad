"""What a theme's author is told when a template is wrong: the name, the file, the line."""

import shutil
from pathlib import Path

import pytest

from generator.config import SiteSettings
from generator.errors import ThemeError
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.source.rows import ExperienceRow
from generator.theme.find import load_themes
from tests.site import ROOT
from tests.source.documents import read, row


def broken(folder: Path, template: str, source: str) -> Renderer:
    """Emerald with one template replaced."""
    themes = folder / "themes"
    shutil.copytree(ROOT / "themes", themes)
    (themes / "base" / "templates" / template).write_text(source)
    return Renderer(load_themes([themes], required="emerald"), make_site(SiteSettings()), "emerald")


def page(folder: Path, template: str, source: str) -> str:
    """A page of emerald with one template replaced, or the error as its author sees it."""
    try:
        renderer = broken(folder, template, source)
        job = row(ExperienceRow)
        return renderer.portfolio(read(bio="x", experience=[job])[0], "ada").body.decode()
    except ThemeError as error:
        return str(error)


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("a\n{{ portfolio.nam }}", "has no attribute 'nam'", 2),
        ("{{ portfolio.boi|markdown }}", "has no attribute 'boi'", 1),
        ("\n\n{{ portfolioo.name }}", "'portfolioo' is undefined", 3),
        ("{{ asset('emerald.cs') }}", "static/ has no file 'emerald.cs'", 1),
        ("{{ portfolio.name|shout }}", "No filter named 'shout'", 1),
        ("x\n{% if %}", "Expected an expression", 2),
        ("{{ portfolio.boi|month_year }}", "has no attribute 'boi'", 1),
        ("{{ portfolio.boi|number }}", "has no attribute 'boi'", 1),
        ("{{ portfolio.boi|bare_url }}", "has no attribute 'boi'", 1),
        ("{{ portfolio.__class__ }}", "unsafe", 1),
        (
            "{% macro m(x) %}\n{{ x.y }}{% endmacro %}\n\n{{ m(portfolio) }}",
            "has no attribute 'y'",
            2,
        ),
        (
            "\n{% from 'macros.html' import perriod %}\n{{ perriod }}",
            "line 2 in 'partials/hero.html'",
            3,
        ),
        ("{{ 1 / 0 }}", "division by zero", 1),
    ],
)
def test_a_mistake_in_a_partial_is_found_in_the_partial(
    tmp_path: Path, source: str, message: str, line: int
) -> None:
    said = page(tmp_path, "partials/hero.html", source)
    assert message in said
    assert f"partials/hero.html:{line}" in said
    assert "to do:" in said


def test_a_mistake_after_an_include_is_found_in_the_includer(tmp_path: Path) -> None:
    said = page(
        tmp_path, "portfolio.html", "\n{% include 'partials/contact.html' %}{{ portfolio.x }}"
    )
    assert "templates/portfolio.html:2" in said


def test_a_mistake_in_a_macro_is_found_in_the_macro(tmp_path: Path) -> None:
    source = "{% macro period(p) %}\n\n{{ p.strat }}{% endmacro %}"
    said = page(tmp_path, "macros.html", source)
    assert "has no attribute 'strat'" in said
    assert "templates/macros.html:3" in said


def test_an_include_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = page(tmp_path, "portfolio.html", "{% include 'partials/heroes.html' %}")
    assert "partials/heroes.html" in said


def test_a_theme_without_a_template_it_needs_is_told_at_once(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "themes", tmp_path / "themes")
    (tmp_path / "themes" / "base" / "templates" / "redirect.html").unlink()
    themes = load_themes([tmp_path / "themes"], required="emerald")
    with pytest.raises(ThemeError, match=r"has no template 'redirect\.html'"):
        Renderer(themes, make_site(SiteSettings()), "emerald")


def test_a_theme_that_draws_nothing_is_not_compiled(tmp_path: Path) -> None:
    assert broken(tmp_path, "page.html", "{% if %}").theme_name("emerald") == "emerald"


@pytest.mark.parametrize("template", ["page.html", "macros.html", "partials/skills.html"])
def test_a_check_finds_a_mistake_in_any_template(tmp_path: Path, template: str) -> None:
    renderer = broken(tmp_path, template, "\n{% if %}")
    with pytest.raises(ThemeError, match=rf"Expected an expression[^$]*{template}:2"):
        renderer.check()


def test_a_check_finds_nothing_where_nothing_is_wrong() -> None:
    themes = load_themes([ROOT / "themes"], required="emerald")
    Renderer(themes, make_site(SiteSettings()), "emerald").check()

"""What a theme's author is told when a template is wrong: the name, the file, the line."""

import shutil
from pathlib import Path

import pytest

from generator.config import SiteSettings
from generator.errors import ThemeError
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.theme.theme import load_themes
from tests.site import ROOT
from tests.source.documents import read


def page(folder: Path, template: str, source: str) -> str:
    """A page of emerald with one template replaced, or the error as its author sees it."""
    themes = folder / "themes"
    shutil.copytree(ROOT / "themes", themes)
    (themes / "emerald" / "templates" / template).write_text(source)
    site = make_site(SiteSettings())
    try:
        renderer = Renderer(load_themes(themes, required="emerald"), site, "emerald")
        return renderer.portfolio(read(bio="x")[0], "ada").body.decode()
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
        ("{{ portfolio.__class__ }}", "unsafe", 1),
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


def test_an_include_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = page(tmp_path, "portfolio.html", "{% include 'partials/heroes.html' %}")
    assert "partials/heroes.html" in said


def test_a_theme_without_a_template_it_needs_is_told_at_once(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "themes", tmp_path / "themes")
    (tmp_path / "themes" / "emerald" / "templates" / "redirect.html").unlink()
    themes = load_themes(tmp_path / "themes", required="emerald")
    with pytest.raises(ThemeError, match=r"has no template 'redirect\.html'"):
        Renderer(themes, make_site(SiteSettings()), "emerald")

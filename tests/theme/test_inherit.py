"""A theme says only what it does otherwise than its parent."""

from pathlib import Path

import pytest

from generator.config import SiteSettings
from generator.errors import ThemeError
from generator.render.site import make_site
from generator.render.templates import REQUIRED, Templates
from generator.theme.find import load_theme
from tests.theme.folders import write_theme

INHERITS_BASE = 'inherits = "base"'
SITE = make_site(SiteSettings())
SHEET = "static/theme.css"
PORTFOLIO = "templates/portfolio.html"
END = "templates/partials/end.html"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    blocks = "{% block a %}a{% endblock %}{% block b %}b{% endblock %}"
    files = {
        **{f"templates/{name}": "" for name in REQUIRED},
        PORTFOLIO: f"{blocks}{{% include 'partials/end.html' %}}",
        END: "end",
    }
    return write_theme(tmp_path, "base", "abstract = true", files)


def drawn(folder: Path) -> str:
    return Templates(load_theme(folder), SITE).render("portfolio.html", {})


def test_a_theme_of_three_lines_is_its_parent(base: Path) -> None:
    assert drawn(write_theme(base.parent, "child", INHERITS_BASE)) == "abend"


def test_one_partial_is_replaced_by_a_file_of_its_name(base: Path) -> None:
    child = write_theme(base.parent, "child", INHERITS_BASE, {END: "fin"})
    assert drawn(child) == "abfin"


def test_one_block_is_replaced_where_the_parents_template_is_extended(base: Path) -> None:
    extends = "{% extends 'base:portfolio.html' %}{% block b %}[{{ super() }}]{% endblock %}"
    assert (
        drawn(write_theme(base.parent, "child", INHERITS_BASE, {PORTFOLIO: extends})) == "a[b]end"
    )


def test_a_grandchild_extends_the_nearest_that_has_the_template(base: Path) -> None:
    write_theme(base.parent, "child", INHERITS_BASE, {END: "fin"})
    extends = "{% extends 'child:portfolio.html' %}{% block a %}A{% endblock %}"
    grandchild = write_theme(base.parent, "grandchild", 'inherits = "child"', {PORTFOLIO: extends})
    assert drawn(grandchild) == "Abfin"


def test_a_style_sheet_stands_whole_in_one_file(base: Path) -> None:
    (base / "static").mkdir()
    (base / "static" / "_base.css").write_text("a {}\n")
    (base / "static" / "theme.css").write_text("b {}\n")
    sheet = '@import "_base.css";\n@import "theme.css";\nc {}\n'
    child = write_theme(base.parent, "child", INHERITS_BASE, {SHEET: sheet})
    (asset,) = load_theme(child).assets
    assert (asset.name, asset.body) == ("theme.css", b"a {}\nb {}\nc {}\n")


@pytest.mark.parametrize(
    ("sheet", "message"),
    [('c {}\n@import "_bse.css";\n', "_bse.css"), ('@import "theme.css";', "theme.css")],
)
def test_an_import_of_nothing_is_named_with_its_line(base: Path, sheet: str, message: str) -> None:
    child = write_theme(base.parent, "child", INHERITS_BASE, {SHEET: sheet})
    with pytest.raises(ThemeError, match=message) as caught:
        load_theme(child)
    line = sheet[: sheet.index("@")].count("\n") + 1
    assert caught.value.where == f"{child / 'static' / 'theme.css'}:{line}"


def test_style_sheets_that_import_each_other_are_refused(base: Path) -> None:
    (base / "static").mkdir()
    (base / "static" / "_a.css").write_text('@import "_b.css";')
    (base / "static" / "_b.css").write_text('@import "_a.css";')
    child = write_theme(base.parent, "child", INHERITS_BASE, {SHEET: '@import "_a.css";'})
    with pytest.raises(ThemeError, match="imports itself"):
        load_theme(child)


def test_a_parent_that_is_not_there_is_named_with_those_that_are(base: Path) -> None:
    child = write_theme(base.parent, "child", 'inherits = "bass"')
    with pytest.raises(ThemeError, match="no theme 'bass' to inherit from") as caught:
        load_theme(child)
    assert "base" in str(caught.value.fix)


def test_a_circle_of_parents_is_refused(tmp_path: Path) -> None:
    write_theme(tmp_path, "one", 'inherits = "two"')
    two = write_theme(tmp_path, "two", 'inherits = "one"')
    with pytest.raises(ThemeError, match="inherits from itself"):
        load_theme(two)


@pytest.mark.parametrize("file", [PORTFOLIO, "static/_x.css", "strings/en.toml"])
def test_whatever_changes_in_a_parent_changes_the_theme(base: Path, file: str) -> None:
    child = write_theme(base.parent, "child", INHERITS_BASE)
    before = load_theme(child).digest
    (base / file).parent.mkdir(exist_ok=True)
    (base / file).write_text("# new")
    assert load_theme(child).digest != before


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ('requires = ">=2"', "made for version >=2 of the contract"),
        ('requires = "two"', "requires can't be 'two'"),
        ("abstract = 1", "abstract"),
        ('[settings.tone]\ntype = "choice"\ndefault = "a"\nhelp = "x"', "no choices"),
        ('[settings.tone]\ntype = "boolean"\ndefault = "a"\nhelp = "x"', "neither true nor false"),
        ('[settings."a b"]\ntype = "text"\ndefault = "a"\nhelp = "x"', "can't be named 'a b'"),
        ('[settings.tone]\ntype = "colour"\ndefault = "a"\nhelp = "x"', "colour"),
    ],
)
def test_a_theme_toml_that_can_not_be_used_says_why(
    tmp_path: Path, about: str, message: str
) -> None:
    theme = write_theme(tmp_path, "odd", about)
    with pytest.raises(ThemeError, match=message) as caught:
        load_theme(theme)
    assert caught.value.where == str(theme / "theme.toml")

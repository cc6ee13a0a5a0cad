"""What themes are promised (docs/theme-context.md) is what they get, no more and no less."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jinja2 import UndefinedError

from docs.make.__main__ import FOLDER, PAGES
from docs.make.settings import TABLES, variable
from generator import config
from generator.contract.structs import Struct, example, fields
from generator.contract.templates import VARIABLES, structs, templates
from generator.errors import ConfigError, ThemeError
from generator.model.portfolio import Portfolio
from generator.render.access import GLOBALS
from generator.render.conditions import ALLOWED as TESTS
from generator.render.filters import ALLOWED as JINJA
from generator.render.language import Language
from generator.render.own_filters import FILTERS
from generator.render.renderer import Renderer
from generator.render.site import Site
from generator.render.templates import REQUIRED, Templates
from generator.theme.about import About, Setting
from generator.theme.folder import Folder, Source
from generator.theme.theme import Theme, make_theme

CONTEXT = (FOLDER / "theme-context.md").read_text("utf-8")
CONFIGURATION = (FOLDER / "configuration.md").read_text("utf-8")
STRUCTS = {struct.__name__: struct for struct in structs(templates())}


def documented(heading: str, text: str = CONTEXT) -> list[str]:
    """The first column of the table under a heading."""
    section = re.split(r"^#", text.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]
    return re.findall(r"^\| `([^`]+)`", section, re.M)


def printed(expression: str, struct: Struct) -> str:
    """A template that reads every documented field of a struct."""
    lines = []
    for field in documented(struct.__name__):
        path = f"{expression}.{field}".replace("(relative)", "('x')")
        lines.append(f"{{{{ 'there' if {path} else 'empty' }}}}")
    return "\n".join(lines)


def theme_of(texts: dict[str, str]) -> Theme:
    about = About(name="emerald", version="1")
    texts = {**dict.fromkeys(REQUIRED, ""), **texts}
    sources = {name: Source(text, Path("t", name)) for name, text in texts.items()}
    return make_theme([Folder(about, Path("t"), sources, {}, {})])


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_says_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("name", STRUCTS)
def test_documented_fields_are_the_struct_s_fields_and_public_members(name: str) -> None:
    struct = STRUCTS[name]
    inherited = dir(msgspec.Struct)
    members = {m for m in dir(struct) if not m.startswith("_") and m not in inherited}
    assert {field.split("(")[0] for field in documented(name)} == members


def test_every_field_says_what_it_is() -> None:
    described: list[Struct] = [*STRUCTS.values(), *TABLES.values(), About, Setting]
    for struct in described:
        for field in fields(struct):
            assert field.about, f"{struct.__name__}.{field.name} has no docstring"


def values(expression: str, value: Any) -> dict[str, str]:
    """One expression that leads to each struct: `portfolio.projects[0].media[0]`."""
    if isinstance(value, tuple):
        return values(f"{expression}[0]", value[0])
    if not isinstance(value, msgspec.Struct):
        return {}
    found = {type(value).__name__: expression}
    for name in value.__struct_fields__:
        found = {**values(f"{expression}.{name}", getattr(value, name)), **found}
    return found


@pytest.mark.parametrize("item", templates(), ids=lambda item: item.template)
def test_each_template_can_print_all_it_is_promised(item: Any) -> None:
    """In Jinja's sandbox, where an unknown name is an error."""
    lines = []
    for name, value in item.context.items():
        lines.append(f"{{{{ 'there' if {name} else 'empty' }}}}")
        own = name in {"settings", "words"}  # the theme's: no struct that all share
        for struct, expression in ({} if own else values(name, value)).items():
            lines.append(printed(expression, STRUCTS[struct]))
    theme = theme_of({item.template: "\n".join(lines)})
    site = item.context["site"]
    context = {name: value for name, value in item.context.items() if name != "site"}
    Templates(theme, site).render(item.template, context)


@pytest.mark.parametrize(
    "expression",
    ["portfolio.phone", "portfolio.user_id", "portfolio.projects[0].order", "people", "site.url_"],
)
def test_what_is_not_documented_is_an_error_with_its_line(expression: str) -> None:
    theme = theme_of({"portfolio.html": f"\n\n{{{{ {expression} }}}}"})
    renderer = Renderer({"emerald": theme}, example(Site), "emerald")
    with pytest.raises(ThemeError, match=r"undefined|no attribute") as caught:
        renderer.portfolio(example(Portfolio), "ada")
    assert isinstance(caught.value.__cause__, UndefinedError)
    assert "portfolio.html:3" in str(caught.value)


def test_the_documented_templates_and_variables_are_those_of_the_renderer() -> None:
    assert documented("Templates") == [item.template for item in templates()]
    given = {name for item in templates() for name in item.context}
    assert set(documented("Variables")) == given == set(VARIABLES)


def test_the_documented_filters_tests_and_functions_are_those_of_the_environment() -> None:
    theme = theme_of({})
    environment = Templates(theme, example(Site))._environment
    ours = [*FILTERS, *Language("en").filters]
    assert [name.split("(")[0] for name in documented("Filters")] == [*ours, *JINJA]
    assert set(documented("Filters")) | {*ours, "d", "e", "count"} >= set(environment.filters)
    assert documented("Tests") == list(TESTS)
    assert (
        set(environment.globals) - {"site", "words"} == set(GLOBALS) <= set(documented("Functions"))
    )


def test_theme_toml_takes_the_documented_keys_and_no_other() -> None:
    assert documented("theme.toml") == list(About.__struct_fields__)
    assert documented("Setting") == list(Setting.__struct_fields__)
    theme = {"name": "n", "version": "1"}
    setting = {"type": "choice", "default": "a", "help": "x", "choices": ["a"]}
    msgspec.convert({**theme, "settings": {"tone": setting}}, About)
    for mistaken in (
        {**theme, "colour": "x"},
        {**theme, "settings": {"tone": {**setting, "x": 1}}},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(mistaken, About)


SETTINGS = [(table, key) for table in TABLES for key in documented(f"[{table}]", CONFIGURATION)]
SAMPLE = {"url": "https://x.example", "language": "pt-BR", "people_per_page": "7",
          "contact_endpoint": "https://x.example/send", "beacon_url": "/changed",
          "timezone": "Europe/Lisbon", "spool_megabytes": "77", "visitor_rate": "77",
          "visitors_per_address": "77",
          "slug_rate": "77", "connections": "77", "keep_days": "77",
          "proxies": "10.0.0.0/8", "embedded": "true", "metrics": "127.0.0.1:9100",
          "log_format": "json", "removals": "77"}  # fmt: skip
BARE = {"true"}  # what TOML takes without quotes, besides digits
OTHER = {
    "url": "https://y.example",
    "timezone": "Asia/Tokyo",
    "proxies": "10.1.0.0/16",
    "embedded": "false",
    "metrics": "127.0.0.1:9101",
    "log_format": "text",
}


def set_value(settings: config.Settings, table: str, key: str) -> object:
    if table in {"site", "beacon", "limits", "privacy"}:
        return getattr(getattr(settings, table), key)
    if key == "embedded":
        return str(settings.embedded).lower()
    return settings.database_url if table == "database" else getattr(settings, key)


@pytest.mark.parametrize(("table", "key"), SETTINGS)
def test_each_documented_setting_is_read_from_the_file_and_overridden_by_its_variable(
    tmp_path: Path, table: str, key: str
) -> None:
    value = SAMPLE.get(key, "changed")
    given = f'["{value}"]' if key == "proxies" else f'"{value}"'
    if value.isdigit() or value in BARE:
        given = value
    (tmp_path / "qwikfolio.toml").write_text(f"[{table}]\n{key} = {given}\n")
    before = set_value(config.load(tmp_path / "nowhere", {}), table, key)
    from_file = set_value(config.load(tmp_path, {}), table, key)
    assert from_file != before
    assert value in str(from_file)
    other = OTHER.get(key, value + ("1" if value.isdigit() else "x"))
    assert f"`{variable(table, key)}`" in CONFIGURATION
    overridden = set_value(config.load(tmp_path, {variable(table, key): other}), table, key)
    assert other in str(overridden)


def test_the_documented_example_of_settings_is_one(tmp_path: Path) -> None:
    example_file = CONFIGURATION.split("```toml\n")[1].split("```")[0]
    (tmp_path / "qwikfolio.toml").write_text(example_file)
    assert config.load(tmp_path, {}).output == tmp_path / "public"
    (tmp_path / "qwikfolio.toml").write_text("[site]\ncolour = 'x'\n")
    with pytest.raises(ConfigError):
        config.load(tmp_path, {})

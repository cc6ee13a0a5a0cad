"""`qwikfolio theme check`, as it is run."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from generator.check.check import check
from generator.check.rules import RULES
from generator.cli import cli
from generator.theme.find import find_folders, lineage
from generator.theme.scaffold import scaffold
from tests.check.mistakes import extra
from tests.check.trial import ABOUT, ROOT, Changes, emerald, make_trial, project

pytestmark = pytest.mark.slow


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(ROOT)
    return CliRunner()


def checked(run: CliRunner, folder: Path, changes: Changes, *options: str) -> Result:
    theme = make_trial(folder, changes)
    return run.invoke(cli, ["theme", "check", str(theme), "--quick", *options])


def test_the_themes_of_the_project_have_no_mistake(run: CliRunner) -> None:
    result = run.invoke(cli, ["theme", "check", "--quick", "--json"])

    assert json.loads(result.stdout) == []
    assert result.exit_code == 0


def test_each_theme_of_the_project_is_named(run: CliRunner) -> None:
    result = run.invoke(cli, ["theme", "check", "--quick"])

    for about in (ROOT / "themes").glob("*/theme.toml"):
        assert about.parent.name in result.stdout
    assert "0 errors, 0 warnings" in result.stdout


def test_a_mistake_is_told_with_place_line_and_remedy(run: CliRunner, tmp_path: Path) -> None:
    result = checked(run, tmp_path, extra("<p>{{ portfolio.nmae }}</p>"))

    file = tmp_path / "trial" / "templates" / "partials" / "about.html"
    assert f"{file}:2: error QF103: `portfolio` (a Portfolio) has no field `nmae`" in result.stdout
    assert "did you mean `name`?" in result.stdout
    assert "    | <p>{{ portfolio.nmae }}</p>\n" in result.stdout
    assert "    to do: use a field of docs/theme-context.md\n" in result.stdout
    assert "1 theme checked (trial): 1 error, 0 warnings" in result.stdout
    assert result.exit_code == 1


def test_warnings_alone_are_no_failure(run: CliRunner, tmp_path: Path) -> None:
    result = checked(run, tmp_path, extra("{{ portfolio.location }}"))

    assert "0 errors, 1 warning" in result.stdout
    assert result.exit_code == 0


def test_what_was_left_out_is_said(run: CliRunner, tmp_path: Path) -> None:
    assert "pages were not rendered" in checked(run, tmp_path, {}).stdout
    assert "pages were not rendered" in checked(run, tmp_path / "again", {}, "--json").stderr


def test_json_has_every_fact(run: CliRunner, tmp_path: Path) -> None:
    result = checked(run, tmp_path, extra("{{ portfolio.nmae }}"), "--json")

    (found,) = json.loads(result.stdout)
    assert found == {
        "code": "QF103",
        "level": "error",
        "message": "`portfolio` (a Portfolio) has no field `nmae`; did you mean `name`?",
        "fix": "use a field of docs/theme-context.md",
        "file": str(tmp_path / "trial" / "templates" / "partials" / "about.html"),
        "line": 2,
        "snippet": "{{ portfolio.nmae }}",
        "theme": "trial",
    }
    assert result.exit_code == 1


def test_sarif_names_rule_level_file_and_line(run: CliRunner, tmp_path: Path) -> None:
    result = checked(run, tmp_path, extra("{{ portfolio.nmae }}"), "--sarif")

    log = json.loads(result.stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (one,) = log["runs"]
    rules = one["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    (found,) = one["results"]
    assert found["ruleId"] == "QF103" == rules[found["ruleIndex"]]["id"]
    assert found["level"] == "error"
    place = found["locations"][0]["physicalLocation"]
    file = tmp_path / "trial" / "templates" / "partials" / "about.html"
    assert place["artifactLocation"]["uri"] == file.as_uri()
    assert place["region"] == {"startLine": 2, "snippet": {"text": "{{ portfolio.nmae }}"}}


def test_one_format_at_a_time(run: CliRunner, tmp_path: Path) -> None:
    result = checked(run, tmp_path, {}, "--json", "--sarif")

    assert result.exit_code == 2


def test_a_folder_without_a_theme_is_told(run: CliRunner, tmp_path: Path) -> None:
    result = run.invoke(cli, ["theme", "check", str(tmp_path), "--quick"])

    assert "theme.toml: error QF801" in result.stdout
    assert result.exit_code == 1


def test_a_theme_that_stands_alone_needs_every_template(run: CliRunner, tmp_path: Path) -> None:
    changes = {
        f"templates/{name}": source.text
        for name, source in emerald().templates.items()
        if ":" not in name and name != "redirect.html"
    }
    changes |= {f"static/{it.name}": it.body.decode() for it in emerald().assets}
    changes["strings/en.toml"] = (ROOT / "themes/base/strings/en.toml").read_text("utf-8")
    settings = (ROOT / "themes/base/theme.toml").read_text("utf-8").partition("[settings")
    about = ABOUT.replace('inherits = "emerald"\n', "") + "".join(settings[1:])
    result = checked(run, tmp_path, {**changes, "theme.toml": about}, "--json")

    found = json.loads(result.stdout)
    errors = [it for it in found if it["level"] == "error"]
    assert [it["code"] for it in errors] == ["QF201"]
    assert "redirect.html" in errors[0]["message"]


def test_a_theme_to_inherit_from_is_checked_with_its_heirs(run: CliRunner) -> None:
    """Words and templates that only its children use are used."""
    result = run.invoke(cli, ["theme", "check", "themes/base", "--quick"])

    assert "1 theme checked (base): 0 errors, 0 warnings" in result.stdout


@pytest.mark.parametrize("parent", ["base", "default", "emerald"])
def test_a_new_theme_has_no_mistake(run: CliRunner, tmp_path: Path, parent: str) -> None:
    folders = find_folders([ROOT / "themes"])
    scaffold(tmp_path, "harbour", lineage(folders[parent], folders))
    result = run.invoke(cli, ["theme", "check", str(tmp_path / "harbour"), "--quick"])

    assert "1 theme checked (harbour): 0 errors" in result.stdout


def test_macros_that_call_macros_are_read_in_good_time(run: CliRunner, tmp_path: Path) -> None:
    """Each calls the next one twice: a thousand million calls, were all of them read."""
    macros = "".join(
        f"{{% macro m{n}() %}}{{{{ m{n + 1}() }}}}{{{{ m{n + 1}() }}}}{{% endmacro %}}"
        for n in range(30)
    )
    last = "{% macro m30() %}{{ portfolio.nmae }}{% endmacro %}{{ m0() }}"
    result = checked(run, tmp_path, extra(macros + last), "--json")

    assert [it["code"] for it in json.loads(result.stdout)] == ["QF103"]


def test_two_themes_of_one_name_are_told(tmp_path: Path) -> None:
    make_trial(tmp_path / "themes", {})
    shutil.copytree(tmp_path / "themes" / "trial", tmp_path / "themes" / "zwilling")
    places = (*project().themes, tmp_path / "themes")
    settings = msgspec.structs.replace(project(), themes=places)
    outcome = check(settings, None, quick=True, say=lambda _text: None)

    (found,) = outcome.findings
    assert found.code == "QF801"
    assert found.file.endswith("zwilling/theme.toml")


def test_of_a_theme_to_inherit_from_it_is_said_that_no_page_is_made(tmp_path: Path) -> None:
    about = ABOUT.replace('inherits = "emerald"', "abstract = true")
    said: list[str] = []
    check(project(), make_trial(tmp_path, {"theme.toml": about}), quick=False, say=said.append)

    assert any("others inherit from it" in text for text in said)


def test_a_broken_template_of_a_parent_is_told(tmp_path: Path) -> None:
    themes = tmp_path / "themes"
    shutil.copytree(ROOT / "themes", themes)
    broken = themes / "base" / "templates" / "partials" / "skills.html"
    broken.write_text("{% fi %}", "utf-8")
    outcome = check(project(), themes / "emerald", quick=True, say=lambda _text: None)

    assert [it.code for it in outcome.findings] == ["QF101"]
    assert outcome.findings[0].file == str(broken)

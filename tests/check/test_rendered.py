"""What shows on a page only: each mistake is found in a real browser, or by the HTML checker."""

import sys
from pathlib import Path

import pytest

from generator.check.check import check, study
from generator.check.chromium import CHROMIUM
from generator.check.finding import Finding
from generator.check.looks import Failed, Look, looks
from generator.check.rendered import check_rendered
from generator.check.validator import VARIABLE
from generator.errors import MissingExtraError
from tests.check.mistakes import extra, sheet
from tests.check.trial import Changes, make_trial, project

pytestmark = [pytest.mark.browser, pytest.mark.programs]

NIGHT = "@media (prefers-color-scheme: dark) { %s }"
MISTAKES: list[tuple[str, str, Changes]] = [
    ("QF901", "a part that isn't there", extra("{{ portfolio.name.split('☂')[3] }}")),
    ("QF902", "an id twice", extra('<p id="about">x</p>')),
    ("QF903", "a button without a name", extra('<div role="button" tabindex="0"></div>')),
    (
        "QF904",
        "faint text",
        sheet("#about { color: #ddd; }\n" + NIGHT % "#about { color: #333; }"),
    ),
    ("QF904", "faint by night", sheet(NIGHT % "#about { color: #333; }")),
    (
        "QF904",
        "a faint field",
        sheet(
            "input, textarea { border-color: #eee; background: #fff; color: #000; }\n"
            "main { background: #fff; color: #000; }"
        ),
    ),
    ("QF905", "a wide part", sheet("#about { min-inline-size: 40rem; }")),
    (
        "QF907",
        "a long style sheet",
        sheet("".join(f".x{n * n} {{ top: {n}px }}\n" for n in range(5000))),
    ),
    (
        "QF906",
        "a file that isn't there",
        extra('<img src="{{ site.path(\'x.png\') }}" alt="" width="9" height="9">'),
    ),
]


def rendered(folder: Path, changes: Changes, *names: str) -> tuple[Finding, ...]:
    """What is found on some of the pages: those whose description begins so."""
    one = study(project(), make_trial(folder, changes))
    assert [it.message for it in one.notes.findings] == []
    made = [it for it in looks(one.subject, project()) if it.what.startswith(names)]
    assert made
    check_rendered(one, made, project(), lambda _text: None)
    return tuple(one.notes.findings)


@pytest.mark.parametrize(
    ("code", "changes"),
    [pytest.param(code, changes, id=f"{code} {what}") for code, what, changes in MISTAKES],
)
def test_a_mistake_trips_its_rule_and_no_other(tmp_path: Path, code: str, changes: Changes) -> None:
    found = rendered(tmp_path, changes, "typical, layout one-column")

    assert {it.code for it in found} == {code}, [(it.code, it.message) for it in found]
    assert all("typical, layout one-column" in it.message for it in found)


def test_pages_of_the_site_and_of_people_without_a_mistake_trip_none(tmp_path: Path) -> None:
    names = ("typical, layout one-column", "hostile, layout sidebar-left", "redirect", "404")

    assert rendered(tmp_path, {}, *names) == ()


def test_a_mistake_is_traced_to_the_line_that_wrote_the_element(tmp_path: Path) -> None:
    (found,) = rendered(tmp_path, extra('<p id="about">x</p>'), "typical, layout one-column")

    assert found.file.endswith("trial/templates/partials/about.html")
    assert found.line == 2


def test_a_page_that_fails_is_told_with_person_and_field(tmp_path: Path) -> None:
    changes = extra("{{ portfolio.name.split('☂')[3] }}")
    (found,) = rendered(tmp_path, changes, "typical, layout one-column")

    assert found.file.endswith("trial/templates/partials/about.html")
    assert found.line == 2
    assert "typical" in found.message
    assert "portfolio.name" in found.message


def test_a_mistake_that_breaks_every_page_is_told_once(tmp_path: Path) -> None:
    changes = extra("{{ portfolio.name.split('☂')[3] }}")
    (found,) = rendered(tmp_path, changes, "typical")

    assert "more" in found.message


def test_what_reading_the_templates_tells_is_not_told_again(tmp_path: Path) -> None:
    one = study(project(), make_trial(tmp_path, extra("{{ portfolio.nmae }}")))
    made = [it for it in looks(one.subject, project()) if it.what == "typical in de"]
    assert isinstance(made[0], Failed)
    check_rendered(one, made, project(), lambda _text: None)

    assert {it.code for it in one.notes.findings} == {"QF103"}


@pytest.mark.parametrize(
    ("variable", "what"), [(VARIABLE, "Nu HTML checker"), (CHROMIUM, "in a browser")]
)
def test_a_tool_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, what: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "nowhere"))
    (found,) = rendered(tmp_path, {}, "redirect")

    assert found.code == "QF999"
    assert found.level == "error"
    assert what in found.message
    assert variable in found.fix


def test_without_java_the_html_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (found,) = rendered(tmp_path, {}, "redirect")

    assert (found.code, found.level) == ("QF999", "error")
    assert "Java" in found.fix


@pytest.mark.parametrize("module", ["axe_playwright_python", "playwright"])
def test_without_the_extra_check_no_page_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    """It is told before anything is checked, not after minutes."""
    monkeypatch.setitem(sys.modules, module, None)
    said: list[str] = []
    with pytest.raises(MissingExtraError, match=rf"\[check\].*{module}"):
        check(project(), make_trial(tmp_path, {}), quick=False, say=said.append)
    assert not said


def test_pages_that_differ_in_nothing_are_one_page(tmp_path: Path) -> None:
    one = study(project(), make_trial(tmp_path, {}))
    made = list(looks(one.subject, project()))
    bodies = [it.page.body for it in made if isinstance(it, Look)]

    assert len(set(bodies)) == len(bodies)
    assert not any(isinstance(it, Failed) for it in made)


def test_everybody_is_seen_in_every_layout_and_every_value_of_every_knob(tmp_path: Path) -> None:
    one = study(project(), make_trial(tmp_path, {}))
    seen = "\n".join(it.what for it in looks(one.subject, project()))

    for key, setting in one.subject.theme.schema.settings.items():
        for choice in setting.choices:
            assert f"{key} {choice}" in seen
    for layout in ("sidebar-left", "sidebar-top", "one-column"):
        assert f"long-words, layout {layout}" in seen

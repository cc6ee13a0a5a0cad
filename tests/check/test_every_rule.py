"""Every rule is tripped by a theme that has one mistake, and by no other."""

from pathlib import Path

import pytest

from generator.check.rules import RULES
from tests.check.mistakes import FINE, MISTAKES
from tests.check.trial import Changes, checked

pytestmark = pytest.mark.slow

RENDERED = {code for code in RULES if code.startswith("QF9")}


@pytest.mark.parametrize(
    ("code", "changes"),
    [pytest.param(code, changes, id=f"{code} {what}") for code, what, changes in MISTAKES],
)
def test_a_mistake_trips_its_rule_and_no_other(tmp_path: Path, code: str, changes: Changes) -> None:
    found = checked(tmp_path, changes).findings

    assert {it.code for it in found} == {code}, [(it.code, it.message) for it in found]
    for it in found:
        assert it.level == RULES[code].level
        assert it.fix
        assert it.file.startswith(str(tmp_path)), "told of the theme that is checked"


@pytest.mark.parametrize("changes", [pytest.param(it, id=name) for name, it in FINE])
def test_what_is_no_mistake_trips_none(tmp_path: Path, changes: Changes) -> None:
    found = checked(tmp_path, changes).findings

    assert [(it.code, it.message) for it in found] == []


def test_every_rule_has_a_theme_that_trips_it() -> None:
    assert {code for code, _what, _changes in MISTAKES} == set(RULES) - RENDERED - {"QF201"}

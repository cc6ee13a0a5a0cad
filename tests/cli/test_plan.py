"""What a dry run says to a person."""

import pytest

from generator.build import Plan
from generator.cli.plan import plan_text

EMPTY = {
    "written": (), "removed": (), "moved": (), "unchanged": 0, "known_warnings": 0, "failed": (),
    "held_back": None, "seconds": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1 person, 1 warning,"), (2, "2 people, 2 warnings,")]
)
def test_one_is_not_several(number: int, said: str) -> None:
    plan = Plan(output="/site", people=number, warnings=number, **EMPTY)  # type: ignore[arg-type]
    assert said in plan_text(plan)

"""What a dry run says: what a build would do."""

from collections.abc import Sequence

import msgspec

from generator.build import Plan
from generator.errors import RemovalLimitError

_MOST_PATHS = 20


def removal_facts(error: RemovalLimitError) -> dict[str, object]:
    """For `--json`: who would be removed, and how many may be."""
    return {
        "people": error.people,
        "of": error.of,
        "limit": error.limit,
        "examples": error.examples,
    }


def plan_facts(plan: Plan) -> dict[str, object]:
    """The plan, for `--json`."""
    facts: dict[str, object] = msgspec.to_builtins(msgspec.structs.replace(plan, held_back=None))
    facts["held_back"] = plan.held_back and removal_facts(plan.held_back)
    return facts


def plan_text(plan: Plan) -> str:
    """The plan, for a person: the first paths of each kind, and a sentence."""
    moved = [f"{move.from_} → {move.to}" for move in plan.moved]
    return "\n".join(
        [
            *_listed("would be written", plan.written),
            *_listed("would be removed", plan.removed),
            *_listed("would move", moved),
            f"dry run, nothing was changed: {len(plan.written):,} to write, "
            f"{len(plan.removed):,} to remove, {len(moved):,} to move, {plan.unchanged:,} "
            f"unchanged; {plan.people:,} {'person' if plan.people == 1 else 'people'}, "
            f"{plan.warnings:,} warning{'' if plan.warnings == 1 else 's'}, "
            f"{len(plan.failed):,} failed. The site is in {plan.output}",
        ]
    )


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    more = len(lines) - _MOST_PATHS
    rest = [f"  … and {more:,} more; `--json` lists them all"] if more > 0 else []
    return [f"{title}:", *(f"  {line}" for line in lines[:_MOST_PATHS]), *rest]

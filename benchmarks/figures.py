"""Figures as the documentation writes them."""

from collections.abc import Iterable, Sequence
from statistics import median, quantiles


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The value that half stay below, that 99 in 100 stay below, and the greatest."""
    cuts = quantiles(values, n=100, method="inclusive") if len(values) > 1 else [values[0]] * 99
    return cuts[49], cuts[98], max(values)


def seconds(values: Iterable[float]) -> str:
    """The median of some runs, and their spread."""
    found = sorted(values)
    middle = f"{median(found):.2f} s"
    return middle if len(found) == 1 else f"{middle} ({found[0]:.2f}–{found[-1]:.2f})"


def megabytes(values: Iterable[int]) -> str:
    """The most of some runs."""
    return f"{max(values) / 1e6:,.0f} MB"


def times(values: Sequence[float]) -> str:
    """The median of some ratios, and their spread."""
    return f"{median(values):.2f} × ({min(values):.2f}–{max(values):.2f})"


def percent(ratios: Sequence[float]) -> str:
    """How much more than one the median of some ratios is, and their spread."""
    return f"{median(ratios) - 1:+.0%} ({min(ratios) - 1:+.0%} to {max(ratios) - 1:+.0%})"

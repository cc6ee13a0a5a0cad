"""Everybody a theme is tried on: the samples of a folder, then the edge cases."""

from collections.abc import Mapping
from pathlib import Path

from generator.gallery.edge_cases import EDGE_CASES
from generator.gallery.samples import sample_portfolios
from generator.model.portfolio import Portfolio


def portfolios(folder: Path) -> Mapping[str, Portfolio]:
    """By name: `ada` and the like from the folder of samples, `typical` and the like built in.

    Where both have a name, the file's person is meant.

    Raises:
        ContentError: A file isn't a sample.
    """
    samples = sample_portfolios(folder)
    return {**samples, **{n: it for n, it in EDGE_CASES.items() if n not in samples}}

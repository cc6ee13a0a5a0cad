"""The figures of docs/performance.md and README.md, and a picture of them, from the results.

`python -m benchmarks.report`. The prose is written by hand; between `<!-- figures: NAME -->` and
`<!-- end of figures -->` stands what is made here.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from benchmarks import results, tables
from benchmarks.beacon import tables as beacon
from benchmarks.results import Results

_FIGURES = re.compile(r"(<!-- figures: ([\w-]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)
PICTURE = Path("docs", "images", "performance.svg")

SECTIONS: Mapping[str, Callable[[Results], str]] = {
    "machine": tables.machine,
    "cold": tables.cold,
    "others": tables.others,
    "ratios": tables.ratios,
    "server": tables.server,
    "floor": tables.floor,
    "large": tables.large,
    "warm": tables.warm,
    "watch": tables.watch,
    "triggers": tables.triggers,
    "preview": tables.preview,
    "stats": tables.stats,
    "beacon": beacon.loads,
    "beacon-ratios": beacon.ratios,
    "beacon-costs": beacon.costs,
    "beacon-million": beacon.million,
    "summary": tables.summary,
}
"""What may stand between the marks."""


def write(root: Path) -> None:
    """Bring the documents and the picture up to date with the files of `results/`."""
    measured = {**results.load(), **results.load(results.BEACON_FILE)}
    for name in ("docs/performance.md", "README.md"):
        page = root / name
        page.write_text(filled(page.read_text("utf-8"), measured), "utf-8")
    with suppress(tables.MissingError):
        (root / PICTURE).write_text(tables.picture(measured), "utf-8")


def filled(page: str, measured: Results) -> str:
    """The page with the figures of these results."""

    def figures(match: re.Match[str]) -> str:
        try:
            text = SECTIONS[match[2]](measured)
        except tables.MissingError as missing:
            text = str(missing)
        return f"{match[1]}{text}\n{match[3]}"

    return _FIGURES.sub(figures, page)


if __name__ == "__main__":
    write(Path.cwd())

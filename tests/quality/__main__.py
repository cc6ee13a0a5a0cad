"""`make quality`: let Lighthouse judge every theme, three times each, into docs/quality.json."""

import click
import msgspec

from tests.quality.lighthouse import judge, middle
from tests.quality.showroom import ROOT, SAMPLES, THEMES, dressed
from tests.quality.weight import weigh

FILE = ROOT / "docs" / "quality.json"
RUNS = 3


def main() -> None:
    """Judge, say what came of it, and keep the run in the middle of each theme."""
    kept = {}
    for theme in THEMES:
        verdict = middle([judge(theme) for _ in range(RUNS)])
        weight = weigh(dressed(SAMPLES["ada"], theme), theme)
        kept[theme] = {**msgspec.to_builtins(verdict), **msgspec.to_builtins(weight)}
        click.echo(f"{theme:10} {' '.join(map(str, verdict.scores.values()))}")
        for fault in verdict.faults:
            click.echo(f"           {fault}")
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")


if __name__ == "__main__":
    main()

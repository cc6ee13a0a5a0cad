"""What the package brings along for every site: its themes and the sample people.

In the wheel they are beside this file, where pyproject.toml puts them. In a checkout they are at
the top, since the repository is a site, too.
"""

from pathlib import Path

_HERE = Path(__file__).parent
_CHECKOUT = _HERE.parents[1]


def themes() -> Path:
    """The folder of the themes, one a subfolder."""
    return _first(_HERE / "themes", _CHECKOUT / "themes")


def samples() -> Path:
    """The folder of the sample people, one a file, with their pictures.

    This repository's site has one more beside them, whose row gives a warning (docs/samples.md).
    """
    return _first(_HERE / "portfolios", _CHECKOUT / "content" / "portfolios" / "samples")


def _first(installed: Path, checkout: Path) -> Path:
    return installed if installed.is_dir() else checkout

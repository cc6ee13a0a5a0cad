"""The extras of the package: libraries that pip installs only where they are asked for.

The package alone builds and watches a site on a database of the operator's own. What needs more
imports it inside `extra(…)`, which says how to add it where it is missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from generator.errors import MissingExtraError

DISTRIBUTION = "qwikfolio-publisher"
"""What pip calls the package."""

Extra = Literal["beacon", "preview", "check", "embedded", "dask", "store"]


@contextmanager
def extra(name: Extra, what: str, *, further: str = "") -> Iterator[None]:
    """Import the libraries of an extra within this context.

    Args:
        name: The extra.
        what: What needs it, as its user knows it: "`qwikfolio beacon`".
        further: What else can be done, or where else, after a comma.

    Raises:
        MissingExtraError: A library is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in {"", __package__}:  # the fault is in the package itself
            raise
        command = f'pip install "{DISTRIBUTION}[{name}]"'
        raise MissingExtraError(
            f"{what} needs the extra [{name}], which is not installed (no module {missing})",
            fix=f"{command}, {further}" if further else command,
        ) from None


def is_installed(package: str) -> bool:
    """Whether a package can be imported; nothing of it is run."""
    return find_spec(package) is not None


def folder_of(package: str) -> Path:
    """Where an installed package is; nothing of it is run.

    Raises:
        ModuleNotFoundError: It is not installed.
    """
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    return Path(found.origin).parent

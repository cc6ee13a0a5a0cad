"""Whether a file is where its name says: a symbolic link may lead anywhere on the machine."""

from pathlib import Path


def is_inside(folder: Path, path: Path) -> bool:
    """Whether what is at `path`, links followed, is in `folder`; not if nothing is there."""
    try:
        return path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link to nothing, or to itself
        return False

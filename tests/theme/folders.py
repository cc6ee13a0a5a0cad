"""Themes made of a few files, for tests."""

from collections.abc import Mapping
from pathlib import Path


def write_theme(
    place: Path, name: str, about: str = "", files: Mapping[str, str] | None = None
) -> Path:
    """A theme's folder.

    Args:
        place: Where it is made.
        name: Its own, and the folder's.
        about: What `theme.toml` says besides name and version.
        files: Text by path: `templates/portfolio.html`.
    """
    folder = place / name
    texts = {"theme.toml": f'name = "{name}"\nversion = "1"\n{about}', **(files or {})}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder

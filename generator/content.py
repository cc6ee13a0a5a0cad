"""Reads `content/pages/*.md`: the pages people write by hand."""

import re
from pathlib import Path

from generator.config import PathSettings
from generator.containment import is_inside
from generator.errors import ContentError
from generator.model.content import NOT_FOUND, ContentPage

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}", re.ASCII)
_TITLE = re.compile(r"\A\s*# (?P<title>[^\n]+)\n?")
_PARAGRAPH = re.compile(r"^[^\n#>*\-`|].*(?:\n.+)*", re.MULTILINE)


def load_pages(folder: Path) -> tuple[ContentPage, ...]:
    """Every page of `folder`, by name: `about.md` stands at `/about/`, `404.md` is `404.html`.

    Raises:
        ContentError: A file is not UTF-8, has no title, or a name that can't be an address; the
            folder can't be read; or a link leads out of the folder of content: what is elsewhere
            on the machine is not published.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".md")
    except FileNotFoundError:
        _require(folder.parent)
        paths = []
    except OSError as error:
        raise ContentError(
            f"the folder of pages can't be read: {error.strerror}",
            where=str(folder),
            fix="make it a folder that this account may read",
        ) from None
    for path in paths:
        if path.is_symlink() or folder.is_symlink():
            _require_inside(folder.parent, path)
    return tuple(map(_page, paths))


def _require_inside(content: Path, path: Path) -> None:
    if not is_inside(content, path):
        raise ContentError(
            "a link leads out of the folder of content, or nowhere",
            where=str(path),
            fix="put a copy of the file there",
        )


def _require(content: Path) -> None:
    """A site may do without `content/`; a folder that the settings name must be there."""
    if content.name != PathSettings().content and not content.is_dir():
        raise ContentError(
            "there is no such folder of content",
            where=str(content),
            fix="create it, or mend paths.content in qwikfolio.toml",
        )


def _page(path: Path) -> ContentPage:
    if not _NAME.fullmatch(path.stem):
        raise ContentError(
            f"a page can't be named {path.name!r}",
            where=str(path),
            fix="use lower-case letters, digits and hyphens: about.md",
        )
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(
            f"the page can't be read: {error}", where=str(path), fix="save it as UTF-8"
        ) from None
    title = _TITLE.match(text)
    if title is None:
        raise ContentError(
            "the page has no title",
            where=f"{path}:1",
            fix='begin it with a heading: "# About"',
        )
    rest = text[title.end() :]
    first = _PARAGRAPH.search(rest)
    return ContentPage(
        path=NOT_FOUND if f"{path.stem}.html" == NOT_FOUND else f"{path.stem}/",
        title=title["title"].strip(),
        description=first[0] if first else "",
        text=rest,
    )

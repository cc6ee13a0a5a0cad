"""A new theme, as somebody begins it: it works at once, and says what to change."""

import re
from collections.abc import Sequence
from pathlib import Path

from generator.errors import ThemeError
from generator.obstacle import obstacle
from generator.theme.about import CONTRACT, THEME_FILE
from generator.theme.folder import Folder

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


def scaffold(place: Path, name: str, chain: Sequence[Folder]) -> Path:
    """Write a theme that inherits from another, and give its folder.

    Args:
        place: The folder of themes.
        name: Its own, and its folder's.
        chain: What it begins as, and what that inherits from.

    Raises:
        ThemeError: The name can't be one, the folder is there, or can't be written.
    """
    if not _NAME.fullmatch(name):
        raise ThemeError(
            f"a new theme can't be named {name!r}",
            fix="use lower-case letters, digits and hyphens, a letter first: my-theme",
        )
    folder = place / name
    try:
        folder.mkdir(parents=True)
        for path, text in _files(name, chain).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
    except OSError as error:
        if isinstance(error, FileExistsError) and folder.is_dir():
            raise ThemeError(
                "there is such a folder already", where=str(folder), fix="choose another name"
            ) from None
        raise ThemeError(
            f"the theme can't be written: {obstacle(folder, error, is_folder=True)}",
            where=str(folder),
            fix="make room for it, or let paths.themes name another folder first",
        ) from error
    return folder


def _files(name: str, chain: Sequence[Folder]) -> dict[str, str]:
    above = chain[0].about.name
    has_style = any("theme.css" in folder.static for folder in chain)
    style = _STYLE if has_style else _FIRST_STYLE
    major = int(CONTRACT.split(".")[0])
    return {
        THEME_FILE: _ABOUT.format(name=name, parent=above, contract=CONTRACT, next=major + 1),
        "static/theme.css": style.format(name=name, parent=above),
        "templates/portfolio.html": _PORTFOLIO.format(parent=above),
        "README.md": _README.format(name=name, parent=above),
    }


_ABOUT = """\
name = "{name}"
version = "0.1.0"
description = "Like {parent}, so far."
author = ""
licence = "MIT"
requires = ">={contract},<{next}"
inherits = "{parent}"
"""

_STYLE = """\
@import "theme.css";

/* {name}: what follows is laid over {parent}'s style. The custom properties are named in _base.css,
   the style sheet of the theme base. What is for screens only spares the printed résumé. */

@media screen {{
  .featured {{ border-inline-start: .5rem solid var(--text); }}
}}
"""

_FIRST_STYLE = """\
@import "_base.css";

/* {name}: the custom properties are named in _base.css. What is for screens only spares the printed
   résumé, which the last line is. */

@media screen {{
  .hero {{ background: var(--tint); }}
}}

@import "_print.css";
"""

_PORTFOLIO = """\
{{# Override any block of {parent}'s page here; the others stay as they are. #}}
{{% extends "{parent}:portfolio.html" %}}
"""

_README = """\
# {name}

A theme for QwikFolio. It inherits from `{parent}`: whatever isn't in this folder is `{parent}`'s.

```sh
qwikfolio serve                 # every sample, every width; saving a file shows it at once
qwikfolio theme check themes/{name}
qwikfolio theme docs            # all that a template can read
```

| to change | do this |
| --- | --- |
| colours, type, spacing | write CSS into `static/theme.css`, below the `@import` |
| one part of the page | copy its file, like `templates/partials/skills.html`, from `{parent}` \
or the theme that it inherits from, to the same place here, and edit it; \
`qwikfolio theme list` says in which folder each is |
| where parts stand | override a block in `templates/portfolio.html` |
| a word | `strings/en.toml`: `projects = "Work"` |
| what owners can choose | `[settings.<name>]` in `theme.toml`, read as `settings.<name>` |

A portfolio has this theme when its `theme` says `{{"id": "{name}"}}`, and the site's own pages when
`site.theme` in `qwikfolio.toml` is `"{name}"`.
"""

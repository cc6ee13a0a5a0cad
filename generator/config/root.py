"""The root of a site: the folder of `qwikfolio.toml`, looked for upwards."""

import os
from pathlib import Path

from generator.config.load import SETTINGS_FILE
from generator.errors import ConfigError

_ROOT_USER = 0
_FIX = (
    "run this in the folder of a site or below it, or name that folder with -C; `qwikfolio init` "
    "makes a new site"
)


def find_root(start: Path) -> Path | None:
    """The nearest folder with a `qwikfolio.toml`: `start`, or one above it; None where none has.

    The search ends at the root of the file system. It doesn't end at a home folder or a mount:
    sites are kept in volumes, and in folders of other accounts.

    Raises:
        ConfigError: The file found is a link to nothing; or it is above `start` and belongs to an
            account that has no say there, as in a folder like /tmp where everybody may write.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        file = folder / SETTINGS_FILE
        if not os.path.lexists(file):
            continue
        if not file.exists():
            raise ConfigError(
                f"{SETTINGS_FILE} is a symbolic link to a file that isn't there",
                where=f"{file} (a link to {os.readlink(file)})",  # noqa: PTH115 - as it is written
                fix="mend the link, or remove it",
            )
        if folder != start:
            _require_trusted(file, start)
        return folder
    return None


def no_site(start: Path, fix: str = _FIX) -> ConfigError:
    """The error of a command that needs a site and was run outside of one."""
    return ConfigError(
        f"no {SETTINGS_FILE} here or above: {start.resolve()}",
        fix=fix,
    )


def _require_trusted(file: Path, start: Path) -> None:
    owner = file.stat().st_uid
    if is_trusted(owner, user=os.geteuid(), start=start.stat().st_uid):
        return
    raise ConfigError(
        f"the nearest {SETTINGS_FILE} belongs to another account (user id {owner})",
        where=str(file),
        fix=f"if you trust that account, name the folder: -C {file.parent}; "
        "else run this in the folder of your site",
    )


def is_trusted(owner: int, *, user: int, start: int) -> bool:
    """Whether settings above a folder may be followed.

    Args:
        owner: The id of the account that the settings belong to.
        user: Of the account that the command runs as.
        start: Of the account that the folder itself belongs to.
    """
    return owner in {_ROOT_USER, user, start}

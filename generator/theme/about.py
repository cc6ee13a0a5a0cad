"""`theme.toml`: what a theme says of itself."""

import tomllib
from pathlib import Path
from typing import Literal

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from generator.errors import ThemeError
from generator.model.portfolio import Scalar

THEME_FILE = "theme.toml"
CONTRACT = "1.0"
"""The version of what a theme may rely on: templates, their context, filters, settings, words.

The first number grows when a theme may break, the second when something is added."""

_LONGEST = 200


class Setting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[settings.<key>]`: what an owner may choose, in the column `portfolios.theme`."""

    type: Literal["choice", "boolean", "text", "number"]
    """What kind of value it takes. Required."""
    default: Scalar
    """What holds where the row says nothing, or nothing that can be used. Required."""
    help: str
    """What it does, in one sentence. Required."""
    choices: tuple[str, ...] = ()
    """Of a choice: the values it may have."""
    minimum: float | None = None
    """Of a number: the smallest it may be."""
    maximum: float | None = None
    """Of a number: the greatest it may be."""
    longest: int = _LONGEST
    """Of a text: how many characters it may have."""


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`theme.toml`."""

    name: str
    """What `theme.id` of a portfolio and `site.theme` of the settings call it. Required."""
    version: str
    """The theme's own version. Required."""
    licence: str = ""
    """Under which others may use it."""
    author: str = ""
    """Who made it."""
    description: str = ""
    """What it is like, in one sentence."""
    requires: str = ""
    """Which versions of this contract it is made for: `>=1.0,<2`. Empty: any."""
    inherits: str = ""
    """The theme it is a variation of. Empty: it stands alone."""
    abstract: bool = False
    """Whether it is there to be inherited from only, and nobody can choose it."""
    settings: dict[str, Setting] = {}
    """What the row's column `theme` may set besides, or otherwise than, its parent's."""


def read_about(text: str, path: Path) -> About:
    """Read the text of a `theme.toml`.

    Raises:
        ThemeError: It is no TOML, has an unknown key or a value that can't be used, or asks for
            another version of the contract.
    """
    try:
        about = msgspec.convert(tomllib.loads(text), About)
        _check(about)
        fits = CONTRACT in SpecifierSet(about.requires)
    except InvalidSpecifier:
        raise _refused(
            f"requires can't be {about.requires!r}", path, 'write a range like ">=1.0,<2"'
        ) from None
    except (ValueError, RecursionError) as error:  # both libraries' errors are ValueErrors
        raise _refused(str(error), path, "see docs/themes.md") from None
    if not fits:
        raise _refused(
            f"it is made for version {about.requires} of the contract, and this is {CONTRACT}",
            path,
            "get another version of the theme, or adapt it and mend `requires`",
        )
    return about


def fault(setting: Setting, value: Scalar) -> str | None:
    """Why a setting can't have this value; None where it can."""
    match setting.type:
        case "choice":
            return None if value in setting.choices else f"is none of {', '.join(setting.choices)}"
        case "boolean":
            return None if isinstance(value, bool) else "is neither true nor false"
        case "text":
            fits = isinstance(value, str) and len(value) <= setting.longest
            return None if fits else f"is no text of at most {setting.longest} characters"
    return "is no number" if isinstance(value, bool | str) else _out_of_range(setting, value)


def _out_of_range(setting: Setting, value: float) -> str | None:
    if setting.minimum is not None and value < setting.minimum:
        return f"is less than {setting.minimum:g}"
    if setting.maximum is not None and value > setting.maximum:
        return f"is more than {setting.maximum:g}"
    return None


def _check(about: About) -> None:
    if not about.name.isprintable() or set(about.name) & set(":/\\") or not about.name.strip():
        raise ValueError(f"a theme can't be named {about.name!r}")
    for key, setting in about.settings.items():
        if not is_key(key):
            raise ValueError(f"a setting can't be named {key!r}: letters, digits, underscores")
        if setting.type == "choice" and not setting.choices:
            raise ValueError(f"settings.{key} has no choices")
        if why := fault(setting, setting.default):
            raise ValueError(f"the default of settings.{key} {why}")


def is_key(name: str) -> bool:
    """Whether a template can read something by this name, after a dot."""
    return name.isascii() and name.isidentifier() and name[0] != "_"


def _refused(what: str, path: Path, fix: str) -> ThemeError:
    return ThemeError(f"the theme can't be used: {what}", where=str(path), fix=fix)

"""Every rule of `qwikfolio theme check`, as rules.toml tells them."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

import msgspec

from generator.check.finding import Level


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is held of every theme."""

    code: str
    level: Level
    what: str
    """What a theme must do, or must not."""
    fix: str
    """What to do where it doesn't."""


def _read() -> dict[str, Mapping[str, Rule]]:
    told = tomllib.loads(files("generator.check").joinpath("rules.toml").read_text("utf-8"))
    return {
        family: {code: msgspec.convert({"code": code, **it}, Rule) for code, it in rules.items()}
        for family, rules in told.items()
    }


FAMILIES: Mapping[str, Mapping[str, Rule]] = MappingProxyType(_read())
"""The rules by what they are about."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {code: rule for family in FAMILIES.values() for code, rule in family.items()}
)
"""By code."""

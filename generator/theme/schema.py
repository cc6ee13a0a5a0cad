"""What a theme lets owners choose, and what a row makes of it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal

import msgspec

from generator.model.portfolio import Scalar
from generator.model.problem import quote
from generator.theme.about import Setting, fault

APP_KEYS = frozenset({"primaryColor", "accentStyle", "radius", "layout"})
"""What the app writes into every row: no mistake where a theme has no such setting."""

_MOST_NAMED = 5


class Fault(msgspec.Struct, frozen=True):
    """A choice that could not be used."""

    kind: Literal["theme", "unknown_setting", "setting"]
    place: str
    """In the column: `theme.layout`."""
    why: str


class Resolved(msgspec.Struct, frozen=True):
    """A row's choices, as a theme takes them."""

    values: msgspec.Struct
    """One field a setting; `settings` in a template."""
    faults: tuple[Fault, ...]
    """What could not be used."""


class Schema(msgspec.Struct, frozen=True, dict=True):
    """The settings of a theme, its parents' included."""

    settings: Mapping[str, Setting]
    """By key."""

    @cached_property
    def struct(self) -> type[msgspec.Struct]:
        """The type of `settings` in a template."""
        kinds = {"choice": str, "text": str, "boolean": bool, "number": float}
        fields = [
            (key, kinds[setting.type], setting.default) for key, setting in self.settings.items()
        ]
        return msgspec.defstruct("Settings", fields, frozen=True)

    @cached_property
    def defaults(self) -> msgspec.Struct:
        """What holds where nobody chose: on the site's own pages."""
        return self.struct()

    def resolve(self, chosen: Iterable[tuple[str, Scalar]]) -> Resolved:
        """Take what can be used, and the default for what can't."""
        values: dict[str, Scalar] = {}
        faults: list[Fault] = []
        unknown: list[str] = []
        for key, value in chosen:
            setting = self.settings.get(key)
            if setting is None:
                unknown.append(key)
            elif why := fault(setting, value):
                faults.append(Fault("setting", f"theme.{key}", f"{quote(value)} {why}"))
            else:
                values[key] = value
        strange = [quote(key) for key in unknown if key not in APP_KEYS]
        if strange:
            more = len(strange) - _MOST_NAMED
            named = ", ".join(strange[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            faults.append(Fault("unknown_setting", "theme", f"the theme has no setting {named}"))
        return Resolved(self.struct(**values), tuple(faults))

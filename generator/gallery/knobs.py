"""The knobs of a theme: the finite set of what owners can choose, and a portfolio that chose it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product

from msgspec.structs import replace

from generator.model.portfolio import Portfolio, Scalar, ThemeChoice
from generator.theme.schema import APP_KEYS, Schema

Knobs = Mapping[str, Scalar]
"""What is chosen, by the settings' keys."""


def axes(schema: Schema) -> dict[str, tuple[Scalar, ...]]:
    """Every setting that has finitely many values, with all of them."""
    found: dict[str, tuple[Scalar, ...]] = {}
    for key, setting in schema.settings.items():
        if setting.type == "choice":
            found[key] = setting.choices
        elif setting.type == "boolean":
            found[key] = (False, True)
    return found


def combinations(schema: Schema, keys: Collection[str] = APP_KEYS) -> Iterator[Knobs]:
    """Every combination of some settings: by default of those the app offers, 4 × 3 × 3 × 3."""
    chosen = {key: values for key, values in axes(schema).items() if key in keys}
    for values in product(*chosen.values()):
        yield dict(zip(chosen, values, strict=True))


def covering(schema: Schema) -> Iterator[Knobs]:
    """A few combinations in which each value of each setting occurs at least once."""
    found = axes(schema)
    for n in range(max(map(len, found.values()), default=1)):
        yield {key: values[n % len(values)] for key, values in found.items()}


def choose(portfolio: Portfolio, theme: str, knobs: Knobs) -> Portfolio:
    """The same person, had they chosen this theme and turned these knobs; the others stay."""
    chosen: Iterable[tuple[str, Scalar]] = {**dict(portfolio.theme.chosen), **knobs}.items()
    return replace(portfolio, theme=ThemeChoice(theme, tuple(chosen)))


def without_photo(portfolio: Portfolio) -> Portfolio:
    """The same person, had they hidden their photo."""
    return replace(portfolio, photo=None)

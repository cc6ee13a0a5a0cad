"""Figures as a page: one HTML file that needs nothing else, and no script."""

from functools import cache
from importlib.resources import files

import msgspec
from jinja2 import Environment, StrictUndefined, Template

from generator.stats.figures import Count, Figures

_TALLEST = 100  # units of the drawing, which is stretched to its place
_GAP = 0.2  # of a bar's width


class Bar(msgspec.Struct, frozen=True):
    """One bar of a chart, in units of the drawing; the height is at most 100."""

    x: float
    y: float
    width: float
    height: float
    label: str


class Chart(msgspec.Struct, frozen=True):
    """A number of each day."""

    title: str
    noun: str
    total: int
    most: int
    bars: tuple[Bar, ...]


class Ranking(msgspec.Struct, frozen=True):
    """What was most frequent."""

    title: str
    kind: str
    rows: tuple[tuple[Count, float], ...]
    """With the share of the longest bar, 0 to 100."""


def page(figures: Figures) -> str:
    """The page, as HTML."""
    charts = (
        _chart("Views", "views", figures, [day.views for day in figures.days]),
        _chart("Visitors", "visitors", figures, [day.visitors for day in figures.days]),
    )
    rankings = (
        _ranking("Projects looked at", "Project", figures.projects),
        _ranking("Links followed", "Link", figures.links),
        _ranking("Where visitors came from", "Site", figures.referrers),
        _ranking("Screens", "Screen", figures.screens),
        _ranking("Languages", "Language", figures.languages),
        _ranking("Left out", "Reason", figures.filtered),
    )
    return _template().render(it=figures, charts=charts, rankings=rankings)


def _chart(title: str, noun: str, figures: Figures, values: list[int]) -> Chart:
    most = max(values, default=0)
    scale = _TALLEST / most if most else 0.0
    bars = tuple(
        Bar(
            nth + _GAP / 2,
            round(_TALLEST - value * scale, 3),
            1 - _GAP,
            round(value * scale, 3),
            f"{day.day:%-d %B %Y}: {value:,} {noun}",
        )
        for nth, (day, value) in enumerate(zip(figures.days, values, strict=True))
    )
    return Chart(title, noun, sum(values), most, bars)


def _ranking(title: str, kind: str, counts: tuple[Count, ...]) -> Ranking:
    most = max((count.events for count in counts), default=0) or 1
    return Ranking(title, kind, tuple((it, round(100 * it.events / most, 2)) for it in counts))


@cache
def _template() -> Template:
    text = files(__package__ or "").joinpath("page.html").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text)

"""A bar chart as SVG, readable on a light page and on a dark one."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

import msgspec

_WIDTH, _LABELS, _FIGURES = 720, 205, 165
_ROW, _BAR, _TOP = 34, 20, 44
_STYLE = """\
text { font: 14px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; }
.bar { fill: #8c959f; }
.ours { fill: #0e9f6e; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .bar { fill: #6e7681; }
  .ours { fill: #34d399; }
}"""


class Bar(msgspec.Struct, frozen=True):
    """One bar."""

    label: str
    value: float
    figure: str
    """The value as it is written beside the bar."""
    ours: bool = False


def chart(title: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars under a title; the longest fills the width.

    The figures stand beside the bars, and all of it in the text that a screen reader gets.
    """
    height = _TOP + _ROW * len(bars) + 8
    most = max((bar.value for bar in bars), default=0) or 1
    spoken = "; ".join(f"{bar.label}: {bar.figure}" for bar in bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
        f' width="{_WIDTH}" height="{height}" role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(spoken)}</desc>',
        f"<style>\n{_STYLE}\n</style>",
        f'<text class="title" x="0" y="24">{escape(title)}</text>',
    ]
    for number, bar in enumerate(bars):
        top = _TOP + number * _ROW
        length = round((_WIDTH - _LABELS - _FIGURES) * bar.value / most, 1)
        middle = top + _BAR - 5
        kind = "bar ours" if bar.ours else "bar"
        lines += [
            f'<text x="{_LABELS - 10}" y="{middle}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect class="{kind}" x="{_LABELS}" y="{top}" width="{length}" height="{_BAR}"'
            ' rx="3"/>',
            f'<text x="{_LABELS + length + 8}" y="{middle}">{escape(bar.figure)}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])

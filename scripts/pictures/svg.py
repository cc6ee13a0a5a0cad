"""Shapes of SVG as text."""

from collections.abc import Iterable
from html import escape

FONT = "'Noto Sans', 'Noto Sans Arabic', 'Noto Sans Devanagari', 'Noto Sans CJK JP', sans-serif"
MONO = "'DejaVu Sans Mono', 'Noto Sans Mono', monospace"
Point = tuple[float, float]


def tag(name: str, *children: str, **attributes: object) -> str:
    """An element; `_` in an attribute's name is `-`."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{''.join(children)}</{name}>" if children else f"<{name}{given}/>"


def drawing(width: int, height: int, *children: str) -> str:
    """A whole picture."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">{"".join(children)}</svg>'
    )


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0, **more: object) -> str:
    """A rectangle, its corners rounded by `r`."""
    return tag("rect", x=x, y=y, width=w, height=h, fill=fill, rx=r or None, **more)


def circle(x: float, y: float, r: float, fill: str, **more: object) -> str:
    """A circle."""
    return tag("circle", cx=x, cy=y, r=r, fill=fill, **more)


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, **more: object) -> str:
    """An ellipse."""
    return tag("ellipse", cx=x, cy=y, rx=rx, ry=ry, fill=fill, **more)


def path(d: str, fill: str = "none", **more: object) -> str:
    """A path."""
    return tag("path", d=d, fill=fill, **more)


def stroke(d: str, color: str, width: float = 2, **more: object) -> str:
    """A line along a path, with round ends."""
    more = {"stroke_linecap": "round", "stroke_linejoin": "round", **more}
    return path(d, stroke=color, stroke_width=width, **more)


def polygon(points: Iterable[Point], fill: str, **more: object) -> str:
    """A polygon."""
    return tag("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), fill=fill, **more)


def line_through(points: Iterable[Point]) -> str:
    """The path of straight lines through points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def curve_through(points: list[Point]) -> str:
    """The path of a smooth curve through points (Catmull-Rom)."""
    out = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for i in range(len(points) - 1):
        before, a, b = points[max(i - 1, 0)], points[i], points[i + 1]
        after = points[min(i + 2, len(points) - 1)]
        one = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
        two = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
        out += f"C{one[0]:.1f} {one[1]:.1f} {two[0]:.1f} {two[1]:.1f} {b[0]:.1f} {b[1]:.1f}"
    return out


def text(x: float, y: float, words: str, size: float, fill: str, **more: object) -> str:
    """One line of text."""
    more = {"font_family": FONT, **more}
    return tag("text", escape(words), x=x, y=y, font_size=size, fill=fill, **more)


def mono(x: float, y: float, words: str, size: float, fill: str, **more: object) -> str:
    """One line of text, as a terminal shows it."""
    return text(x, y, words, size, fill, font_family=MONO, xml__space="preserve", **more)


def group(*children: str, **more: object) -> str:
    """Several shapes as one."""
    return tag("g", *children, **more)


def gradient(name: str, *stops: str, x2: float = 0, y2: float = 1) -> str:
    """A linear gradient of evenly spaced colours, from the top down by default."""
    last = max(len(stops) - 1, 1)
    return tag(
        "linearGradient",
        *(tag("stop", offset=n / last, stop_color=color) for n, color in enumerate(stops)),
        id=name, x1=0, y1=0, x2=x2, y2=y2,
    )  # fmt: skip


def glow(name: str, color: str, strength: float = 1) -> str:
    """A radial gradient that fades out."""
    return tag(
        "radialGradient",
        tag("stop", offset=0, stop_color=color, stop_opacity=strength),
        tag("stop", offset=1, stop_color=color, stop_opacity=0),
        id=name,
    )


def shadow(name: str, depth: float = 12, strength: float = 0.18) -> str:
    """A filter: a soft shadow below a shape."""
    return tag(
        "filter",
        tag("feDropShadow", dx=0, dy=depth, stdDeviation=depth, flood_opacity=strength),
        id=name, x="-20%", y="-20%", width="140%", height="150%",
    )  # fmt: skip


def defs(*children: str) -> str:
    """Gradients, filters and the like, for the rest to refer to."""
    return tag("defs", *children)


def window(x: float, y: float, w: float, h: float, fill: str, bar: str, *children: str) -> str:
    """A window with three buttons; needs the filter `shadow`."""
    lights = zip(("#ff6b62", "#f6be4f", "#5fc454"), (26, 50, 74), strict=True)
    return group(
        rect(x, y, w, h, fill, 16, filter="url(#shadow)"),
        path(
            f"M{x} {y + 46}V{y + 16}a16 16 0 0 1 16-16H{x + w - 16}a16 16 0 0 1 16 16V{y + 46}Z",
            bar,
        ),
        *(circle(x + at, y + 23, 7, color) for color, at in lights),
        *children,
    )


def phone(x: float, y: float, w: float, h: float, fill: str, *children: str) -> str:
    """A phone, whose screen begins 10 further in; needs the filter `shadow`."""
    return group(
        rect(x, y, w, h, "#17131f", 44, filter="url(#shadow)"),
        rect(x + 10, y + 10, w - 20, h - 20, fill, 35),
        *children,
        rect(x + w / 2 - 42, y + 22, 84, 20, "#17131f", 10),
    )


def _number(value: object) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value

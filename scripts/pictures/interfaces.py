"""Pictures of projects that people see on a screen: 1280 by 800."""

import math
import random

from scripts.pictures.svg import (
    circle,
    curve_through,
    defs,
    drawing,
    gradient,
    group,
    line_through,
    mono,
    path,
    rect,
    shadow,
    stroke,
    tag,
    text,
    window,
)

_GREEN, _DEEP, _PAPER = "#0b7a5b", "#0f3d33", "#f7faf8"


def keel_components() -> str:
    """A sheet of components of a ferry company's design system."""
    white = "#ffffff"

    def card(x: float, y: float, w: float, h: float, *more: str) -> str:
        return group(rect(x, y, w, h, white, 18, filter="url(#shadow)"), *more)

    def button(
        x: float, y: float, w: float, words: str, fill: str, ink: str, **more: object
    ) -> str:
        return rect(x, y, w, 56, fill, 12, **more) + text(
            x + w / 2, y + 36, words, 21, ink, text_anchor="middle", font_weight=600
        )

    buttons = card(
        64, 64, 366, 320,
        text(96, 112, "Button", 20, "#5c7a70", font_weight=600),
        button(96, 136, 190, "Book now", _GREEN, white),
        button(96, 210, 190, "Add a car", "#e2f2ec", _DEEP),
        rect(89, 283, 204, 70, "none", 18, stroke="#e58a1f", stroke_width=4),
        button(96, 290, 190, "Focused", _GREEN, white),
        *(circle(356, 164 + 77 * n, 26, color) for n, color in enumerate((_GREEN, "#e2f2ec", "#e58a1f"))),
    )  # fmt: skip
    form = card(
        64, 416, 366, 320,
        text(96, 466, "Name on the ticket", 20, _DEEP, font_weight=600),
        rect(96, 482, 302, 56, _PAPER, 12, stroke="#9db8ae", stroke_width=2),
        text(116, 518, "Ngozi Adeyemi", 22, _DEEP),
        text(96, 586, "Licence plate", 20, _DEEP, font_weight=600),
        rect(96, 602, 302, 56, "#fff5f2", 12, stroke="#c43d20", stroke_width=3),
        text(116, 638, "KX7", 22, _DEEP),
        circle(108, 690, 11, "#c43d20"), text(108, 697, "!", 18, white, text_anchor="middle", font_weight=700),
        text(130, 697, "Seven characters are needed", 19, "#a83217"),
    )  # fmt: skip
    times = (("07:15", "On time", "#d9f1e5", "#0b6046"), ("10:45", "Boarding", "#ffeccc", "#8a4d00"),
             ("14:30", "On time", "#d9f1e5", "#0b6046"), ("18:05", "Full", "#eceff0", "#54626a"))  # fmt: skip
    rows = "".join(
        group(
            rect(494, 180 + 92 * n, 392, 76, _PAPER if n != 1 else "#eaf6f1", 14,
                 stroke=_GREEN if n == 1 else "#e1e9e5", stroke_width=3 if n == 1 else 1.5),
            text(518, 228 + 92 * n, time, 30, _DEEP, font_weight=700),
            rect(744, 199 + 92 * n, 120, 38, fill, 19),
            text(804, 225 + 92 * n, state, 18, ink, text_anchor="middle", font_weight=600),
        )
        for n, (time, state, fill, ink) in enumerate(times)
    )  # fmt: skip
    board = card(
        462, 64, 456, 510,
        text(494, 120, "Northquay", 25, _DEEP, font_weight=700),
        stroke("M640 111H700M688 101L701 111L688 121", _GREEN, 4),
        text(722, 120, "Isle of Arden", 25, _DEEP, font_weight=700),
        text(494, 154, "Saturday, 12 July", 19, "#5c7a70"), rows,
    )  # fmt: skip
    steps = card(
        462, 606, 456, 130,
        stroke("M545 658H835", "#d5e3dc", 6), stroke("M545 658H690", _GREEN, 6),
        *(circle(545 + 145 * n, 658, 22, _GREEN if n < 2 else white, stroke=_GREEN if n < 2 else "#b4c8be",
                 stroke_width=4) for n in range(3)),
        stroke("M536 658L543 666L556 651", white, 5),
        *(text(545 + 145 * n, 714, word, 18, _DEEP, text_anchor="middle", font_weight=600)
          for n, word in enumerate(("Crossing", "People", "Pay"))),
    )  # fmt: skip
    dark = group(
        rect(950, 64, 266, 672, _DEEP, 18, filter="url(#shadow)"),
        text(982, 116, "Crew tablet", 20, "#9fd2c0", font_weight=600),
        text(982, 196, "312", 64, white, font_weight=700), text(982, 230, "of 380 on board", 20, "#bfe3d6"),
        rect(982, 254, 202, 14, "#1d5a4b", 7), rect(982, 254, 166, 14, "#5fe0b2", 7),
        *(rect(982 + 26 * (n % 8), 306 + 26 * (n // 8), 20, 20, "#5fe0b2" if (n * 7) % 11 < 8 else "#1d5a4b", 5)
          for n in range(64)),
        text(982, 566, "Announce", 20, "#9fd2c0", font_weight=600),
        rect(982, 584, 202, 56, "#5fe0b2", 12),
        text(1083, 620, "Boarding", 21, _DEEP, text_anchor="middle", font_weight=700),
        rect(982, 654, 202, 56, "none", 12, stroke="#5fe0b2", stroke_width=3),
        text(1083, 690, "Delay", 21, "#5fe0b2", text_anchor="middle", font_weight=700),
    )  # fmt: skip
    return drawing(1280, 800, defs(shadow("shadow", 8, 0.12)), rect(0, 0, 1280, 800, "#e4efea"),
                   buttons, form, board, steps, dark)  # fmt: skip


def _luminance(color: str) -> float:
    parts = (int(color[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (
        it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def keel_contrast() -> str:
    """Every pair of colours with its contrast; pairs that nobody could read are refused."""
    grounds = ("#ffffff", "#e2f2ec", "#9fdcc4", "#2fa37c", "#0b7a5b", "#0f3d33")
    inks = ("#0f3d33", "#0b6046", "#5c7a70", "#a83217", "#8a4d00", "#ffffff")
    cells = []
    for row, ground in enumerate(grounds):
        for column, ink in enumerate(inks):
            x, y = 250 + 162 * column, 164 + 98 * row
            light, dark = sorted((_luminance(ground), _luminance(ink)), reverse=True)
            ratio = (light + 0.05) / (dark + 0.05)
            if ratio >= 4.5:
                cells += [
                    rect(x, y, 146, 82, ground, 14, stroke="#cfded7", stroke_width=1.5),
                    text(x + 20, y + 54, "Aa", 36, ink, font_weight=700),
                    text(
                        x + 128, y + 50, f"{ratio:.1f}", 22, ink, text_anchor="end", font_weight=600
                    ),
                ]
            else:
                cells += [
                    rect(x, y, 146, 82, "#f3f5f4", 14),
                    rect(x, y, 146, 82, "url(#no)", 14),
                    text(x + 73, y + 50, f"{ratio:.1f}", 22, "#6f7f78", text_anchor="middle"),
                ]
    heads = [
        group(rect(84, 164 + 98 * row, 146, 82, ground, 14, stroke="#cfded7", stroke_width=1.5),
              mono(157, 211 + 98 * row, ground, 18, "#0f3d33" if row < 4 else "#ffffff", text_anchor="middle"))
        for row, ground in enumerate(grounds)
    ] + [
        group(circle(323 + 162 * n, 100, 26, ink, stroke="#b4c8be", stroke_width=2),
              mono(323 + 162 * n, 150, ink, 17, "#41584f", text_anchor="middle"))
        for n, ink in enumerate(inks)
    ]  # fmt: skip
    hatch = tag("pattern", stroke("M0 12L12 0", "#dce3e0", 2), id="no", width=12, height=12,
                patternUnits="userSpaceOnUse")  # fmt: skip
    return drawing(1280, 800, defs(hatch), rect(0, 0, 1280, 800, "#fbfdfc"),
                   text(84, 96, "text on", 20, "#5c7a70"), text(84, 124, "surface", 20, "#5c7a70"),
                   *heads, *cells)  # fmt: skip


def second_glance() -> str:
    """One page, as four people meet it."""

    def page(x: float) -> str:
        return group(
            rect(x, 0, 300, 650, "#fffdf8"),
            rect(x + 24, 24, 90, 22, "#d2453a", 6), rect(x + 206, 28, 70, 14, "#c9c4b8", 7),
            tag("clipPath", rect(x + 24, 66, 252, 150, "#000", 12), id=f"hero{x}"),
            group(rect(x + 24, 66, 252, 150, "#8fd0e8"),
                  circle(x + 214, 106, 24, "#ffd667"),
                  path(f"M{x + 24} 216L{x + 110} 110L{x + 180} 190L{x + 220} 150L{x + 276} 216Z", "#3a8f6d"),
                  clip_path=f"url(#hero{x})"),
            text(x + 24, 260, "Walks by the sea", 29, "#27313a", font_weight=700),
            *(rect(x + 24, 284 + 24 * n, w, 11, "#b9bec4", 5) for n, w in enumerate((252, 236, 246, 150))),
            rect(x + 24, 396, 120, 44, "#d2453a", 10),
            text(x + 84, 425, "Find one", 19, "#fff", text_anchor="middle", font_weight=600),
            rect(x + 156, 396, 120, 44, "#3a8f6d", 10),
            text(x + 216, 425, "Save", 19, "#fff", text_anchor="middle", font_weight=600),
            text(x + 24, 492, "This week", 23, "#27313a", font_weight=700),
            *(rect(x + 24 + 88 * n, 512, 76, 76, color, 10) for n, color in enumerate(("#f3b65f", "#8fd0e8", "#c7a6e8"))),
            *(rect(x + 24, 608 + 22 * n, w, 10, "#b9bec4", 5) for n, w in enumerate((230, 180))),
        )  # fmt: skip

    grey = tag("filter", tag("feColorMatrix", type="saturate", values="0"), id="grey")
    strips = []
    names = ("as designed", "without colour", "headings only", "at 400 %")
    for n, name in enumerate(names):
        x = 64 + 292 * n
        clip = tag("clipPath", rect(x, 116, 276, 600, "#000", 14), id=f"strip{n}")
        if n == 2:
            body = group(
                rect(x, 116, 276, 600, "#202833"),
                *(text(x + 22 + 18 * (level - 1), 176 + 62 * row, f"h{level}", 19, "#7fd1ff", font_weight=700)
                  + text(x + 62 + 18 * (level - 1), 176 + 62 * row, words, 21, "#f1f4f8")
                  for row, (level, words) in enumerate(((1, "Walks by the sea"), (2, "This week"), (3, "Cliff path"),
                                                        (3, "Old harbour"), (3, "Two bays"), (2, "Getting here")))),
                rect(x + 12, 588, 252, 104, "#2d3946", 12), circle(x + 40, 640, 14, "#7fd1ff"),
                stroke(f"M{x + 36} 633v14l11-7z", "#202833", 3),
                *(rect(x + 68 + 12 * k, 640 - h / 2, 6, h, "#7fd1ff", 3)
                  for k, h in enumerate((12, 26, 40, 22, 50, 34, 18, 44, 28, 14, 36, 20, 10))),
            )  # fmt: skip
        elif n == 3:
            body = group(page(0), transform=f"translate({x - 60} -560) scale(2.7)")
        else:
            body = group(page(0), transform=f"translate({x} 116) scale(0.92)",
                         filter="url(#grey)" if n == 1 else None)  # fmt: skip
        strips += [clip, rect(x, 116, 276, 600, "#fff", 14, filter="url(#shadow)"),
                   group(body, clip_path=f"url(#strip{n})"),
                   text(x + 138, 756, name, 22, "#dfe7f0", text_anchor="middle", font_weight=600)]  # fmt: skip
    chips = "".join(
        rect(64 + 292 * n, 54, 44, 26, "#7fd1ff" if n == 2 else "#3d4c60", 13)
        + circle(64 + 292 * n + (31 if n == 2 else 13), 67, 9, "#fff")
        for n in range(4)
    )
    return drawing(1280, 800, defs(shadow("shadow", 10, 0.35), grey, gradient("sky", "#2b3a50", "#182130")),
                   rect(0, 0, 1280, 800, "url(#sky)"), chips, *strips)  # fmt: skip


def tysha_oncall() -> str:
    """A dashboard for whoever is on call: hours of a month, and hardly a night among them."""
    dice = random.Random(7)
    ink, soft = "#e7f1f6", "#8fb0c0"
    cells = []
    for day in range(31):
        for hour in range(24):
            awake = 8 <= hour <= 20
            heat = dice.random() ** (1.6 if awake else 14)
            color = (
                "#123140"
                if heat < 0.35
                else ("#1a6f86" if heat < 0.62 else ("#26b0c6" if heat < 0.86 else "#ffb454"))
            )
            cells.append(rect(126 + 24 * day, 236 + 15.5 * hour, 20, 12.5, color, 3))
    lines = (("03:12", "database: replica lag", "resolved by itself, nobody woken", "#4fd39a"),
             ("09:40", "payments: error budget", "ticket opened, due Thursday", "#26b0c6"),
             ("14:05", "search: queue is growing", "acknowledged in 38 s", "#ffb454"),
             ("22:31", "tickets-eu: 14 alerts as one", "waits for the morning", "#4fd39a"))  # fmt: skip
    feed = "".join(
        group(circle(926, 268 + 108 * n, 9, color),
              stroke(f"M926 {286 + 108 * n}V{350 + 108 * n}", "#1d4457", 3) if n < 3 else "",
              mono(950, 274 + 108 * n, time, 18, soft),
              text(950, 304 + 108 * n, what, 18.5, ink, font_weight=600),
              text(950, 332 + 108 * n, how, 17, soft))
        for n, (time, what, how, color) in enumerate(lines)
    )  # fmt: skip
    figures = "".join(
        group(text(126 + 240 * n, 126, value, 54, color, font_weight=700),
              text(126 + 240 * n, 158, what, 19, soft))
        for n, (value, what, color) in enumerate((("−78 %", "night calls", "#4fd39a"), ("38 s", "to acknowledge", ink),
                                                  ("2", "people woken", "#ffb454"), ("0", "missed", ink)))
    )  # fmt: skip
    hours = "".join(
        mono(112, 248 + 15.5 * hour, f"{hour:02}", 14, soft, text_anchor="end")
        for hour in (0, 4, 8, 12, 16, 20)
    )
    return drawing(1280, 800, defs(gradient("bg", "#0c2431", "#081a24")), rect(0, 0, 1280, 800, "url(#bg)"),
                   rect(64, 56, 1152, 130, "#0f2c3b", 18), figures,
                   rect(64, 206, 818, 430, "#0f2c3b", 18), hours, *cells,
                   rect(902, 206, 314, 0, "#0f2c3b"), rect(902, 206, 314, 538, "#0f2c3b", 18), feed,
                   rect(64, 656, 818, 88, "#0f2c3b", 18),
                   stroke(curve_through([(100 + 26 * n, 706 - 26 * math.sin(n / 3) * math.exp(-n / 22) - dice.random() * 8)
                                         for n in range(29)]), "#26b0c6", 4),
                   circle(828, 704, 8, "#26b0c6"))  # fmt: skip


def lineage() -> str:
    """Tables, their columns, and what came from where."""
    tables = {
        "gauges_raw": (70, 90, ("station", "mm", "seen_at"), "#f5a623"),
        "soil_raw": (70, 330, ("plot", "moisture"), "#f5a623"),
        "mandi_prices": (70, 540, ("crop", "rupees", "day"), "#f5a623"),
        "rain_hourly": (480, 150, ("district", "mm", "hour"), "#3f7fbf"),
        "fields": (480, 430, ("plot", "crop", "district"), "#3f7fbf"),
        "season": (890, 90, ("district", "mm", "normal"), "#2f9e6e"),
        "advice_sms": (890, 420, ("phone", "crop", "rain"), "#2f9e6e"),
    }
    links = (("gauges_raw", 0, "rain_hourly", 0, 0), ("gauges_raw", 1, "rain_hourly", 1, 1),
             ("gauges_raw", 2, "rain_hourly", 2, 0), ("soil_raw", 0, "fields", 0, 0),
             ("mandi_prices", 0, "fields", 1, 0), ("rain_hourly", 0, "season", 0, 0),
             ("rain_hourly", 1, "season", 1, 1), ("rain_hourly", 1, "advice_sms", 2, 1),
             ("fields", 1, "advice_sms", 1, 0))  # fmt: skip
    lines, boxes = [], []
    for source, column, target, other, marked in links:
        x, y = tables[source][0] + 290, tables[source][1] + 84 + 44 * column
        u, v = tables[target][0], tables[target][1] + 84 + 44 * other
        bend = f"M{x} {y}C{x + 70} {y} {u - 70} {v} {u} {v}"
        lines.append(stroke(bend, "#e0651b" if marked else "#c9c2b4", 6 if marked else 3))
        lines += [
            circle(x, y, 6, "#e0651b" if marked else "#c9c2b4"),
            circle(u, v, 6, "#e0651b" if marked else "#c9c2b4"),
        ]
    lit = {("gauges_raw", "mm"), ("rain_hourly", "mm"), ("season", "mm"), ("advice_sms", "rain")}
    for name, (x, y, columns, color) in tables.items():
        height = 66 + 44 * len(columns)
        boxes += [
            rect(x, y, 290, height, "#ffffff", 14, filter="url(#shadow)"),
            path(
                f"M{x} {y + 52}V{y + 14}a14 14 0 0 1 14-14H{x + 276}a14 14 0 0 1 14 14V{y + 52}Z",
                color,
            ),
            mono(x + 20, y + 34, name, 21, "#ffffff", font_weight=700),
        ]
        for n, column in enumerate(columns):
            is_lit = (name, column) in lit
            boxes += [
                rect(x + 10, y + 63 + 44 * n, 270, 40, "#fdeee2", 8) if is_lit else "",
                mono(x + 26, y + 91 + 44 * n, column, 20, "#a8450c" if is_lit else "#4c463c"),
            ]
    return drawing(1280, 800, defs(shadow("shadow", 6, 0.12)), rect(0, 0, 1280, 800, "#faf6ee"), *lines, *boxes,
                   text(890, 700, "वर्षा → संदेश", 34, "#a8450c", font_weight=700),
                   text(890, 738, "4 पड़ाव, 1 बदलाव", 22, "#7d7466"))  # fmt: skip


def kerberos_terminal() -> str:
    """A fuzzer at work in a terminal."""
    rows = (("grammar", 0.82, "#c792ea", "412.7k/s"), ("mutation", 0.64, "#82d9c5", "1.31M/s"),
            ("symbolic", 0.31, "#ffcb6b", "  2.4k/s"))  # fmt: skip
    bars = "".join(
        group(mono(112, 268 + 56 * n, name, 24, "#d6dbe4"),
              rect(270, 248 + 56 * n, 520, 26, "#232a38", 6), rect(270, 248 + 56 * n, 520 * part, 26, color, 6),
              mono(812, 268 + 56 * n, f"{part:.0%}", 24, color), mono(960, 268 + 56 * n, speed, 24, "#8a93a6"))
        for n, (name, part, color, speed) in enumerate(rows)
    )  # fmt: skip
    said = (("12:04:31", "new edge   png/chunk.c:218", "#82d9c5"), ("12:04:33", "shared     mutation → symbolic, 3 inputs", "#8a93a6"),
            ("12:04:40", "CRASH      heap overflow in read_palette()", "#ff6e7f"), ("12:04:41", "minimised  41,288 → 27 bytes", "#d6dbe4"),
            ("12:04:52", "patch      proposed, all 1,904 tests pass", "#82d9c5"))  # fmt: skip
    feed = "".join(
        mono(112, 566 + 38 * n, time, 22, "#5c6579") + mono(246, 566 + 38 * n, words, 22, color)
        for n, (time, words, color) in enumerate(said)
    )
    points = [
        (112 + 38.2 * n, 500 - 66 * (1 - math.exp(-n / 7)) - 4 * math.sin(n)) for n in range(28)
    ]
    return drawing(1280, 800, defs(shadow("shadow", 22, 0.4), gradient("bg", "#56606f", "#2c333e", x2=1)),
                   rect(0, 0, 1280, 800, "url(#bg)"),
                   window(64, 56, 1152, 696, "#161b26", "#232a38",
                          mono(640, 86, "kerberos", 20, "#8a93a6", text_anchor="middle"),
                          mono(112, 156, "$ kerberos run --target libpng --heads 3", 25, "#d6dbe4"),
                          mono(112, 204, "coverage 71.4 %   corpus 8,233   crashes 2   up 06:12:44", 22, "#8a93a6"),
                          bars, stroke(line_through(points), "#82d9c5", 4),
                          path(line_through(points) + "L1143.4 520H112Z", "#82d9c5", opacity=0.12), feed))  # fmt: skip

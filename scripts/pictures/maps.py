"""Pictures of projects that are about places: 1280 by 800."""

import math
import random

from scripts.pictures.svg import (
    Point,
    circle,
    curve_through,
    defs,
    drawing,
    glow,
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
)


def _inside(x: float, y: float, outline: list[Point]) -> bool:
    found = False
    for (ax, ay), (bx, by) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            found = not found
    return found


def mayak_regions() -> str:
    """Three regions of a platform, and the traffic that moves from one to the others."""
    land = [
        [(90, 300), (150, 200), (270, 170), (340, 220), (420, 190), (470, 260), (440, 340), (480, 420),
         (400, 520), (300, 500), (250, 580), (160, 520), (110, 420)],
        [(560, 170), (680, 120), (800, 150), (850, 230), (800, 300), (860, 380), (780, 470), (690, 440),
         (620, 520), (560, 420), (600, 320), (540, 250)],
        [(900, 330), (980, 250), (1100, 240), (1180, 300), (1210, 420), (1140, 520), (1160, 600), (1040, 640),
         (960, 560), (980, 460), (890, 420)],
    ]  # fmt: skip
    dots = [
        circle(x + (9 if row % 2 else 0), y, 5.2, "#1f5f7d")
        for row, y in enumerate(range(110, 670, 16))
        for x in range(70, 1230, 18)
        if any(_inside(x, y, it) for it in land)
    ]
    hubs = (
        (290, 350, "eu-west", "34 %", "#5fd8c4"),
        (710, 290, "eu-central", "0 %", "#ff8a66"),
        (1060, 430, "eu-east", "66 %", "#5fd8c4"),
    )
    arcs = stroke(
        "M710 290C600 150 420 180 290 350", "#5fd8c4", 5, stroke_dasharray="2 13"
    ) + stroke("M710 290C840 160 1000 240 1060 430", "#5fd8c4", 5, stroke_dasharray="2 13")
    lanterns = "".join(
        group(circle(x, y, 70, "url(#warm)" if color == "#ff8a66" else "url(#cool)"), circle(x, y, 17, "#0b2a3c"),
              circle(x, y, 11, color),
              rect(x - 84, y + 34, 168, 66, "#0b2a3c", 14, stroke=color, stroke_width=2),
              text(x - 66, y + 60, name, 18, "#b9d9e6"), text(x - 66, y + 88, share, 25, color, font_weight=700))
        for x, y, name, share, color in hubs
    )  # fmt: skip
    bar = group(
        rect(64, 690, 1152, 66, "#0b2a3c", 18),
        text(92, 733, "Навчання № 41", 24, "#e7f1f6", font_weight=700),
        rect(330, 716, 620, 14, "#123f57", 7), rect(330, 716, 590, 14, "#5fd8c4", 7),
        *(circle(330 + at, 723, 11, "#0b2a3c", stroke="#5fd8c4", stroke_width=4) for at in (0, 150, 350, 590)),
        text(984, 734, "96 с", 32, "#5fd8c4", font_weight=700), text(1066, 733, "до відновлення", 18, "#b9d9e6"),
    )  # fmt: skip
    return drawing(1280, 800, defs(gradient("sea", "#0f3a52", "#0a2433"), glow("warm", "#ff8a66", 0.6), glow("cool", "#5fd8c4", 0.5)),
                   rect(0, 0, 1280, 800, "url(#sea)"),
                   *(stroke(f"M0 {70 + 90 * n}C320 {30 + 90 * n} 420 {120 + 90 * n} 700 {80 + 90 * n}S1100 {40 + 90 * n} 1280 {90 + 90 * n}",
                            "#ffffff", 1.5, opacity=0.05) for n in range(8)),
                   *dots, arcs, lanterns, bar)  # fmt: skip


def qafila_route() -> str:
    """A mountain road between villages, with contour lines."""
    hills = ((310, 250, 300), (860, 190, 360), (620, 640, 330), (1130, 620, 260), (80, 640, 220))
    contours = []
    for index, (x, y, size) in enumerate(hills):
        for ring in range(7):
            far = size * (1 - ring / 7.4)
            points = []
            for k in range(25):
                angle = 2 * math.pi * k / 24
                bend = (
                    1 + 0.16 * math.sin(3 * angle + index) + 0.09 * math.sin(5 * angle + 2 * index)
                )
                points.append(
                    (x + math.cos(angle) * far * bend, y + math.sin(angle) * far * bend * 0.72)
                )
            contours.append(
                path(
                    curve_through(points) + "Z",
                    "#d9a86a",
                    fill_opacity=0.07,
                    stroke="#b98a54",
                    stroke_width=1.6,
                    stroke_opacity=0.55,
                )
            )
    road = [
        (90, 150),
        (190, 214),
        (252, 330),
        (370, 396),
        (486, 360),
        (560, 262),
        (650, 288),
        (700, 400),
        (790, 470),
        (910, 440),
        (990, 340),
        (1090, 372),
        (1150, 470),
        (1226, 500),
    ]
    river = curve_through(
        [(0, 470), (160, 450), (300, 520), (450, 500), (560, 560), (760, 700), (900, 820)]
    )
    stops = (
        ("إملشيل", 1, "up"),
        ("أكودال", 4, "down"),
        ("تينغير", 7, "up"),
        ("بومالن", 10, "up"),
        ("ورزازات", 13, "down"),
    )
    labels = []
    for name, at, side in stops:
        x, y = road[at]
        dy = -42 if side == "up" else 58
        x_label = min(x, 1180)
        labels += [
            circle(x, y, 17, "#ffffff", stroke="#6a3fb5", stroke_width=7),
            rect(x_label - 66, y + dy - 28, 132, 42, "#ffffff", 21, filter="url(#shadow)"),
            text(x_label, y + dy + 1, name, 23, "#43256f", text_anchor="middle", font_weight=700),
        ]
    truck = group(
        circle(790, 470, 62, "url(#halo)"), rect(756, 436, 68, 68, "#6a3fb5", 20),
        path("M770 458h26v26h-26zM798 466h10l8 9v9h-18z", "#fff"), circle(778, 487, 5.5, "#fff"), circle(806, 487, 5.5, "#fff"),
    )  # fmt: skip
    panel = group(
        rect(852, 52, 376, 150, "#ffffff", 22, filter="url(#shadow)"),
        text(1198, 102, "14 من 22 محطة", 27, "#2c1a4a", font_weight=700, direction="rtl"),
        text(1198, 138, "لا شبكة منذ 48 دقيقة، كلّ شيء محفوظ", 18, "#6d5f82", direction="rtl"),
        rect(882, 160, 316, 14, "#e9e0f7", 7), rect(997, 160, 201, 14, "#6a3fb5", 7),
    )  # fmt: skip
    return drawing(1280, 800, defs(shadow("shadow", 6, 0.2), glow("halo", "#6a3fb5", 0.55), gradient("ground", "#f8ecd6", "#f0dcb8")),
                   rect(0, 0, 1280, 800, "url(#ground)"), *contours, stroke(river, "#8cc3d6", 14), stroke(river, "#b5dcea", 6),
                   stroke(curve_through(road), "#ffffff", 18), stroke(curve_through(road), "#c4b3dd", 9, stroke_dasharray="2 16"),
                   stroke(curve_through(road[:9]), "#6a3fb5", 9), *labels, truck, panel)  # fmt: skip


def monsoon_map() -> str:
    """Rain over a peninsula, gauge by gauge."""
    dice = random.Random(3)
    outline = [(330, 60), (520, 40), (640, 90), (760, 70), (880, 130), (860, 220), (780, 300), (740, 400), (690, 470), (660, 580), (610, 690), (560, 770), (520, 700), (490, 580), (440, 470), (400, 380), (350, 300), (280, 250), (310, 160)]  # fmt: skip
    scale = ("#e8dfc8", "#b9d7e6", "#7db4dc", "#3f7fbf", "#24549a", "#4b2f8f")
    storms = (
        (420, 330, 130, 5.2),
        (480, 500, 120, 4.6),
        (740, 180, 150, 3.4),
        (560, 180, 110, 2.2),
    )
    dots = []
    for y in range(40, 780, 15):
        for x in range(260, 900, 15):
            px, py = x + dice.uniform(-3, 3), y + dice.uniform(-3, 3)
            if not _inside(px, py, outline):
                continue
            rain = sum(
                most * math.exp(-(((px - sx) / size) ** 2 + ((py - sy) / size) ** 2))
                for sx, sy, size, most in storms
            )
            rain = min(5.0, rain + dice.uniform(-0.4, 0.4))
            level = max(0, round(rain))
            dots.append(circle(px, py, 4.2 + 0.65 * level, scale[level]))
    winds = "".join(
        stroke(
            curve_through(
                [
                    (40 + 8 * n, 320 + 80 * n),
                    (140 + 8 * n, 290 + 80 * n),
                    (250 + 14 * n, 300 + 84 * n),
                ]
            ),
            "#8fb8cf",
            4,
            opacity=0.7,
        )
        + stroke(f"M{238 + 14 * n} {290 + 84 * n}l14 10l-16 8", "#8fb8cf", 4, opacity=0.7)
        for n in range(5)
    )
    legend = group(
        *(rect(950 + 46 * n, 664, 46, 20, color) for n, color in enumerate(scale)),
        text(950, 716, "0", 20, "#6b6250"), text(1226, 716, "120 मिमी", 20, "#6b6250", text_anchor="end"),
        text(950, 644, "पिछले 24 घंटे", 22, "#3b352b", font_weight=700),
    )  # fmt: skip
    card = group(
        rect(940, 70, 290, 250, "#ffffff", 20, filter="url(#shadow)"),
        text(968, 122, "महाबलेश्वर", 30, "#3b352b", font_weight=700),
        text(968, 200, "112", 66, "#24549a", font_weight=700), text(1092, 200, "मिमी", 26, "#6b6250"),
        *(rect(968 + 20 * n, 292 - h, 13, h, "#3f7fbf" if n < 10 else "#e0651b", 3)
          for n, h in enumerate((6, 9, 8, 14, 22, 20, 31, 38, 36, 48, 62, 56))),
        circle(428, 386, 15, "none", stroke="#e0651b", stroke_width=5),
        stroke("M443 380C620 300 780 200 934 196", "#e0651b", 3, stroke_dasharray="2 9"),
    )  # fmt: skip
    return drawing(1280, 800, defs(shadow("shadow", 8, 0.14)), rect(0, 0, 1280, 800, "#f2f6f5"),
                   path(curve_through([*outline, outline[0]]) + "Z", "#fbf8f0", stroke="#d9d0ba", stroke_width=3),
                   winds, *dots, card, legend)  # fmt: skip


def alley_map() -> str:
    """Alleys on a hill, and a way through them without a step."""
    dice = random.Random(12)
    blocks = []
    for row in range(8):
        for column in range(12):
            x, y = -40 + 122 * column + 26 * (row % 2), -20 + 112 * row
            w, h = 92 + dice.uniform(-10, 8), 84 + dice.uniform(-10, 6)
            if (column, row) in {(3, 2), (4, 2), (8, 5)}:
                blocks.append(rect(x, y, w, h, "#cfe8c9", 22))
                blocks += [
                    circle(
                        x + dice.uniform(16, w - 16), y + dice.uniform(16, h - 16), 10, "#9fd095"
                    )
                    for _ in range(6)
                ]
            else:
                shade = dice.choice(("#e9e6f4", "#efe9f0", "#e4e9f3"))
                blocks.append(rect(x, y, w * 0.58, h, shade, 8) + rect(x + w * 0.62, y, w * 0.38, h * 0.6, shade, 8)
                              + rect(x + w * 0.62, y + h * 0.66, w * 0.38, h * 0.34, shade, 8))  # fmt: skip
    tilted = group(*blocks, transform="rotate(-9 640 400) translate(0 10)")
    way = [
        (92, 668),
        (215, 640),
        (330, 664),
        (470, 628),
        (520, 520),
        (648, 492),
        (690, 380),
        (820, 352),
        (866, 246),
        (1000, 224),
        (1120, 132),
    ]
    colors = (
        "#19a974",
        "#19a974",
        "#7cc242",
        "#19a974",
        "#f0b429",
        "#19a974",
        "#7cc242",
        "#19a974",
        "#19a974",
        "#7cc242",
    )
    pieces = "".join(
        stroke(f"M{ax} {ay}L{bx} {by}", color, 13)
        for (ax, ay), (bx, by), color in zip(way, way[1:], colors, strict=False)
    )

    def steps(x: float, y: float) -> str:
        return circle(x, y, 25, "#fff", stroke="#e0526a", stroke_width=5) + stroke(
            f"M{x - 13} {y + 10}h8v-7h8v-7h8v-7h4", "#e0526a", 4
        )

    person = group(
        circle(1120, 132, 34, "#4c3fb0"), circle(1118, 116, 5.5, "#fff"),
        stroke("M1118 125v12h12l6 11", "#fff", 4.5), stroke("M1110 131a12 12 0 1 0 17 15", "#fff", 4.5),
    )  # fmt: skip
    card = group(
        rect(64, 60, 392, 190, "#ffffff", 24, filter="url(#shadow)"),
        text(94, 116, "계단 없는 길", 32, "#2a2350", font_weight=700),
        text(94, 158, "1.2 km · 19분", 25, "#5b557a"),
        rect(94, 184, 332, 16, "#e9e6f4", 8), rect(94, 184, 232, 16, "#19a974", 8),
        rect(326, 184, 66, 16, "#7cc242"), rect(392, 184, 34, 16, "#f0b429", 8),
        text(94, 230, "가장 가파른 곳 5.8 %", 19, "#5b557a"),
    )  # fmt: skip
    return drawing(1280, 800, defs(shadow("shadow", 8, 0.16)), rect(0, 0, 1280, 800, "#f8f7fc"), tilted,
                   path("M900 800C960 700 1080 660 1280 640V800Z", "#bfe3f2"), stroke("M900 800C960 700 1080 660 1280 640", "#fff", 10),
                   stroke(line_through(way), "#ffffff", 24), pieces,
                   stroke("M470 628L690 380", "#e0526a", 6, stroke_dasharray="2 13"), stroke("M866 246L1000 500", "#e0526a", 6, stroke_dasharray="2 13"),
                   steps(590, 566), steps(934, 374), circle(92, 668, 22, "#fff", stroke="#4c3fb0", stroke_width=9), person, card,
                   tag("g", mono(1216, 772, "산복도로", 22, "#6b8fa3", text_anchor="end")))  # fmt: skip

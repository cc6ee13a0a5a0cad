"""Pictures of projects that one can hold: phones, a robot, a circuit board; 1280 by 800."""

import math

from scripts.pictures.svg import (
    Point,
    circle,
    curve_through,
    defs,
    drawing,
    ellipse,
    glow,
    gradient,
    group,
    mono,
    path,
    phone,
    polygon,
    rect,
    shadow,
    stroke,
    text,
)


def qafila_app() -> str:
    """Three screens of a driver's app: the list, the map, the signature."""
    plum, ink, soft = "#6a3fb5", "#2c1a4a", "#7f7394"

    def arabic(x: float, y: float, words: str, size: float, fill: str, **more: object) -> str:
        return text(x, y, words, size, fill, direction="rtl", **more)

    stops = (("مخبزة السلام", "3 صناديق", "#19a974"), ("صيدلية النور", "علبة مبرّدة", "#19a974"),
             ("مدرسة أيت حديدو", "كتب", plum), ("تعاونية الأطلس", "12 كيسًا", "#c9bfe0"), ("مركز البريد", "طرود", "#c9bfe0"))  # fmt: skip
    first = phone(
        120, 60, 320, 680, "#faf8ff",
        arabic(404, 132, "محطات اليوم", 27, ink, font_weight=700),
        rect(156, 112, 92, 30, "#ffe9cf", 15), text(202, 133, "دون شبكة", 15, "#8a4d00", text_anchor="middle"),
        *(group(rect(148, 160 + 104 * n, 264, 90, "#fff", 18, filter="url(#soft)"),
                circle(386, 205 + 104 * n, 12, color),
                stroke(f"M380 {205 + 104 * n}l5 5l8-10", "#fff", 3) if color == "#19a974" else "",
                arabic(362, 200 + 104 * n, name, 20, ink, font_weight=700), arabic(362, 228 + 104 * n, what, 16, soft))
          for n, (name, what, color) in enumerate(stops)),
    )  # fmt: skip
    road = [
        (520, 640),
        (560, 540),
        (660, 520),
        (690, 430),
        (610, 370),
        (620, 280),
        (720, 230),
        (730, 150),
    ]
    second = phone(
        480, 40, 320, 720, "#f6e9cf",
        group(*(ellipse(560 + 150 * (n % 2), 260 + 250 * (n % 2), 190 - 26 * n, 150 - 20 * n, "#d9a86a", fill_opacity=0.12, stroke="#c99a5f", stroke_width=1.2)
                for n in range(6)),
              stroke(curve_through(road), "#fff", 15), stroke(curve_through(road[:5]), plum, 9),
              stroke(curve_through(road[4:]), "#bda5e3", 7, stroke_dasharray="1 13"), clip_path="url(#screen)"),
        circle(610, 370, 40, "url(#halo)"), circle(610, 370, 15, plum, stroke="#fff", stroke_width=5),
        circle(726, 170, 13, "#fff", stroke=plum, stroke_width=6),
        rect(506, 590, 268, 130, "#fff", 24, filter="url(#soft)"),
        arabic(752, 634, "مدرسة أيت حديدو", 21, ink, font_weight=700), arabic(752, 664, "بعد 18 دقيقة", 18, soft),
        rect(528, 676, 224, 10, "#e9e0f7", 5), rect(640, 676, 112, 10, plum, 5),
    )  # fmt: skip
    third = phone(
        840, 60, 320, 680, "#faf8ff",
        arabic(1124, 132, "توقيع المستلم", 27, ink, font_weight=700),
        rect(868, 160, 264, 250, "#fff", 20, stroke="#d9cdee", stroke_width=2, stroke_dasharray="7 7"),
        stroke("M1098 300C1070 230 1044 330 1030 292S996 236 984 300S940 340 936 286C930 236 900 262 912 306", plum, 6),
        rect(868, 430, 264, 96, "#fff", 20, filter="url(#soft)"), arabic(1110, 470, "3 صناديق كتب", 20, ink, font_weight=700),
        arabic(1110, 500, "سُلّمت الساعة 11:42", 16, soft),
        rect(868, 548, 264, 66, plum, 20), text(1000, 590, "تأكيد التسليم", 22, "#fff", text_anchor="middle", font_weight=700),
        text(1000, 660, "يُرسل عند عودة الشبكة", 16, soft, text_anchor="middle"),
    )  # fmt: skip
    clip = f'<clipPath id="screen">{rect(490, 50, 300, 700, "#000", 35)}</clipPath>'
    return drawing(1280, 800, defs(shadow("shadow", 22, 0.35), shadow("soft", 4, 0.08), glow("halo", plum, 0.6),
                                   gradient("bg", "#b79af0", "#6d47bd", x2=1), clip),
                   rect(0, 0, 1280, 800, "url(#bg)"),
                   *(rect(340, 100, 600, 600, "none", stroke="#fff", stroke_width=2, opacity=0.2, transform=f"rotate({22.5 * n} 640 400)") for n in range(4)),
                   first, third, second)  # fmt: skip


def nafas_app() -> str:
    """Two screens of a diary for people with asthma: three large buttons, and one curve."""
    teal, ink = "#2a9d9a", "#173c44"
    faces = (
        ("#7fd6c2", "جيّد", "M-16 4Q0 20 16 4"),
        ("#ffd27a", "متوسّط", "M-16 9H16"),
        ("#f59a8c", "صعب", "M-16 14Q0 0 16 14"),
    )
    left = phone(
        250, 50, 330, 700, "#f4fbfa",
        text(540, 136, "كيف نَفَسك اليوم؟", 28, ink, direction="rtl", font_weight=700),
        *(group(rect(282, 168 + 172 * n, 266, 152, color, 34),
                circle(358, 244 + 172 * n, 44, "#fff", opacity=0.55),
                circle(343, 234 + 172 * n, 5, ink), circle(373, 234 + 172 * n, 5, ink),
                stroke(mouth, ink, 5, transform=f"translate(358 {250 + 172 * n})"),
                text(522, 256 + 172 * n, word, 32, ink, direction="rtl", font_weight=700))
          for n, (color, word, mouth) in enumerate(faces)),
    )  # fmt: skip
    points = [
        (724 + 20.4 * n, 400 - 62 * math.sin(n / 2.1) * (1 - n / 26) - 3.4 * n) for n in range(14)
    ]
    right = phone(
        690, 50, 330, 700, "#ffffff",
        text(984, 136, "هذا الأسبوع", 28, ink, direction="rtl", font_weight=700),
        text(984, 186, "412", 50, teal, text_anchor="end", font_weight=700), text(880, 184, "ل/د", 21, "#71898f", text_anchor="end"),
        rect(718, 262, 274, 46, "#e1f5ee"), rect(718, 308, 274, 96, "#fff5dd"), rect(718, 404, 274, 60, "#fde7e3"),
        stroke(curve_through(points), teal, 6), *(circle(x, y, 6, "#fff", stroke=teal, stroke_width=4) for x, y in points[::2]),
        *(text(732 + 40.5 * n, 500, day, 17, "#71898f", text_anchor="middle") for n, day in enumerate("حنثرخجس")),
        rect(718, 530, 274, 80, "#eef6f6", 22), text(966, 566, "بخّاخ الصباح", 20, ink, direction="rtl", font_weight=700),
        text(966, 594, "08:10", 17, "#71898f", text_anchor="end"), circle(752, 570, 18, teal), stroke("M744 570l6 7l11-13", "#fff", 4),
        rect(718, 630, 274, 66, teal, 22), text(855, 672, "شارك مع الطبيب", 21, "#fff", text_anchor="middle", font_weight=700),
    )  # fmt: skip
    rings = "".join(
        circle(640, 400, 150 + 90 * n, "none", stroke="#fff", stroke_width=30, opacity=0.16)
        for n in range(6)
    )
    return drawing(1280, 800, defs(shadow("shadow", 22, 0.28), gradient("bg", "#a9e4da", "#57b6bd", x2=1)),
                   rect(0, 0, 1280, 800, "url(#bg)"), rings, left, right)  # fmt: skip


def _iso(x: float, y: float, z: float) -> Point:
    """A point of space on the picture."""
    return 640 + (x - y) * 0.866, 420 + (x + y) * 0.5 - z


def _box(
    x: float, y: float, z: float, w: float, d: float, h: float, colors: tuple[str, str, str]
) -> str:
    """A box that stands at a point: its top, left and right side."""
    top, left, right = colors
    return (
        polygon(
            [
                _iso(x, y, z + h),
                _iso(x + w, y, z + h),
                _iso(x + w, y + d, z + h),
                _iso(x, y + d, z + h),
            ],
            top,
        )
        + polygon(
            [
                _iso(x, y + d, z + h),
                _iso(x + w, y + d, z + h),
                _iso(x + w, y + d, z),
                _iso(x, y + d, z),
            ],
            left,
        )
        + polygon(
            [
                _iso(x + w, y, z + h),
                _iso(x + w, y + d, z + h),
                _iso(x + w, y + d, z),
                _iso(x + w, y, z),
            ],
            right,
        )
    )


def tanuki_robot() -> str:
    """A robot of four legs on a girder, in isometry."""
    steel, rust = ("#8fa3ad", "#5d727d", "#738893"), ("#d9743f", "#a84f24", "#bf6030")
    body, dark = ("#f2f4f5", "#b9c3c9", "#d6dde1"), ("#3a4650", "#1f2830", "#2c3741")
    girder = _box(-560, -150, -120, 1120, 300, 34, steel) + "".join(
        circle(*_iso(-520 + 80 * n, y, -85), 6.5, "#4c606b")
        + circle(
            *(a - b for a, b in zip(_iso(-520 + 80 * n, y, -85), (1.5, 2), strict=True)),
            4,
            "#b7c6cd",
        )
        for n in range(14)
        for y in (-128, 128)
    )
    web = _box(-560, -20, -330, 1120, 40, 210, steel)
    lower = _box(-560, -150, -364, 1120, 300, 34, steel)
    shade = ellipse(*_iso(10, 0, -84), 250, 96, "#22303a", opacity=0.25)
    legs_back = (
        _box(-150, -128, -86, 44, 44, 24, rust)
        + _box(-138, -116, -62, 20, 20, 118, dark)
        + _box(106, -128, -86, 44, 44, 24, rust)
        + _box(118, -116, -62, 20, 20, 118, dark)
    )
    legs_front = (
        _box(-150, 84, -86, 44, 44, 24, rust)
        + _box(-138, 96, -62, 20, 20, 118, dark)
        + _box(106, 84, -86, 44, 44, 24, rust)
        + _box(118, 96, -62, 20, 20, 118, dark)
    )
    joints = _box(-156, -100, 40, 54, 200, 44, dark) + _box(100, -100, 40, 54, 200, 44, dark)
    trunk = _box(-130, -78, 56, 270, 156, 74, body) + _box(-92, -48, 130, 150, 96, 16, rust)
    head = _box(140, -50, 70, 76, 100, 62, body)
    eyes = "".join(
        ellipse(*_iso(216, y, 106), 15, 19, "#1f2830")
        + circle(*(a + b for a, b in zip(_iso(216, y, 108), (2, -3), strict=True)), 6, "#7be0ff")
        for y in (-24, 24)
    )
    x, y = _iso(-100, 0, 146)
    mast = (
        stroke(f"M{x} {y}V{y - 92}", "#1f2830", 7)
        + circle(x, y - 96, 12, "#e0651b")
        + "".join(
            stroke(
                f"M{x - 20 - 14 * n} {y - 96 - 16 - 8 * n}A{30 + 18 * n} {30 + 18 * n} 0 0 0 {x - 20 - 14 * n} {y - 96 + 16 + 8 * n}",
                "#e0651b",
                4,
                opacity=0.8 - 0.25 * n,
            )
            for n in range(3)
        )
    )
    a, b = _iso(216, -20, 100), _iso(216, 20, 100)
    light = polygon([a, b, _iso(470, 110, -84), _iso(470, -130, -84)], "url(#beam)", opacity=0.7)
    u, v = _iso(408, -6, -84)
    crack = stroke(f"M{u - 44} {v + 8}l22-10l10 12l22-16l8 9l24-12", "#2a1a14", 4) + stroke(
        f"M{u - 70} {v - 46}h-22v30M{u + 62} {v + 44}h22v-30", "#ffd27a", 4
    )
    label = group(rect(888, 236, 344, 112, "#152129", 16), text(914, 280, "ひび割れ 0.18 mm", 27, "#ffd27a", font_weight=700),
                  mono(914, 320, "G4-217  打音 3.2 kHz", 20, "#a9c0cb"),
                  stroke(f"M{u + 60} {v - 6}L1090 348", "#152129", 3, stroke_dasharray="2 8"))  # fmt: skip
    hills = path(
        "M0 560C200 470 360 540 560 500S900 430 1280 540V800H0Z", "#7fb0b5", opacity=0.5
    ) + path("M0 660C260 590 460 650 700 620S1080 590 1280 640V800H0Z", "#5b959d", opacity=0.55)
    return drawing(1280, 800, defs(gradient("sky", "#dff0f1", "#a8cfd2"), gradient("beam", "#fff3c4", "#ffe08a")),
                   rect(0, 0, 1280, 800, "url(#sky)"), circle(230, 170, 70, "#fff", opacity=0.7), hills,
                   lower, web, girder, shade, legs_back, light, joints, trunk, mast, head, eyes, legs_front, crack, label)  # fmt: skip


def shimomori_board() -> str:
    """A sensor's circuit board from above."""
    gold, mask, trace = "#e8c25a", "#0f5c4a", "#1c7f66"

    def pads(x: float, y: float, count: int, dx: float, dy: float, w: float, h: float) -> str:
        return "".join(rect(x + dx * n, y + dy * n, w, h, gold, 2) for n in range(count))

    def chip(x: float, y: float, w: float, h: float, words: str, count: int) -> str:
        step = w / count
        return group(pads(x + step / 2 - 4, y - 16, count, step, 0, 8, 20), pads(x + step / 2 - 4, y + h - 4, count, step, 0, 8, 20),
                     rect(x, y, w, h, "#1b1f23", 8), circle(x + 18, y + 18, 6, "#3a4148"),
                     rect(x, y, w, h * 0.4, "#ffffff", 8, opacity=0.05),
                     mono(x + w / 2, y + h / 2 + 8, words, 19, "#aeb7bf", text_anchor="middle"))  # fmt: skip

    lines = "".join(
        stroke(d, trace, 6)
        for d in (
            "M330 300H420L460 340H520", "M330 340H400L450 390H520", "M330 380H380L440 440H520", "M330 420H364L432 488H520",
            "M760 340H820L860 300H960", "M760 390H840L880 350H960", "M760 440H850L890 480H960", "M760 488H830L880 538H960",
            "M560 560V610L600 650H700", "M610 560V590L640 620H760", "M660 560V580H820L860 620V660", "M590 280V220L560 190H470",
            "M640 280V210L600 170H430", "M690 280V190H900L940 230", "M250 560V500L300 450H330", "M1040 430V520L1000 560V640",
        )
    )  # fmt: skip
    vias = "".join(
        circle(x, y, 9, gold) + circle(x, y, 4, "#0a3f33")
        for x, y in (
            (470, 190),
            (430, 170),
            (700, 650),
            (760, 620),
            (860, 660),
            (940, 230),
            (1000, 640),
            (250, 560),
            (420, 640),
            (900, 590),
        )
    )
    antenna = stroke("M1010 190H1150V230H1030V270H1150V310H1030V350H1150V390H1040V430", gold, 13)
    battery = group(rect(216, 256, 132, 300, "#20262b", 20), rect(232, 280, 100, 252, "#e9e2d0", 14), rect(232, 280, 100, 54, "#d9743f", 14),
                    rect(232, 312, 100, 22, "#d9743f"), rect(262, 268, 40, 14, "#c4c9cc", 4), rect(246, 330, 16, 196, "#fff", 8, opacity=0.5),
                    text(282, 452, "AA", 34, "#3b352b", text_anchor="middle", font_weight=700), mono(282, 490, "5 年", 20, "#7a7264", text_anchor="middle"))  # fmt: skip
    parts = "".join(
        group(
            rect(x, y, 46, 22, "#c9b79a", 3),
            rect(x, y, 11, 22, "#d9dee2", 3),
            rect(x + 35, y, 11, 22, "#d9dee2", 3),
        )
        for x, y in (
            (470, 250),
            (470, 560),
            (800, 250),
            (800, 520),
            (560, 690),
            (640, 690),
            (880, 420),
            (400, 230),
        )
    )
    sensor = group(
        rect(470, 620, 96, 74, "#d5dade", 10),
        circle(518, 657, 20, "#2a3036"),
        circle(518, 657, 10, "#0f1418"),
        circle(513, 651, 4, "#5fd8ff"),
    )
    holes = "".join(
        circle(x, y, 26, gold) + circle(x, y, 17, "#e7edf0")
        for x, y in ((190, 150), (1110, 650), (190, 650), (960, 150))
    )
    led = circle(930, 690, 60, "url(#glow)") + rect(916, 680, 28, 20, "#eafff4", 4)
    return drawing(1280, 800, defs(shadow("shadow", 26, 0.32), gradient("bg", "#eef2f3", "#cfd9dc"), gradient("mask", "#13705a", mask, x2=1), glow("glow", "#5fffb0", 0.9)),
                   rect(0, 0, 1280, 800, "url(#bg)"), rect(130, 90, 1040, 620, "url(#mask)", 38, filter="url(#shadow)"),
                   rect(146, 106, 1008, 588, "none", 28, stroke="#2a9077", stroke_width=2, opacity=0.6),
                   lines, vias, antenna, holes, battery, parts, chip(520, 290, 240, 262, "nRF-S1", 8), chip(930, 500, 130, 96, "LoRa", 5),
                   chip(790, 130, 110, 70, "FRAM", 4), sensor, led,
                   text(484, 152, "霜守", 46, "#dff5ec", font_weight=700), mono(600, 148, "rev 7", 20, "#9fd6c3"))  # fmt: skip

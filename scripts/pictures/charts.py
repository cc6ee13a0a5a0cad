"""Pictures of projects that are about numbers, light or networks: 1280 by 800."""

import math
import random

from scripts.pictures.svg import (
    circle,
    curve_through,
    defs,
    drawing,
    glow,
    gradient,
    group,
    line_through,
    path,
    polygon,
    rect,
    stroke,
    text,
)


def quiet_charts() -> str:
    """A chart, and under it how the chart sounds."""
    values = [62, 58, 66, 71, 69, 80, 92, 88, 101, 118, 112, 126, 139, 131, 148]
    points = [(150 + 70 * n, 470 - 2.5 * (value - 50)) for n, value in enumerate(values)]
    other = [(x, y + 60 + 24 * math.sin(n / 2)) for n, (x, y) in enumerate(points)]
    here = points[9]
    grid = "".join(stroke(f"M120 {470 - 70 * n}H1170", "#2c4a45", 1.5) for n in range(5))
    sound = []
    for n in range(150):
        value = values[min(n // 10, 14)]
        height = 16 + (value - 50) * 0.95 * abs(math.sin(n * (0.5 + value / 130)))
        sound.append(
            rect(126 + 7 * n, 620 - height / 2, 4, height, "#7be0bd" if n < 95 else "#2f5a50", 2)
        )
    keys = "".join(
        group(rect(126 + 72 * n, 700, 58, 46, "#1d3b36", 10, stroke="#3f6b61", stroke_width=2),
              text(155 + 72 * n, 731, word, 24, "#cfeee2", text_anchor="middle"))
        for n, word in enumerate(("←", "→", "↑", "↓"))
    )  # fmt: skip
    return drawing(
        1280, 800, defs(gradient("bg", "#14302b", "#0d211e"), gradient("under", "#34b48a", "#14302b"), glow("halo", "#ffd27a")),
        rect(0, 0, 1280, 800, "url(#bg)"), grid,
        path(curve_through(points) + f"L{points[-1][0]} 470L150 470Z", "url(#under)", opacity=0.45),
        stroke(curve_through(other), "#f29f67", 4, stroke_dasharray="2 12"),
        stroke(curve_through(points), "#7be0bd", 6),
        *(circle(x, y, 7, "#0d211e", stroke="#7be0bd", stroke_width=4) for x, y in points),
        stroke(f"M{here[0]} 110V650", "#ffd27a", 2.5), circle(*here, 46, "url(#halo)"), circle(*here, 12, "#ffd27a"),
        rect(here[0] + 24, 116, 236, 84, "#ffd27a", 14),
        text(here[0] + 46, 152, "Week 10", 22, "#4a3508"), text(here[0] + 46, 184, "118, rising", 26, "#2e2003", font_weight=700),
        *sound, keys,
        text(440, 732, "point 10 of 15", 23, "#9fcabb"),
    )  # fmt: skip


def monsoon_season() -> str:
    """Rain that fell, day by day, beside what falls in a usual year."""
    dice = random.Random(21)
    fallen, usual, bars, total = [], [], [], 0.0
    for day in range(122):
        season = math.exp(-(((day - 52) / 30) ** 2))
        rain = max(0.0, dice.gammavariate(0.8, 17) * season * 1.7 - 2)
        total += rain
        x = 130 + 8.6 * day
        fallen.append((x, 560 - total * 0.36))
        usual.append((x, 560 - 330 / (1 + math.exp(-(day - 55) / 16))))
        heavy = rain > 38
        bars.append(
            rect(
                x - 2.5,
                720 - min(rain, 70) * 1.7,
                5.4,
                min(rain, 70) * 1.7,
                "#e0651b" if heavy else "#3f7fbf",
                2,
            )
        )
    months = "".join(
        text(130 + 262 * n, 764, word, 22, "#7d7466")
        for n, word in enumerate(("जून", "जुलाई", "अगस्त", "सितंबर"))
    )
    grid = "".join(
        stroke(f"M130 {560 - 110 * n}H1180", "#e7dfce", 2)
        + text(112, 567 - 110 * n, f"{300 * n}", 20, "#9a907f", text_anchor="end")
        for n in range(4)
    )
    end = fallen[-1]
    return drawing(
        1280, 800, defs(gradient("sum", "#3f7fbf", "#faf6ee")),
        rect(0, 0, 1280, 800, "#faf6ee"), grid,
        path(line_through(fallen) + f"L{end[0]} 560L130 560Z", "url(#sum)", opacity=0.35),
        stroke(line_through(usual), "#9a907f", 4, stroke_dasharray="3 11"),
        stroke(line_through(fallen), "#2d6aa6", 6), circle(*end, 9, "#2d6aa6"),
        stroke("M130 720H1180", "#cfc5b1", 2), *bars, months,
        text(130, 84, "वर्षा, मिमी", 24, "#7d7466"),
        text(130, 142, "पुणे ज़िला", 46, "#3b352b", font_weight=700),
        rect(470, 96, 34, 8, "#2d6aa6", 4), text(516, 110, "इस वर्ष", 22, "#4c463c"),
        stroke("M640 100H676", "#9a907f", 5, stroke_dasharray="3 11"), text(690, 110, "सामान्य", 22, "#4c463c"),
        rect(850, 88, 24, 24, "#e0651b", 5), text(886, 110, "भारी वर्षा", 22, "#4c463c"),
    )  # fmt: skip


def shimomori_night() -> str:
    """A night in an orchard: the cold before the dawn, and the call an hour ahead of it."""
    points = []
    for n in range(61):
        hour = n / 5  # from 18:00
        cold = 9 - 1.25 * hour if hour < 10 else -3.5 + 3.1 * (hour - 10) ** 1.4
        points.append((120 + 17.2 * n, 360 - 22 * cold + 5 * math.sin(n * 1.3)))
    zero = 360
    alert = points[31]
    stars = "".join(
        circle(
            (n * 211) % 1280,
            (n * 97) % 330,
            1 + n % 3 * 0.7,
            "#ffffff",
            opacity=0.25 + n % 4 * 0.15,
        )
        for n in range(70)
    )

    def tree(x: float, size: float, color: str) -> str:
        return group(stroke(f"M{x} 800V{800 - 70 * size}", color, 9 * size),
                     circle(x, 800 - 104 * size, 46 * size, color), circle(x - 34 * size, 800 - 84 * size, 32 * size, color),
                     circle(x + 34 * size, 800 - 84 * size, 32 * size, color))  # fmt: skip

    far = "".join(tree(30 + 92 * n, 0.8 + (n * 7 % 5) / 14, "#1c3a4c") for n in range(15))
    near = "".join(tree(-20 + 150 * n, 1.25 + (n * 5 % 4) / 12, "#0d2330") for n in range(10))
    hours = "".join(
        text(120 + 172 * n, 558, f"{(18 + 2 * n) % 24:02}:00", 20, "#a8c6d6", text_anchor="middle")
        for n in range(7)
    )
    return drawing(
        1280, 800, defs(gradient("night", "#0b1b33", "#1d4a63", "#5b7f86", "#f0b183"), glow("halo", "#ffd27a", 0.9)),
        rect(0, 0, 1280, 800, "url(#night)"), stars, circle(1080, 130, 46, "#f4efdc"), circle(1062, 120, 40, "#12284a"),
        *(stroke(f"M120 {zero - 88 * n}H1160", "#ffffff", 1.5, opacity=0.14) for n in range(-1, 3)),
        stroke(f"M120 {zero}H1160", "#bfe6ff", 3, stroke_dasharray="4 10"),
        text(104, zero + 8, "0°", 24, "#bfe6ff", text_anchor="end", font_weight=700),
        text(104, zero - 168, "8°", 22, "#a8c6d6", text_anchor="end"), text(104, zero + 96, "−4°", 22, "#a8c6d6", text_anchor="end"),
        stroke(curve_through(points), "#ffffff", 6), hours,
        circle(*alert, 60, "url(#halo)"), circle(*alert, 13, "#ffd27a"),
        rect(alert[0] - 30, alert[1] - 172, 292, 96, "#ffd27a", 16),
        path(f"M{alert[0] - 4} {alert[1] - 78}h30l-18 34z", "#ffd27a"),
        text(alert[0] - 4, alert[1] - 132, "00:12  霜の予報", 26, "#3a2a05", font_weight=700),
        text(alert[0] - 4, alert[1] - 96, "一時間後に 0 ℃ 以下", 22, "#5a430c"),
        rect(0, 768, 1280, 40, "#1c3a4c"), far, rect(0, 786, 1280, 20, "#0d2330"), near,
    )  # fmt: skip


def fireflies() -> str:
    """Lights that agree on a rhythm, over a pond at night."""
    dice = random.Random(4)
    lights = []
    for _ in range(620):
        angle = dice.randrange(3) * 2.1 + dice.gauss(0, 0.32)
        far = 0.15 + abs(dice.gauss(0.55, 0.75))
        turn = angle + far * 1.4
        x, y = 640 + math.cos(turn) * far * 290, 330 + math.sin(turn) * far * 118
        beat = 0.5 + 0.5 * math.sin(math.hypot(x - 640, (y - 330) * 1.6) / 62)
        size = 2 + 9 * beat * dice.random()
        lights.append(circle(x, y, size * 2.6, "url(#halo)", opacity=0.25 + 0.6 * beat))
        lights.append(circle(x, y, size * 0.34 + 0.6, "#fffbe0", opacity=0.5 + 0.5 * beat))
        if y < 520 and dice.random() < 0.5:
            lights.append(
                rect(x - size, 1130 - y, size * 2, 2.2, "#e8f28c", 1, opacity=0.10 + 0.3 * beat)
            )
    reeds = "".join(
        stroke(f"M{x} 800Q{x + 10} {700 - h} {x + lean} {640 - h}", "#04120f", 4)
        for x, h, lean in (
            (n * 23 + n * n % 17, (n * 37) % 120, (n * 13) % 50 - 25) for n in range(58)
        )
    )
    hills = path(
        "M0 560C160 470 300 520 460 500S760 440 900 500S1160 470 1280 530V800H0Z", "#0a2a2c"
    )
    return drawing(
        1280, 800, defs(gradient("night", "#0b1b3a", "#123a4a", "#0c2f31"), glow("halo", "#e8f28c", 0.95)),
        rect(0, 0, 1280, 800, "url(#night)"), hills, rect(0, 590, 1280, 210, "#0b2b33", opacity=0.85),
        *(rect((n * 173) % 1280 - 60, 600 + n * 9, 120 + n * 14 % 130, 2, "#5fa3a0", 1, opacity=0.18) for n in range(22)),
        *lights, reeds,
        rect(44, 40, 254, 104, "#0a1c2c", 16, opacity=0.8), text(68, 84, "65,536 fireflies", 24, "#eef5d0", font_weight=700),
        text(68, 120, "60 fps · coupling 0.34", 19, "#9fb9b2"),
    )  # fmt: skip


def ariadne_graph() -> str:
    """Packages and what they are made from; in one place the thread is broken."""
    dice = random.Random(11)
    nodes: list[tuple[float, float, int]] = [(640, 400, 0)]
    edges: list[tuple[int, int]] = []
    for ring, count in ((1, 7), (2, 18), (3, 38)):
        first = len(nodes)
        parents = [n for n, it in enumerate(nodes) if it[2] == ring - 1]
        for n in range(count):
            angle = 2 * math.pi * (n + 0.35 * dice.random()) / count + ring * 0.4
            far = (0, 135, 250, 352)[ring] + dice.uniform(-16, 16)
            nodes.append((640 + math.cos(angle) * far * 1.52, 400 + math.sin(angle) * far, ring))
            x, y, _ = nodes[-1]
            near = sorted(parents, key=lambda p: math.dist(nodes[p][:2], (x, y)))
            edges += [(near[0], first + n)] + (
                [(near[1], first + n)] if ring > 1 and dice.random() < 0.35 else []
            )
    thread = [0, 2]
    for ring in (2, 3):
        x, y, _ = nodes[thread[-1]]
        thread.append(
            min(
                (n for n, it in enumerate(nodes) if it[2] == ring),
                key=lambda n: math.dist(nodes[n][:2], (x, y)),
            )
        )
    colors, sizes = ("#ffd27a", "#9ad0ff", "#7f95b8", "#55657f"), (24, 14, 9, 6)
    lines = "".join(
        stroke(
            f"M{nodes[a][0]:.0f} {nodes[a][1]:.0f}L{nodes[b][0]:.0f} {nodes[b][1]:.0f}",
            "#3b4a63",
            2,
        )
        for a, b in edges
    )
    (ax, ay, _), (bx, by, _), (cx, cy, _), (dx, dy, _) = (nodes[n] for n in thread)
    gap = ((cx + dx) / 2, (cy + dy) / 2)
    bright = (
        stroke(
            f"M{ax} {ay}L{bx} {by}L{cx} {cy}L{(cx + gap[0]) / 2} {(cy + gap[1]) / 2}", "#ff7a6b", 5
        )
        + stroke(f"M{(dx + gap[0]) / 2} {(dy + gap[1]) / 2}L{dx} {dy}", "#ff7a6b", 5)
        + circle(*gap, 20, "none", stroke="#ff7a6b", stroke_width=3, stroke_dasharray="5 6")
    )
    dots = "".join(circle(x, y, sizes[ring], colors[ring]) for x, y, ring in nodes)
    marks = "".join(circle(*nodes[n][:2], sizes[nodes[n][2]] + 2, "#ff7a6b") for n in thread[1:])
    return drawing(
        1280, 800, defs(gradient("bg", "#1a2233", "#0f1520"), glow("halo", "#ffd27a", 0.5)),
        rect(0, 0, 1280, 800, "url(#bg)"),
        *(polygon([(640 + math.cos(k * math.pi / 24) * r * 1.52, 400 + math.sin(k * math.pi / 24) * r) for k in range(48)],
                  "none", stroke="#263147", stroke_width=1.5) for r in (135, 250, 352)),
        lines, bright, circle(640, 400, 90, "url(#halo)"), dots, marks,
        rect(44, 44, 330, 132, "#1d2739", 14), circle(74, 84, 8, "#ff7a6b"),
        text(94, 92, "liblumen 4.2.1", 24, "#f3f6fb", font_weight=700),
        text(68, 126, "πηγή και αρχείο διαφέρουν", 21, "#ff9d91"), text(68, 154, "configure.ac:412", 19, "#8d9bb5"),
    )  # fmt: skip

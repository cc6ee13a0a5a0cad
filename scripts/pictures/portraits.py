"""Portraits of the sample people: 400 by 400, flat, of a few shapes each."""

from scripts.pictures.svg import (
    circle,
    defs,
    drawing,
    ellipse,
    gradient,
    group,
    path,
    rect,
    stroke,
    tag,
)


def _bust(skin: str, shade: str, cloth: str, fold: str, *more: str) -> str:
    """Neck and shoulders."""
    return group(
        path("M66 400C70 326 122 298 168 290L200 306L232 290C278 298 330 326 334 400Z", cloth),
        path("M168 232H232V286C232 312 168 312 168 286Z", skin),
        path("M168 246C184 272 216 272 232 246V262C216 286 184 286 168 264Z", shade),
        path("M168 290C176 318 224 318 232 290L242 296C228 336 172 336 158 296Z", fold),
        *more,
    )


def _face(skin: str, shade: str, ink: str, lips: str, *, brow: str | None = None) -> str:
    """Head, ears, and a friendly look; the light comes from the left."""
    brow = brow or ink
    return group(
        ellipse(129, 186, 13, 19, skin),
        ellipse(271, 186, 13, 19, shade),
        path("M132 160C132 112 160 88 200 88C240 88 268 112 268 160C268 226 238 262 200 262"
             "C162 262 132 226 132 160Z", skin),
        path("M226 91C252 100 268 124 268 160C268 226 238 262 200 262C196 262 192 262 188 261"
             "C228 246 246 214 246 164C246 132 240 108 226 91Z", shade, opacity=0.45),
        ellipse(172, 182, 6.5, 7.5, ink),
        ellipse(228, 182, 6.5, 7.5, ink),
        circle(174.5, 179.5, 2, "#fff", opacity=0.85),
        circle(230.5, 179.5, 2, "#fff", opacity=0.85),
        stroke("M158 163C166 156 178 156 186 161", brow, 5),
        stroke("M214 161C222 156 234 156 242 163", brow, 5),
        stroke("M201 188C199 199 194 205 196 208C199 211 203 211 206 209", shade, 4.5),
        path("M177 226C188 230 212 230 223 226C218 243 182 243 177 226Z", lips),
        path("M184 230C192 232 208 232 216 230C214 234 186 234 184 230Z", "#fff", opacity=0.9),
    )  # fmt: skip


def _backdrop(top: str, bottom: str, *more: str) -> str:
    return defs(gradient("back", top, bottom)) + rect(0, 0, 400, 400, "url(#back)") + "".join(more)


def amara() -> str:
    """A high bun, hoop earrings, woven stripes behind."""
    skin, shade, hair = "#8a5638", "#6b3f28", "#221815"
    weave = "".join(
        rect(-20 + 44 * n, -20, 22, 440, "#0d7a5d", opacity=0.16, transform="rotate(18 200 200)")
        for n in range(11)
    )
    return drawing(
        400, 400,
        _backdrop("#bfe8d8", "#7ecbb0", weave, circle(200, 210, 158, "#e9f8f1", opacity=0.75)),
        circle(200, 66, 46, hair), circle(176, 56, 20, "#34261f"), circle(214, 48, 16, "#34261f"),
        path("M122 178C112 108 152 70 200 70C248 70 288 108 278 178C270 150 262 130 250 120H150"
             "C138 130 130 150 122 178Z", hair),
        _bust(skin, shade, "#f0b24a", "#e09a2b",
              *(stroke(f"M{92 + 30 * n} 400C{96 + 28 * n} 360 {112 + 24 * n} 334 {124 + 22 * n} 316",
                       "#d98e1e", 5, opacity=0.6) for n in range(3)),
              *(stroke(f"M{308 - 30 * n} 400C{304 - 28 * n} 360 {288 - 24 * n} 334 {276 - 22 * n} 316",
                       "#d98e1e", 5, opacity=0.6) for n in range(3))),
        _face(skin, shade, "#1d1411", "#9c3f3a"),
        path("M132 168C132 116 162 90 200 90C238 90 268 116 268 168C258 132 238 114 200 114"
             "C162 114 142 132 132 168Z", hair),
        circle(128, 222, 15, "none", stroke="#f5c35c", stroke_width=5),
        circle(272, 222, 15, "none", stroke="#f5c35c", stroke_width=5),
    )  # fmt: skip


def olena() -> str:
    """A blond bob and headphones, before waves."""
    skin, shade, hair, dark = "#f6d3bd", "#e2ad93", "#e2b765", "#c9963f"
    waves = "".join(
        stroke(
            f"M-10 {40 + 38 * n}q35-26 70 0t70 0t70 0t70 0t70 0t70 0", "#ffffff", 4, opacity=0.22
        )
        for n in range(10)
    )
    return drawing(
        400, 400,
        _backdrop("#58b7d4", "#1f6f9c", waves),
        path("M104 268C92 116 132 62 200 62C268 62 308 116 296 268C282 282 262 284 250 276H150"
             "C138 284 118 282 104 268Z", dark),
        _bust(skin, shade, "#20384d", "#2d4c66"),
        _face(skin, shade, "#37434e", "#c4594f", brow="#b3833a"),
        path("M118 262C104 150 128 72 204 70C282 72 294 150 284 262C276 236 272 190 264 158"
             "C252 138 236 122 222 108C206 134 160 146 138 158C128 188 126 234 118 262Z", hair),
        path("M222 108C206 134 160 146 138 158C150 124 182 108 222 108Z", dark, opacity=0.5),
        stroke("M112 186C92 36 308 36 288 186", "#15202b", 11),
        rect(98, 172, 30, 56, "#f2643d", 14), rect(272, 172, 30, 56, "#d64f2a", 14),
    )  # fmt: skip


def salma() -> str:
    """A plum headscarf, before an old door's star."""
    skin, shade = "#d9a37d", "#bd8460"
    star = "".join(
        rect(90, 60, 220, 220, "none", stroke="#ffffff", stroke_width=3, opacity=0.35,
             transform=f"rotate({22.5 * n} 200 170)") for n in range(4)
    )  # fmt: skip
    return drawing(
        400, 400,
        _backdrop("#cdb8f5", "#8f6fdc", star, circle(200, 170, 112, "#efe8ff", opacity=0.35)),
        path("M60 400C58 330 96 300 118 262C98 150 130 62 200 62C270 62 302 150 282 262"
             "C304 300 342 330 340 400Z", "#5b2a6e"),
        _face(skin, shade, "#2a1a16", "#b2544f", brow="#38231c"),
        path("M200 66C126 66 108 150 120 236C134 292 168 304 200 304C232 304 266 292 280 236"
             "C292 150 274 66 200 66ZM200 102C244 102 260 136 260 172C260 222 236 258 200 258"
             "C164 258 140 222 140 172C140 136 156 102 200 102Z", "#743a8b", fill_rule="evenodd"),
        path("M140 172C140 136 156 102 200 102C244 102 260 136 260 172C254 132 232 116 200 116"
             "C168 116 146 132 140 172Z", "#4a2059", opacity=0.8),
        path("M122 244C150 320 250 320 280 238C300 300 250 352 190 348C150 344 118 312 122 244Z",
             "#82459a"),
        stroke("M140 288C176 322 232 320 268 282", "#5b2a6e", 4, opacity=0.7),
        stroke("M154 316C186 338 224 336 254 314", "#5b2a6e", 4, opacity=0.55),
    )  # fmt: skip


def ananya() -> str:
    """A long side braid and a round mark, before rain."""
    skin, shade, hair = "#c68c5f", "#a66f46", "#2a1b1a"
    rain = "".join(
        stroke(
            f"M{20 + 47 * (n % 9)} {18 + 52 * (n // 9) + 20 * (n % 2)}l-8 22",
            "#fff",
            4,
            opacity=0.4,
        )
        for n in range(63)
    )
    braid = "".join(
        ellipse(270 + 5 * (n % 2) - 4 * n, 236 + 26 * n, 21 - n, 17, hair if n % 2 else "#3a2624")
        for n in range(6)
    )
    return drawing(
        400, 400,
        _backdrop("#ffd694", "#f3a33c", rain),
        path("M116 200C104 106 146 64 200 64C254 64 296 106 286 206C286 250 276 268 262 276H140"
             "C122 262 118 236 116 200Z", hair),
        _bust(skin, shade, "#1f7a8c", "#17616f",
              path("M232 290C278 298 330 326 334 400H172Z", "#e8503a"),
              stroke("M236 292L172 400", "#f8c65a", 6)),
        _face(skin, shade, "#241512", "#a8433d"),
        path("M200 82C160 82 128 116 130 176C142 150 172 138 200 96C228 138 258 150 270 176"
             "C272 116 240 82 200 82Z", hair),
        circle(200, 146, 6, "#b3261e"),
        braid, ellipse(254, 388, 14, 22, hair), rect(244, 366, 26, 9, "#f8c65a", 4),
        circle(129, 212, 6, "#f8d77c"), circle(271, 212, 6, "#f8d77c"),
    )  # fmt: skip


def haruto() -> str:
    """Round glasses, a work jacket, a clock's wheel behind."""
    skin, shade, hair = "#efc6a0", "#d6a077", "#24262b"
    teeth = "".join(
        rect(190, 22, 20, 30, "#ffffff", 4, opacity=0.28, transform=f"rotate({18 * n} 200 190)")
        for n in range(20)
    )
    return drawing(
        400, 400,
        _backdrop("#2f9c8c", "#0e5a5c", teeth,
                  circle(200, 190, 140, "none", stroke="#fff", stroke_width=14, opacity=0.28)),
        _bust(skin, shade, "#2c3e56", "#f4efe6",
              path("M158 296L200 336L176 372L140 306Z", "#39506e"),
              path("M242 296L200 336L224 372L260 306Z", "#233247")),
        _face(skin, shade, "#22201f", "#b8665a"),
        path("M128 172C116 102 150 66 206 68C268 70 286 112 272 172C270 152 266 140 258 130"
             "C236 132 216 124 204 112C194 126 166 134 144 134C134 144 130 156 128 172Z", hair),
        path("M140 96C160 66 240 58 266 100C250 84 180 84 140 96Z", "#3a3d45"),
        *(circle(x, 183, 27, "#ffffff", fill_opacity=0.14, stroke="#3b2a20", stroke_width=5)
          for x in (170, 230)),
        stroke("M197 181Q200 177 203 181", "#3b2a20", 5),
        stroke("M143 180L130 176M257 180L270 176", "#3b2a20", 5),
    )  # fmt: skip


def hayun() -> str:
    """Short hair with a fringe, a yellow hood, fireflies."""
    skin, shade, hair = "#f8d9c0", "#e6b598", "#2b2029"
    flies = "".join(
        circle((n * 149) % 400, (n * 233) % 391, 3 + n % 4, "#fff3a8", opacity=0.35 + n % 3 * 0.2)
        for n in range(44)
    )
    return drawing(
        400, 400,
        _backdrop("#4e5fc9", "#27a7bf", flies),
        path("M112 220C98 104 140 62 200 62C260 62 302 104 288 220C286 244 276 258 264 262H136"
             "C124 258 114 244 112 220Z", hair),
        path("M96 330C92 264 130 238 150 236C170 266 230 266 250 236C270 238 308 264 304 330"
             "C270 300 130 300 96 330Z", "#e7b93a"),
        _bust(skin, shade, "#f7cf52", "#e7b93a",
              stroke("M180 322L176 366", "#fff", 5), stroke("M220 322L224 366", "#fff", 5)),
        _face(skin, shade, "#2a1d20", "#d0605f"),
        path("M124 196C114 112 150 74 200 74C250 74 286 112 276 196C270 176 266 160 260 146"
             "C240 152 224 150 212 140C196 152 166 156 140 148C134 162 128 178 124 196Z", hair),
        path("M150 100C170 82 226 80 250 100C226 92 176 92 150 100Z", "#4b3947"),
        circle(154, 208, 13, "#f29a8e", opacity=0.4), circle(246, 208, 13, "#f29a8e", opacity=0.4),
    )  # fmt: skip


def nefeli() -> str:
    """Loose dark curls, before a maze of one thread."""
    skin, shade, hair = "#eec3a2", "#d09a76", "#3a2722"
    maze = "".join(
        circle(200, 190, 60 + 30 * n, "none", stroke="#ffffff", stroke_width=7, opacity=0.16,
               stroke_dasharray=f"{180 + 70 * n} 46") for n in range(7)
    )  # fmt: skip
    curls = "".join(
        circle(x, y, r, color)
        for x, y, r, color in (
            (130, 118, 38, hair), (104, 166, 36, "#472f28"), (100, 222, 36, hair),
            (112, 272, 34, "#472f28"), (270, 118, 38, hair), (296, 166, 36, "#472f28"),
            (300, 222, 36, hair), (288, 272, 34, "#472f28"), (160, 84, 38, "#472f28"),
            (202, 72, 40, hair), (244, 86, 38, "#472f28"),
        )
    )  # fmt: skip
    return drawing(
        400, 400,
        _backdrop("#7d8794", "#38404c", maze),
        path("M110 200C104 100 150 66 200 66C250 66 296 100 290 200V300H110Z", hair), curls,
        _bust(skin, shade, "#f2f0ea", "#dcd8cd",
              tag("clipPath", path("M66 400C70 326 122 298 168 290L200 306L232 290C278 298 330 326"
                                   " 334 400Z"), id="body"),
              *(rect(50, 320 + 26 * n, 300, 11, "#34588a", clip_path="url(#body)")
                for n in range(4))),
        _face(skin, shade, "#2c2320", "#b4544c"),
        path("M128 186C118 118 150 82 200 82C250 82 282 118 272 186C266 156 250 134 222 112"
             "C206 128 150 134 128 186Z", hair),
        circle(236, 108, 20, hair), circle(164, 108, 24, "#472f28"), circle(200, 92, 22, hair),
        circle(138, 138, 16, hair), circle(262, 140, 16, "#472f28"),
    )  # fmt: skip


def teo() -> str:
    """A red beard and a knitted cap, the sea behind."""
    skin, shade, hair = "#f3cdb4", "#dca384", "#b4552d"
    ribs = "".join(stroke(f"M{138 + 16 * n} 112V140", "#173d52", 4, opacity=0.6) for n in range(9))
    return drawing(
        400, 400,
        _backdrop("#ffe2b0", "#ffc06b", circle(306, 120, 44, "#fff4d8"),
                  path("M0 236C60 216 120 250 200 234S340 214 400 236V400H0Z", "#3f8fa3"),
                  path("M0 282C80 262 140 296 220 280S350 262 400 280V400H0Z", "#2d7388")),
        _bust(skin, shade, "#cf4a3c", "#e9e1d0"),
        _face(skin, shade, "#2f3b40", "#b85a50", brow="#9a4522"),
        path("M134 176C136 212 148 216 166 212C182 206 190 214 200 214C210 214 218 206 234 212"
             "C252 216 264 212 266 176C272 236 248 286 200 286C152 286 128 236 134 176ZM178 227"
             "C190 236 210 236 222 227C214 243 186 243 178 227Z", hair, fill_rule="evenodd"),
        path("M130 128C132 78 160 52 200 52C240 52 268 78 270 128Z", "#245a78"),
        path("M216 54C246 62 266 88 270 128H238C238 98 232 70 216 54Z", "#1c4a64"),
        rect(124, 110, 152, 34, "#2f6f92", 14), ribs, circle(200, 48, 17, "#f1e7d3"),
    )  # fmt: skip


def linnea() -> str:
    """White braids around the head, snow behind."""
    skin, shade, hair = "#f5d0bb", "#dfa78d", "#ece4d4"
    snow = "".join(
        circle((n * 89) % 400, (n * 143) % 400, 3 + n % 5, "#fff", opacity=0.55) for n in range(46)
    )
    crown = "".join(
        ellipse(128 + 18 * n, 112 - 34 * (1 - ((n - 4) / 4) ** 2), 16, 13, "#e0d5bf" if n % 2 else hair,
                transform=f"rotate({-40 + 10 * n} {128 + 18 * n} {112 - 34 * (1 - ((n - 4) / 4) ** 2)})")
        for n in range(9)
    )  # fmt: skip
    return drawing(
        400, 400,
        _backdrop("#9fd8ea", "#4c97c2", snow),
        path("M124 190C112 104 150 74 200 74C250 74 288 104 276 190C274 214 268 226 262 232H138"
             "C130 226 126 212 124 190Z", "#d6c9b0"),
        _bust(skin, shade, "#7a2f45", "#8f3d55",
              *(tag("path", d=f"M{112 + 40 * n} 352l10 12l10-12l-10-12z", fill="#f3dfe2", opacity=0.8)
                for n in range(5))),
        _face(skin, shade, "#3d4f5c", "#bd5a55", brow="#b9a988"),
        path("M130 176C120 112 156 82 200 82C244 82 280 112 270 176C262 138 238 116 200 116"
             "C162 116 138 138 130 176Z", hair), crown,
    )  # fmt: skip

"""Write generator/render/favicon.ico, the icon of the theme base as pictures in three sizes.

Usage: python scripts/favicon.py    (it needs Chromium)
"""

import struct
from pathlib import Path

from generator.check.chromium import chromium

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "themes" / "base" / "static" / "icon.svg"
TARGET = ROOT / "generator" / "render" / "favicon.ico"
SIZES = (16, 32, 48)
HEADER, ENTRY = struct.Struct("<HHH"), struct.Struct("<BBBBHHII")


def main() -> None:
    """Write the file."""
    TARGET.write_bytes(icon([(size, picture(size)) for size in SIZES]))


def picture(size: int) -> bytes:
    """The icon as PNG, so many pixels wide and high."""
    style = f"margin:0;width:{size}px;height:{size}px;display:block"
    drawing = SOURCE.read_text("utf-8").replace("<svg ", f'<svg style="{style}" ', 1)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": size, "height": size})
        page.set_content(f'<body style="margin:0">{drawing}')
        return page.screenshot(omit_background=True)


def icon(pictures: list[tuple[int, bytes]]) -> bytes:
    """An icon file that holds the pictures as they are."""
    entries, bodies = b"", b""
    start = HEADER.size + ENTRY.size * len(pictures)
    for size, body in pictures:
        entries += ENTRY.pack(size, size, 0, 0, 1, 32, len(body), start + len(bodies))
        bodies += body
    return HEADER.pack(0, 1, len(pictures)) + entries + bodies


if __name__ == "__main__":
    main()

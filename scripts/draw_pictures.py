"""Draw the pictures of the sample people: `python -m scripts.draw_pictures [NAME…]`.

Each function of `scripts.pictures.portraits` and of the modules of projects is one picture, in SVG.
Chromium turns it into a WebP of `content/portfolios/`, at twice the size that themes show.
"""

import base64
import sys
from collections.abc import Callable, Mapping
from inspect import getmembers, isfunction
from pathlib import Path
from types import ModuleType

from generator.check.chromium import chromium
from scripts.pictures import charts, devices, interfaces, maps, portraits

FOLDER = Path(__file__).parents[1] / "content" / "portfolios"
ELSEWHERE = {"linnea": FOLDER / "pictures"}
"""Pictures of people who are this repository's own."""
QUALITY = 0.82
_PAINT = """([svg, quality]) => new Promise((done, failed) => {
  const image = new Image();
  image.onerror = () => failed(new Error("not an SVG"));
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext("2d").drawImage(image, 0, 0);
    done(canvas.toDataURL("image/webp", quality).split(",")[1]);
  };
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
})"""


def drawings() -> Mapping[str, Callable[[], str]]:
    """Every picture by the name of its file."""
    found: dict[str, Callable[[], str]] = {}
    for module in (portraits, interfaces, devices, maps, charts):
        found |= {name.replace("_", "-"): draw for name, draw in _public(module)}
    return found


def main(names: list[str]) -> None:
    """Draw these pictures, or all."""
    with chromium() as browser:
        page = browser.new_page()
        for name, draw in drawings().items():
            if names and name not in names:
                continue
            folder = ELSEWHERE.get(name, FOLDER / "samples" / "pictures")
            folder.mkdir(parents=True, exist_ok=True)
            body = base64.b64decode(page.evaluate(_PAINT, [draw(), QUALITY]))
            (folder / f"{name}.webp").write_bytes(body)
            sys.stdout.write(f"{len(body) / 1000:5.0f} kB  {name}\n")


def _public(module: ModuleType) -> list[tuple[str, Callable[[], str]]]:
    return [
        (name, function)
        for name, function in getmembers(module, isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


if __name__ == "__main__":
    main(sys.argv[1:])

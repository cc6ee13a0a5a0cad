"""docs/quality.md: what judges the themes, and Lighthouse's figures from docs/quality.json."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from generator.contract.structs import table

FILE = Path(__file__).parents[1] / "quality.json"


class Theme(msgspec.Struct, frozen=True):
    """What `make quality` found of a theme: of three runs, the one in the middle."""

    scores: Mapping[str, int]
    """By category: 0 to 100."""
    metrics: Mapping[str, float]
    """By Lighthouse's name of them."""
    lighthouse: str
    """Its version."""
    browser: str
    """The browser's name and version."""
    html: int
    """Bytes of the page."""
    compressed: int
    """Bytes of the page and its style sheet, gzipped."""


def page() -> str:
    """The text of docs/quality.md."""
    themes = msgspec.json.decode(FILE.read_bytes(), type=dict[str, Theme])
    one = next(iter(themes.values()))
    return _PAGE.format(
        lighthouse=one.lighthouse,
        browser=one.browser,
        scores=table(
            ("theme", "performance", "accessibility", "best practices", "SEO"),
            *((f"`{name}`", *map(str, it.scores.values())) for name, it in themes.items()),
        ),
        promises=table(("promise", "of", "held by"), *_PROMISES),
        figures=table(
            ("theme", "first words", "largest part", "blocked", "layout shift", "HTML", "with CSS"),
            *((f"`{name}`", *_figures(it)) for name, it in themes.items()),
        ),
    )


def _figures(theme: Theme) -> tuple[str, ...]:
    return (
        f"{theme.metrics['first-contentful-paint'] / 1000:.1f} s",
        f"{theme.metrics['largest-contentful-paint'] / 1000:.1f} s",
        f"{theme.metrics['total-blocking-time']:.0f} ms",
        f"{theme.metrics['cumulative-layout-shift']:g}",
        f"{theme.html / 1000:.1f} kB",
        f"{theme.compressed / 1000:.1f} kB",
    )


_THEMES = "`tests/browser/test_themes.py`"
_PROMISES = (
    (
        "axe finds nothing serious or critical",
        "`tests/people` in every layout, edge cases, the site's own pages, five languages; "
        "light and dark",
        "`tests/browser/test_axe.py`",
    ),
    (
        "the Nu HTML checker finds no mistake",
        "everybody in every layout, the site's own pages, five languages",
        "`tests/quality/test_html.py`",
    ),
    (
        "text has a contrast of 4.5; the edge or filling of a control, and the focus, of 3",
        "4 colours × 3 accents × 3 layouts × photo or none × light and dark, and whatever else a "
        "theme lets owners choose: computed",
        _THEMES,
    ),
    (
        "at 320 pixels nothing is cut off or scrolls sideways; every target has 24 × 24 pixels",
        "everybody in every layout, the site's own pages, five languages",
        _THEMES,
    ),
    (
        "no request to another host but for the person's pictures, no message in the console, "
        "layout shift 0",
        "everybody",
        _THEMES,
    ),
    ("headings are an outline under the name", "everybody", _THEMES),
    (
        "the keyboard reaches everything in the order of the page, and what has the focus shows it",
        "every layout, colour and accent",
        _THEMES,
    ),
    (
        "on paper it is a résumé of one or two sheets, more only beyond 4,000 characters; no "
        "heading stands alone at the end of one",
        "everybody; A4 and Letter",
        _THEMES,
    ),
    (
        "a page has less than 25 kB, and less than 20 kB gzipped with its one style sheet; it "
        "needs no script and loads no font",
        "a typical person and the person `ada` of `tests/people`, every layout, five languages",
        "`tests/quality/test_weight.py`",
    ),
)
_PAGE = """\
# How good the themes are

What is promised of every theme that comes with the software, and what holds it. `make test` runs
all of it, in Debian's Chromium; what a machine lacks is installed, and nothing is skipped.

## Lighthouse

{scores}

The page is that of `ada` (`tests/people`), as on a phone with slow 4G and a slow processor
(Lighthouse's *mobile*), served over HTTP by a host that compresses and sends the headers of
`_headers`.

{figures}

*Largest part* is when the biggest thing in sight is painted: Ada's photo, a file of 50 kB. Her
pictures come from the same host here; on a real site they come from wherever people put them, and
how heavy they are is theirs to choose. *With CSS* is page and style sheet, gzipped.

Measured by `make quality` with Lighthouse {lighthouse} and {browser}: of three runs the one in the
middle. `tests/quality/test_lighthouse.py` asks for four hundreds in CI, after all other tests and
alone: a score of performance depends on what else the machine does. Where the first run is below
100, the middle one of three counts. The other three scores depend on the page alone, and must be
100 each time.

## What a test holds

*Everybody* is all people of `tests/people` and all edge cases: very long words, right to left,
Chinese, Japanese and Korean letters, emoji, sixty skills, forty projects, one, none, a biography of
6,000 characters, rows that attack. A theme that is added to `themes/` is held to all of it.

{promises}

Text is held to 4.5 whatever its size. Behind a gradient every stop counts, and what is half-way
between two. Bullets and lines that say nothing are not measured. Contrast is computed from the
colours that Chromium resolves, not from pixels: no theme puts text on a picture.
"""

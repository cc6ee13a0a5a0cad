"""What a page weighs, and what it asks for before it can be painted."""

import gzip
import re

import msgspec

from generator.model.portfolio import Portfolio
from tests.quality.showroom import materials


class Weight(msgspec.Struct, frozen=True):
    """Of a page, in bytes."""

    html: int
    compressed: int
    """Gzipped, with its style sheets."""
    sheets: int
    """How many style sheets there are."""


def weigh(portfolio: Portfolio, theme: str, language: str = "en") -> Weight:
    """Weigh somebody's page."""
    of = materials(theme, language=language)
    body = of.renderer.portfolio(portfolio, "ada").body
    assets = {f"/{it.path}": it.body for it in of.themes[theme].assets}
    named = re.findall(r'<link rel="stylesheet" href="([^"]+)"', body.decode())
    parts = (body, *(assets[name] for name in named))
    return Weight(len(body), sum(len(gzip.compress(part)) for part in parts), len(named))

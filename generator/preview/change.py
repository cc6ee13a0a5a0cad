"""What a saved file changed for the browser: style sheets alone, or pages."""

from collections.abc import Mapping

import msgspec

from generator.build.materials import Materials
from generator.theme.theme import Asset, Theme


class Change(msgspec.Struct, frozen=True):
    """What is to be done in the browser."""

    styles: Mapping[str, str] | None
    """The addresses of style sheets that were replaced, and of those in their place; None: pages
    have to be loaded anew."""


PAGES = Change(None)


def difference(before: Materials, after: Materials) -> Change | None:
    """What changed between two states of what pages are made with; None where nothing did."""
    if _is_same(before, after):
        return None
    if before.themes.keys() != after.themes.keys() or not _is_same(_bare(before), _bare(after)):
        return PAGES
    styles: dict[str, str] = {}
    for name, theme in before.themes.items():
        news = {asset.name: asset for asset in after.themes[name].assets}
        for old in theme.assets:
            was, now = after.site.path(old.path), after.site.path(news[old.name].path)
            if styles.setdefault(was, now) != now:  # two themes shared it, and no longer do
                return PAGES
    return Change({was: now for was, now in styles.items() if was != now})


def _is_same(one: Materials, other: Materials) -> bool:
    return bool(one == other)


def _bare(materials: Materials) -> Materials:
    """Without what style sheets say."""
    themes = {name: _without_styles(theme) for name, theme in materials.themes.items()}
    return msgspec.structs.replace(materials, themes=themes)


def _without_styles(theme: Theme) -> Theme:
    assets = tuple(
        Asset(it.name, "", b"") if it.name.endswith(".css") else it for it in theme.assets
    )
    return msgspec.structs.replace(theme, assets=assets, digest=b"")

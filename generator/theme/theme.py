"""A theme: templates, static files, settings and words, its parents' included, as plain data."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec

from generator.theme.about import About
from generator.theme.folder import Folder, Source
from generator.theme.schema import Schema
from generator.theme.stylesheet import merge_static
from generator.theme.words import Strings


class Asset(msgspec.Struct, frozen=True):
    """A static file of a theme, or a picture of the samples, at a path that changes with it."""

    name: str
    """As a template asks for it: `theme.css`; as a column does: `pictures/ada.webp`."""
    path: str
    """Relative to the site's root: `assets/theme.0f3a….css`."""
    body: bytes


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """One theme, whole."""

    about: About
    folder: Path
    """Where it was read from, for messages only."""
    chain: tuple[str, ...]
    """Its own name, its parent's, and so on."""
    templates: Mapping[str, Source]
    """By name: `partials/hero.html`, the most derived theme's; `base:partials/hero.html`, what that
    theme of the chain has, or inherits."""
    assets: tuple[Asset, ...]
    schema: Schema
    strings: Strings
    digest: bytes
    """Changes whenever a file that it is made from does."""

    @property
    def name(self) -> str:
        """The theme's name, as `portfolios.theme` gives it."""
        return self.about.name


def make_theme(chain: Sequence[Folder]) -> Theme:
    """The theme of a folder and those it inherits from.

    Args:
        chain: The most derived first.

    Raises:
        ThemeError: A style sheet imports what isn't there.
    """
    own = chain[0]
    templates: dict[str, Source] = {}
    settings = {}
    for at, folder in reversed(tuple(enumerate(chain))):
        templates.update(folder.templates)
        inherited = {
            name: source for it in reversed(chain[at:]) for name, source in it.templates.items()
        }
        templates.update({f"{folder.about.name}:{name}": it for name, it in inherited.items()})
        settings.update(folder.about.settings)
    return Theme(
        about=own.about,
        folder=own.path,
        chain=tuple(folder.about.name for folder in chain),
        templates=templates,
        assets=tuple(make_asset(name, body) for name, body in merge_static(chain).items()),
        schema=Schema(settings),
        strings=Strings(tuple(folder.strings for folder in chain)),
        digest=_digest(chain),
    )


def make_asset(name: str, body: bytes) -> Asset:
    """A file with the address it is published at, which changes with its bytes."""
    stem, dot, suffix = name.rpartition(".")
    mark = blake2b(body, digest_size=6).hexdigest()
    return Asset(name, f"assets/{stem or suffix}.{mark}{dot}{suffix if stem else ''}", body)


def _digest(chain: Sequence[Folder]) -> bytes:
    digest = blake2b(digest_size=16)

    def take(name: str, body: bytes) -> None:
        digest.update(f"{len(name)} {name} {len(body)} ".encode() + body)

    for folder in chain:
        take(folder.about.name, msgspec.json.encode(folder.about.settings))
        for kind in (folder.templates, folder.strings):
            for name, source in kind.items():
                take(name, source.text.encode())
        for name, body in folder.static.items():
            take(name, body)
    return digest.digest()

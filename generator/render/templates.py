"""A theme's templates, filled for a site."""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec
from jinja2 import FunctionLoader, TemplateRuntimeError

from generator.errors import ThemeError
from generator.render.codes import Codes
from generator.render.environment import Environment
from generator.render.language import Language
from generator.render.mistake import blame
from generator.render.site import Site
from generator.theme.theme import Theme

REQUIRED = ("portfolio.html", "home.html", "directory.html", "page.html", "redirect.html")
"""The templates that a build renders; what else a theme has is its own business."""


class Templates:
    """A theme's templates, each compiled when it is first needed."""

    def __init__(self, theme: Theme, site: Site, codes: Codes | None = None) -> None:
        """Take in a theme.

        Args:
            theme: The theme.
            site: What its templates are filled for.
            codes: Templates that were compiled before, where they are kept.

        Raises:
            ThemeError: A template that a build needs is missing.
        """
        for name in REQUIRED:
            if name not in theme.templates:
                raise ThemeError(
                    f"the theme {theme.name!r} has no template {name!r}",
                    where=str(theme.folder / "templates"),
                    fix="add it; docs/themes.md says what it is for",
                )
        self._theme = theme
        words = theme.strings.struct(site.language)
        self._environment = Environment(
            FunctionLoader(partial(_source, theme)),
            codes,
            Language(site.language).filters,
            {}
            if codes is not None
            else msgspec.structs.asdict(words),  # codes outlive a change of words
        )
        self._environment.globals.update(site=site, words=words, asset=_asset_finder(theme, site))

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """The text of a template.

        Raises:
            ThemeError: It failed, for whatever reason: that is its author's to mend.
        """
        try:
            return self._environment.draw(name, context)
        except Exception as error:
            raise blame(error, self._environment, self._theme) from error

    def check(self) -> None:
        """Compile every template.

        Raises:
            ThemeError: One has a syntax error, or names a filter that isn't there.
        """
        texts = [source.text for source in self._theme.templates.values()]
        for name in (*REQUIRED, *self._theme.templates):
            named = ":" not in name or any(name in text for text in texts)  # a parent's, extended
            if named and name not in self._environment.written_out:
                try:
                    self._environment.get_template(name)
                except Exception as error:
                    raise blame(error, self._environment, self._theme) from error


def _source(theme: Theme, name: str) -> tuple[str, str, None] | None:
    """A template with its path, which errors then name."""
    source = theme.templates.get(name)
    return (source.text, str(source.path), None) if source else None


def _asset_finder(theme: Theme, site: Site) -> Callable[[str], str]:
    paths = {asset.name: site.path(asset.path) for asset in theme.assets}

    def asset(name: str) -> str:
        """The address of a file in the theme's `static/`, which changes with its content."""
        if name not in paths:
            known = ", ".join(paths) or "(none)"
            raise TemplateRuntimeError(f"static/ has no file {name!r}; it has: {known}")
        return paths[name]

    return asset

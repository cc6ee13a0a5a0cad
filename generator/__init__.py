"""QwikFolio Publisher: portfolios in PostgreSQL become static pages.

The data flows one way: `source` reads rows into the `model`, `render` turns a model and a theme
into pages, `publish` puts pages on disk, and `build` conducts the three. What the command line does
can be called from Python, too: docs/library.md.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.errors import (
        ConfigError,
        ContentError,
        DatabaseError,
        MigrationError,
        MissingExtraError,
        PublishError,
        QwikfolioError,
        RemovalLimitError,
        SpoolError,
        StrictError,
        ThemeError,
        UnavailableError,
    )
    from generator.library import (
        Affected,
        News,
        Report,
        Request,
        Settings,
        SilentListener,
        SilentWatcher,
        build,
        load,
        watch,
    )

__version__ = "0.1.0"

__all__ = [
    "Affected",
    "ConfigError",
    "ContentError",
    "DatabaseError",
    "MigrationError",
    "MissingExtraError",
    "News",
    "PublishError",
    "QwikfolioError",
    "RemovalLimitError",
    "Report",
    "Request",
    "Settings",
    "SilentListener",
    "SilentWatcher",
    "SpoolError",
    "StrictError",
    "ThemeError",
    "UnavailableError",
    "__version__",
    "build",
    "load",
    "watch",
]


def __getattr__(name: str) -> object:
    """What the package offers is imported when it is asked for: a command needs little of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "generator.errors" if name.endswith("Error") else "generator.library"
    return getattr(import_module(module), name)


class _Package(ModuleType):
    """This package: its `build` and `watch` are functions, although folders bear these names."""

    def __setattr__(self, name: str, value: object) -> None:
        """Keep out the folder, which the import system would put in the function's place."""
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package

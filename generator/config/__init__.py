"""Settings: frozen, parsed once from `qwikfolio.toml` and the environment.

An option on the command line overrides a `QWIKFOLIO_*` variable (or `DATABASE_URL`), which
overrides the file, which overrides the defaults in `tables.py`.
"""

from generator.config.check import host_and_port, require_url
from generator.config.load import SETTINGS_FILE, current_folder, load
from generator.config.root import find_root, no_site
from generator.config.settings import Settings, StoreAddress
from generator.config.tables import (
    BeaconSettings,
    DatabaseSettings,
    LimitSettings,
    PathSettings,
    PrivacySettings,
    SiteSettings,
)

__all__ = [
    "SETTINGS_FILE",
    "BeaconSettings",
    "DatabaseSettings",
    "LimitSettings",
    "PathSettings",
    "PrivacySettings",
    "Settings",
    "SiteSettings",
    "StoreAddress",
    "current_folder",
    "find_root",
    "host_and_port",
    "load",
    "no_site",
    "require_url",
]

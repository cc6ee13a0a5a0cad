"""Settings: frozen, parsed once from `qwikfolio.toml` and the environment.

An option on the command line overrides a `QWIKFOLIO_*` variable (or `DATABASE_URL`), which
overrides the file, which overrides the defaults in `tables.py`.
"""

from generator.config.check import host_and_port
from generator.config.load import SETTINGS_FILE, current_folder, load
from generator.config.masking import masked
from generator.config.origin import Origin
from generator.config.require import require_database_url, require_folders, require_url
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
    "Origin",
    "PathSettings",
    "PrivacySettings",
    "Settings",
    "SiteSettings",
    "StoreAddress",
    "current_folder",
    "find_root",
    "host_and_port",
    "load",
    "masked",
    "no_site",
    "require_database_url",
    "require_folders",
    "require_url",
]

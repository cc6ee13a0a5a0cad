"""What every command is told of where it works."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from generator import bundled
from generator.config.origin import DEFAULT, Origin
from generator.config.tables import (
    BeaconSettings,
    LimitSettings,
    PrivacySettings,
    SiteSettings,
)


class StoreAddress(msgspec.Struct, frozen=True):
    """A place in an object store, as output."""

    url: str
    """`s3://bucket/prefix`, or likewise `gs:` or `az:`."""

    def __str__(self) -> str:
        return self.url

    def __bytes__(self) -> bytes:
        return self.url.encode()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one run, every path absolute."""

    root: Path
    site: SiteSettings
    output: Path | StoreAddress
    themes: tuple[Path, ...]
    """Folders of the site's own themes, as they are named."""
    content: Path
    state: Path
    database_url: str | None
    """Of the operator's own database; None where none is given."""
    embedded: bool = False
    """Whether the site has an embedded database, for want of another."""
    beacon: BeaconSettings = BeaconSettings()
    privacy: PrivacySettings = PrivacySettings()
    limits: LimitSettings = LimitSettings()
    origins: Mapping[str, Origin] = {}
    """Where each value comes from, by key (`site.title`); what isn't named is a default."""
    notes: tuple[str, ...] = ()
    """What whoever runs a command should know of the settings, though they can be used."""

    def origin(self, key: str) -> Origin:
        """Where the value of a key comes from."""
        return self.origins.get(key, DEFAULT)

    @property
    def samples(self) -> Path:
        """The folder of the sample people: the site's own if it is there, else the bundled."""
        own = self.content / "portfolios"
        return own if own.is_dir() else bundled.samples()

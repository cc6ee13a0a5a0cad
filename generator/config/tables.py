"""The tables of `qwikfolio.toml`, with the defaults of every key."""

from typing import Literal

import msgspec


class SiteSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[site]`: what every page of the site shares."""

    title: str = "QwikFolio"
    """The site's name: on the home page, and in `og:site_name`."""
    description: str = "Portfolios of people who build things."
    """One sentence for the home page and search engines."""
    url: str | None = None
    """Where the site will be served, for canonical links. It may end in a path. A build from a
    database of your own needs it; the samples do with `http://127.0.0.1:8000`."""
    language: str = "en"
    """The `lang` of every page, a BCP 47 tag."""
    theme: str = "emerald"
    """The theme of the site's own pages, and of a portfolio whose theme is unknown."""
    contact_endpoint: str = ""
    """Where a contact form posts to (https). Empty: a mail link is shown instead."""
    currency: str = "$"
    """Written before an hourly rate; the database stores the number only."""
    people_per_page: int = 60
    """About how many people one page of the directory lists, 2 to 1000: at least half as many."""
    beacon_url: str = ""
    """Where pages tell of visits: `/e`, or `https://events.example/e`. Empty: they don't."""
    timezone: str = "UTC"
    """The IANA time zone of figures, like `Europe/Lisbon`, for who has none of their own."""


class PathSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[paths]`: where things are, relative to `qwikfolio.toml`."""

    output: str = "output"
    """The built site: a folder, or `s3://bucket/prefix`. Everything in it belongs to the build."""
    themes: str | tuple[str, ...] = "themes"
    """One folder a theme; or several such folders: a list, or in the environment divided by `:`."""
    content: str = "content"
    """`pages/*.md` and the sample `portfolios/*.toml`."""
    state: str = ".qwikfolio"
    """Manifests, and the embedded PostgreSQL."""


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[database]`: which PostgreSQL."""

    url: str | None = None
    """A `postgresql://` URL, of a database of your own."""
    embedded: bool = False
    """Whether the site has a PostgreSQL of its own, under `paths.state`, with the sample people. It
    is used where no URL is given."""


class BeaconSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[beacon]`: the endpoint that visits are told to."""

    spool: str = ".qwikfolio/spool"
    """A folder for events that the database can't take yet: one for each process."""
    spool_megabytes: int = 256
    """How much may wait there; what comes then is refused, to be sent again later."""
    salt: str = ".qwikfolio/salt"
    """A file for the day's random salt: processes that share it count a visitor once."""
    proxies: tuple[str, ...] = ()
    """Networks whose word on a visitor's address is taken; in the environment divided by `,`."""
    visitor_rate: int = 60
    """How many events one address may send in ten seconds."""
    visitors_per_address: int = 16
    """How many visitors of one portfolio one address can be on a day, by its user agents."""
    slug_rate: int = 10_000
    """How many events one portfolio may get in ten seconds."""
    connections: int = 20_000
    """How many connections may be open at once."""
    metrics: str = ""
    """Where `/metrics` is: `10.0.0.5:9100`; or `""`, where events are, for this machine only."""
    log_format: Literal["text", "json"] = "text"
    """Of a line of the log."""
    keep_days: int = 400
    """How long single events are kept, at least 40; their sums by the hour stay. 0: for ever."""


class PrivacySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[privacy]`: what `/privacy/` says, which is published where visits are counted."""

    controller: str = ""
    """Who is responsible for the site, and how to reach them: needed where visits are counted."""
    legal_basis: str = (
        "our legitimate interest in knowing how often pages are read (Article 6(1)(f) GDPR)"
    )
    """Why visits may be counted; it ends the sentence "The legal basis is …"."""


class LimitSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[limits]`: where a build stops, and asks."""

    removals: str | int = "20%"
    """How many people one build may take away: a share, of which 10 may always go, or a count."""


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of it."""

    site: SiteSettings = SiteSettings()
    paths: PathSettings = PathSettings()
    database: DatabaseSettings = DatabaseSettings()
    beacon: BeaconSettings = BeaconSettings()
    privacy: PrivacySettings = PrivacySettings()
    limits: LimitSettings = LimitSettings()

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
    """Where the site will be served, for canonical links. It may end in a path. Required to build
    from a database of your own. The samples use `http://127.0.0.1:8000` where it is not set."""
    language: str = "en"
    """The `lang` of every page, a BCP 47 tag."""
    theme: str = "emerald"
    """The theme of the site's own pages, and of a portfolio whose theme is unknown."""
    contact_endpoint: str = ""
    """Where a contact form posts to (https). Empty: a mail link is shown instead."""
    currency: str = "$"
    """Written before an hourly rate; the database stores the number only."""
    people_per_page: int = 60
    """About how many people one page of the directory lists (2 to 1000); never less than half."""
    beacon_url: str = ""
    """Where pages send their events: `/e`, or `https://events.example/e`. Empty: visits are not
    counted. See also `privacy.controller`."""
    timezone: str = "UTC"
    """The IANA time zone of `qwikfolio stats`, like `Europe/Lisbon`, for owners who set none."""


class PathSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[paths]`: where things are, relative to `qwikfolio.toml`."""

    output: str = "output"
    """The built site: a folder, or `s3://bucket/prefix`. Everything in it belongs to the build."""
    themes: str | tuple[str, ...] = "themes"
    """The folder with one folder for each theme; or several: a list, in the environment
    separated by `:`. The bundled themes are found besides."""
    content: str = "content"
    """`pages/*.md`, `static/` and the sample `portfolios/*.toml`."""
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
    """`[beacon]`: the endpoint that counts visits."""

    spool: str = ".qwikfolio/spool"
    """The folder for events while the database can't be reached: one folder for each process."""
    spool_megabytes: int = 256
    """How large the spool may grow. Beyond that, events are answered with 503."""
    salt: str = ".qwikfolio/salt"
    """The file of the day's random salt. Processes that share it count a visitor once."""
    proxies: tuple[str, ...] = ()
    """Networks of proxies whose `X-Forwarded-For` is trusted; in the environment separated
    by `,`."""
    visitor_rate: int = 60
    """How many events one address may send in ten seconds."""
    visitors_per_address: int = 16
    """As how many visitors of one portfolio one address may count on a day, by its user agents."""
    slug_rate: int = 10_000
    """How many events one portfolio may get in ten seconds."""
    connections: int = 20_000
    """How many connections may be open at once."""
    metrics: str = ""
    """Where `/metrics` is served, like `10.0.0.5:9100`. `""`: at the beacon's own port, for this
    machine only."""
    log_format: Literal["text", "json"] = "text"
    """The format of each line of the log."""
    keep_days: int = 400
    """For how many days single events are kept: 40 or more, or 0 for ever. The hourly sums stay."""


class PrivacySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[privacy]`: what `/privacy/` says, which is published where visits are counted."""

    controller: str = ""
    """Who is responsible for the site, and how to reach them. Required with `site.beacon_url`,
    unless `pages/privacy.md` in `paths.content` exists."""
    legal_basis: str = (
        "our legitimate interest in knowing how often pages are read (Article 6(1)(f) GDPR)"
    )
    """Why visits may be counted; it ends the sentence "The legal basis is …"."""


class LimitSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[limits]`: when a build stops and changes nothing."""

    removals: str | int = "20%"
    """How many people's pages one build may remove: a share, which always allows 10, or a count."""


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of it."""

    site: SiteSettings = SiteSettings()
    paths: PathSettings = PathSettings()
    database: DatabaseSettings = DatabaseSettings()
    beacon: BeaconSettings = BeaconSettings()
    privacy: PrivacySettings = PrivacySettings()
    limits: LimitSettings = LimitSettings()

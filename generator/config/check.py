"""What settings can't be, in words for who wrote them."""

import os
import re
from collections.abc import Collection
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from generator.config.removals import parse_removals
from generator.config.settings import Settings, StoreAddress
from generator.config.tables import BeaconSettings, LimitSettings, SiteSettings
from generator.errors import ConfigError
from generator.model.problem import quote

_HOST = re.compile(r"[^\W_](?:[\w.-]*\w)?|[0-9a-f:.]*:[0-9a-f:.]*")  # the latter is IPv6
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)+", re.ASCII)
_LAST_PORT = 65_535
_FEWEST_PEOPLE = 2  # a page of one person would be an index of nothing
_MOST_PEOPLE = 1000
_FEWEST_DAYS = 40  # figures of a month are made of single events at first


def check_site(site: SiteSettings, path: Path) -> None:
    """Refuse what `[site]` can't be.

    Raises:
        ConfigError: Which key, and what to write.
    """

    def refuse(key: str, value: str, fix: str) -> ConfigError:
        return ConfigError(f"site.{key} can't be {quote(value)}", where=str(path), fix=fix)

    url = site.url
    if url is not None and (not _is_address(url, {"http", "https"}) or "?" in url or "#" in url):
        raise refuse("url", url, 'write the whole address, like "https://people.example"')
    if site.contact_endpoint and not _is_address(site.contact_endpoint, {"https"}):
        raise refuse("contact_endpoint", site.contact_endpoint, "use an https address, or leave it")
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", site.language):
        raise refuse("language", site.language, 'use a language tag, like "en" or "pt-BR"')
    if (
        site.beacon_url
        and not _PATH.fullmatch(site.beacon_url)
        and not _is_address(site.beacon_url, {"http", "https"})
    ):
        fix = 'use a path of the site\'s host, like "/e", or a whole address'
        raise refuse("beacon_url", site.beacon_url, fix)
    if not _is_timezone(site.timezone):
        raise refuse("timezone", site.timezone, 'use a name of IANA\'s, like "Europe/Lisbon"')
    if not _FEWEST_PEOPLE <= site.people_per_page <= _MOST_PEOPLE:
        fix = f"use {_FEWEST_PEOPLE} to {_MOST_PEOPLE}"
        raise refuse("people_per_page", str(site.people_per_page), fix)


def require_url(settings: Settings) -> None:
    """Refuse to build a database of the operator's own without the address of the site.

    Raises:
        ConfigError: `site.url` isn't set: every canonical link would name this machine.
    """
    if settings.site.url is None and settings.database_url is not None:
        raise ConfigError(
            "site.url is not set: no page could say where it is served",
            where=str(settings.root / "qwikfolio.toml"),
            fix='write under [site]: url = "https://people.example" (or set QWIKFOLIO_SITE_URL); '
            "if the file isn't there, run this in the folder of qwikfolio.toml",
        )


def _is_timezone(name: str) -> bool:
    try:
        return name == "UTC" or ZoneInfo(name) is not None
    except (KeyError, ValueError, OSError):
        return False


def check_beacon(beacon: BeaconSettings, path: Path) -> None:
    """Refuse what `[beacon]` can't be.

    Raises:
        ConfigError: Which key, and what to write.
    """
    for network in beacon.proxies:
        try:
            ip_network(network.strip(), strict=False)
        except ValueError:
            raise ConfigError(
                f"beacon.proxies can't name {quote(network)}",
                where=str(path),
                fix='write networks, like ["127.0.0.0/8", "fd00::/8"]',
            ) from None
    for key in (
        "spool_megabytes",
        "visitor_rate",
        "visitors_per_address",
        "slug_rate",
        "connections",
    ):
        if getattr(beacon, key) < 1:
            raise ConfigError(
                f"beacon.{key} can't be {getattr(beacon, key)}",
                where=str(path),
                fix="use 1 or more",
            )
    if beacon.metrics:
        try:
            host_and_port(beacon.metrics)
        except ValueError:
            raise ConfigError(
                f"beacon.metrics can't be {quote(beacon.metrics)}",
                where=str(path),
                fix="name an address of this machine and a port, such as 127.0.0.1:9100 or "
                "[::1]:9100",
            ) from None
    if beacon.keep_days != 0 and beacon.keep_days < _FEWEST_DAYS:
        raise ConfigError(
            f"beacon.keep_days can't be {beacon.keep_days}",
            where=str(path),
            fix=f"use {_FEWEST_DAYS} or more, or 0 to keep events for ever",
        )


def host_and_port(text: str) -> tuple[str, int]:
    """The address and the port of `10.0.0.5:9100` or `[::1]:9100`.

    Raises:
        ValueError: The text is something else.
    """
    host, divider, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(text)
    number = int(port) if port.isascii() and port.isdigit() else 0
    if not (divider and host and 0 < number <= _LAST_PORT):
        raise ValueError(text)
    return host, number


def check_limits(limits: LimitSettings, path: Path) -> None:
    """Refuse what `[limits]` can't be.

    Raises:
        ConfigError: Which key, and what to write.
    """
    try:
        parse_removals(limits.removals)
    except ValueError:
        raise ConfigError(
            f"limits.removals can't be {quote(str(limits.removals))}",
            where=str(path),
            fix='write a share of the people, like "20%", or a number of people, 1 or more',
        ) from None


def _is_address(text: str, schemes: Collection[str]) -> bool:
    """Whether it is an absolute URL with a host, and without user info, spaces or an odd port."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        return False
    return (
        text.isprintable()
        and " " not in text
        and url.scheme in schemes
        and _HOST.fullmatch(url.hostname or "") is not None
        and "@" not in url.netloc
        and not url.netloc.endswith(":")
        and port != 0
    )


def _real(path: Path) -> Path:
    """A path without symbolic links, as far as they lead anywhere."""
    return Path(os.path.realpath(path))  # `resolve` fails where a link leads to itself


def keep_apart(settings: Settings) -> None:
    """A build sweeps what it did not write out of `output`: nothing else may be kept there.

    Raises:
        ConfigError: Something else is.
    """
    if isinstance(settings.output, StoreAddress):
        return
    output = _real(settings.output)
    others = [("themes", folder) for folder in settings.themes]
    others += [("content", settings.content), ("state", settings.state)]
    for name, folder in others:
        other = _real(folder)
        if output.is_relative_to(other) or other.is_relative_to(output):
            raise ConfigError(
                f"the output and paths.{name} can't share a folder: a build clears its output",
                where=f"{output} and {other}",
                fix="give the output a folder of its own",
            )
    if settings.root.is_relative_to(output):
        raise ConfigError(
            "the output can't be the folder of the settings, nor one around it: a build clears it",
            where=str(output),
            fix='give the output a folder of its own, like "output"',
        )

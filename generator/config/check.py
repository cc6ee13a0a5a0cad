"""What settings can't be, in words for who wrote them."""

import re
from collections.abc import Collection, Iterator
from ipaddress import ip_network
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from generator.config.masking import masked
from generator.config.removals import parse_removals
from generator.config.tables import (
    BeaconSettings,
    File,
    LimitSettings,
    PathSettings,
    SiteSettings,
)
from generator.model.problem import quote

_HOST = re.compile(r"[^\W_](?:[\w.-]*\w)?|[0-9a-f:.]*:[0-9a-f:.]*")  # the latter is IPv6
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)+", re.ASCII)
_LAST_PORT = 65_535
_FEWEST_PEOPLE = 2  # a page of one person would be an index of nothing
_MOST_PEOPLE = 1000
_FEWEST_DAYS = 40  # figures of a month are made of single events at first
_MOST_DAYS = 36_500
_COUNTS = {
    "spool_megabytes": 1_000_000,
    "visitor_rate": 1_000_000,
    "visitors_per_address": 1_000_000,
    "slug_rate": 1_000_000_000,
    "connections": 1_000_000,
}
"""Of the beacon: 1 at least, and so many at most."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINES = re.compile(r"[\t\n]")
_OF_LINES = frozenset({"site.description", "privacy.controller", "privacy.legal_basis"})
"""Texts that may have several lines."""
_LONGEST = 10_000  # characters
_LONGEST_PATH = 1_000
_LONGEST_TAG = 100


class Fault(NamedTuple):
    """Why a setting can't be used."""

    key: str
    """`site.title`."""
    what: str
    fix: str


def faults(file: File) -> Iterator[Fault]:
    """Everything that the settings can't be, each by itself; of a key, the first."""
    told = set()
    for fault in _all(file):
        if fault.key not in told:
            told.add(fault.key)
            yield fault


def _all(file: File) -> Iterator[Fault]:
    yield from _text_faults(file)
    yield from _path_faults(file.paths, file.beacon)
    yield from _site_faults(file.site)
    yield from _beacon_faults(file.beacon)
    yield from _limit_faults(file.limits)


def _refuse(key: str, value: object, fix: str) -> Fault:
    shown = quote(masked(value)) if isinstance(value, str) else str(value)
    return Fault(key, f"{key} can't be {shown}", fix)


def _text_faults(file: File) -> Iterator[Fault]:
    """What no text can hold, and what is so long that it can't be meant."""
    for key, text in _texts(file):
        bad = _CONTROL.search(text) or (None if key in _OF_LINES else _LINES.search(text))
        if bad and "\ud800" <= bad[0] <= "\udfff":
            yield Fault(key, f"{key} is not UTF-8", "write it in UTF-8")
        elif bad:
            what = f"{key} can't hold the control character U+{ord(bad[0]):04X}"
            yield Fault(key, what, "take that character out")
        elif len(text) > _LONGEST:
            what = f"{key} is {len(text):,} characters long"
            yield Fault(key, what, f"use {_LONGEST:,} characters at most")


def _texts(file: File) -> Iterator[tuple[str, str]]:
    for table in file.__struct_fields__:
        for key, value in msgspec.structs.asdict(getattr(file, table)).items():
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str):
                    yield f"{table}.{key}", text


def _path_faults(paths: PathSettings, beacon: BeaconSettings) -> Iterator[Fault]:
    themes = (paths.themes,) if isinstance(paths.themes, str) else paths.themes
    if not themes:
        yield Fault("paths.themes", "paths.themes names no folder", 'write "themes", or leave it')
    named = [("paths.themes", theme) for theme in themes]
    named += [(f"paths.{key}", getattr(paths, key)) for key in ("output", "content", "state")]
    named += [("beacon.spool", beacon.spool), ("beacon.salt", beacon.salt)]
    for key, path in named:
        if not path.strip():
            yield Fault(key, f"{key} is empty", "name a place, or leave the key out")
        elif len(path) > _LONGEST_PATH:
            what = f"{key} is {len(path):,} characters long"
            yield Fault(key, what, f"use {_LONGEST_PATH:,} characters at most")


def _site_faults(site: SiteSettings) -> Iterator[Fault]:
    url = site.url
    if not site.title.strip():
        yield Fault("site.title", "site.title is empty", 'give the site a name, like "People"')
    if url is not None and (not _is_address(url, {"http", "https"}) or "?" in url or "#" in url):
        yield _refuse("site.url", url, 'write the whole address, like "https://people.example"')
    if site.contact_endpoint and not _is_address(site.contact_endpoint, {"https"}):
        fix = "use an https address, or leave it"
        yield _refuse("site.contact_endpoint", site.contact_endpoint, fix)
    tag = site.language
    if len(tag) > _LONGEST_TAG or not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag):
        yield _refuse("site.language", tag, 'use a language tag, like "en" or "pt-BR"')
    if not site.theme.strip():
        yield Fault("site.theme", "site.theme is empty", 'name a theme, like "emerald"')
    if (
        site.beacon_url
        and not _PATH.fullmatch(site.beacon_url)
        and not _is_address(site.beacon_url, {"http", "https"})
    ):
        fix = 'use a path of the site\'s host, like "/e", or a whole address'
        yield _refuse("site.beacon_url", site.beacon_url, fix)
    if not _is_timezone(site.timezone):
        fix = 'use a name of IANA\'s, like "Europe/Lisbon"'
        yield _refuse("site.timezone", site.timezone, fix)
    if not _FEWEST_PEOPLE <= site.people_per_page <= _MOST_PEOPLE:
        fix = f"use {_FEWEST_PEOPLE} to {_MOST_PEOPLE}"
        yield _refuse("site.people_per_page", site.people_per_page, fix)


def _is_timezone(name: str) -> bool:
    try:
        return name == "UTC" or ZoneInfo(name) is not None
    except (KeyError, ValueError, OSError):
        return False


def _beacon_faults(beacon: BeaconSettings) -> Iterator[Fault]:
    for network in beacon.proxies:
        try:
            ip_network(network.strip(), strict=False)
        except ValueError:
            yield Fault(
                "beacon.proxies",
                f"beacon.proxies can't name {quote(network)}",
                'write networks, like ["127.0.0.0/8", "fd00::/8"]',
            )
    for key, most in _COUNTS.items():
        if not 1 <= getattr(beacon, key) <= most:
            yield _refuse(f"beacon.{key}", getattr(beacon, key), f"use 1 to {most:,}")
    if beacon.metrics:
        try:
            host_and_port(beacon.metrics)
        except ValueError:
            yield _refuse(
                "beacon.metrics",
                beacon.metrics,
                "name an address of this machine and a port, such as 127.0.0.1:9100 or [::1]:9100",
            )
    if beacon.keep_days != 0 and not _FEWEST_DAYS <= beacon.keep_days <= _MOST_DAYS:
        fix = f"use {_FEWEST_DAYS} to {_MOST_DAYS:,}, or 0 to keep events for ever"
        yield _refuse("beacon.keep_days", beacon.keep_days, fix)


def _limit_faults(limits: LimitSettings) -> Iterator[Fault]:
    try:
        parse_removals(limits.removals)
    except ValueError:
        yield _refuse(
            "limits.removals",
            limits.removals,
            'write a share of the people, like "20%", or a number of people, 1 or more',
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

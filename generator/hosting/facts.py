"""What servers are told of a site: its settings, but for those that no server can be told."""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from generator.config import SETTINGS_FILE, Settings, StoreAddress, host_and_port
from generator.errors import ConfigError
from generator.model.headers import HeaderRule, ascii_host
from generator.model.problem import quote
from generator.render.redirects import NGINX_REDIRECTS, REDIRECTS
from generator.render.site import make_site
from generator.render.wellknown import rules

HIDDEN = ("_headers", REDIRECTS, NGINX_REDIRECTS)
"""Files of the output that are for the server, not for visitors; so is all that begins with a dot
outside of `/.well-known/`."""
BEACON_PATH = "/e"
"""Where the beacon takes events; a server passes on `site.beacon_url` to it."""
BEACON = "127.0.0.1:8100"
"""Where a beacon listens by default."""

_PLAIN_PATH = re.compile(r"(?:/[\w~-][\w.~-]*)*/")
_SPECIAL = frozenset("{}[]*?\\`")
_HTTP, _HTTPS = 80, 443


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings don't say: where the server is, and what it has."""

    root: str | None = None
    """The folder of the site on the server; None: the output."""
    listen: str | None = None
    """A port, or an address and a port, to speak plain HTTP at, behind a proxy that has the
    certificate; None: the port of `site.url`."""
    server_name: str | None = None
    """The host's name; None: that of `site.url`."""
    certificate: str | None = None
    """The file of the certificate; None: where certbot keeps it."""
    key: str | None = None
    """The file of its key, likewise."""
    beacons: tuple[str, ...] = (BEACON,)
    """Where beacons listen."""
    logs: str | None = None
    """The folder for logs; None: where Debian's package of the server keeps them."""


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """A name that the server answers to."""

    name: str
    """In ASCII; an IPv6 address in brackets."""
    address: str | None
    """The address to listen at; None: every one."""
    port: int
    origin: str
    """What visitors see of it: scheme, name and port."""
    certificate: tuple[str, str] | None
    """The files of the certificate and of its key; None where plain HTTP is spoken."""


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """Where visits are counted."""

    path: str
    """At which pages tell of them, from the root of its host."""
    host: Host | None
    """A host of its own; None: the site's."""
    addresses: tuple[str, ...]
    """Where it listens, or several of them do."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """A site, as a server sees it."""

    host: Host
    url: str
    """The address of its home page."""
    home: str
    """The path of the home page, decoded: `/`, or `/folio/`."""
    rules: tuple[HeaderRule, ...]
    """The headers of its answers, in the order in which they apply."""
    root: str
    """The folder of the output, without a slash at its end."""
    beacon: Beacon | None
    logs: str | None

    @property
    def name(self) -> str:
        """A name for what a server calls by name, such as a log's format; no other site has it."""
        name = re.sub(r"\W", "_", f"{self.host.name}{self.home.rstrip('/')}", flags=re.ASCII)
        return name if name[0].isalpha() else f"host_{name}"  # as servers want names


def make_facts(settings: Settings, options: Options) -> Facts:
    """The facts of a site.

    Raises:
        ConfigError: A setting or an option can't be what a server is told.
    """
    if settings.site.url is None:
        raise ConfigError(
            "site.url is not set: the configuration needs the name of the host",
            where=str(settings.root / SETTINGS_FILE),
            fix='write under [site]: url = "https://people.example" (or set QWIKFOLIO_SITE_URL)',
        )
    site = make_site(settings.site)
    url = site.origin + site.home
    home = unquote(site.home)
    if not _PLAIN_PATH.fullmatch(home):
        raise ConfigError(
            f"no server can be told to serve the path {quote(site.home)}",
            where="site.url",
            fix="use letters, digits, '-', '_', '.' and '~' in its path",
        )
    host = _host(url, options, options.server_name)
    return Facts(
        host=host,
        url=url,
        home=home,
        rules=rules(site),
        root=_root(settings, options),
        beacon=_beacon(settings.site.beacon_url, url, options),
        logs=options.logs and _path(options.logs, "--logs", more="$"),
    )


def _host(url: str, options: Options, name: str | None) -> Host:
    """Where a URL is served."""
    parts = urlsplit(url)
    netloc = ascii_host(parts.netloc)
    given = re.sub(r":\d+$", "", netloc) if name is None else name
    if not re.fullmatch(r"[\w.-]+|\[[0-9a-f:.]+\]", given, re.ASCII):
        where = "site.url" if name is None else "--server-name"
        raise ConfigError(
            f"{quote(given)} is no name of a host",
            where=where,
            fix="name a host, like people.example",
        )
    public = parts.port or (_HTTPS if parts.scheme == "https" else _HTTP)
    origin = f"{parts.scheme}://{given}:{public}"
    if options.listen is not None:
        address, port = _listen(options.listen)
        return Host(name=given, address=address, port=port, origin=origin, certificate=None)
    certificate = None
    if parts.scheme == "https":
        folder = f"/etc/letsencrypt/live/{given}"
        certificate = (
            _path(options.certificate or f"{folder}/fullchain.pem", "--certificate", more="$"),
            _path(options.key or f"{folder}/privkey.pem", "--key", more="$"),
        )
    return Host(name=given, address=None, port=public, origin=origin, certificate=certificate)


def _listen(text: str) -> tuple[str | None, int]:
    try:
        address, port = host_and_port(text if ":" in text else f"all:{text}")
        if not re.fullmatch(r"[\w.:-]+", address, re.ASCII):
            raise ValueError(text)  # noqa: TRY301 - one message for all that it can't be
    except ValueError:
        raise ConfigError(
            f"no server can listen at {quote(text)}",
            where="--listen",
            fix="give a port, like 8080, or an address and a port, like 127.0.0.1:8080",
        ) from None
    return None if address == "all" else f"[{address}]" if ":" in address else address, port


def _root(settings: Settings, options: Options) -> str:
    if options.root is not None:
        root = options.root
    elif isinstance(settings.output, StoreAddress):
        root = ""  # only `s3` serves it from there
    else:
        root = str(settings.output)
    return _path(root, "paths.output" if options.root is None else "--root").rstrip("/")


def _path(path: str, where: str, more: Iterable[str] = ()) -> str:
    """A path that every server can be told in quotes.

    Raises:
        ConfigError: It has a character that one of them can't be told, or takes for a pattern.
    """
    wrong = next((it for it in path if it in _SPECIAL.union(more) or not it.isprintable()), None)
    if wrong is not None:
        raise ConfigError(
            f"no server can be told the path {quote(path)}: it has the character {wrong!r}",
            where=where,
            fix="name another path; the site's folder on the server is --root",
        )
    if path and (not Path(path).is_absolute() or not path.strip("/")):
        raise ConfigError(
            f"{quote(path)} is not an absolute path of a file or folder",
            where=where,
            fix="write it from /: a server does not know the folder that this is run in",
        )
    return path


def _beacon(beacon_url: str, url: str, options: Options) -> Beacon | None:
    if not beacon_url:
        return None
    for address in options.beacons:
        try:
            name, _port = host_and_port(address)
        except ValueError:
            name = ""
        if not re.fullmatch(r"[\w.:-]+", name, re.ASCII):
            raise ConfigError(
                f"no beacon listens at {quote(address)}",
                where="--beacon",
                fix=f"give an address and a port, like {BEACON}",
            )
    parts = urlsplit(beacon_url)
    path = unquote(parts.path)
    if not _PLAIN_PATH.fullmatch(f"{path}/") or path == "" or parts.query or parts.fragment:
        raise ConfigError(
            f"no server can be told to pass on {quote(beacon_url)}",
            where="site.beacon_url",
            fix='use a path of letters, digits, "-", "_", "." and "~", like "/e"',
        )
    is_elsewhere = parts.netloc and ascii_host(parts.netloc) != ascii_host(urlsplit(url).netloc)
    host = _host(beacon_url, options, None) if is_elsewhere else None
    return Beacon(path=path, host=host, addresses=options.beacons)

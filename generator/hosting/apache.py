"""The configuration of Apache: virtual hosts."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from generator.errors import ConfigError
from generator.hosting.facts import BEACON_PATH, HIDDEN, Beacon, Facts, Host
from generator.hosting.media_types import COMPRESSIBLE, MEDIA_TYPES
from generator.hosting.text import comment, document, indented, paragraphs
from generator.model.content import NOT_FOUND
from generator.model.headers import PAGE_CACHING, HeaderRule
from generator.render.redirects import REDIRECTS

_LOGS = "/var/log/apache2"


def apache(facts: Facts) -> str:
    """The text of a file for `sites-available`.

    Raises:
        ConfigError: Several beacons are named.
    """
    beacon = facts.beacon
    if beacon and len(beacon.addresses) > 1:
        raise ConfigError(
            "the configuration of Apache passes events on to one beacon",
            where="--beacon",
            fix="name one, or stand nginx or Caddy before them",
        )
    modules = ["alias", "deflate", "dir", "headers", "mime", "rewrite"]
    modules += ["ssl"] if facts.host.certificate else []
    modules += ["proxy", "proxy_http"] if beacon else []
    return document(
        comment(
            f"Apache for {facts.url}, printed by `qwikfolio hosting apache`. Print it again after "
            "changing the settings. It needs `a2enmod " + " ".join(modules) + "`."
        ),
        _listen(facts.host),
        _to_https(facts.host),
        section("VirtualHost", _socket(facts.host), _site(facts)),
        _beacon_host(facts, beacon, beacon.host) if beacon and beacon.host else (),
    )


def quoted(text: str) -> str:
    """A text in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def section(kind: str, of: str, lines: Iterator[str] | list[str]) -> list[str]:
    """A section with its lines indented."""
    return [f"<{kind} {of}>", *indented(lines), f"</{kind}>"]


def _listen(host: Host) -> list[str]:
    if host.port in {80, 443} and host.address is None:
        return []  # Debian's ports.conf has them
    return [f"Listen {host.address}:{host.port}" if host.address else f"Listen {host.port}"]


def _socket(host: Host) -> str:
    return f"{host.address or '*'}:{host.port}"


def _name(host: Host) -> list[str]:
    return [
        *_canonical(host),
        *(
            (
                "SSLEngine on",
                f"SSLCertificateFile {quoted(host.certificate[0])}",
                f"SSLCertificateKeyFile {quoted(host.certificate[1])}",
            )
            if host.certificate
            else ()
        ),
        "ServerSignature Off",
        "TraceEnable off",
    ]


def _canonical(host: Host) -> list[str]:
    if host.name.startswith("["):  # of which Apache makes no name
        return ["UseCanonicalName Off"]
    return [
        *comment("A redirect names the host as visitors see it: a proxy may stand before this."),
        f"ServerName {host.origin}",
        "UseCanonicalName On",
    ]


def _to_https(host: Host) -> list[str]:
    if host.certificate is None or host.port != 443:  # noqa: PLR2004 - https
        return []
    return section(
        "VirtualHost",
        "*:80",
        [
            *([] if host.name.startswith("[") else [f"ServerName {host.name}"]),
            f"Redirect permanent / https://{host.name}/",
        ],
    )


def _site(facts: Facts) -> list[str]:
    beacon = facts.beacon
    is_passed_on = beacon is not None and beacon.host is None
    return paragraphs(
        [*_name(facts.host), *_files(facts)],
        _logs(facts, facts.host) if beacon else (),
        *(_headers(rule, beacon if is_passed_on else None) for rule in facts.rules),
        _types(),
        _rules(facts, beacon if is_passed_on else None),
        _beacon(beacon) if beacon and is_passed_on else (),
    )


def _files(facts: Facts) -> list[str]:
    root = quoted(facts.root)
    where = [f"DocumentRoot {root}"]
    if facts.home != "/":
        where = [f"Alias {quoted(facts.home)} {quoted(f'{facts.root}/')}"]
    return [
        *where,
        *section(
            "Directory",
            root,
            [
                "Require all granted",
                *comment("No listing, and no link is followed."),
                "Options None",
                "AllowOverride None",
                "DirectoryIndex index.html",
            ],
        ),
        f"ErrorDocument 404 {quoted(f'{facts.rules[0].path}{NOT_FOUND}')}",
        "FileETag MTime Size",
    ]


def _logs(facts: Facts, host: Host) -> list[str]:
    folder = facts.logs or _LOGS
    log, errors = (quoted(f"{folder}/{host.name}{suffix}") for suffix in (".log", ".error.log"))
    return [
        *comment(
            "Visits are counted, and /privacy/ promises that no network address is kept: neither "
            "address nor user agent, referrer or query is logged."
        ),
        f'CustomLog {log} "%{{%FT%T%z}}t \\"%m %U\\" %>s %B"',
        f"ErrorLog {errors}",
        'ErrorLogFormat "[%{u}t] [%-m:%l] %M"',
        "LogLevel crit",
    ]


def _headers(rule: HeaderRule, beacon: Beacon | None) -> list[str]:
    """Of all below the path of a rule, but for the beacon's answers, which have their own."""
    pairs = dict(rule.headers)
    if "assets/" not in rule.path:
        pairs.setdefault("Cache-Control", PAGE_CACHING)
    lines = [f"Header always set {name} {quoted(value)}" for name, value in pairs.items()]
    path = unquote(rule.path)
    if beacon and beacon.path.startswith(path):
        other = re.escape(beacon.path.removeprefix(path))
        return section("LocationMatch", f'"^{re.escape(path)}(?!{other}$)"', lines)
    return section("Location", quoted(path), lines)


def _types() -> list[str]:
    return [
        "AddDefaultCharset utf-8",
        *(f"AddType {it.name} {_suffixes(it.suffixes)}" for it in MEDIA_TYPES),
        "AddCharset utf-8 " + " ".join(_suffixes(it.suffixes) for it in MEDIA_TYPES if it.is_text),
        f"AddOutputFilterByType DEFLATE {' '.join(COMPRESSIBLE)}",
    ]


def _suffixes(suffixes: tuple[str, ...]) -> str:
    return " ".join(f".{suffix}" for suffix in suffixes)


def _rules(facts: Facts, beacon: Beacon | None) -> list[str]:
    home = re.escape(facts.home)
    hidden = "|".join(map(re.escape, HIDDEN))
    return paragraphs(
        ["RewriteEngine On"],
        _pass_on(beacon) if beacon else (),
        ["RewriteCond %{REQUEST_METHOD} !^(GET|HEAD)$", "RewriteRule ^ - [R=405,L]"],
        [
            *comment("What can be no file would be an error of the server's."),
            'RewriteRule "[^/]{256}" - [R=404,L]',
            *comment("What is for this server, not for visitors."),
            r'RewriteRule "/\.(?!well-known/)" - [R=404,L]',
            r'RewriteRule "/\.well-known/(?:.*/)?\." - [R=404,L]',
            f"RewriteRule {_pattern(f'{home}(?:{hidden})')} - [R=404,L]",
        ],
        [
            *comment(
                "Usernames that lead to slugs. Each build keeps this list up to date, and Apache "
                "sees by itself that it has changed."
            ),
            f"RewriteMap redirects {quoted(f'txt:{facts.root}/{REDIRECTS}')}",
            'RewriteCond "${redirects:%{REQUEST_URI}}" "^(/.+)$"',
            "RewriteRule ^ %1 [R=301,NE,L]",
        ],
        [
            *comment("A folder without a page is nothing, not something forbidden."),
            'RewriteCond "%{LA-U:REQUEST_FILENAME}" -d',
            'RewriteCond "%{LA-U:REQUEST_FILENAME}/index.html" !-f',
            "RewriteRule ^ - [R=404,L]",
        ],
        _rest(facts),
    )


def _pass_on(beacon: Beacon) -> list[str]:
    return [
        *comment(
            "Where pages tell of visits: passed on to the beacon, and to nobody else. A body that "
            "two servers may see end at two places is refused."
        ),
        'RewriteCond "%{HTTP:Transfer-Encoding}" "!^(?:chunked)?$" [NC,NV]',
        f"RewriteRule {_pattern(re.escape(beacon.path))} - [R=400,L]",
        f"RewriteRule {_pattern(re.escape(beacon.path))} "
        f"http://{beacon.addresses[0]}{BEACON_PATH} [P,L]",
    ]


def _rest(facts: Facts) -> list[str]:
    if facts.home == "/":
        return []
    return [
        f"RewriteRule {_pattern(re.escape(facts.home.rstrip('/')))} {facts.rules[0].path} "
        "[R=301,NE,L]",
        *comment("The rest of this host: put here what it has besides."),
        f'RewriteRule "^(?!{re.escape(facts.home)})" - [R=404,L]',
    ]


def _pattern(path: str) -> str:
    return f'"^{path}$"'


def _beacon(beacon: Beacon) -> list[str]:
    address = f"http://{beacon.addresses[0]}"
    return [
        *section(
            "Location",
            quoted(beacon.path),
            [
                *comment("Whatever a client says of its address is left out; Apache adds it."),
                "RequestHeader unset X-Forwarded-For",
                "RequestHeader unset Upgrade",
                *comment("A body has 4 KB at most; the beacon's own refusal says so to pages."),
                "LimitRequestBody 8192",
            ],
        ),
        *section("Proxy", quoted(address), ["ProxySet connectiontimeout=2 timeout=15"]),
    ]


def _beacon_host(facts: Facts, beacon: Beacon, host: Host) -> list[str]:
    return paragraphs(
        _to_https(host),
        section(
            "VirtualHost",
            _socket(host),
            paragraphs(
                _name(host),
                _logs(facts, host),
                ["RewriteEngine On"],
                _pass_on(beacon),
                ["RewriteRule ^ - [R=404,L]"],
                _beacon(beacon),
            ),
        ),
    )

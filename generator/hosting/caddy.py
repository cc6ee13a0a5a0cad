"""The configuration of Caddy: a Caddyfile."""

from collections.abc import Iterator

from generator.hosting.facts import BEACON_PATH, HIDDEN, Beacon, Facts, Host
from generator.hosting.media_types import COMPRESSIBLE, MEDIA_TYPES
from generator.hosting.text import block, comment, document, paragraphs
from generator.model.content import NOT_FOUND
from generator.model.headers import PAGE_CACHING, HeaderRule
from generator.render.redirects import REDIRECTS

_HTTPS = 443
_KNOWN = {"html", "css", "js", "json", "svg", "avif", "gif", "jpg", "png", "webp", "pdf"}
"""Types that Caddy names by itself on every machine, of text with its encoding."""


def caddy(facts: Facts) -> str:
    """The text of a Caddyfile."""
    beacon = facts.beacon
    return document(
        comment(
            f"Caddy for {facts.url}, printed by `qwikfolio hosting caddy`. Print it again after "
            "changing the settings. It gets its certificate by itself."
            if facts.host.certificate
            else f"Caddy for {facts.url}, printed by `qwikfolio hosting caddy`. Print it again "
            "after changing the settings."
        ),
        _global() if beacon else (),
        block(_address(facts.host), _site(facts)),
        _beacon_host(beacon, beacon.host) if beacon and beacon.host else (),
    )


def quoted(text: str) -> str:
    """A text in quotes; `facts` lets no backslash, brace or backquote through."""
    return '"' + text.replace('"', '\\"') + '"'


def _global() -> list[str]:
    return [
        *comment(
            "Visits are counted, and /privacy/ promises that no network address is kept: Caddy "
            "logs no requests unless it is told to, and its errors have no address, either. A "
            "Caddyfile has one such block, at its top."
        ),
        *block(
            "",
            block(
                "log",
                block(
                    "format filter",
                    [
                        "wrap json",
                        *block(
                            "fields",
                            (
                                f"request>{field} delete"
                                for field in ("remote_ip", "remote_port", "client_ip", "headers")
                            ),
                        ),
                    ],
                ),
            ),
        ),
    ]


def _address(host: Host) -> str:
    if host.certificate:
        return host.name if host.port == _HTTPS else f"{host.name}:{host.port}"
    return f"http://{host.name}:{host.port}"


def _site(facts: Facts) -> list[str]:
    beacon = facts.beacon
    home = facts.home
    files = _files(facts)
    return paragraphs(
        _bind(facts.host),
        [
            f"root * {quoted(facts.root)}",
            *comment("Once, and also of what was not compressed."),
            *block("header", ["Vary Accept-Encoding", "defer"]),
            *block(
                "encode zstd gzip",
                [
                    "minimum_length 256",
                    *block("match", (f"header Content-Type {it}*" for it in COMPRESSIBLE)),
                ],
            ),
        ],
        _redirects(facts),
        _pass_on(beacon) if beacon and not beacon.host else (),
        block("handle" if home == "/" else f"handle_path {quoted(f'{home}*')}", files),
        _rest(facts),
        _errors(facts),
    )


def _bind(host: Host) -> list[str]:
    return [f"bind {host.address}"] if host.address is not None else []


def _redirects(facts: Facts) -> list[str]:
    return [
        *comment(
            "Usernames that lead to slugs. Each build keeps this list up to date; Caddy reads it "
            "when it is started or reloaded. Until then the page at the username leads on."
        ),
        *block(
            "map {http.request.orig_uri.path} {redirect} {redirect_status}",
            [
                'default "" ""',
                *comment("The wildcard is for a site that is not built yet, which has no list."),
                f"import {quoted(f'{facts.root}/{REDIRECTS[:-1]}?')}",
            ],
        ),
    ]


def _files(facts: Facts) -> list[str]:
    return paragraphs(
        [
            *comment("What is for this server, not for visitors."),
            *block(
                "@hidden",
                ["path " + " ".join(f"/{name}" for name in HIDDEN)],
            ),
            *block("@dots", [r'path_regexp "/\."', r'not path_regexp "^/\.well-known/"']),
            r'@more_dots path_regexp "^/\.well-known/(?:.*/)?\."',
            *comment("What can be no file would be an error of the server's."),
            r'@no_file path_regexp "\x00|[^/]{256}"',
            "@other not method GET HEAD",
            *comment("Where the page of a redirect is gone, the list is older than the site."),
            *block(
                "@moved",
                [
                    "path */",
                    'not vars {redirect} ""',
                    "file {http.request.uri.path}index.html",
                ],
            ),
        ],
        block(
            "route",
            paragraphs(
                _types(),
                *(_headers(facts, rule) for rule in facts.rules),
                [
                    "error @no_file 404",
                    "error @hidden 404",
                    "error @dots 404",
                    "error @more_dots 404",
                    'header @other Allow "GET, HEAD"',
                    "error @other 405",
                    "redir @moved {redirect} 301",
                    "file_server",
                ],
            ),
        ),
    )


def _types() -> list[str]:
    lines: list[str] = []
    for it in MEDIA_TYPES:
        if it.suffixes[0] in _KNOWN:
            continue
        suffixes = " ".join(f"*.{suffix}" for suffix in it.suffixes)
        kind = f"{it.name}; charset=utf-8" if it.is_text else it.name
        matcher = f"@{it.suffixes[0]}"
        lines += [f"{matcher} path {suffixes}", f"header {matcher} Content-Type {quoted(kind)}"]
    return lines


def _headers(facts: Facts, rule: HeaderRule) -> list[str]:
    below = rule.path.removeprefix(facts.rules[0].path)
    pairs = dict(rule.headers)
    if not below:
        pairs.setdefault("Cache-Control", PAGE_CACHING)
    lines = [f"{name} {quoted(value)}" for name, value in pairs.items()]
    return block(f"header /{below}*" if below else "header", lines)


def _rest(facts: Facts) -> list[str]:
    if facts.home == "/":
        return []
    return [
        f"redir {quoted(facts.home.rstrip('/'))} {quoted(facts.rules[0].path)} 301",
        *comment("The rest of this host: put here what it has besides."),
        *block("handle", ["error 404"]),
    ]


def _errors(facts: Facts) -> list[str]:
    return block(
        "handle_errors",
        [
            *_headers(facts, facts.rules[0]),
            *block(
                "@missing", ["expression {http.error.status_code} == 404", f"file /{NOT_FOUND}"]
            ),
            *block(
                "handle @missing",
                [
                    f"rewrite * /{NOT_FOUND}",
                    'header Content-Type "text/html; charset=utf-8"',
                    "file_server",
                ],
            ),
            *block("handle", ['respond "{http.error.status_code} {http.error.status_text}"']),
        ],
    )


def _pass_on(beacon: Beacon) -> list[str]:
    return [
        *comment(
            "Where pages tell of visits: passed on to the beacon, and to nobody else. Caddy sets "
            "X-Forwarded-For by itself."
        ),
        *block(f"handle {quoted(beacon.path)}", _proxy(beacon)),
    ]


def _proxy(beacon: Beacon) -> Iterator[str]:
    several = len(beacon.addresses) > 1
    if beacon.path != BEACON_PATH:
        yield f"rewrite * {BEACON_PATH}"
    yield from block("request_body", ["max_size 8KB"])
    yield from block(
        f"reverse_proxy {' '.join(beacon.addresses)}",
        [
            "header_up -Upgrade",
            "header_up -Connection",
            *(
                (
                    *comment(
                        "A visitor is sent to the same beacon, or to another if that is away."
                    ),
                    "lb_policy ip_hash",
                    "fail_duration 10s",
                    "health_uri /readyz",
                    "health_interval 5s",
                )
                if several
                else ()
            ),
            *block(
                "transport http",
                ["keepalive 60s", "dial_timeout 2s", "response_header_timeout 15s"],
            ),
        ],
    )


def _beacon_host(beacon: Beacon, host: Host) -> list[str]:
    return block(
        _address(host),
        paragraphs(_bind(host), _pass_on(beacon), block("handle", ["respond 404"])),
    )

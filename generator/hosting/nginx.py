"""The configuration of nginx, for its `http` block."""

from collections.abc import Iterable, Iterator

from generator.hosting.facts import BEACON_PATH, HIDDEN, Beacon, Facts, Host
from generator.hosting.media_types import COMPRESSIBLE, DEFAULT, MEDIA_TYPES, TEXT
from generator.hosting.text import block, comment, document, paragraphs
from generator.model.content import NOT_FOUND
from generator.model.headers import PAGE_CACHING, HeaderRule
from generator.render.redirects import NGINX_REDIRECTS

_LOGS = "/var/log/nginx"
_HTML = "text/html"  # nginx always compresses it and names its encoding, and warns if it is told to


def nginx(facts: Facts) -> str:
    """The text of a file that the `http` block includes."""
    beacon = facts.beacon
    return document(
        comment(
            f"nginx for {facts.url}, printed by `qwikfolio hosting nginx`. Print it again after "
            "changing the settings. Include it in the http block, for instance as "
            f"/etc/nginx/conf.d/{facts.host.name}.conf."
        ),
        _dollar(facts),
        _redirects(facts),
        _log_format(facts) if beacon else (),
        _upstream(facts, beacon) if beacon else (),
        _to_https(facts.host),
        _site(facts),
        _beacon_host(facts, beacon, beacon.host) if beacon and beacon.host else (),
    )


def quoted(text: str) -> str:
    """A text in quotes, where nginx looks for no variables."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(text: str) -> str:
    """A text in quotes where nginx would take `$` for the beginning of a variable."""
    return quoted(text).replace("$", "${qwikfolio_dollar}")


def _dollar(facts: Facts) -> list[str]:
    if "$" not in facts.root:
        return []
    return [
        *comment("A path with a dollar sign can't be written otherwise."),
        *block("geo $qwikfolio_dollar", ['default "$";']),
    ]


def _redirects(facts: Facts) -> list[str]:
    return [
        *comment(
            "Usernames that lead to slugs. Each build keeps this list up to date; nginx reads it "
            "when it is started or reloaded. Until then the page at the username leads on."
        ),
        *block(
            f"map $uri ${facts.name}_redirect",
            ['default "";', f"include {quoted(f'{facts.root}/{NGINX_REDIRECTS}')};"],
        ),
    ]


def _log_format(facts: Facts) -> list[str]:
    name = facts.name
    return [
        *comment(
            "Visits are counted, and /privacy/ promises that no network address is kept: neither "
            "address nor user agent, referrer or query is logged."
        ),
        f'map $request_uri ${name}_path {{ "~^(?<before_query>[^?]*)" $before_query; }}',
        f'log_format {name} \'$time_iso8601 "$request_method ${name}_path" $status '
        "$body_bytes_sent';",
    ]


def _upstream(facts: Facts, beacon: Beacon) -> list[str]:
    several = len(beacon.addresses) > 1
    return [
        *comment(
            "Connections to the beacon are kept for 60 seconds; the beacon closes them later."
        ),
        *block(
            f"upstream {facts.name}_beacon",
            [
                *(("ip_hash;",) if several else ()),
                *(f"server {address};" for address in beacon.addresses),
                "keepalive 32;",
            ],
        ),
    ]


def _listen(host: Host) -> Iterator[str]:
    kind = " ssl" if host.certificate else ""
    if host.address is not None:
        yield f"listen {host.address}:{host.port}{kind};"
    else:
        yield f"listen {host.port}{kind};"
        yield f"listen [::]:{host.port}{kind};"
    yield f"server_name {host.name};"
    if host.certificate:
        certificate, key = host.certificate
        yield f"ssl_certificate {quoted(certificate)};"
        yield f"ssl_certificate_key {quoted(key)};"


def _to_https(host: Host) -> list[str]:
    if host.certificate is None or host.port != 443:  # noqa: PLR2004 - https
        return []
    return block(
        "server",
        [
            "listen 80;",
            "listen [::]:80;",
            f"server_name {host.name};",
            "access_log off;",
            f"return 301 https://{host.name}$request_uri;",
        ],
    )


def _site(facts: Facts) -> list[str]:
    beacon = facts.beacon
    return block(
        "server",
        paragraphs(
            _listen(facts.host),
            _logs(facts) if beacon else (),
            _answers(facts),
            _hidden(facts),
            *(_location(facts, rule) for rule in reversed(facts.rules)),
            _rest(facts),
            _pass_on(facts, beacon) if beacon and not beacon.host else (),
        ),
    )


def _logs(facts: Facts) -> list[str]:
    folder = facts.logs or _LOGS
    return [
        f"access_log {quoted(f'{folder}/{facts.host.name}.log')} {facts.name};",
        *comment("Below `crit` each line has an address."),
        f"error_log {quoted(_error_log(facts, facts.host))} crit;",
    ]


def _error_log(facts: Facts, host: Host) -> str:
    return f"{facts.logs or _LOGS}/{host.name}.error.log"


def _answers(facts: Facts) -> list[str]:
    kinds = [f"{it.name} {' '.join(it.suffixes)};" for it in MEDIA_TYPES]
    return paragraphs(
        [
            "server_tokens off;",
            *comment("A redirect names neither host nor port: a proxy may stand before this."),
            "absolute_redirect off;",
            *comment("A folder without a page is nothing, not something forbidden."),
            f"error_page 403 =404 {facts.home}{NOT_FOUND};",
            f"error_page 404 {facts.home}{NOT_FOUND};",
        ],
        [
            *block("types", kinds),
            f"default_type {DEFAULT};",
            "charset utf-8;",
            f"charset_types {_others(TEXT)};",
        ],
        [
            "gzip on;",
            "gzip_vary on;",
            "gzip_proxied any;",
            "gzip_min_length 256;",
            f"gzip_types {_others(COMPRESSIBLE)};",
        ],
    )


def _others(names: Iterable[str]) -> str:
    return " ".join(name for name in names if name != _HTML)


def _hidden(facts: Facts) -> list[str]:
    return [
        *comment("What is for this server, not for visitors."),
        r'location ~ "/\.(?!well-known/)" { return 404; }',
        'location ~ "/\\.well-known/(?:.*/)?\\." { return 404; }',
        *(f"location = {quoted(f'{facts.home}{name}')} {{ return 404; }}" for name in HIDDEN),
    ]


def _location(facts: Facts, rule: HeaderRule) -> list[str]:
    """What is answered below the path of a rule, with the headers of all rules that fit.

    A location that adds a header inherits none.
    """
    below = rule.path.removeprefix(facts.rules[0].path)
    lines = [f"alias {_value(f'{facts.root}/{below}')};", "index index.html;"]
    caching = [("Cache-Control", PAGE_CACHING)]
    for it in facts.rules:
        if it.fits(rule.path):
            caching = [pair for pair in it.headers if pair[0] == "Cache-Control"] or caching
            lines += (
                f"add_header {name} {_value(value)} always;"
                for name, value in it.headers
                if name != "Cache-Control"
            )
    lines += (f"add_header {name} {_value(value)};" for name, value in caching)
    if rule is facts.rules[0]:
        lines[-1] = lines[-1].replace(";", " always;")
        lines += ["", *_to_slug(facts)]
    return block(f"location {quoted(f'{facts.home}{below}')}", lines)


def _to_slug(facts: Facts) -> list[str]:
    return [
        *comment("Where the page of a redirect is gone, the list is older than the site."),
        f"set $redirect ${facts.name}_redirect;",
        'if (!-f "${request_filename}index.html") { set $redirect ""; }',
        "if ($redirect) { return 301 $redirect; }",
    ]


def _rest(facts: Facts) -> list[str]:
    if facts.home == "/":
        return []
    return [
        f"location = {quoted(facts.home.rstrip('/'))} "
        f"{{ return 301 {_value(facts.rules[0].path)}; }}",
        *comment("The rest of this host: put here what it has besides."),
        "location / { return 404; }",
    ]


def _pass_on(facts: Facts, beacon: Beacon) -> list[str]:
    several = len(beacon.addresses) > 1
    return [
        *comment("Where pages tell of visits: passed on to the beacon, and to nobody else."),
        *block(
            f"location = {quoted(beacon.path)}",
            [
                f"proxy_pass http://{facts.name}_beacon{BEACON_PATH};",
                "proxy_http_version 1.1;",
                'proxy_set_header Connection "";',
                'proxy_set_header Upgrade "";',
                *comment("Whatever a client says of its address is replaced."),
                "proxy_set_header X-Forwarded-For $remote_addr;",
                "proxy_connect_timeout 2s;",
                "proxy_read_timeout 15s;",
                *comment("A body has 4 KB at most; the beacon's own refusal says so to pages."),
                "client_max_body_size 8k;",
                "client_body_buffer_size 8k;",
                "client_body_timeout 10s;",
                *(
                    (
                        *comment("Another beacon takes an event that one can't."),
                        "proxy_next_upstream error timeout http_503 non_idempotent;",
                        "proxy_next_upstream_tries 2;",
                    )
                    if several
                    else ()
                ),
                "access_log off;",
            ],
        ),
    ]


def _beacon_host(facts: Facts, beacon: Beacon, host: Host) -> list[str]:
    return paragraphs(
        _to_https(host),
        block(
            "server",
            paragraphs(
                _listen(host),
                [
                    "server_tokens off;",
                    "access_log off;",
                    f"error_log {quoted(_error_log(facts, host))} crit;",
                ],
                _pass_on(facts, beacon),
                ["location / { return 404; }"],
            ),
        ),
    )

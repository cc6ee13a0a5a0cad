"""The folder that is uploaded to a host: the output without what is for servers."""

from shlex import quote

from generator.hosting.facts import Facts
from generator.publish.writer import MARKER
from generator.render.redirects import NGINX_REDIRECTS, REDIRECTS

FOLDER = "upload"
"""Its name, beside the configuration."""


def copying(facts: Facts) -> list[str]:
    """The commands that make it, as comments."""
    root = f"{facts.root or 'output'}/"
    lines = [
        f"rsync -a --delete --exclude=/{MARKER} --exclude=/{NGINX_REDIRECTS} {quote(root)} "
        f"{quote(f'{FOLDER}{facts.home}')}"
    ]
    if facts.home != "/":  # these two are looked for at the top
        here = quote(f"{FOLDER}{facts.home}")
        lines = [
            f"mkdir -p {here}",
            *lines,
            f"mv {here}_headers {here}{REDIRECTS} {FOLDER}/",
            f"cp {here}404.html {FOLDER}/",
        ]
    return [f"#   {line}" for line in lines]


def beacon_note(facts: Facts) -> str:
    """What to say of the beacon; empty where there is none, or it has a host of its own."""
    if facts.beacon is None or facts.beacon.host is not None:
        return ""
    return (
        f"Visits are told to {facts.beacon.path} of this host, which passes nothing on to a beacon: "
        "none is counted. Give the beacon a host of its own, with `qwikfolio hosting caddy` or "
        'another there, and write site.beacon_url = "https://events.…/e".'
    )

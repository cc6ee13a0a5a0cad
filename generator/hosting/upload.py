"""The folder that is uploaded to a host: the output without what is for servers."""

from shlex import quote

from generator.hosting.facts import Facts
from generator.model.content import NOT_FOUND
from generator.publish.writer import MARKER
from generator.render.redirects import NGINX_REDIRECTS, REDIRECTS

FOLDER = "upload"
"""Its name, beside the configuration."""


def copying(facts: Facts) -> list[str]:
    """The commands that make it, as comments."""
    root, to = facts.root or "output", f"{FOLDER}{facts.home}"
    lines = [
        f"rm -rf {FOLDER} && mkdir -p {quote(to)}",
        f"cp -R {quote(f'{root}/.')} {quote(to)}",
        f"rm {quote(f'{to}{MARKER}')} {quote(f'{to}{NGINX_REDIRECTS}')}",
    ]
    if facts.home != "/":  # what is looked for at the top
        top = (quote(f"{to}{name}") for name in ("_headers", REDIRECTS))
        lines += [f"mv {' '.join(top)} {FOLDER}/", f"cp {quote(f'{to}{NOT_FOUND}')} {FOLDER}/"]
    return [f"#   {line}" for line in lines]


def beacon_note(facts: Facts) -> str:
    """What to say of the beacon; empty where there is none, or it has a host of its own."""
    if facts.beacon is None or facts.beacon.host is not None:
        return ""
    return (
        f"Visits are told to {facts.beacon.path} of this host, which passes none on to a beacon: "
        "none is counted. Give the beacon a host of its own, with `qwikfolio hosting caddy` or "
        'another there, and write site.beacon_url = "https://events.…/e".'
    )

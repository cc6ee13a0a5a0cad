"""The Content-Security-Policy that every page is served with, and what it blocks."""

from collections.abc import Mapping
from functools import cache

from generator.config import SiteSettings
from generator.render.site import Site, make_site
from generator.render.wellknown import headers

_HEADER = "Content-Security-Policy:"
_WIDER = {"frame-src": "child-src", "script-src-elem": "script-src"}


def blocks(directive: str) -> bool:
    """Whether a page may load nothing of a kind: `font-src`, `frame-src`, `script-src`."""
    policy = _policy()
    for name in (directive, _WIDER.get(directive, directive), "default-src"):
        if name in policy:
            return policy[name] == "'none'"
    return False


def allows_inline(directive: str) -> bool:
    """Whether a page may have scripts, or styles, written into it."""
    policy = _policy()
    return "'unsafe-inline'" in policy.get(directive, policy.get("default-src", ""))


def text(site: Site) -> str:
    """The policy of a site, as its header says it."""
    lines = headers(site).body.decode().splitlines()
    return next(line for line in lines if _HEADER in line).split(_HEADER)[1].strip()


@cache
def _policy() -> Mapping[str, str]:
    parts = (part.strip().partition(" ") for part in text(make_site(SiteSettings())).split(";"))
    return {name: values for name, _, values in parts}

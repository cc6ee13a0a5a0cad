"""The Content-Security-Policy that every page is served with, and what it blocks."""

from collections.abc import Mapping
from functools import cache

from generator.config import SiteSettings
from generator.render.site import make_site
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


@cache
def _policy() -> Mapping[str, str]:
    text = headers(make_site(SiteSettings())).body.decode()
    line = next(line for line in text.splitlines() if line.strip().startswith(_HEADER))
    parts = (part.strip().partition(" ") for part in line.split(_HEADER)[1].split(";"))
    return {name: values for name, _, values in parts}

"""Our own filters that speak no language; `language.py` has those that do."""

from collections.abc import Callable
from urllib.parse import unquote

from generator.render.markdown import to_html


def bare_url(url: str) -> str:
    """An address as a person would say it: `github.com/ada`, `example.org/über-mich`."""
    bare = url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    if "%" not in bare:
        return bare
    spoken = unquote(bare)
    return spoken if spoken.isprintable() and " " not in spoken else bare


FILTERS: dict[str, Callable[..., str]] = {
    "markdown": to_html,
    "bare_url": bare_url,
}

"""The headers of an answer, as a host takes them from the `_headers` that a build writes."""

from collections.abc import Iterable, Mapping

from generator.model.headers import HeaderRule


def headers_for(rules: Iterable[HeaderRule], path: str) -> dict[str, str]:
    """Every header of every rule that fits, later ones after earlier ones."""
    found: dict[str, str] = {}
    for rule in rules:
        if rule.fits(path):
            for name, value in rule.headers:
                found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def for_frames(headers: Mapping[str, str]) -> dict[str, str]:
    """The same for a page in a frame of the gallery: our own pages may be its ancestors."""
    return _replaced(headers, "frame-ancestors 'none'", "frame-ancestors 'self'")


def without_upgrade(headers: Mapping[str, str]) -> dict[str, str]:
    """The same, but that what a page asks for over http is not asked for over https instead."""
    return _replaced(headers, "; upgrade-insecure-requests", "")


def _replaced(headers: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    return {name: value.replace(old, new) for name, value in headers.items()}

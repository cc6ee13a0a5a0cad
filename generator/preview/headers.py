"""The headers of an answer, as a host takes them from the `_headers` that a build writes."""

from collections.abc import Iterable, Mapping

import msgspec


class Rule(msgspec.Struct, frozen=True):
    """One block of the file."""

    pattern: str
    """A path from the root of the host; it may end in `*`."""
    headers: tuple[tuple[str, str], ...]

    def fits(self, path: str) -> bool:
        """Whether it is about a path."""
        if self.pattern.endswith("*"):
            return path.startswith(self.pattern[:-1])
        return path == self.pattern


def parse_headers(text: str) -> tuple[Rule, ...]:
    """The blocks of a `_headers`: a pattern, and under it, indented, one header a line."""
    blocks: list[tuple[str, list[tuple[str, str]]]] = []
    for line in text.splitlines():
        if line[:1].isspace() and blocks:
            name, _, value = line.partition(":")
            blocks[-1][1].append((name.strip(), value.strip()))
        elif line.strip():
            blocks.append((line.strip(), []))
    return tuple(Rule(pattern, tuple(headers)) for pattern, headers in blocks)


def headers_for(rules: Iterable[Rule], path: str) -> dict[str, str]:
    """Every header of every block that fits, later ones after earlier ones."""
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

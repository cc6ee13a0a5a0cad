"""Whether two programs made the same page: the same words, the same head, about as many bytes."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
from bs4 import BeautifulSoup

_SAME_SIZE = 0.1  # of the other's bytes


class Difference(msgspec.Struct, frozen=True):
    """What two pages at the same address don't share."""

    path: str
    what: str
    ours: str
    theirs: str


def differences(ours: Path, theirs: Path, paths: Sequence[str], count: int) -> list[Difference]:
    """Compare `count` random pages, always the same ones.

    Args:
        ours: One output.
        theirs: The other.
        paths: All pages that both should have, as `<address>/`.
        count: How many to look at; all, if there are fewer.
    """
    found = []
    for path in random.Random(0).sample(paths, min(count, len(paths))):
        mine, other = (
            (folder / path / "index.html").read_text("utf-8") for folder in (ours, theirs)
        )
        found += [Difference(path, *difference) for difference in compare(mine, other)]
    return found


def compare(ours: str, theirs: str) -> list[tuple[str, str, str]]:
    """What differs between two pages: its name, what ours says, what theirs says."""
    mine, other = facts(ours), facts(theirs)
    found = [
        (name, str(mine.get(name)), str(other.get(name)))
        for name in sorted({*mine, *other})
        if mine.get(name) != other.get(name)
    ]
    sizes = len(ours.encode()), len(theirs.encode())
    if abs(sizes[0] - sizes[1]) > _SAME_SIZE * sizes[0]:
        found.append(("bytes", str(sizes[0]), str(sizes[1])))
    return found


def facts(page: str) -> dict[str, object]:
    """What a page says: to who sees it, to who shares it, and to a search engine."""
    soup = BeautifulSoup(page, "html.parser")
    found: dict[str, object] = {}
    for meta in soup.find_all("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("http-equiv")
        if name:
            found[f"meta {name} {meta.get('media', '')}".strip()] = meta.get("content")
    for link in soup.find_all("link", rel="canonical"):
        found["canonical"] = link.get("href")
    for script in soup.find_all("script", type="application/ld+json"):
        found["structured data"] = json.loads(script.string or "null")
    found["title"] = soup.title.string if soup.title else None
    found["text"] = " ".join(soup.body.get_text(" ").split()) if soup.body else None
    found["links"] = [anchor.get("href") for anchor in soup.find_all("a")]
    found["elements"] = [element.name for element in soup.body.find_all()] if soup.body else None
    return found

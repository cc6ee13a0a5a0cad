"""The names that static files take of a site: which they can have, and which they can't."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from generator.errors import ContentError
from generator.model.address import collision_key
from generator.model.content import ContentPage, StaticFile
from generator.publish import addresses
from generator.publish.manifest import Manifest

REPLACEABLE = frozenset({"favicon.ico", "robots.txt"})
"""Files that a build makes for want of the operator's own."""

_FOLDERS = {"assets": "the files of the themes", "people": "the directory of people"}
_FILES = {
    "index.html": "the home page",
    "_headers": "the headers of every answer",
    "_redirects": "the redirects of usernames",
    "_redirects.nginx": "the redirects of usernames",
}


def keys(files: Iterable[StaticFile]) -> frozenset[str]:
    """The keys of the addresses that nobody else can have because of static files."""
    return frozenset(collision_key(file.top) for file in files)


def require_own_places(files: Iterable[StaticFile], pages: Collection[ContentPage]) -> None:
    """Refuse a static file where the build itself writes something.

    Letters in another case are no other place: hosts and disks take them for the same.

    Raises:
        ContentError: One is there; it names both.
    """
    written = {page.file.lower(): f"the page {page.title!r}" for page in pages} | _FILES
    for file in files:
        other = _other(file.path.lower(), written)
        if other is not None:
            raise ContentError(
                f"the static file {file.path!r} would stand where the build puts {other}",
                where=str(file.source),
                fix="give one of the two another name, or take it away",
            )


def intruder(
    files: Iterable[StaticFile], manifest: Manifest, reserved: Collection[str]
) -> ContentError | None:
    """Why a static file that is new can't be published: a person's page stands at its address.

    A person who comes later can't claim the address of a static file. This is for the operator who
    adds a file and may not know whose page it would take away.

    Args:
        files: All static files.
        manifest: It knows who stands where, by the last build.
        reserved: The keys of the site's own addresses in the last build.
    """
    for file in files:
        key = collision_key(file.top)
        if key in reserved:
            continue
        owner = addresses.owner_at(manifest, key)
        if owner is not None:
            return ContentError(
                f"the static file {file.path!r} would take the address /{file.top}/ from a person "
                f"whose page stands there ({owner})",
                where=str(file.source),
                fix="give the file, or its first folder, another name; or give the person another "
                "slug or username first",
            )
    return None


def _other(path: str, written: Mapping[str, str]) -> str | None:
    """What the build puts at the path, at a folder that it is in, or below it; None: nothing."""
    for place in _places(path):
        if place in written:
            return written[place]
        if "/" not in place and fnmatchcase(place, "sitemap*.xml"):
            return "a sitemap"
    if (top := path.partition("/")[0]) in _FOLDERS:
        return _FOLDERS[top]
    return next((what for it, what in written.items() if it.startswith(f"{path}/")), None)


def _places(path: str) -> Iterator[str]:
    """The path, and every folder that it is in."""
    names = path.split("/")
    for count in range(1, len(names) + 1):
        yield "/".join(names[:count])

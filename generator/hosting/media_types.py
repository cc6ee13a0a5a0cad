"""What the files of a site are: a build's own, and what may be in `content/static/`."""

import msgspec

DEFAULT = "application/octet-stream"


class MediaType(msgspec.Struct, frozen=True):
    """A kind of file."""

    name: str
    suffixes: tuple[str, ...]
    is_text: bool = False
    """Whether it has an encoding, which is UTF-8 here, and is worth compressing."""
    is_compressible: bool = False
    """Whether it is worth compressing although it has no encoding to name."""


MEDIA_TYPES = (
    MediaType("text/html", ("html", "htm"), is_text=True),
    MediaType("text/css", ("css",), is_text=True),
    MediaType("text/javascript", ("js", "mjs"), is_text=True),
    MediaType("text/plain", ("txt", "asc"), is_text=True),
    MediaType("text/markdown", ("md",), is_text=True),
    MediaType("text/csv", ("csv",), is_text=True),
    MediaType("text/calendar", ("ics",), is_text=True),
    MediaType("text/vcard", ("vcf",), is_text=True),
    MediaType("application/xml", ("xml",), is_text=True),
    MediaType("application/atom+xml", ("atom",), is_text=True),
    MediaType("application/rss+xml", ("rss",), is_text=True),
    MediaType("application/json", ("json", "map"), is_compressible=True),
    MediaType("application/manifest+json", ("webmanifest",), is_compressible=True),
    MediaType("image/svg+xml", ("svg",), is_text=True),
    MediaType("image/x-icon", ("ico",), is_compressible=True),
    MediaType("image/avif", ("avif",)),
    MediaType("image/gif", ("gif",)),
    MediaType("image/jpeg", ("jpg", "jpeg")),
    MediaType("image/png", ("png",)),
    MediaType("image/webp", ("webp",)),
    MediaType("font/otf", ("otf",), is_compressible=True),
    MediaType("font/ttf", ("ttf",), is_compressible=True),
    MediaType("font/woff", ("woff",)),
    MediaType("font/woff2", ("woff2",)),
    MediaType("audio/mpeg", ("mp3",)),
    MediaType("video/mp4", ("mp4",)),
    MediaType("video/webm", ("webm",)),
    MediaType("application/pdf", ("pdf",)),
    MediaType("application/zip", ("zip",)),
)

TEXT = tuple(it.name for it in MEDIA_TYPES if it.is_text)
"""The types that are sent with `charset=utf-8`."""
COMPRESSIBLE = tuple(it.name for it in MEDIA_TYPES if it.is_text or it.is_compressible)
"""The types that are worth compressing."""

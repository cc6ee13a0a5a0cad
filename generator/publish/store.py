"""An object store as output, through obstore.

Objects are written whole by nature. What a folder's lock does, a lease does here (`lease.py`). A
fence is an object that workers look for before they write.
"""

import mimetypes
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from generator.config import StoreAddress
from generator.errors import PublishError
from generator.model.identity import DatabaseIdentity
from generator.model.problem import quote
from generator.publish.lease import Lease, kept, look, take
from generator.publish.measured import new_digest
from generator.publish.writer import MARKER

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_FENCES = ".qwikfolio-tmp-fences"
_TRUST = 1.0  # seconds for which a fence that was seen is taken to stand
_ENDPOINTS = {
    "s3": ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"),
    "az": ("AZURE_ENDPOINT", "AZURE_STORAGE_ENDPOINT"),
}
"""The variables that name another store than the vendor's."""
_ADDRESS = re.compile(r"https?://[\w.:\[\]-]+(?:/[\w./~%-]*)?", re.ASCII)
_A_REQUEST = timedelta(seconds=20)  # at most, its repetitions included

_LOCATION = "location"
"""Metadata of an object that sends on; S3 says `x-amz-meta-location`, of which the function of
`qwikfolio hosting s3` makes a redirect."""

_types = mimetypes.MimeTypes()  # Python's own table, whatever the machine has
_OTHER_TYPES = {
    ".xml": "application/xml",
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".webp": "image/webp",
    ".avif": "image/avif",
}


class StoreWriter:
    """Writes and removes the objects of one output."""

    def __init__(self, address: str, store: "ObjectStore", permit: Callable[[], None]) -> None:
        """`permit` is called before every change, and raises where it may not be made."""
        self._address = address
        self._store = store
        self._permit = permit

    def tidy(self) -> None:
        """Remove what builds that were killed left: fences only, since objects are whole."""
        self.unfence()

    def fence(self, name: str) -> None:
        """Make a fence: an object that workers look for."""
        self._permit()
        with self._refusing(f"{_FENCES}/{name}", "written"):
            obstore.put(self._store, f"{_FENCES}/{name}", b"fence")

    def unfence(self) -> None:
        """Take every fence down."""
        for path in list(self._listed(_FENCES)):
            self.remove(path)

    def write(self, path: str, body: bytes, location: str = "") -> None:
        """Put `body` at `path`; whoever reads sees the old object or the new one.

        Raises:
            PublishError: The store refuses, can't be reached, or the build is over.
        """
        self._permit()
        attributes = headers(path) | ({_LOCATION: location} if location else {})
        with self._refusing(path, "written"):
            obstore.put(self._store, path, body, attributes=attributes, use_multipart=False)

    def copy(self, path: str, pieces: Iterable[bytes]) -> None:
        """The same, of what the pieces make together: sent in parts, and there when all are.

        Raises:
            PublishError: As `write`.
        """
        self._permit()
        with self._refusing(path, "written"):
            obstore.put(self._store, path, iter(pieces), attributes=headers(path))

    def remove(self, path: str) -> None:
        """Take what is at `path` away."""
        self._permit()
        with self._refusing(path, "removed"), suppress(FileNotFoundError):
            obstore.delete(self._store, path)

    def size(self, path: str) -> int | None:
        """The size of the object at `path` in bytes; None where there is none."""
        with self._refusing(path, "read"), suppress(FileNotFoundError):
            return obstore.head(self._store, path)["size"]
        return None

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`; None where there is no object."""
        with self._refusing(path, "read"), suppress(FileNotFoundError):
            return bytes(obstore.get(self._store, path).bytes())
        return None

    def digest(self, path: str) -> bytes | None:
        """The digest of the bytes at `path` (`measured.py`); None where there is no object."""
        with self._refusing(path, "read"), suppress(FileNotFoundError):
            digest = new_digest()
            for piece in obstore.get(self._store, path).stream():
                digest.update(piece)
            return digest.digest()
        return None

    def strays(self, known: Callable[[str], bool]) -> Iterator[str]:
        """Every object that is not `known`."""
        for path in self._listed():
            if path != MARKER and not known(path):
                yield path

    def state(self) -> None:
        """A store doesn't tell what came or went."""

    def remove_links(self) -> None:
        """A store has none."""

    def take_links(self) -> tuple[str, ...]:
        """A store has none."""
        return ()

    def _listed(self, prefix: str = "") -> Iterator[str]:
        with self._refusing(prefix, "listed"):
            yield from _paths(self._store, prefix or None)

    @contextmanager
    def _refusing(self, path: str, done: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except (BaseError, OSError, ValueError) as error:
            raise PublishError(
                f"the object can't be {done}: {_reason(error)}",
                where=f"{self._address}/{path}",
                fix="see that the store is up and lets this account, then build again",
            ) from error


class StoreOutput:
    """An output in an object store, locked."""

    def __init__(self, address: str, files: StoreWriter, lease: Lease) -> None:
        self.files = files
        self.is_new = lease.is_new
        """Whether nothing was in it before this build."""
        self._address = address
        self._lease = lease

    def identity(self) -> str:
        """The manifest that the output was last written with; empty for a new one."""
        return self._lease.identity()

    def mark(self, identity: str) -> None:
        """Say which manifest knows this output."""
        self._put(identity=identity)

    def source(self) -> DatabaseIdentity | None:
        """The database that the output was last built from; None where nobody has said so."""
        return self._lease.source()

    def assign(self, source: DatabaseIdentity) -> None:
        """Say which database this output is built from."""
        self._put(source=source)

    def _put(self, **changes: object) -> None:
        try:
            self._lease.put(**changes)
        except (BaseError, OSError) as error:
            raise _unusable(self._address, error) from error


@contextmanager
def open_store(
    address: StoreAddress, waiting: Callable[[], None], store: "ObjectStore | None" = None
) -> Iterator[StoreOutput]:
    """Lock an output for one build.

    Args:
        address: Of the output. Where objects are but no mark of ours, it is refused, since a build
            removes whatever it did not write.
        waiting: Called once if another build is at work in it, before waiting for its end.
        store: The store at the address, where it is open already.

    Raises:
        PublishError: It holds somebody else's objects, or can't be used.
    """
    store = store or _connect(address)
    with kept(_lease(take, address, store, waiting)) as lease:
        files = StoreWriter(str(address), store, lease.check)
        yield StoreOutput(str(address), files, lease)


@contextmanager
def read_store(
    address: StoreAddress, waiting: Callable[[], None], store: "ObjectStore | None" = None
) -> Iterator[StoreOutput]:
    """An output to be read, unchanged, once no build is at work in it.

    The arguments, and what is raised, are those of `open_store`.
    """
    store = store or _connect(address)
    lease = _lease(look, address, store, waiting)
    yield StoreOutput(str(address), StoreWriter(str(address), store, lease.check), lease)


def _lease(
    get: "Callable[[ObjectStore, str, Callable[[], bool], Callable[[], None]], Lease]",
    address: StoreAddress,
    store: "ObjectStore",
    waiting: Callable[[], None],
) -> Lease:
    """The lock of the store, as `take` or `look` gets it."""
    try:
        return get(store, str(address), lambda: next(_paths(store), None) is None, waiting)
    except (BaseError, OSError, ValueError) as error:
        raise _unusable(str(address), error) from error


def fenced_store(
    address: StoreAddress, fence: str, store: "ObjectStore | None" = None
) -> StoreWriter:
    """The objects of an output as a worker may write them, while a fence stands.

    The worker looks for the fence now and then, and writes a moment later. One that sleeps in
    between, for as long as it takes another build to begin, may still put one old page; a build
    with `--full` finds it. A folder has no such gap.

    Raises:
        PublishError: There is no such fence, or the store can't be used.
    """
    store = store or _connect(address)
    return StoreWriter(str(address), store, _Fence(store, str(address), fence).check)


class _Fence:
    def __init__(self, store: "ObjectStore", address: str, name: str) -> None:
        self._store = store
        self._address = address
        self._path = f"{_FENCES}/{name}"
        self._seen = float("-inf")
        self.check()

    def check(self) -> None:
        now = time.monotonic()
        if now - self._seen < _TRUST:
            return
        try:
            obstore.head(self._store, self._path)
        except FileNotFoundError:
            raise PublishError(
                "the build is over, or the worker sees another store",
                where=self._address,
                fix="give every worker the same endpoint and credentials (AWS_…) as the build",
            ) from None
        except (BaseError, OSError, ValueError) as error:
            raise _unusable(self._address, error) from error
        self._seen = now


def headers(path: str) -> dict[str, str]:
    """What a host says of an object: its type, and how long a copy may be kept."""
    suffix = f".{path.rpartition('.')[2]}"
    kind = _OTHER_TYPES.get(suffix) or _types.guess_type(path)[0]
    if kind is None:
        kind = (
            "text/plain"
            if path.startswith(("_headers", "_redirects"))
            else "application/octet-stream"
        )
    if kind.startswith("text/") or kind.endswith(("/javascript", "xml")):
        kind += "; charset=utf-8"
    for_ever = path.startswith("assets/")  # their names change with their content
    caching = "public, max-age=31536000, immutable" if for_ever else "public, max-age=0"
    return {"Content-Type": kind, "Cache-Control": caching}


def _paths(store: "ObjectStore", prefix: str | None = None) -> Iterator[str]:
    for few in obstore.list(store, prefix):
        for meta in few:
            yield meta["path"]


def _connect(address: StoreAddress) -> "ObjectStore":
    """With the credentials and the endpoint of the environment, under the names of its vendor."""
    _require_endpoints(address)
    try:
        return from_url(
            str(address),
            client_options={"timeout": _A_REQUEST, "allow_http": _is_plain()},
            retry_config={"max_retries": 5, "retry_timeout": _A_REQUEST},
        )
    except (BaseError, OSError, ValueError) as error:
        raise _unusable(str(address), error) from error


def _is_plain() -> bool:
    """Whether the operator named an endpoint without TLS, as on a machine of their own."""
    return any(os.environ.get(name, "").startswith("http:") for name in _ENDPOINTS["s3"])


def _require_endpoints(address: StoreAddress) -> None:
    """Refuse an endpoint that is no address: obstore would panic, with a traceback.

    Raises:
        PublishError: Which variable it is.
    """
    for name in _ENDPOINTS.get(str(address).partition(":")[0], ()):
        endpoint = os.environ.get(name)
        if endpoint is not None and not _ADDRESS.fullmatch(endpoint):
            raise PublishError(
                f"the environment variable {name} is no address: {quote(endpoint)}",
                where=str(address),
                fix="write it with its scheme, like https://minio.example:9000, or unset it",
            )


def _unusable(address: str, error: Exception) -> PublishError:
    return PublishError(
        f"the object store can't be used: {_reason(error)}",
        where=address,
        fix="see docs/scale.md for what it needs; AWS_ENDPOINT and the like name another store",
    )


def _reason(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]

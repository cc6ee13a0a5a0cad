"""The lock of an output in an object store: a lease, kept up by conditional writes of the marker.

Whoever holds it puts the marker anew every few seconds, each time only if it is still the one they
put before. A marker that nobody has put anew for a while was left by a build that died, and is
taken over. No clocks are compared, only changes seen.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

from generator.errors import PublishError
from generator.model.identity import DatabaseIdentity
from generator.publish.writer import MARKER

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_BEAT = 10.0  # seconds between two puts of the marker
_STALE = 60.0  # seconds without one until a build is taken for dead


class _Marker(msgspec.Struct, frozen=True):
    identity: str = ""
    """The manifest that the output was last written with."""
    holder: str = ""
    """Whose the lock is; empty when it is nobody's."""
    beat: int = 0
    source: DatabaseIdentity | None = None
    """The database that the output was last built from."""


class Lease:
    """The marker, as its holder last put it."""

    def __init__(
        self, store: "ObjectStore", marker: _Marker, version: dict[str, Any], *, is_new: bool
    ) -> None:
        self.is_new = is_new
        """Whether nothing was in the store before it was taken."""
        self._store = store
        self._marker = marker
        self._version = version
        self._one_at_a_time = threading.Lock()
        self._until = time.monotonic() + _STALE / 2

    def identity(self) -> str:
        """The manifest that the output was last written with; empty for a new one."""
        return self._marker.identity

    def source(self) -> DatabaseIdentity | None:
        """The database that the output was last built from; None where nobody has said so."""
        return self._marker.source

    def check(self) -> None:
        """Refuse to go on when somebody else may hold the lock by now."""
        if time.monotonic() > self._until:
            raise PublishError(
                "the lock of the output could not be kept up: another build may have taken it",
                fix="see that the store can be reached, then build again",
            )

    def put(self, **changes: object) -> None:
        """Put the marker anew, if it is still the one we put."""
        with self._one_at_a_time:
            began = time.monotonic()
            marker = msgspec.structs.replace(self._marker, beat=self._marker.beat + 1, **changes)
            try:
                self._version = _put_marker(self._store, marker, self._version)
            except PreconditionError:
                found = _get_marker(self._store)
                if found is None or found[0] != marker:
                    self._until = 0.0
                    self.check()
                else:  # ours, whose answer was lost on the way
                    self._version = found[1]
            self._marker, self._until = marker, began + _STALE / 2

    def keep(self, ended: threading.Event) -> None:
        """Put the marker anew now and then, until it has ended."""
        while not ended.wait(_BEAT):
            with suppress(BaseError, OSError, PublishError):
                self.put()


def take(
    store: "ObjectStore", address: str, is_empty: Callable[[], bool], waiting: Callable[[], None]
) -> Lease:
    """Take the lock: at once, or when its holder gives it up or is taken for dead.

    Args:
        store: Whose marker it is.
        address: The store's, for messages.
        is_empty: Whether nothing is in the store.
        waiting: Called once if somebody else holds the lock, before waiting for it.

    Raises:
        PublishError: There is no marker, but something else: it is not an output.
    """
    us = uuid4().hex
    for found in _free(store, address, is_empty, waiting):
        before, version = found or (_Marker(), None)
        marker = msgspec.structs.replace(before, holder=us)
        with suppress(AlreadyExistsError, PreconditionError):  # somebody was quicker
            put = _put_marker(store, marker, version)
            return Lease(store, marker, put, is_new=found is None)
    raise AssertionError("it is free again and again, or waited for")


def look(
    store: "ObjectStore", address: str, is_empty: Callable[[], bool], waiting: Callable[[], None]
) -> Lease:
    """The lock as it stands when nobody holds it, not taken: for who only reads.

    The arguments, and what is raised, are those of `take`.
    """
    found = next(_free(store, address, is_empty, waiting))
    marker, version = found or (_Marker(), {})
    return Lease(store, marker, version, is_new=found is None)


def _free(
    store: "ObjectStore", address: str, is_empty: Callable[[], bool], waiting: Callable[[], None]
) -> Iterator[tuple[_Marker, dict[str, Any]] | None]:
    """The marker, each time that nobody holds the lock; None where there is no marker."""
    seen, since, said = None, time.monotonic(), False
    while True:
        found = _get_marker(store)
        if found is None:
            if not is_empty():
                raise PublishError(
                    "the output holds objects that no build wrote",
                    where=address,
                    fix="name an empty prefix with --output, or empty this one",
                )
            yield None
        elif not found[0].holder or (found[1] == seen and time.monotonic() - since > _STALE):
            yield found
        else:
            if found[1] != seen:
                seen, since = found[1], time.monotonic()
            if not said:
                waiting()
                said = True
            time.sleep(min(_STALE / 20, 1.0))


@contextmanager
def kept(lease: Lease) -> Iterator[Lease]:
    """Keep a lease up, and give it back."""
    ended = threading.Event()
    keeper = threading.Thread(target=lease.keep, args=(ended,), daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        ended.set()
        keeper.join()
        with suppress(BaseError, OSError, PublishError):
            lease.put(holder="")


def _get_marker(store: "ObjectStore") -> tuple[_Marker, dict[str, Any]] | None:
    try:
        found = obstore.get(store, MARKER)
    except FileNotFoundError:
        return None
    try:
        marker = msgspec.json.decode(bytes(found.bytes()), type=_Marker)
    except msgspec.DecodeError:
        marker = _Marker()  # a folder's, copied here: nothing is known
    return marker, _version(found.meta)


def _put_marker(
    store: "ObjectStore", marker: _Marker, version: dict[str, Any] | None
) -> dict[str, Any]:
    body = msgspec.json.encode(marker)
    mode: Any = "create" if version is None else version
    put = obstore.put(store, MARKER, body, attributes={"Cache-Control": "no-store"}, mode=mode)
    return _version(put)


def _version(of: Any) -> dict[str, Any]:
    return {name: of[name] for name in ("e_tag", "version") if of.get(name) is not None}

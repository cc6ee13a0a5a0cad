"""An event, as a page sends it and as it is stored."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from generator.beacon.referrer import site

Type = Literal["view", "download", "contact_click", "social_click", "project_view"]
"""`portfolio_analytics.event_type`."""

_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=35)]
_UUID_VERSION = 7


class MalformedError(ValueError):
    """What was sent is no event; the message says why, for who sends it."""


class Data(msgspec.Struct, frozen=True, omit_defaults=True):
    """`portfolio_analytics.event_data`; what isn't named here is not kept."""

    referrer: Annotated[str, msgspec.Meta(max_length=2048)] | None = None
    """Where the visitor came from; stored as the domain of a site only."""
    type: _Word | None = None
    """The kind of a link: `github`."""
    screen: Literal["phone", "tablet", "desktop"] | None = None
    language: _Word | None = None
    """The browser's: `pt-BR`."""


class Sent(msgspec.Struct, frozen=True):
    """The body of `POST /e`."""

    id: UUID
    """A UUIDv7 (RFC 9562) of the client's: who sends it again says the same event."""
    type: Type
    slug: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    """The address of the page, which is a slug or a username."""
    project_id: UUID | None = None
    data: Data = Data()


class _Kept(Data, frozen=True):
    """With what is never taken from outside."""

    visitor: str | None = None
    """Tells visitors of one portfolio and one day apart (`salt.py`)."""


class Event(msgspec.Struct, frozen=True, array_like=True):
    """What is stored; in a spool as MessagePack."""

    id: UUID
    type: str
    slug: str
    owner: UUID | None
    """`user_id`; None where the database could not be asked: it is when the event is stored."""
    project: UUID | None
    data: str
    """JSON."""
    at: int
    """When it came, in microseconds since 1970 (UTC)."""


_decoder = msgspec.json.Decoder(Sent)
_encoder = msgspec.json.Encoder()
_pack = msgspec.msgpack.Encoder()
_unpack = msgspec.msgpack.Decoder(Event)


def read(body: bytes) -> Sent:
    """An event from the bytes of a request.

    Raises:
        MalformedError: They are none.
    """
    if b"\\u0000" in body:
        raise MalformedError("NUL can't be stored")
    try:
        sent = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedError(str(error)) from None
    if sent.id.version != _UUID_VERSION:
        raise MalformedError("`id` is no UUIDv7")
    return sent


def stored(sent: Sent, owner: UUID | None, visitor: str | None, at: int) -> Event:
    """The event as it is stored.

    Args:
        sent: As it came.
        owner: Whose portfolio it is about; None where that is to be found out later.
        visitor: Who it was, told apart from others.
        at: Microseconds since 1970.
    """
    data = sent.data
    kept = _Kept(
        referrer=site(data.referrer), type=data.type, screen=data.screen,
        language=data.language, visitor=visitor,
    )  # fmt: skip
    text = _encoder.encode(kept).decode()
    return Event(sent.id, sent.type, sent.slug, owner, sent.project_id, text, at)


def pack(event: Event) -> bytes:
    """For the spool."""
    return _pack.encode(event)


def unpack(record: bytes) -> Event:
    """From the spool.

    Raises:
        MalformedError: Another version wrote it.
    """
    try:
        return _unpack.decode(record)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise MalformedError(str(error)) from None

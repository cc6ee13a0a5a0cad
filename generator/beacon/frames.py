"""Frames: records in a file, each of which can be told from what a crash or a bad disk makes.

magic (4 bytes) · length (4) · CRC-32 of place, length and payload (4) · payload
"""

import struct
from collections.abc import Iterable
from typing import BinaryIO
from zlib import crc32

_MAGIC = b"\xffQF\xfe"  # no text in UTF-8 holds it
_HEAD = struct.Struct(">4sII")
_BLOCK = 64 << 10

HEAD = _HEAD.size
"""How many bytes a frame takes besides its payload."""


def framed(payloads: Iterable[bytes], place: int) -> bytes:
    """Frames to be written at `place` of a file, in bytes from its start."""
    parts: list[bytes] = []
    for payload in payloads:
        length = len(payload).to_bytes(4)
        # With its place, so that a frame inside of a payload is none.
        crc = crc32(payload, crc32(length, place)).to_bytes(4)
        parts += (_MAGIC, length, crc, payload)
        place += HEAD + len(payload)
    return b"".join(parts)


def read(file: BinaryIO, place: int, end: int) -> bytes | None:
    """The payload of the frame at `place`, where the file stands.

    Returns:
        None where no whole frame stands that is over by `end`.
    """
    head = file.read(HEAD)
    if len(head) < HEAD:
        return None
    magic, length, crc = _HEAD.unpack(head)
    if magic != _MAGIC or place + HEAD + length > end:
        return None
    payload = file.read(length)
    return payload if crc32(payload, crc32(head[4:8], place)) == crc else None


def find(file: BinaryIO, place: int, end: int) -> int:
    """Where the first whole frame from `place` on begins; `end` if there is none."""
    while place < end:
        file.seek(place)
        block = file.read(_BLOCK)
        found = block.find(_MAGIC)
        if found < 0:
            if len(block) < _BLOCK:
                break
            place += len(block) - len(_MAGIC) + 1
            continue
        place += found
        file.seek(place)
        if read(file, place, end) is not None:
            return place
        place += 1
    return end


def is_torn(file: BinaryIO, place: int, end: int) -> bool:
    """Whether a frame begins at `place` and `end` comes before its own."""
    file.seek(place)
    head = file.read(min(HEAD, end - place))
    if len(head) < HEAD:
        return head[: len(_MAGIC)] == _MAGIC[: len(head)]
    return head.startswith(_MAGIC) and place + HEAD + int.from_bytes(head[4:8]) > end

"""Pictures that stand in for people's: grey, grainy, and about as heavy."""

import random
import struct
import zlib
from functools import cache


@cache
def png(width: int, height: int, seed: int = 0) -> bytes:
    """A PNG; its grain makes it weigh about a third of a byte a pixel.

    Args:
        width: In pixels.
        height: In pixels.
        seed: The grain's: the same number gives the same bytes.
    """
    dice = random.Random(seed)
    ramp = [64 + 128 * x // width & ~1 for x in range(width)]
    rows = b"".join(
        b"\0" + bytes(shade | grain & 1 for shade, grain in zip(ramp, noise, strict=True))
        for noise in (dice.randbytes(width) for _ in range(height))
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

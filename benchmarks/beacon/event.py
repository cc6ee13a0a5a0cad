"""What `event.lua` sends, from Python: a new visitor's new view of somebody's page."""

import random
import time
from collections.abc import Sequence
from uuid import UUID

_HEAD = """\
POST /e HTTP/1.1
Host: events.example
User-Agent: {browser}
Content-Type: text/plain;charset=UTF-8
Accept: */*
Accept-Language: en-GB,en;q=0.9
Accept-Encoding: gzip, deflate, br, zstd
Origin: https://people.example
Referer: https://people.example/
Sec-Fetch-Site: cross-site
Sec-Fetch-Mode: cors
Sec-Fetch-Dest: empty
X-Forwarded-For: """


class Visitors:
    """Of random people's pages, with one of some browsers each."""

    def __init__(
        self, slugs: Sequence[str], browsers: Sequence[str], chance: random.Random
    ) -> None:
        self._slugs = slugs
        self._heads = [_HEAD.format(browser=it).replace("\n", "\r\n") for it in browsers]
        self._chance = chance

    def request(self) -> bytes:
        """The next event, as a browser behind our proxy tells of it."""
        chance = self._chance
        address = chance.randrange(11 << 24, 100 << 24)
        body = (
            f'{{"id":"{uuid7(chance)}","type":"view","slug":"{chance.choice(self._slugs)}",'
            '"data":{"referrer":"https://www.google.com/","screen":"desktop","language":"en-GB"}}'
        )
        return (
            f"{chance.choice(self._heads)}"
            f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


def uuid7(chance: random.Random) -> UUID:
    """A new UUIDv7 (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    first = milliseconds << 16 | 7 << 12 | chance.getrandbits(12)
    return UUID(int=first << 64 | 2 << 62 | chance.getrandbits(62))

"""Many visitors at once, who send what is not answered again; and what they were told."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from benchmarks.beacon.event import uuid7

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
POISON = "xx-poison"
"""A language that the database under test refuses."""

_PATIENCE = 60.0  # seconds for an answer
_THOUGHT = 0.03  # seconds at most, before the next event
_AGAIN = {None, 408, 429, 503}

Kind = Literal["good", "unknown", "foreign", "bot", "poison"]
_KINDS: Sequence[Kind] = ("good",) * 95 + ("unknown", "unknown", "foreign", "bot", "poison")
REFUSALS = {"unknown": 404, "foreign": 403, "bot": 200, "poison": 422}
"""What each kind is told while the database is there to ask."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody public."""

    slug: str
    owner: UUID
    project: UUID


@dataclass(slots=True)
class Sent:
    """An event, and what became of it as its sender knows."""

    kind: Kind
    id: UUID
    type: str
    person: Person
    project: UUID | None
    first: float
    """When it was first sent, and last answered: seconds since 1970."""
    answered: float = 0.0
    status: int | None = None
    times: int = 0
    """How often it was sent."""


class Crowd:
    """So many visitors, of these people's pages, until `end`."""

    def __init__(self, port: int, people: Sequence[Person], chance: random.Random) -> None:
        self.sent: dict[UUID, Sent] = {}
        self.statuses: Counter[int | None] = Counter()
        """Of all answers; None where there was none."""
        self._port = port
        self._people = people
        self._chance = chance
        self._is_ending = False

    async def run(self, visitors: int) -> None:
        """Until `end`, and everything sent has its answer."""
        async with asyncio.TaskGroup() as group:
            for _ in range(visitors):
                group.create_task(self._visitor())

    def end(self) -> None:
        """Send nothing new."""
        self._is_ending = True

    async def _visitor(self) -> None:
        connection = _Connection(self._port)
        while not self._is_ending:
            event = self._event()
            while True:
                event.times += 1
                status = await connection.exchange(self._request(event))
                self.statuses[status] += 1
                if status not in _AGAIN:
                    break
                await asyncio.sleep(self._chance.uniform(0.01, 0.2))
            event.status = status
            if event.kind == "good" and self._chance.random() < 0.02:  # the page asks twice
                event.times += 1
                self.statuses[await connection.exchange(self._request(event))] += 1
            event.answered = time.time()
            await asyncio.sleep(self._chance.uniform(0, _THOUGHT))
        connection.close()

    def _event(self) -> Sent:
        chance = self._chance
        person, other = chance.sample(self._people, 2)
        kind = chance.choice(_KINDS)
        project = {"good": chance.choice([None, person.project]), "foreign": other.project}
        event = Sent(
            kind=kind,
            id=uuid7(chance),
            type="project_view" if project.get(kind) else chance.choice(["view", "download"]),
            person=person,
            project=project.get(kind),
            first=time.time(),
        )
        self.sent[event.id] = event
        return event

    def _request(self, event: Sent) -> bytes:
        body = json.dumps(
            {
                "id": str(event.id),
                "type": event.type,
                "slug": "nobody-is-here" if event.kind == "unknown" else event.person.slug,
                "data": {"language": POISON if event.kind == "poison" else "en"},
                **({"project_id": str(event.project)} if event.project else {}),
            }
        )
        address = ".".join(str(self._chance.randint(1, 99)) for _ in range(4))
        return (
            "POST /e HTTP/1.1\r\nHost: events.example\r\n"
            f"User-Agent: {CRAWLER if event.kind == 'bot' else BROWSER}\r\n"
            f"X-Forwarded-For: {address}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


class _Connection:
    """Made when it is needed, and anew when it was lost."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def exchange(self, request: bytes) -> int | None:
        """The status of the answer; None where there is none."""
        try:
            async with asyncio.timeout(_PATIENCE):
                if self._streams is None:
                    self._streams = await asyncio.open_connection("127.0.0.1", self._port)
                return await _exchange(*self._streams, request)
        except (OSError, EOFError, TimeoutError):
            self.close()
            return None

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> int:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, found, rest = head.partition(b"content-length:")
    if found:
        await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
    return int(head[9:12])

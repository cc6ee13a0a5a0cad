"""204 means stored (DESIGN, rule 10): whatever is killed, stopped, filled or torn meanwhile.

A crowd of visitors sends events, and sends again what is not answered. At random moments the beacon
or PostgreSQL is ended in one of many ways, and begun again. In the end every event that was ever
acknowledged is in the table exactly once, as it was sent, and nothing else is.
"""

import asyncio
import logging
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from generator.database import embedded
from generator.database.migrate import migrate
from tests.beacon.crowd import POISON, REFUSALS, Crowd, Person
from tests.beacon.machines import PATIENCE, Endpoint, Postgres
from tests.site import Site

_log = logging.getLogger(__name__)

VISITORS = 48
PEOPLE = 20
ROUNDS = 2
"""How often each fault comes."""
SLACK = 0.002  # seconds between two clocks of one machine

REFUSE_POISON = f"""
CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'poison';
END $$;
CREATE TRIGGER poison BEFORE INSERT ON portfolio_analytics FOR EACH ROW
    WHEN (NEW.event_data ->> 'language' = '{POISON}') EXECUTE FUNCTION refuse_poison();
"""


class World:
    """Everything under test, with what was seen of it."""

    def __init__(
        self, beacon: Endpoint, postgres: Postgres, crowd: Crowd, chance: random.Random
    ) -> None:
        self.beacon = beacon
        self.postgres = postgres
        self.crowd = crowd
        self.chance = chance
        self.seen: Counter[str] = Counter()
        """How often a fault did what it is meant to do."""
        self.looks = 0

    async def pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self.chance.uniform(least, most))

    async def until(self, what: str, is_so: Callable[[dict[str, int]], bool]) -> None:
        """Wait until the metrics say so."""
        deadline = time.monotonic() + PATIENCE
        while True:
            metrics = await self.look()
            if metrics is not None and is_so(metrics):
                return
            assert self.beacon.is_running, self.beacon.last_words()
            assert time.monotonic() < deadline, (
                f"never {what}: {metrics}\n{self.beacon.last_words()}"
            )
            await asyncio.sleep(0.02)

    async def look(self) -> dict[str, int] | None:
        """The metrics, which add up at every instant."""
        found = await self.beacon.metrics()
        if found is not None:
            self.looks += 1
            assert found["received"] == sum(
                found[name] for name in ("stored", "duplicate", "filtered", "rejected", "spooled")
            ), found
        return found

    async def watch(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(0.1)


async def beacon_killed(world: World) -> None:
    await world.beacon.kill()
    await world.pause(0, 0.3)
    await world.beacon.start()


async def beacon_ended(world: World) -> None:
    await world.beacon.end()
    await world.beacon.start()


async def postgres_stopped(world: World) -> None:
    await world.postgres.stop("fast")
    await spooling(world)
    await world.pause(0.2, 1.5)
    await world.postgres.start()


async def postgres_crashed(world: World) -> None:
    await world.postgres.stop("immediate")
    await world.pause(0, 0.5)
    await world.postgres.start()


async def postgres_frozen(world: World) -> None:
    """It may store what it was given when it goes on, after the spool has taken it."""
    world.postgres.freeze()
    try:
        await spooling(world)
        await world.pause(0.2, 1)
    finally:
        world.postgres.thaw()


async def power_cut_while_away(world: World) -> None:
    await world.postgres.stop(world.chance.choice(["fast", "immediate"]))
    await spooling(world)
    await world.pause(0.2, 1)
    await power_cut(world)
    await world.pause(0.1, 0.5)
    await world.postgres.start()


async def disk_full_while_away(world: World) -> None:
    """It is full in the middle of a batch; then there is room again; then the power fails."""
    await world.postgres.stop("fast")
    await spooling(world)
    await world.pause(0.1, 0.3)
    await full(world, world.beacon.fill_disk)
    await world.pause(0.1, 0.3)
    await spooling(world)
    await full(world, world.beacon.keep_disk_full)
    await world.pause(0.1, 0.3)
    await power_cut(world)
    await world.pause(0.1, 0.5)
    await world.postgres.start()


async def disk_full(world: World) -> None:
    """The database is there; but what it refuses can't be kept, and is not acknowledged."""
    world.beacon.keep_disk_full()
    await world.pause(0.3, 1)
    world.beacon.empty_disk()


async def killed_while_it_replays(world: World) -> None:
    await world.postgres.stop("fast")
    await spooling(world)
    await world.pause(0.5, 1.5)
    await world.postgres.start()
    await world.until("replaying", lambda metrics: metrics["database_away"] == 0)
    await world.pause(0, 0.1)
    await world.beacon.kill()
    await world.beacon.start()


FAULTS = (
    beacon_killed,
    beacon_ended,
    postgres_stopped,
    postgres_crashed,
    postgres_frozen,
    power_cut_while_away,
    disk_full_while_away,
    disk_full,
    killed_while_it_replays,
)


async def spooling(world: World) -> None:
    """Until events that come now go to the disk."""
    before = (await world.look() or {}).get("spooled", 0)
    await world.until("spooling", lambda metrics: metrics["spooled"] > before)
    world.seen["spooled"] += 1


async def full(world: World, fill: Callable[[], None]) -> None:
    """Fill the disk, until somebody is refused for it; then make room again."""
    refused = world.crowd.statuses[503]
    fill()
    await world.until("full", lambda _: world.crowd.statuses[503] > refused)
    world.seen["full"] += 1
    world.beacon.empty_disk()


async def power_cut(world: World) -> None:
    await world.beacon.kill()
    world.seen["torn"] += world.beacon.disk.tear(world.chance) > 0
    await world.beacon.start()


async def unfold(world: World, chance: random.Random) -> None:
    """All faults, in any order, while the crowd visits; in the end everything is well again."""
    faults = list(FAULTS * ROUNDS)
    chance.shuffle(faults)
    await world.beacon.start()
    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(world.watch())
            visiting = group.create_task(world.crowd.run(VISITORS))
            for fault in faults:
                await world.pause(0.2, 1)
                _log.warning("%s %s", time.strftime("%H:%M:%S"), fault.__name__)
                await fault(world)
                world.seen[fault.__name__] += 1
            world.crowd.end()
            await visiting
            await world.until("drained", lambda metrics: metrics["spooled"] == 0)
            watching.cancel()
        await world.beacon.end()
    finally:
        await world.beacon.clear_away()


@pytest.fixture
def durable() -> Iterator[tuple[str, Postgres]]:
    """A server of its own, which keeps what it commits, with a migrated database."""
    with tempfile.TemporaryDirectory() as state, embedded.server(Path(state)) as url:
        migrate(url)
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
            connection.execute(REFUSE_POISON)
        yield url, Postgres(Path(state) / "postgres")


def test_every_acknowledged_event_is_stored_once_whatever_fails(
    durable: tuple[str, Postgres], tmp_path: Path
) -> None:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    _log.warning("SEED=%s", seed)
    chance = random.Random(seed)
    url, postgres = durable
    site = Site(tmp_path, url)
    owners = {f"person-{n}": site.person(f"person-{n}") for n in range(PEOPLE)}
    people = [
        Person(
            slug,
            owner,
            site.insert("projects", user_id=owner, name="Bridge", description="Spans a river."),
        )
        for slug, owner in owners.items()
    ]
    beacon = Endpoint(tmp_path, url, chance)
    world = World(beacon, postgres, Crowd(beacon.port, people, chance), chance)
    asyncio.run(unfold(world, chance))
    _log.warning("answers: %s; seen: %s", dict(world.crowd.statuses), dict(world.seen))

    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT id, user_id, event_type, slug, project_id,"
            " extract(epoch FROM created_at)::float FROM portfolio_analytics"
        ).fetchall()
    stored = {row[0]: row for row in rows}
    good = {event.id: event for event in world.crowd.sent.values() if event.kind == "good"}

    assert {event.status for event in good.values()} == {204}
    assert good.keys() - stored.keys() == set(), "acknowledged, and not stored"
    assert stored.keys() - good.keys() == set(), "stored, and never sent as it should be"
    assert len(rows) == len(stored)
    for event in good.values():
        _, *what, created = stored[event.id]
        assert what == [event.person.owner, event.type, event.person.slug, event.project]
        assert event.first - SLACK <= created <= event.answered + SLACK

    refused = (beacon.disk.folder / "refused.jsonl").read_text()
    for event in world.crowd.sent.values():
        if event.kind != "good":  # who it is about is not known while the database is away
            assert event.status in {REFUSALS[event.kind], 204}
        assert (str(event.id) in refused) == (event.kind == "poison")
    assert beacon.disk.segments() == []

    assert world.looks > 100
    assert world.seen["full"] == 2 * world.seen["disk_full_while_away"]
    assert world.seen["torn"] > 0
    assert world.crowd.statuses[None] > 0
    assert any(event.times > 1 for event in good.values())

"""Whose an address is: asked for once, kept as long as it holds, and never longer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import uuid4

import pytest

from generator.beacon import owners as module
from generator.beacon.enquiry import Enquiry, whose
from generator.beacon.owners import Owner, Owners
from generator.beacon.store import AwayError, RefusedError, Session

Told = Mapping[str, Owner]
ADA = Owner(uuid4(), frozenset())
BOB = Owner(uuid4(), frozenset({uuid4()}))


class Database:
    """Answers when it is let, and remembers what it was asked."""

    def __init__(self, people: Mapping[str, Owner]) -> None:
        self.people = dict(people)
        self.asked: list[list[str]] = []
        self.fails: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def ask(self, slugs: Sequence[str]) -> Told:
        self.asked.append(list(slugs))
        told = {slug: self.people[slug] for slug in slugs if slug in self.people}
        await self.open.wait()
        if self.fails:
            raise self.fails
        return told


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds; set it at will."""
    now = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


def run(rule: Callable[[Database], Awaitable[None]]) -> None:
    async def world() -> None:
        await rule(Database({"ada": ADA, "bob": BOB}))

    asyncio.run(world())


def test_who_is_known_is_not_asked_for() -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        assert owners.known("ada") is None
        assert await owners.find("ada") == ADA
        assert owners.known("ada") == ADA
        assert database.asked == [["ada"]]

    run(rule)


def test_many_who_ask_at_once_ask_one_question() -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        found = await asyncio.gather(*(owners.find("ada") for _ in range(100)))
        assert found == [ADA] * 100
        assert database.asked == [["ada"]]

    run(rule)


def test_one_question_at_a_time_and_the_next_is_for_all_who_came_meanwhile() -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        database.open.clear()
        asking = [asyncio.create_task(owners.find("ada"))]
        await asyncio.sleep(0)
        asking += [asyncio.create_task(owners.find(slug)) for slug in ("bob", "eve", "bob")]
        await asyncio.sleep(0)
        database.open.set()
        assert await asyncio.gather(*asking) == [ADA, BOB, None, BOB]
        assert database.asked == [["ada"], ["bob", "eve"]]

    run(rule)


def test_a_question_is_not_too_long() -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        await asyncio.gather(*(owners.find(f"nobody-{number}") for number in range(1234)))
        assert sum(map(len, database.asked)) == 1234
        assert max(map(len, database.asked)) <= 500

    run(rule)


def test_who_goes_away_takes_nobody_else_s_answer_along() -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        database.open.clear()
        impatient, patient = (asyncio.create_task(owners.find("ada")) for _ in range(2))
        await asyncio.sleep(0)
        impatient.cancel()
        database.open.set()
        assert await patient == ADA

    run(rule)


def test_an_error_reaches_all_who_asked_and_nobody_else() -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        database.fails = AwayError("away")
        failed = await asyncio.gather(
            *(owners.find(slug) for slug in ("ada", "ada", "bob")), return_exceptions=True
        )
        assert all(isinstance(error, AwayError) for error in failed)
        database.fails = None
        assert await owners.find("ada") == ADA

    run(rule)


def test_a_nobody_is_remembered_for_seconds(clock: list[float]) -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask, nobody_for=5)
        for _ in range(3):
            assert await owners.find("eve") is None
        database.people["eve"] = ADA
        clock[0] += 4.9
        assert await owners.find("eve") is None
        assert database.asked == [["eve"]]
        clock[0] += 0.2
        assert await owners.find("eve") == ADA

    run(rule)


def test_who_is_known_is_asked_for_again_in_the_end(clock: list[float]) -> None:
    """Where a change was never told of."""

    async def rule(database: Database) -> None:
        owners = Owners(database.ask, known_for=600)
        await owners.find("ada")
        clock[0] += 599
        assert owners.known("ada") == ADA
        clock[0] += 2
        assert owners.known("ada") is None
        assert await owners.find("ada") == ADA
        assert owners.known("ada") == ADA

    run(rule)


def test_whoever_changes_is_forgotten_under_all_addresses() -> None:
    async def rule(database: Database) -> None:
        database.people["countess"] = ADA
        owners = Owners(database.ask)
        for slug in ("ada", "countess", "bob"):
            await owners.find(slug)
        owners.forget([ADA.id])
        assert [owners.known(slug) for slug in ("ada", "countess", "bob")] == [None, None, BOB]

    run(rule)


def test_an_address_that_becomes_somebody_else_s_is_forgotten() -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        await owners.find("ada")
        database.people["ada"] = BOB
        owners.forget([BOB.id], ["ada"])
        assert owners.known("ada") is None
        assert await owners.find("ada") == BOB
        owners.forget([ADA.id])
        assert owners.known("ada") == BOB

    run(rule)


def test_everybody_can_be_forgotten() -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        for slug in ("ada", "bob"):
            await owners.find(slug)
        owners.forget([None])
        assert owners.known("ada") is owners.known("bob") is None

    run(rule)


def test_any_change_may_make_a_nobody_somebody() -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        assert await owners.find("eve") is None
        database.people["eve"] = ADA
        owners.forget([ADA.id])
        assert await owners.find("eve") == ADA

    run(rule)


@pytest.mark.parametrize("slug", ["ada", "eve"])
def test_what_was_asked_before_a_change_is_not_kept(slug: str) -> None:
    async def rule(database: Database) -> None:
        owners = Owners(database.ask)
        database.open.clear()
        asking = asyncio.create_task(owners.find(slug))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert database.asked == [[slug]]
        owners.forget([uuid4()])
        database.people[slug] = BOB
        database.open.set()
        await asking  # an answer of that instant
        assert owners.known(slug) is None
        assert await owners.find(slug) == BOB

    run(rule)


def test_no_more_are_kept_than_there_is_room_for() -> None:
    async def rule(database: Database) -> None:
        whose_is = {f"person-{number}": Owner(uuid4(), frozenset()) for number in range(50)}
        database.people = whose_is
        owners = Owners(database.ask, most=10)
        for number in range(50):
            await owners.find(f"person-{number}")
            await owners.find(f"nobody-{number}")
        known = [slug for slug in whose_is if owners.known(slug)]
        assert known == list(whose_is)[-10:], "the oldest go first"
        assert len(owners._known) == len(owners._addresses) == 10
        assert len(owners._nobody) <= 10

    run(rule)


# Who is asked: a session of the enquiry's own.


class Readable:
    """A session of a database that can't read some characters."""

    asked = 0

    async def owners(self, slugs: Sequence[str]) -> Told:
        self.asked += 1
        if any("日" in slug for slug in slugs):
            raise RefusedError("no equivalent in encoding LATIN1")
        return {"ada": ADA} if "ada" in slugs else {}


def test_an_address_that_cannot_even_be_read_is_nobody_s_and_spoils_no_other() -> None:
    slugs = [*(f"a{number}" for number in range(20)), "日本", "ada", "日"]
    session = Readable()
    assert asyncio.run(whose(session, slugs)) == {"ada": ADA}  # type: ignore[arg-type]
    assert session.asked < 25


def test_nobody_waits_for_a_database_that_is_known_to_be_away() -> None:
    async def rule() -> None:
        # Where nobody listens; but even that is not tried.
        enquiry = Enquiry("no database's URL", lambda: True)
        with pytest.raises(AwayError, match="away"):
            await enquiry.owners(["ada"])

    asyncio.run(rule())


def test_a_database_that_cannot_be_reached_is_not_tried_for_each_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []

    async def refused(url: str) -> Session:
        tried.append(url)
        raise AwayError("no connection left")

    async def rule() -> None:
        monkeypatch.setattr(Session, "open", refused)
        enquiry = Enquiry("the database's URL", lambda: False)
        for _ in range(20):
            with pytest.raises(AwayError, match="no connection left"):
                await enquiry.owners(["ada"])
        assert tried == ["the database's URL"]

    asyncio.run(rule())

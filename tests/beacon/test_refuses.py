"""A database that answers and refuses isn't away: what to do is said, and said at once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from generator.beacon.log import Log
from generator.beacon.store import AwayError, Session, UnfitError
from tests.conftest import with_database
from tests.database.test_refusals import login
from tests.site import Site


async def _nothing(_session: Session) -> None:
    """Open, and no more."""


def away(url: str, ask: Callable[[Session], Awaitable[object]] = _nothing) -> AwayError:
    """Why a session can't be had, or can't do what is asked of it."""

    async def run() -> None:
        session = await Session.open(url)
        try:
            await ask(session)
        finally:
            await session.close()

    with pytest.raises(AwayError) as caught:
        asyncio.run(run())
    return caught.value


def test_a_port_where_nobody_listens_is_away() -> None:
    error = away("postgresql://ada@127.0.0.1:1/site")
    assert not isinstance(error, UnfitError)
    assert "no PostgreSQL answers there" in str(error)


def test_what_a_server_refuses_is_another_matter(site: Site) -> None:
    error = away(with_database(site.url, "nowhere"))
    assert isinstance(error, UnfitError)
    assert "the server has no such database" in str(error)
    with login(site.url, "events") as url:
        error = away(url)
        assert isinstance(error, UnfitError)
        assert 'GRANT qwikfolio_beacon TO "events"' in str(error)


def test_a_grant_that_is_missing_is_told_as_a_statement(site: Site) -> None:
    with login(site.url, "events", "IN ROLE qwikfolio_beacon") as url:
        site.execute("REVOKE SELECT ON qwikfolio.horizon FROM qwikfolio_beacon")
        site.execute("REVOKE SELECT (user_id, slug) ON portfolios FROM qwikfolio_beacon")
        error = away(url, lambda session: session.owners(["ada"]))
    assert isinstance(error, UnfitError)
    assert "permission denied for table portfolios" in str(error)
    assert "GRANT SELECT ON public.portfolios TO qwikfolio_beacon;" in str(error)


def test_the_log_calls_nothing_away_that_refuses() -> None:
    said: list[str] = []
    Log("text", lambda _level, line: said.append(line), lambda: 0.0).away("the password is wrong")
    assert "away" not in said[0]
    assert "the database takes no events, they wait on disk: the password is wrong" in said[0]

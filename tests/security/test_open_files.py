"""Whoever uses up the beacon's open files takes no event away and leaves it at work."""

import socket
from collections import Counter
from contextlib import ExitStack, suppress

import pytest

from tests.beacon.running import Line, event, ids, running, stored, until
from tests.site import Site

FLOOD = 1000  # connections


@pytest.mark.parametrize("files", [100, 700])
def test_events_are_stored_during_a_flood_of_connections(site: Site, files: int) -> None:
    """Also in the spool, which opens files of its own; and others are served before the idle."""
    site.person("ada")
    with (
        Line(site.url) as way,
        running(site.root, way.url, files=files) as beacon,
        ExitStack() as stack,
    ):
        way.cut()
        told: Counter[int] = Counter()
        acknowledged = []
        for number in range(FLOOD):
            with suppress(OSError):
                where = "127.0.0.1", beacon.port
                stack.enter_context(socket.create_connection(where, timeout=20))
            if number % 100 == 0:
                one = event("ada")
                try:
                    status = beacon.send(one).status
                except OSError:
                    status = 0
                told[status] += 1
                if status == 204:
                    acknowledged.append(one)
        way.restore()
        until(lambda: beacon.metrics()["spooled"] == 0 and beacon.metrics()["database_away"] == 0)
        assert ids(acknowledged) <= stored(site.url)
        assert told == {204: FLOOD // 100}
        assert beacon.end() == 0

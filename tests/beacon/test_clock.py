"""A machine's clock may jump: by a wrong setting, after a sleep, with a new host."""

import itertools
import time
from pathlib import Path

from tests.beacon.running import Line, event, fetch, ids, running, stored, until
from tests.site import Site

DAY = 86_400
JUMPS = (0, 2 * DAY, -2 * DAY, 3600, -3600, 40 * DAY, 0)  # seconds off
STORED = """
SELECT event_data ->> 'visitor', extract(epoch FROM created_at - now())::float8
FROM portfolio_analytics WHERE id = %s
"""


def turn(clock: Path, seconds: int) -> None:
    """Set it, between two looks at it."""
    new = clock.with_name("new")
    new.write_text(str(seconds))
    new.replace(clock)


def test_events_are_stored_whatever_the_clock_says(site: Site, tmp_path: Path) -> None:
    """None is lost or refused, and no visitor is recognised on another day."""
    site.person("ada")
    clock = tmp_path / "clock"
    turn(clock, 0)
    program = ("tests.beacon.skewed", str(clock))
    visitors: list[tuple[str, int]] = []
    with (
        Line(site.url) as way,
        running(site.root, way.url, program=program, visitor_rate=2, slug_rate=2) as beacon,
    ):
        for jump in JUMPS:
            turn(clock, jump)
            sent = event("ada")
            assert beacon.send(sent).status == 204
            ((visitor, off),) = fetch(site.url, STORED, sent["id"])
            assert abs(off - min(jump, 0)) < 60  # the database knows that the future isn't there
            visitors.append((visitor, int(time.time() + jump) // DAY))
        for (one, before), (another, after) in itertools.combinations(visitors, 2):
            assert before == after or one != another

        way.cut()  # what waits on disk goes to the database in its order, whatever its time
        waiting = []
        for jump in JUMPS:
            turn(clock, jump)
            waiting.append(event("ada"))
            assert beacon.send(waiting[-1]).status == 204
        way.restore()
        until(lambda: beacon.metrics()["spooled"] == 0 and beacon.metrics()["database_away"] == 0)
        assert ids(waiting) <= stored(site.url)
        assert beacon.metrics()["stored"] == 2 * len(JUMPS)
        assert beacon.end() == 0

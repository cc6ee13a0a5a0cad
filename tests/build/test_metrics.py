"""Where the time of a build goes, and the memory it takes."""

from collections.abc import Iterator

from generator.build.metrics import Stopwatch, Totals, peak_memory


def clock(*times: float) -> Iterator[float]:
    return iter(times)


def test_a_stage_is_what_went_by_since_the_lap_before() -> None:
    stopwatch = Stopwatch(clock(0, 1, 3, 7).__next__)
    for stage in ("read", "write", "read"):
        stopwatch.lap(stage)
    assert stopwatch.take() == {"read": 1 + 4, "write": 2}


def test_what_was_taken_is_not_given_again() -> None:
    stopwatch = Stopwatch(clock(0, 1, 3).__next__)
    stopwatch.lap("read")
    stopwatch.take()
    stopwatch.lap("write")
    assert stopwatch.take() == {"write": 2}


def test_a_pause_is_no_stage_s() -> None:
    stopwatch = Stopwatch(clock(0, 5, 6).__next__)
    stopwatch.start()
    stopwatch.lap("read")
    assert stopwatch.take() == {"read": 1}


def test_seconds_of_all_processes_add_up() -> None:
    totals = Totals()
    totals.add({"read": 1.0, "write": 2.0}, 0)
    totals.add({"read": 3.0}, 0)
    assert totals.metrics({}).people == {"read": 4.0, "write": 2.0}


def test_the_peak_is_that_of_the_largest_process() -> None:
    totals = Totals()
    ours = peak_memory()
    assert totals.metrics({}).peak_memory >= ours
    for memory in (3 * ours, 2 * ours):
        totals.add({}, memory)
    assert totals.metrics({}).peak_memory == 3 * ours

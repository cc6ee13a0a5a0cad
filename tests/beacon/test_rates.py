"""How many events one visitor may send, or one portfolio get, in a while."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from generator.beacon.rates import Rate


def test_so_many_are_admitted_and_no_more() -> None:
    rate = Rate(3, 10.0)
    assert [rate.admits("ada", 100.0 + second) for second in range(5)] == [True] * 3 + [False] * 2


def test_the_next_window_admits_again() -> None:
    rate = Rate(1, 10.0)
    assert rate.admits("ada", 100.0)
    assert not rate.admits("ada", 109.9)
    assert rate.admits("ada", 110.0)
    assert not rate.admits("ada", 111.0)


def test_one_takes_nothing_from_others() -> None:
    rate = Rate(1, 10.0)
    for _ in range(1000):
        rate.admits("loud", 0.0)
    # By chance two may share a count: 99 of 100 don't.
    assert sum(rate.admits(f"quiet {number}", 1.0) for number in range(100)) >= 99


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    rate = Rate(1, 10.0)
    rate.admits("ada", 10_000.0)
    assert rate.admits("ada", 5.0)
    assert not rate.admits("ada", 6.0)


@given(st.integers(1, 50), st.lists(st.floats(0, 9.99), max_size=120))
def test_a_window_admits_exactly_its_share(most: int, times: list[float]) -> None:
    rate = Rate(most, 10.0)
    rate.admits("ada", 0.0)
    assert sum(rate.admits("ada", now) for now in times) == min(most - 1, len(times))


def test_memory_does_not_grow_with_the_keys() -> None:
    rate = Rate(60, 10.0, keys=1000)
    rate.admits("first", 0.0)
    tracemalloc.start()
    try:
        for number in range(20_000):
            rate.admits(f"2001:db8:{number:x}::", 1.0)
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 20_000

"""The clock of bench/bridge_day.py: it goes on when all wait, and stands while somebody works."""

import threading

from madeleine import clock

from bench.virtual_clock import VirtualClock


def test_it_goes_on_when_all_wait() -> None:
    day, order = VirtualClock(), []

    def other() -> None:
        for _ in range(3):
            clock.wait(threading.Event(), 600)
            order.append(("other", clock.steady_s()))

    with day.used():
        thread = threading.Thread(target=other, daemon=True)
        day.start(thread)
        for _ in range(2):
            assert not day.until(lambda: False, 700)
            order.append(("main", clock.steady_s()))
        day.until(lambda: False, 401)
        assert clock.wall_s() - day.now_s > 1_700_000_000
    assert order == [("other", 600), ("main", 700), ("other", 1200), ("main", 1400), ("other", 1800)]


def test_who_is_ready_does_not_wait_and_time_stands() -> None:
    day, set_by_other = VirtualClock(), threading.Event()
    with day.used():
        day.start(threading.Thread(target=lambda: (clock.wait(threading.Event(), 5), set_by_other.set()), daemon=True))
        assert not clock.wait(set_by_other, 4) and day.now_s == 4
        assert not clock.wait(threading.Event(), 2) and day.now_s == 6
        assert clock.wait(set_by_other, 60) and day.now_s == 6


def test_at_the_end_nobody_waits() -> None:
    day = VirtualClock()
    with day.used():
        day.end()
        assert not clock.wait(threading.Event(), 1e9) and day.now_s == 0

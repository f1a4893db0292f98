"""From up and down to gestures, with bounces and slow turns."""

import pytest
from buttons import BOUNCE_MS, HOLD_MS, Button
from hypothesis import given
from hypothesis import strategies as st


def gestures(*updates: tuple[int, int]) -> list[tuple[int, str]]:
    """(when, gesture) for (down, now_ms) updates."""
    button = Button("A")
    told = [(now_ms, button.update(down == 1, now_ms)) for down, now_ms in updates]
    return [(now_ms, gesture) for now_ms, gesture in told if gesture]


@pytest.mark.parametrize(
    ("updates", "expected"),
    [
        ([(0, 0), (0, 5000)], []),
        ([(1, 0), (0, 50)], [(50, "A")]),
        ([(1, 0), (0, BOUNCE_MS)], [(BOUNCE_MS, "A")]),
        ([(1, 0), (0, 5), (1, 10), (0, 15), (0, 60)], [(60, "A")]),  # bounces
        ([(1, 0), (0, 5), (1, 10), (1, 100), (0, 150)], [(150, "A")]),
        ([(1, 0), (1, HOLD_MS - 1), (0, HOLD_MS)], [(HOLD_MS, "A held")]),
        ([(1, 0), (1, HOLD_MS - 1), (0, HOLD_MS - 1)], [(HOLD_MS - 1, "A")]),
        ([(1, 0), (1, HOLD_MS), (1, HOLD_MS + 50), (0, HOLD_MS + 100)], [(HOLD_MS, "A held")]),  # told once, while held
        ([(1, 0), (0, 5000)], [(5000, "A held")]),  # a turn that took long
        ([(1, 0), (1, 900), (0, 1000), (1, 1100), (0, 1200)], [(900, "A held"), (1200, "A")]),
    ],
)
def test_gestures(updates, expected):
    assert gestures(*updates) == expected


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 400)), max_size=50))
def test_one_press_is_at_most_one_gesture(changes):
    button, now_ms, told, presses, was_down = Button("B"), 0, 0, 0, False
    for down, elapsed_ms in changes:
        now_ms += elapsed_ms
        gesture = button.update(down, now_ms)
        assert gesture in (None, "B", "B held")
        told += gesture is not None
        presses += down and not was_down
        was_down = down
    assert told <= presses

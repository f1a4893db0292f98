"""A click stays a click, however slow the turns are; a held button stays held."""

import pytest
from buttons import HOLD_MS, Button
from madeleine.sim.world import FRAME_MS
from madeleine.web.fingers import Fingers


def gestures(moves, turn_s):
    """What the app's own button makes of `moves`, (seconds, down?), when it looks `turn_s` after each turn's start."""
    pressed = {"A": False, "B": False}
    fingers, button = Fingers(pressed), Button("A")
    told, board_ms, wall_s = [], 0, 0.0
    for _ in range(int(4 / turn_s)):
        board_ms += fingers.clock_ms(int(wall_s * 1000) - board_ms, wall_s) + FRAME_MS
        wall_s += turn_s
        while moves and moves[0][0] <= wall_s:
            at_s, down = moves.pop(0)
            fingers.move("A", down, at_s)
        fingers.look("A")
        told.append(button.update(pressed["A"], board_ms))
    return [gesture for gesture in told if gesture]


@pytest.mark.parametrize("turn_s", [0.05, 0.3, 1.0, 2.0])
@pytest.mark.parametrize("at_s", [0.51, 0.99, 1.01])
def test_a_click(turn_s, at_s):
    assert gestures([(at_s, True), (at_s + 0.1, False)], turn_s) == ["A"]


@pytest.mark.parametrize("turn_s", [0.05, 0.3, 0.5])
def test_held(turn_s):
    assert gestures([(0.1, True), (0.1 + 2 * HOLD_MS / 1000, False)], turn_s) == ["A held"]


def test_two_clicks_within_one_turn():
    assert gestures([(0.1, True), (0.2, False), (0.3, True), (0.4, False)], 0.5) == ["A", "A"]


def test_a_press_is_seen_by_the_next_look():
    pressed = {"A": False, "B": False}
    fingers = Fingers(pressed)
    fingers.move("A", True, 0.1)
    fingers.look("B")
    assert not pressed["A"]
    fingers.look("A")
    assert pressed["A"]


def test_nobody_looks():
    pressed = {"A": False}
    fingers = Fingers(pressed)
    for at_s in range(5):
        fingers.move("A", at_s % 2 == 0, at_s)
    fingers.at_once()
    assert pressed["A"]

"""What the screen shows of a session, state by state."""

from itertools import pairwise

import pytest
from gauge import OFF
from menu import ITEMS
from session import COUNT_DOWN_MS
from view import NUMBER_EVERY, View

from tests.lib.session_camera import FAR, SCALE, Camera


def shown(camera: Camera) -> View:
    view = View()
    view.update(camera.session)
    return view


def test_nothing_yet():
    view = shown(Camera())
    assert (view.name, view.distance, view.gauge, view.percent) == (None, None, None, None)
    assert (view.selected, view.count) == ("A", 0)
    assert (view.message, view.count_down, view.question, view.menu) == ("", None, "", None)


def test_what_is_seen_and_how_far_it_is():
    camera = Camera("cup", "cup", "pen")
    camera.see("cup", SCALE.steps(124), frames=3)
    view = shown(camera)
    assert (view.name, view.sure, view.distance, view.selected, view.count) == ("cup", False, 1240, "cup", 2)
    camera.see("cup", SCALE.steps(90), frames=3)
    assert (shown(camera).sure, shown(camera).distance) == (True, 900)
    camera.see("cup", FAR)
    assert shown(camera).distance == 2500


def test_the_number_stands_still_long_enough_to_be_read():
    camera, view, numbers = Camera("cup"), View(), []
    camera.see("cup", SCALE.steps(124), frames=3)  # with another name comes another number
    view.update(camera.session)
    for steps in range(124, 136):
        camera.see("cup", SCALE.steps(steps))
        view.update(camera.session)
        numbers.append(view.number)
    changes = [number for number, after in pairwise(numbers) if after != number]
    assert len(changes) == len(numbers) // NUMBER_EVERY == 3
    camera.see(None)
    view.update(camera.session)
    assert view.number is None


@pytest.mark.parametrize(
    ("marks", "gauge", "text", "percent"),
    [
        ((), None, None, None),
        ((0, 100), OFF, "--", None),
        ((0, 100), 0, 0, 0),
        ((0, 100), 100, 100, 100),
        ((-100, 0, 400), -100, -100, 0),
        ((-100, 0, 400), 275, 275, 75),
    ],
)
def test_the_gauge(marks, gauge, text, percent):
    camera = Camera()
    for value in marks:
        camera.line(f"*mark {value}")
    camera.see(gauge=gauge)
    assert (shown(camera).gauge, shown(camera).percent) == (text, percent)


def test_unit_and_name_of_the_gauge():
    camera = Camera()
    camera.session.gauge.value = 40
    before = shown(camera).answer()
    camera.line("*unit ml")
    camera.line("*gauge rain barrel")
    camera.session.message = ""
    assert (shown(camera).unit, shown(camera).gauge_name) == ("ml", "rain barrel")
    assert shown(camera).answer() != before


@pytest.mark.parametrize(
    ("payload", "lesson"),
    [
        ("cup", "learn cup"),
        ("*exclude", "ignore this view"),
        ("0", "set 0"),
        ("100", "set 100"),
        ("*mark -5", "set -5"),
    ],
)
def test_a_count_down_says_what_it_leads_to(payload, lesson):
    camera = Camera()
    camera.flash_card(payload)
    assert (shown(camera).lesson, shown(camera).count_down) == (lesson, 3)
    camera.see(ms=COUNT_DOWN_MS)
    assert (shown(camera).lesson, shown(camera).count_down) == ("", None)


def test_the_question():
    camera = Camera()
    camera.flash_card("*reset")
    assert shown(camera).question == "Forget all?"


def test_the_menu_has_the_values_of_the_settings():
    camera = Camera("100%")
    camera.press("B held", "B", "B")
    camera.line("*limit 123")
    view = shown(camera)
    assert view.menu == [
        *(
            "ignore this view",
            "why?",
            "classes",
            "set 0",
            "set 100",
            "limit 123",
            "sound on",
            "brightness 6",
            "grove all",
            "rule nearest",
            "language auto",
            "turn 0",
        ),
        *("about", "close"),
        *("forget 100%", "forget ignored views", "forget gauge", "forget all"),
    ]
    assert view.cursor == 2 and len(view.menu) == len(ITEMS)

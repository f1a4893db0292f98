"""The picture in a terminal: what is known of the place and of an inspection is in it."""

import io

import pytest
from madeleine.monitor.items import Heard
from madeleine.monitor.live import picture
from madeleine.monitor.state import State
from rich.console import Console

from tests.monitor.app_lines import line, seen

HEIGHT, WIDTH = 24, 90


def shown(*lines: str) -> str:
    """The picture after these lines."""
    state = State()
    for number, text in enumerate(lines):
        state.take(Heard(float(number), text))
    console = Console(width=WIDTH, height=HEIGHT, file=io.StringIO(), record=True)
    console.print(picture(state, HEIGHT))
    return console.export_text()


def test_the_place() -> None:
    assert "at 56, 110" in shown(seen("cup", centre=[56, 110]))


@pytest.mark.parametrize(("value", "odd", "text"), [(63, True, "63, odd"), (12, False, "12, good")])
def test_the_oddness(value: int, odd: bool, text: str) -> None:
    found = shown(line("good", on=True), line("oddness", value=value, odd=odd))
    assert "oddness" in found and text in found


def test_no_oddness_without_an_inspection() -> None:
    assert (
        "oddness"
        not in shown(line("oddness", value=63, odd=True), line("good", on=False), seen("cup")).split("history")[0]
    )

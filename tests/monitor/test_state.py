"""What the monitor knows after what has come: answers, changes, counts, the connection; and that it stays small."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.monitor.items import Cable, Heard, Linked, Noted, Tick
from madeleine.monitor.state import HISTORY_MAX, NAMES_MAX, OTHERS, QUIET_S, SILENT_S, State
from madeleine.monitor.words import Dialect

from tests.monitor.app_lines import line, seen


class Desk:
    """A state that is fed at one line a second."""

    def __init__(self) -> None:
        self.state = State()
        self.changes = []
        self.now_s = 0.0

    def feed(self, *lines: str) -> "Desk":
        for text in lines:
            self.now_s += 1
            self.take(Heard(self.now_s, text))
        return self

    def take(self, item) -> None:
        self.changes += [(told.change.event, told.change.label) for told in self.state.take(item) if told.change]


def test_names_appear_and_go() -> None:
    desk = Desk().feed(line("ready", limit=200), seen("cup"), seen("pen", next="cup", next_distance=210), line("gone"))
    assert desk.changes == [("appears", "cup"), ("goes", "cup"), ("appears", "pen"), ("goes", "pen")]
    assert desk.state.counts == {"cup": 1, "pen": 1}
    assert [told.text for told in desk.state.history] == [
        "Madeleine has started",
        "cup appears, distance 83.2 of 200",
        "cup goes, after 1 s",
        "pen appears, distance 83.2 of 200",
        "pen goes, after 1 s",
    ]
    assert (desk.state.answer, desk.state.answer_known, desk.state.distance, desk.state.next) == ("", True, None, "")


def test_the_nearest_other() -> None:
    state = Desk().feed(seen("pen", next="cup", next_distance=210.5)).state
    assert (state.answer, state.distance, state.next, state.next_distance) == ("pen", 83.2, "cup", 210.5)


def test_the_same_again_is_no_change() -> None:
    desk = Desk().feed(seen("cup"), seen("cup", 90.0))
    assert desk.changes == [("appears", "cup")]
    assert desk.state.distance == 90.0


def test_probable_and_then_sure() -> None:
    desk = Desk().feed(seen("cup", 150, sure=False))
    assert (desk.state.answer, desk.state.sure) == ("cup", False)
    desk.feed(seen("cup", 80, sure=True), seen("cup", 150, sure=False), seen("cup", 70, sure=True))
    assert (desk.state.answer, desk.state.sure) == ("cup", True)
    desk.feed(line("gone"), seen("pen", 150, sure=False), line("gone"))
    told = [one.change for one in desk.state.history if one.change]
    assert [(one.event, one.label, one.sure, one.raised) for one in told] == [
        ("appears", "cup", False, False),
        ("appears", "cup", True, True),
        ("goes", "cup", True, False),
        ("appears", "pen", False, False),
        ("goes", "pen", False, False),
    ]
    assert [one.text for one in desk.state.history][:2] == [
        "cup? appears, distance 150",
        "cup is sure now, distance 80",
    ]
    assert desk.state.counts == {"cup": 1, "pen": 1}
    assert desk.state.sure is None


def test_a_status_has_answer_and_distance() -> None:
    state = Desk().feed(line("status", name="cup", sure=False, distance=150.5, limit=200)).state
    assert (state.answer, state.sure, state.distance) == ("cup", False, 150.5)


def test_brownie_says_a_name_again_when_it_was_away() -> None:
    desk = Desk().feed("[DETECTED]: cup", "[DETECTED]: cup", "[DETECTED]: pen")
    cup = [("appears", "cup"), ("goes", "cup")]
    assert desk.changes == [*cup, *cup, ("appears", "pen")]
    assert desk.state.dialect is Dialect.BROWNIE
    assert desk.state.history[0].text == "cup appears"


def test_what_the_camera_sees_when_somebody_begins_to_listen() -> None:
    desk = Desk().feed(line("status", limit=200, name="cup"), line("status", limit=200, name="cup"))
    assert desk.changes == [("appears", "cup")] and desk.state.answer_known
    desk.feed(line("status", limit=200, name=None))
    assert desk.changes[-1] == ("goes", "cup") and desk.state.answer_known
    assert not Desk().feed(line("status", limit=200)).state.answer_known, "an older app does not say"


def test_a_restart_and_a_lost_cable_end_what_was_seen() -> None:
    assert Desk().feed(seen("cup"), line("ready")).changes[-1] == ("goes", "cup")
    desk = Desk().feed(seen("cup"))
    desk.take(Linked(2.0, Cable.LOST, "gone"))
    assert desk.changes[-1] == ("goes", "cup")
    assert not desk.state.answer_known


def test_an_app_that_ends_sees_nothing_any_more() -> None:
    desk = Desk().feed(seen("cup"), "KeyboardInterrupt: ", ">>> ", '>>> {"do": "status"}')
    assert desk.changes[-1] == ("goes", "cup")
    assert [told.text for told in desk.state.history][1:] == ["cup goes, after 2 s", "the app is not running"]


def test_what_is_learned_of_the_camera() -> None:
    desk = Desk().feed(
        line("status", app="0.1.0", board="M5StickV", examples=4, capacity=250, limit=200, battery_mv=3999)
    )
    state = desk.state
    assert (state.app, state.board, state.examples, state.capacity) == ("0.1.0", "M5StickV", 4, 250)
    assert (state.limit, state.battery_mv) == (200, 3999)
    desk.feed(line("set", name="limit", value=120), line("learned", name="cup", count=2, examples=5))
    assert (state.limit, state.examples) == (120, 5)
    desk.feed(line("gauge", value=42))
    assert (state.gauge, state.gauge_known) == (42, True)
    desk.feed(line("gauge", value=None), line("reset"))
    assert (state.gauge, state.gauge_known, state.examples) == (None, True, 0)


def test_the_connection_in_words() -> None:
    state = State()
    assert state.connection == "waiting for a camera"
    state.take(Linked(1.0, Cable.WAITING, "no camera on USB: plug it in"))
    assert state.connection == "no camera on USB: plug it in"
    state.take(Linked(10.0, Cable.CONNECTED, "ttyUSB0"))
    assert state.connection == "ttyUSB0: connected, nothing said yet"
    state.take(Tick(11.0 + QUIET_S))
    assert "doctor" in state.connection
    state.take(Heard(20.0, '>>> {"do": "status"}'))
    state.take(Heard(20.0, "{'do': 'status'}"))
    assert "prompt" in state.connection
    state.take(Heard(21.0, line("ready")))
    assert state.connection == "ttyUSB0: connected"
    state.take(Tick(22.0 + SILENT_S))
    assert "silent" in state.connection
    state.take(Linked(200.0, Cable.LOST, "pulled"))
    assert "lost" in state.connection


def test_brownie_is_silent_when_nothing_changes() -> None:
    state = State()
    state.take(Linked(0.0, Cable.CONNECTED, "ttyUSB0"))
    state.take(Heard(1.0, "[DETECTED]: cup"))
    state.take(Tick(4000.0))
    assert state.connection == "ttyUSB0: connected"


def test_waiting_is_told_once() -> None:
    state = State()
    told = [state.take(Linked(float(second), Cable.WAITING, "no camera")) for second in range(100)]
    assert [len(one) for one in told] == [1] + [0] * 99


def test_other_lines_are_counted_and_the_last_is_kept() -> None:
    state = Desk().feed("Traceback", "\0\0ValueError: \x1b[31m").state
    assert (state.others, state.last_other) == (2, "ValueError: \ufffd[31m")


def test_a_note_is_trouble() -> None:
    assert State().take(Noted(1.0, "rule 1: failed"))[0].text == "rule 1: failed"


def test_too_many_names_are_counted_together() -> None:
    desk = Desk().feed(*(seen(f"thing {number}") for number in range(NAMES_MAX + 50)))
    assert len(desk.state.counts) == NAMES_MAX + 1
    assert desk.state.counts[OTHERS] == 50


def a_day(lines: int):
    """A busy camera: new names, gauges, cards, noise."""
    for number in range(lines // 5):
        yield seen(f"thing {number % 3000}", number % 200, next="cup", next_distance=210)
        yield line("gone")
        yield line("gauge", value=number % 101)
        yield f"[QR]: card {number}"
        yield f"noise \0 {number} " + "x" * (number % 500)


def test_a_day_of_lines_takes_no_more_memory() -> None:
    """All is full after 5000 lines; 8000 more may not leave behind what even one line in twenty would."""
    state, lines = State(), a_day(14_000)

    def feed(count: int) -> None:
        for at_s, text in zip(range(count), lines, strict=False):
            state.take(Heard(float(at_s), text))

    feed(5_000)
    tracemalloc.start()
    feed(1_000)  # replaces what is kept, so that it is traced
    before, _ = tracemalloc.get_traced_memory()
    feed(7_990)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert state.messages + state.others > 13_000
    assert len(state.history) == HISTORY_MAX
    assert after - before < 50_000


@given(
    st.lists(
        st.sampled_from(
            [seen("cup"), seen("pen"), line("gone"), line("ready"), "[DETECTED]: cup", "[DETECTED]: pen", "x"]
        )
        | st.text(max_size=20)
    )
)
def test_changes_alternate(lines: list[str]) -> None:
    """Whatever comes: a name goes only if it is there, and another appears only when it is gone."""
    here = ""
    for event, label in Desk().feed(*lines).changes:
        assert (event == "appears") is (here == "")
        assert event == "appears" or label == here
        here = label if event == "appears" else ""


@pytest.mark.parametrize("wrong", [seen(""), line("seen"), line("seen", name=7), line("seen", name=["cup"])])
def test_an_answer_without_a_name_is_none(wrong: str) -> None:
    assert Desk().feed(wrong).changes == []


def test_where_the_thing_is() -> None:
    desk = Desk().feed(seen("cup", box=[0, 48, 112, 128], centre=[56, 110]))
    assert desk.state.place == (56, 110)
    desk.feed(line("where", name="cup", box=[0, 48, 112, 128], centre=[80, 112]))
    assert desk.state.place == (80, 112)
    desk.feed(line("where", name="pen", centre=[1, 1]))  # of another moment
    assert desk.state.place == (80, 112)
    desk.feed(seen("cup"))
    assert desk.state.place is None
    assert Desk().feed(seen("cup", centre=[5, 6]), line("gone")).state.place is None


def test_a_rule_is_told_where() -> None:
    told = State().take(Heard(1.0, seen("cup", centre=[56, 110])))
    assert [one.change.place for one in told if one.change] == [(56, 110)]


def test_how_odd_a_view_is() -> None:
    desk = Desk().feed(line("good", on=True), line("oddness", value=12, odd=False), line("oddness", value=63, odd=True))
    assert (desk.state.oddness, desk.state.odd) == (63, True)
    desk.feed(line("oddness", value=70, odd=True), line("oddness", value=40, odd=False))
    assert desk.changes == [("odd", ""), ("good", "")]
    assert [told.text for told in desk.state.history] == ["odd, oddness 63", "good again, oddness 40"]
    assert desk.feed(line("good", on=False)).state.oddness is None


@pytest.mark.parametrize("fields", [{"value": "63", "odd": True}, {"value": 63}, {"odd": True}, {}])
def test_an_oddness_that_is_none(fields) -> None:
    desk = Desk().feed(line("oddness", **fields))
    assert desk.state.oddness is None and desk.changes == []


@pytest.mark.parametrize("again", [line("ready"), ">>> "])
def test_an_inspection_ends_with_the_app(again: str) -> None:
    assert Desk().feed(line("oddness", value=63, odd=True), again).state.oddness is None


@pytest.mark.parametrize("centre", [[56], [56, 224], [-1, 5], ["5", "6"], [1.5, 2], [True, 1], {}, "5", None])
def test_a_place_that_is_none(centre) -> None:
    assert Desk().feed(seen("cup", centre=centre)).state.place is None

"""What a person does with buttons, menu and cards, as tables of events, changes and messages."""

import pytest
from menu import IDLE_MS, ITEMS
from session import COUNT_DOWN_MS, PATIENCE_MS
from version import APP

from tests.lib.session_camera import Camera, events, refusal

# -- buttons ----------------------------------------------------------------------------------------------------


def test_a_learns_the_selected_class_and_the_first_is_a():
    camera = Camera()
    assert camera.press("A") == [
        ("learn", "A"),
        {"event": "learned", "name": "A", "count": 1, "examples": 1},
    ]
    assert camera.session.message == "learned A (1)"
    assert camera.press("A")[1]["count"] == 2


def test_a_learns_the_first_class_after_a_new_start():
    assert Camera("", "cup", "pen").press("A")[0] == ("learn", "cup")


def test_a_held_takes_back_the_last_one():
    camera = Camera("cup", "")
    assert camera.press("A held") == [("undo",), {"event": "undone", "what": "learn", "name": "", "examples": 1}]
    assert camera.session.message == "undone: ignored view"
    assert camera.press("A held")[1] == {"event": "undone", "what": "learn", "name": "cup", "examples": 0}
    assert refusal(camera.press("A held")) == "nothing"


def test_b_goes_through_the_classes_and_then_to_a_new_one():
    camera = Camera("cup", "", "A", "pen")
    selected = [camera.press("B")[0]["name"] for _ in range(5)]
    assert selected == ["A", "pen", "B", "cup", "A"]
    camera.press("B", "B", "A")
    assert camera.session.classes.current() == "B"
    assert camera.press("B") == [{"event": "selected", "name": "C"}]


def test_new_names_never_end():
    camera = Camera(*[chr(65 + i) for i in range(26)], "A1")
    camera.line("*select A1")
    assert camera.press("B")[0]["name"] == "B1"


def test_b_without_examples_stays_at_the_first_class():
    assert Camera().press("B") == [{"event": "selected", "name": "A"}]


# -- the menu ---------------------------------------------------------------------------------------------------


def choose(camera, line):
    camera.press("B held", *["B"] * [item for item, _ in ITEMS].index(line))
    return camera.press("A")


def test_the_menu_chooses_and_never_learns():
    camera = Camera("cup")
    assert camera.press("B held", "B", "B") == []
    assert camera.session.menu.opened and camera.session.menu.cursor == 2
    assert camera.press("B held") == [] and not camera.session.menu.opened
    assert camera.labels() == ["cup"]


@pytest.mark.parametrize(
    ("line", "change"),
    [
        ("ignore", ("learn", "")),
        ("set 0", ("anchor", 0)),
        ("set 100", ("anchor", 100)),
        ("limit", ("setting", "limit2", "250")),
        ("sound", ("setting", "sound", "off")),
        ("brightness", ("setting", "brightness", "7")),
        ("grove", ("setting", "grove", "sure")),
        ("language", ("setting", "language", "en")),
        ("turn", ("setting", "turn", "180")),
    ],
)
def test_lines_of_the_menu_that_change_something(line, change):
    camera = Camera("cup", "pen")
    assert choose(camera, line)[0] == change
    assert camera.session.menu.opened == (line in ("limit", "sound", "brightness", "grove", "rule", "language", "turn"))


def test_the_menu_closes():
    camera = Camera("cup")
    assert choose(camera, "close") == [] and not camera.session.menu.opened
    assert camera.session.message == ""


def test_settings_go_round_in_the_menu_and_show_no_message_over_it():
    camera = Camera("cup")
    choose(camera, "limit")
    assert [camera.press("A")[0][2] for _ in range(5)] == ["300", "400", "50", "100", "150"]
    assert camera.session.message == ""
    camera = Camera("cup")
    choose(camera, "brightness")
    assert [camera.press("A")[0][2] for _ in range(3)] == ["8", "1", "2"]
    camera = Camera("cup")
    choose(camera, "sound")
    assert [camera.press("A")[0][2] for _ in range(3)] == ["beep", "voice", "on"]


def test_about_says_version_and_room():
    camera = Camera("cup", "pen")
    assert choose(camera, "about") == [] and not camera.session.menu.opened
    assert camera.session.message == f"Madeleine {APP}, 2 of 250"
    camera.session.status.turn_ms = 86
    choose(camera, "about")
    assert camera.session.message == f"Madeleine {APP}, 2 of 250, 11.6 fps"


@pytest.mark.parametrize("line", ["forget class", "forget ignored", "forget gauge"])
def test_nothing_to_forget_is_refused_without_a_question(line):
    camera = Camera()
    assert refusal(choose(camera, line)) == "nothing"
    assert not camera.session.question


DESTROYING = [
    ("forget class", "Forget cup?", ("forget", "cup"), ["", "pen"]),
    ("forget ignored", "Forget ignored?", ("forget", ""), ["cup", "cup", "pen"]),
    ("forget gauge", "Forget gauge?", ("forget gauge",), ["cup", "", "cup", "pen"]),
    ("forget all", "Forget all?", ("reset",), []),
]


@pytest.mark.parametrize("gesture", ["A", "B", "A held", "B held"])
@pytest.mark.parametrize(("line", "question", "change", "left"), DESTROYING)
def test_what_destroys_asks_and_only_a_says_yes(line, question, change, left, gesture):
    camera = Camera("cup", "", "cup", "pen")
    camera.line("*anchor 0")
    assert choose(camera, line) == []
    assert camera.session.question.text == question
    told = camera.press(gesture)
    if gesture == "A":
        assert told[0] == change and camera.labels() == left
    else:
        assert told == [] and camera.labels() == ["cup", "", "cup", "pen"]
        assert camera.session.message == "nothing forgotten"
    assert not camera.session.question and not camera.session.menu.opened


def test_the_menu_opens_on_what_does_no_harm_and_destroys_at_its_end():
    items = [item for item, _ in ITEMS]
    assert [item for item, *_ in DESTROYING] == items[-len(DESTROYING) :]
    camera = Camera("cup")
    camera.press("B held", "A")
    assert camera.labels() == ["cup", ""]


def test_undo_goes_back_through_all_that_was_done_in_its_order():
    camera = Camera("cup", "cup", "pen")
    choose(camera, "set 0")
    choose(camera, "limit")
    camera.press("B held")
    choose(camera, "forget class")
    camera.press("A")
    assert camera.labels() == ["pen"]
    told = [camera.press("A held")[-1] for _ in range(4)]
    assert told == [
        {"event": "undone", "what": "forget", "name": "cup", "count": 2, "examples": 3},
        {"event": "undone", "what": "setting", "name": "limit", "value": 200, "examples": 3},
        {"event": "undone", "what": "anchor", "value": 0, "examples": 3},
        {"event": "undone", "what": "learn", "name": "pen", "examples": 2},
    ]
    assert camera.labels() == ["cup", "cup"] and camera.app.memory.settings.value("limit") == "200"
    assert list(camera.memory.gauge.marks()) == []


def test_undo_gives_a_mark_and_a_setting_the_values_that_they_had():
    camera = Camera()
    camera.line("*limit 90")
    camera.line("*anchor 100")
    first = [bytes(vector) for _, vector in camera.memory.gauge.marks()]
    camera.desk.board.view = bytes([3]) * len(first[0])
    camera.desk.turn()
    for line in ("*mark 100", "*mark 50", "*unit ml", "*limit 80", "*forget gauge"):
        camera.line(line)
    assert not list(camera.memory.gauge.marks())
    camera.press("A held", "A held")
    assert camera.memory.settings.value("limit") == "90"
    assert [value for value, _ in camera.memory.gauge.marks()] == [50, 100, 100]
    camera.press("A held")
    assert camera.memory.settings.value("unit") == ""
    camera.press("A held", "A held")
    assert [bytes(vector) for _, vector in camera.memory.gauge.marks()] == first


def test_a_menu_that_nobody_uses_closes():
    camera = Camera()
    camera.press("B held")
    camera.see(ms=IDLE_MS)
    camera.press("B")
    camera.see(ms=IDLE_MS)
    assert camera.session.menu.opened
    camera.see(ms=1)
    assert not camera.session.menu.opened


# -- cards ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "effect", "message"),
    [
        ("cup", ("learn", "cup"), {"event": "learned", "name": "cup", "count": 1, "examples": 1}),
        ("*exclude", ("learn", ""), {"event": "ignored", "count": 1, "examples": 1}),
        ("0", ("anchor", 0), {"event": "anchor", "value": 0}),
        ("100", ("anchor", 100), {"event": "anchor", "value": 100}),
        ("*mark 50", ("anchor", 50), {"event": "anchor", "value": 50}),
    ],
)
def test_a_card_that_teaches_gives_time_to_take_it_away(payload, effect, message):
    camera = Camera()
    assert camera.flash_card(payload) == [{"event": "card", "text": payload}]
    assert camera.session.light() == "red" and camera.session.count_down() == 3
    assert camera.see(ms=COUNT_DOWN_MS - 1) == [] and camera.session.count_down() == 1
    assert camera.see(ms=1) == [effect, message]
    assert camera.session.count_down() is None and camera.session.light() is None
    assert camera.see(frames=200) == []


def test_a_name_on_a_card_is_selected_once_it_is_learned():
    camera = Camera("pen")
    camera.flash_card("cup")
    assert camera.session.classes.current() == "pen"
    camera.see(ms=COUNT_DOWN_MS)
    assert camera.session.classes.current() == "cup"


def test_a_card_that_is_still_in_view_is_not_learned():
    camera = Camera()
    camera.card("cup")
    assert camera.see(ms=COUNT_DOWN_MS) == []
    assert camera.card("cup", None) == []  # one miss is no going
    assert camera.see(ms=1000) == [] and camera.session.count_down() == 0
    camera.card(None)
    assert camera.see(ms=1)[0] == ("learn", "cup")


def test_a_card_that_never_goes_is_given_up():
    camera = Camera()
    camera.card("cup")
    assert camera.see(ms=COUNT_DOWN_MS + PATIENCE_MS) == []
    assert refusal(camera.see(ms=1)) == "card"
    assert camera.card("cup") == []  # it is the same card
    assert camera.card(None, None, "cup") == [{"event": "card", "text": "cup"}]


@pytest.mark.parametrize("gesture", ["A", "B", "A held", "B held"])
def test_any_button_stops_a_count_down(gesture):
    camera = Camera("x")
    camera.flash_card("cup")
    assert camera.press(gesture) == [] and camera.session.message == "cancelled"
    assert camera.see(ms=2 * COUNT_DOWN_MS) == [] and camera.labels() == ["x"]


def test_a_card_during_a_count_down_is_let_pass():
    camera = Camera()
    camera.flash_card("cup")
    assert camera.flash_card("*reset") == [] and camera.session.question is None
    assert camera.see(ms=COUNT_DOWN_MS)[0] == ("learn", "cup")


def test_a_card_acts_once_however_long_it_is_held():
    camera = Camera("cup")
    assert events(camera.card("*limit 100")) == ["card", "setting", "set"]
    assert camera.card("*limit 100", None, "*limit 100", None, "*limit 100") == []
    assert events(camera.card("*limit 150")) == ["card", "setting", "set"]
    assert events(camera.card(None, None, "*limit 150")) == ["card", "setting", "set"]


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ("*undo", [("undo",), {"event": "undone", "what": "learn", "name": "pen", "examples": 1}]),
        ("*limit 150", [("setting", "limit2", "150"), {"event": "set", "name": "limit", "value": 150}]),
        ("*link brownie", [("setting", "link", "brownie")]),  # which says nothing of it
        ("*select pen", [{"event": "selected", "name": "pen"}]),
        ("*select new", [{"event": "selected", "name": "new"}]),
    ],
)
def test_a_card_that_asks_for_something_is_obeyed_at_once(payload, told):
    camera = Camera("cup", "pen")
    assert camera.flash_card(payload) == [{"event": "card", "text": payload}, *told]


def test_a_card_for_what_hangs_on_the_grove_port():
    payload = '{"a": "コ"}'
    told = Camera().flash_card(payload)
    assert told == [("grove", payload.encode() + b"\0"), {"event": "card", "text": "{...}"}], "its password, for one"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("*hello", "unknown"),
        ("*learn x", "unknown"),
        ("", "empty"),
        ("a\nb", "name"),
        ("\udcff", "utf8"),
        ("x" * 99, "name"),
    ],
)
def test_a_card_that_cannot_be_is_refused_once_and_never_learned(payload, code):
    camera = Camera("cup")
    assert refusal(camera.card(payload)) == code
    assert camera.session.message
    assert camera.card(payload, payload) == []
    assert camera.see(ms=2 * COUNT_DOWN_MS) == [] and camera.labels() == ["cup"]


@pytest.mark.parametrize(
    ("payload", "question", "message"),
    [
        ("*forget cup", "Forget cup?", {"event": "forgot", "name": "cup", "count": 2, "examples": 2}),
        ("*forget *exclude", "Forget ignored?", {"event": "forgot", "name": "", "count": 1, "examples": 3}),
        ("*forget gauge", "Forget gauge?", {"event": "forgot", "what": "gauge", "examples": 4}),
        ("*forget *gauge", "Forget gauge?", {"event": "forgot", "what": "gauge", "examples": 4}),
    ],
)
def test_a_card_that_forgets_asks(payload, question, message):
    camera = Camera("cup", "cup", "pen", "")
    camera.line("*anchor 100")
    assert camera.flash_card(payload) == [{"event": "card", "text": payload}]
    assert camera.session.question.text == question
    assert camera.press("A")[-1] == message


def test_a_class_called_gauge_can_be_forgotten_and_so_can_the_gauge():
    camera = Camera("gauge")
    camera.line("*anchor 0")
    assert camera.line("*forget gauge")[0] == ("forget", "gauge")
    assert camera.line("*forget gauge")[0] == ("forget gauge",)


def test_a_card_that_resets_asks():
    camera = Camera("cup")
    assert camera.flash_card("*reset") == [{"event": "card", "text": "*reset"}]
    assert camera.press("A") == [("reset",), {"event": "reset"}]
    assert camera.flash_card("*reset yes")[1:] == [] and camera.session.question  # yes is for hosts


def test_a_question_that_nobody_answers_goes():
    camera = Camera("cup")
    camera.flash_card("*reset")
    camera.see(ms=PATIENCE_MS)
    assert camera.session.question
    camera.see(ms=1)
    assert not camera.session.question
    assert camera.press("A")[0] == ("learn", "cup")


def test_a_question_and_a_count_down_end_each_other():
    camera = Camera("cup")
    camera.flash_card("*reset")
    camera.flash_card("pen")
    assert camera.session.pending and not camera.session.question
    camera.line("*reset")
    assert camera.session.question and not camera.session.pending


def test_a_count_down_closes_the_menu():
    camera = Camera("cup")
    camera.press("B held")
    camera.flash_card("pen")
    assert not camera.session.menu.opened

"""The loop: which part is asked for what, and in which order."""

import json

import pytest
import sounds
from app import CAMERA_TRIES, WELL_AFTER
from lookout import EVERY_MS
from messages import base64
from store import StoreError
from version import APP

from tests.fakes.desk import CUP, PEN, Board, Desk
from tests.fakes.flash import Flash
from tests.lib.session_camera import events


@pytest.fixture
def desk(monkeypatch):
    return Desk(monkeypatch)


def full_of(desk, label="x"):
    for _ in range(desk.app.memory.examples.capacity):
        desk.app.memory.examples.learn(label, CUP)


# -- start ------------------------------------------------------------------------------------------------------


def test_the_start(desk):
    status = {"v": 1, "event": "ready", "app": APP, "board": "Desk", "model": "0badcafe", "examples": 0}
    status |= {"capacity": 250, "limit": 200, "battery_mv": 3725, "usb": False}
    assert desk.started == [
        ("panel", "Madeleine", "starting the camera"),
        ("camera", "started"),
        ("panel", "Madeleine", "loading the model"),
        ("panel", "Madeleine", "reading the examples"),
        ("brightness", 6),
        status,
    ]
    assert desk.flash.effects == []


def test_a_newcomer_is_told_what_to_do_and_can_read_it(desk):
    desk.turn()
    assert "press A to learn" in desk.board.texts


def test_what_became_of_the_store_is_shown_and_told(monkeypatch):
    desk = Desk(monkeypatch, flash=Flash({"examples.0": b"rubbish" * 100}))
    assert [entry["code"] for entry in desk.started[-1:]] == ["store"]
    desk.turn()
    assert any(text.startswith("examples.0 cannot be read") for text in desk.board.texts)


def test_a_heap_that_does_not_fit_is_shown_and_told(monkeypatch):
    board = Board()
    board.heap_note = "The heap is too large"
    desk = Desk(monkeypatch, board)
    ready, error = desk.started[-2:]
    assert ready["heap"] == error["text"] == "The heap is too large" and error["code"] == "heap"
    desk.turn()
    assert "The heap is too large" in desk.board.texts


def test_everything_taught_is_there_after_a_new_start(monkeypatch, desk):
    desk.press("A")
    desk.say(do="limit", value=150)
    desk.say(do="anchor", value=0)
    desk.say(do="brightness", value=3)
    desk.say(do="link", value="brownie")
    again = Desk(monkeypatch, flash=desk.flash)
    assert again.examples() == [("A", CUP)]
    assert again.app.memory.settings.value("limit") == "150"
    assert [which for which, _ in again.app.memory.gauge.marks()] == [0]
    assert ("brightness", 3) in again.started
    assert [line for line in again.turn(5) if line[0] == "usb"] == [("usb", "[DETECTED]: A")]


def test_a_camera_that_is_silent_for_a_while(monkeypatch):
    board = Board()
    board.silent = CAMERA_TRIES + 2
    board.typed = b'{"do": "learn", "id": 1}\n*status\n'
    desk = Desk(monkeypatch, board)
    tries = [entry for entry in desk.started if isinstance(entry, tuple) and "The camera is silent" in entry]
    assert [entry[2] for entry in tries] == [f"try {i + 1}" for i in range(CAMERA_TRIES + 2)]
    told = [entry for entry in desk.started if isinstance(entry, dict)]
    assert events(told) == ["error", "error", "status", "error", "ready"]
    assert told[1]["code"] == "starting" and told[1]["id"] == 1
    assert desk.slept_ms == 100 * (CAMERA_TRIES - 1) + 3 * 1000
    assert desk.flash.effects == []


def test_a_camera_that_fails_later_is_started_again(desk):
    desk.turn()
    desk.board.silent = 3
    told = desk.turn()
    assert told[0] == {"v": 1, "event": "error", "code": "camera", "text": "camera: no picture"}
    assert told[-1] == ("camera", "started")
    desk.press("A")
    assert desk.examples() == [("A", CUP)]


@pytest.mark.parametrize("fields", [{"do": "learn"}, {"do": "exclude"}, {"do": "anchor", "value": 0}])
def test_a_view_that_is_gone_is_not_learned(desk, fields):
    desk.turn()
    desk.board.silent = 4
    desk.board.typed = json.dumps({**fields, "id": 6}).encode() + b"\n"
    told = [entry for entry in desk.turn() if isinstance(entry, dict) and entry.get("id") == 6]
    assert [(entry["event"], entry["code"]) for entry in told] == [("error", "starting")]
    assert desk.flash.effects == [] and desk.examples() == []
    assert "error" not in events(desk.say(**fields))


# -- flash, memory, acknowledgement -------------------------------------------------------------------------------

CHANGES = [
    ({"do": "learn", "name": "cup"}, "learned"),
    ({"do": "exclude"}, "ignored"),
    ({"do": "learn", "name": "cup", "vector": base64(PEN)}, "learned"),
    ({"do": "anchor", "value": 100}, "anchor"),
    ({"do": "undo"}, "undone"),
    ({"do": "forget", "name": "pen"}, "forgot"),
    ({"do": "forget", "name": "gauge"}, "forgot"),
    ({"do": "reset", "value": "yes"}, "reset"),
    ({"do": "limit", "value": 100}, "set"),
]


def taught(desk):
    desk.say(do="anchor", value=0)
    desk.say(do="learn", name="pen")


@pytest.mark.parametrize(("fields", "event"), CHANGES)
def test_flash_first_memory_second_acknowledgement_last(monkeypatch, desk, fields, event):
    taught(desk)
    for place in ("store", "memory"):
        part = getattr(desk.app, place)
        monkeypatch.setattr(part, "apply", watched(desk, place, part.apply))
    desk.board.typed = json.dumps({**fields, "id": 9}).encode() + b"\n"
    told = [entry if isinstance(entry, tuple) else (entry["event"], entry.get("id")) for entry in desk.turn()]
    assert [entry for entry in told if entry[0] in ("store", "memory", event)] == [("store",), ("memory",), (event, 9)]


def watched(desk, place, method):
    def call(change):
        desk.board.told.append((place,))
        return method(change)

    return call


def contents(desk):
    return [(change.what, change.key, bytes(str(change.value), "utf8")) for change in desk.app.memory.changes()]


@pytest.mark.parametrize(("fields", "event"), CHANGES)
def test_a_store_that_fails_leaves_memory_as_it_was(monkeypatch, desk, fields, event):
    taught(desk)
    before = contents(desk)

    def fail(change):
        raise StoreError("write", "Flash is worn out")

    monkeypatch.setattr(desk.app.store, "apply", fail)
    told = desk.say(**fields, id="x")
    error = {"v": 1, "event": "error", "code": "write", "text": "Flash is worn out", "id": "x"}
    assert [entry for entry in told if entry["event"] in ("error", event)] == [error]
    assert contents(desk) == before
    assert "Flash is worn out" in desk.board.texts


def test_an_undo_brings_back_what_was_forgotten_and_set(desk):
    taught(desk)
    desk.say(do="learn", name="cup")
    before = contents(desk)
    for fields in (
        {"do": "forget", "name": "pen"},
        {"do": "brightness", "value": 2},
        {"do": "forget", "name": "gauge"},
    ):
        desk.say(**fields)
    told = [entry for entry in desk.say(do="undo", id=1) if entry["event"] == "undone"]
    assert [(entry["what"], entry["id"]) for entry in told] == [("forget gauge", 1)]
    desk.board.typed = b"*undo\n"
    assert ("brightness", 6) in desk.turn()
    desk.say(do="undo")
    assert contents(desk) == before


def test_a_camera_that_hangs_upside_down_is_turned_once_and_comes_up_so(monkeypatch, desk):
    turned = [("panel", "turned"), ("camera", "turned")]

    def turns(told):
        return [entry for entry in told if entry in turned]

    def after(line):
        desk.board.typed = line
        return turns(desk.turn())

    assert turns(desk.started) == []
    assert after(b"*turn 180\n") == turned
    assert after(b"*turn 180\n") == after(b"*brightness 3\n") == after(b"*set kitchen\n") == []
    assert turns(Desk(monkeypatch, flash=desk.flash).started) == turned
    assert after(b"*turn 0\n") == after(b"*set main\n") == after(b"*turn 0\n") == after(b"*undo\n") == turned
    assert after(b"*turn 90\n") == []


def test_nothing_to_undo_is_refused(desk):
    assert [entry["code"] for entry in desk.say(do="undo")] == ["nothing"]


def test_what_is_learned_is_this_very_frame(desk):
    desk.press("A")
    desk.board.view = PEN
    desk.say(do="learn", name="pen")
    assert desk.examples() == [("A", CUP), ("pen", PEN)]


def test_it_sees_what_it_learned_and_shows_it(desk):
    told = desk.press("A") + desk.turn(4)
    assert {"v": 1, "event": "seen", "name": "A", "sure": True, "distance": 0.0} in told
    assert ("grove", b"A\0") in told and b"".join(sounds.beep("seen")) in [
        words for words, _ in desk.board.speaker.sounds
    ]
    assert desk.board.light == "green" and "A" in desk.board.texts
    desk.turn(60)
    assert "0" in desk.board.texts, "the distance, when the message is gone"
    desk.board.view = PEN
    assert ("grove", b"\0") in desk.turn(4) and desk.board.light is None


def test_features_beyond_the_range_are_not_taught(desk):
    desk.board.view = bytes([128]) + CUP[1:]
    desk.turn()
    desk.flash.effects.clear()
    for fields in ({"do": "learn"}, {"do": "exclude"}, {"do": "anchor", "value": 0}):
        told = desk.say(**fields, id=5)
        assert [(entry["code"], entry["id"]) for entry in told if entry["event"] == "refused"] == [("model", 5)]
    assert desk.flash.effects == []


def test_a_full_memory_refuses_and_nothing_is_written(desk):
    desk.turn()
    full_of(desk)
    desk.flash.effects.clear()
    for fields in ({"do": "learn"}, {"do": "learn", "name": "a", "vector": base64(CUP)}):
        told = desk.say(**fields, id=4)
        assert [(entry["code"], entry["id"]) for entry in told if entry["event"] == "refused"] == [("full", 4)]
    assert desk.flash.effects == [] and desk.app.memory.examples.full()


# -- the rest of a turn -------------------------------------------------------------------------------------------


def test_cards_are_looked_for_now_and_then(desk):
    desk.board.payload = "*limit 120"
    end_ms = desk.board.clock_ms + 2 * EVERY_MS
    while desk.board.clock_ms < end_ms:
        desk.app.turn()
    assert desk.board.told.count(("looked for a card",)) == 2
    assert [entry["event"] for entry in desk.heard() if isinstance(entry, dict)] == ["card", "set"]


def test_cards_that_fail_are_not_looked_for_again(desk):
    desk.board.broken.add("cards")
    end_ms = desk.board.clock_ms + 4 * EVERY_MS
    while desk.board.clock_ms < end_ms:
        desk.app.turn()
    assert desk.board.told.count(("looked for a card",)) == 1
    assert [(entry["event"], entry["code"]) for entry in desk.heard()] == [("error", "cards")]


def test_a_name_is_shown_before_it_is_said(desk):
    shown = []
    desk.board.speaker.play = lambda words: shown.append((words, desk.board.light, "cup" in desk.board.texts))
    desk.say(do="learn", name="cup")
    desk.turn(8)
    assert shown[-1] == (b"".join(sounds.beep("seen")), "green", True)


def test_a_loudspeaker_that_fails_is_not_used_again(desk):
    desk.board.broken.add("sound")
    told = desk.press("A") + desk.turn(4)
    assert [entry.get("code") for entry in told if isinstance(entry, dict)].count("sound") == 1
    desk.board.view = PEN
    desk.turn(4)
    desk.board.view = CUP
    assert "error" not in [entry["event"] for entry in desk.turn(4) if isinstance(entry, dict)]


def test_noise_on_usb_is_answered_once_and_forgotten(desk):
    noise = bytes(range(10, 256)) * 420
    told = []
    for at in range(0, len(noise), 4096):
        desk.board.typed = noise[at : at + 4096]
        told += desk.turn()
    assert len(noise) > 100_000 and events(told) == ["refused"]
    assert events(desk.say(do="list")) == []  # the end of the noise goes with it
    assert events(desk.say(do="list")) == ["list"]


def test_a_setting_takes_effect_at_once(desk):
    desk.board.typed = b"*brightness 2\n"
    assert ("brightness", 2) in desk.turn()
    desk.board.typed = b"*link brownie\n"
    desk.turn()
    desk.board.typed = b"*list\n"
    assert desk.turn() == []
    desk.press("A")
    assert ("usb", "[DETECTED]: A") in desk.turn(4)


def test_status(desk):
    told = desk.say(do="status", id=1)
    assert told[0]["event"] == "status" and told[0]["id"] == 1 and told[0]["model"] == "0badcafe"


def test_the_turns_and_the_battery(desk):
    desk.turn(2)  # the first goes from the end of the start on
    view = desk.app.view
    assert (view.battery, view.low, view.usb, desk.app.status.turn_ms) == (50, False, False, 50)
    desk.board.millivolts, desk.board.charger = 3450, True
    told = desk.turn(200)
    assert [entry for entry in told if isinstance(entry, dict)] == [
        {"v": 1, "event": "battery", "level": "low", "battery_mv": 3450, "usb": True}
    ]
    assert (view.battery, view.low, view.usb) == (17, True, True)
    assert events(desk.turn(200)) == []


def copied(flash):
    return {name: bytes(data) for name, data in flash.files.items()}


def test_an_empty_battery_ends_all_writing_until_there_is_power(desk):
    desk.press("A")
    before = copied(desk.flash)
    desk.board.millivolts = 3250
    desk.turn(300)
    assert desk.app.view.message == "charge me"
    effects = len(desk.flash.effects)
    for wish in ({"do": "learn", "name": "pen"}, {"do": "undo"}, {"do": "forget", "name": "A"}, {"do": "begin"}):
        assert [entry["code"] for entry in desk.say(**wish)] == ["battery"], wish
    assert (len(desk.flash.effects), copied(desk.flash)) == (effects, before)
    desk.board.charger = True
    assert events(desk.turn(20)) == ["battery"]
    assert "learned" in events(desk.say(do="learn", name="pen"))


def test_an_empty_battery_at_the_start(desk, monkeypatch):
    desk.press("A")
    name = next(iter(desk.flash.files))
    desk.flash.files[name][-1] ^= 1
    desk.board.millivolts, before = 3250, copied(desk.flash)
    later = Desk(monkeypatch, desk.board, desk.flash)
    started = [entry for entry in later.started if isinstance(entry, dict)]
    assert [(entry["event"], entry.get("code", entry.get("level"))) for entry in started] == [
        ("ready", None), ("battery", "empty"), ("error", "store")
    ]  # fmt: skip
    assert copied(desk.flash) == before
    assert len(later.examples()) == 1
    later.board.charger = True
    later.turn(20)
    assert "learned" in events(later.say(do="learn", name="pen"))
    assert len(Desk(monkeypatch, desk.board, desk.flash).examples()) == 2
    assert len({bytes(content) for content in desk.flash.files.values()}) == 1, "both copies are whole again"


def test_the_watchdog_watches_the_loop_and_nothing_else(desk):
    desk.turn()
    assert desk.board.fed_ms is None
    hungry_ms = []

    def ctrl_c(picture, example):
        hungry_ms.append(desk.board.clock_ms - desk.board.fed_ms)
        if len(hungry_ms) == 4:
            raise KeyboardInterrupt

    desk.board.network.features = ctrl_c
    with pytest.raises(KeyboardInterrupt):
        desk.app.run(lambda: None)
    assert hungry_ms == [50] * 4
    assert desk.flash.feed == desk.board.watchdog.feed
    assert desk.board.fed_ms is None  # it does not bark at the prompt


def test_all_is_well_once_after_a_while(desk):
    turns_at_well = []

    def ctrl_c(picture, example):
        if desk.app.pace.turns == 2 * WELL_AFTER:
            raise KeyboardInterrupt

    desk.board.network.features = ctrl_c
    with pytest.raises(KeyboardInterrupt):
        desk.app.run(lambda: turns_at_well.append(desk.app.pace.turns))
    assert turns_at_well == [WELL_AFTER]

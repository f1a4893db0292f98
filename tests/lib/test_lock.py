"""The lock: a code's hash on flash, waits after wrong codes, and what a locked camera does."""

import hashlib

import pytest
from change import SETTING
from command import WORDS
from command_error import CommandError
from lock import ROUNDS, WAIT_MOST_MS, hashed
from set_catalogue import Catalogue
from store import StoreError
from visitors import WHILE_LOCKED

from tests.fakes.desk import CUP, PEN, Desk
from tests.fakes.flash import Flash
from tests.lib.powercut import step
from tests.lib.small_sets import Camera as SmallCamera

CODE = "4711 りんご"
ARGUMENTS = {  # of words that a camera obeys while it is not locked
    **{"forget": "cup", "rename": "mug", "limit": "90", "rule": "fit", "link": "brownie", "grove": "sure", "mark": "5"},
    **{"anchor": "0", "unit": "ml", "gauge": "tea", "where": "on", "language": "ja", "sound": "off", "brightness": "2"},
    **{"reset": "yes", "set": "kitchen", "copy": "hall", "scratch": "9", "commit": "00000000", "lock": "1234"},
    **{"unlock": "1234", "select": "cup", "learn": "cup", "pass": "{}", "watch": "0", "turn": "180", "mode": "pose"},
}


@pytest.fixture
def small():
    return SmallCamera(Flash())


@pytest.fixture
def desk(monkeypatch):
    desk = Desk(monkeypatch)
    desk.say(do="learn", name="cup")
    return desk


def refusal(function, *arguments):
    with pytest.raises(CommandError) as caught:
        function(*arguments)
    return caught.value.code


def test_the_hash_is_what_the_documents_say():
    digest = b""
    for _ in range(3):
        digest = hashlib.sha256(b"0123456789abcdef" + CODE.encode() + digest).digest()
    assert hashed(CODE, "0123456789abcdef", 3) == digest.hex()


def test_the_code_is_not_on_flash_and_a_start_comes_up_locked(small):
    small.learn("cup")
    small.lock(CODE)
    assert not any(CODE.encode() in content for content in small.flash.files.values())
    rounds, salt, kept = Catalogue(small.flash).lock.split()
    assert (int(rounds), kept) == (ROUNDS, hashed(CODE, salt, ROUNDS))
    again = SmallCamera(small.flash)
    assert again.status.locked
    again.unlock(CODE)
    assert not SmallCamera(small.flash).status.locked


def test_wrong_codes_wait_longer_and_longer_to_an_end(small):
    small.lock(CODE)
    waits = []
    for _ in range(10):
        assert refusal(small.unlock, "4712") == "code"
        waits.append(small.visitors.wait_until_ms - small.session.now_ms)
        small.session.now_ms += waits[-1] - 1
        assert refusal(small.unlock, CODE) == "wait"
        small.session.now_ms += 1
    assert waits == [*(1000 << n for n in range(6)), *[WAIT_MOST_MS] * 4]
    small.unlock(CODE)
    assert refusal(small.unlock, CODE) == "nothing"
    small.lock("1234")
    assert refusal(small.lock, "5678") == "locked"


def test_a_flash_that_takes_nothing_leaves_the_lock_as_it_is(small):
    small.flash.frozen = True
    with pytest.raises(StoreError):
        small.lock(CODE)
    assert not small.status.locked
    small.flash.frozen = False
    small.lock(CODE)
    small.flash.frozen = True
    with pytest.raises(StoreError):
        small.unlock(CODE)
    assert small.status.locked
    small.flash.frozen = False
    small.unlock(CODE)


def test_the_lock_is_the_cameras_not_a_sets(small):
    small.learn("cup")
    small.use("kitchen")
    step(small.store, small.memory, SETTING, "limit2", "90")
    small.lock(CODE)
    assert small.memory.settings == {"limit2": "90"}
    assert SmallCamera(small.flash).state() == small.state()


def test_nothing_but_lessons_while_it_is_locked_and_none_on_flash(desk):
    assert desk.say(do="lock", value=CODE)[-1] == {"v": 1, "event": "lock", "on": True}
    before, settings = list(desk.flash.effects), desk.app.memory.settings.pairs()
    desk.board.view = PEN
    assert desk.say(do="learn", name="pen")[0]["scratch"] is True
    kept, said = desk.examples(), {}
    for word in [word for word, _, _ in WORDS if word not in ("learn", "exclude", "undo", "export")]:
        fields = {"value": ARGUMENTS[word]} if word in ARGUMENTS else {}
        answers = desk.say(do=word, to="mug", **fields, id=word)
        said[word] = [answer.get("code") for answer in answers if answer.get("id") == word]
        assert (desk.examples(), desk.app.memory.settings.pairs()) == (kept, settings), word
    assert {word for word, codes in said.items() if codes == ["locked"]} == {
        *(word for word in said if word not in WHILE_LOCKED),
        *("where", "lock"),
    }
    assert said["unlock"] == ["code"]
    vector = "AAAA"
    assert desk.say(do="learn", name="x", vector=vector * 256, draft=True, id=1)[-1]["code"] == "locked"
    assert desk.flash.effects == before
    assert desk.say(do="undo")[-1]["name"] == "pen"
    assert desk.say(do="undo")[-1]["code"] == "nothing"
    assert desk.examples() == [("cup", CUP)]


def test_a_question_from_before_forgets_nothing(desk):
    desk.app.perform(desk.app.session.card("*forget cup"))
    desk.say(do="lock", value=CODE)
    told = desk.press("A")
    assert [one["code"] for one in told if isinstance(one, dict) and one["event"] == "refused"] == ["locked"]
    assert desk.examples() == [("cup", CUP)]


def test_lessons_of_visitors_go_when_nobody_has_touched_the_camera_for_minutes(desk):
    desk.say(do="scratch", value=2)
    desk.say(do="lock", value=CODE)
    desk.say(do="learn", name="pen")
    desk.press("B")
    desk.board.clock_ms += 2 * 60_000 - 200
    desk.turn()
    assert len(desk.examples()) == 2
    desk.board.clock_ms += 200
    assert {"v": 1, "event": "cleared", "examples": 1} in desk.turn()
    assert desk.examples() == [("cup", CUP)]
    desk.board.clock_ms += 10 * 60_000
    assert not [one for one in desk.turn() if isinstance(one, dict) and one["event"] == "cleared"]


def test_lessons_of_visitors_go_when_it_is_unlocked(desk):
    desk.say(do="lock", value=CODE)
    desk.say(do="learn", name="pen")
    desk.say(do="unlock", value=CODE)
    assert desk.examples() == [("cup", CUP)]
    assert desk.say(do="undo")[-1]["name"] == "cup"


@pytest.mark.parametrize(
    "text", ["*lock 12", "*lock", "*lock4711", "*unlock4711", "*lock " + 33 * "7", "*unlock 47\t11"]
)
def test_a_wrong_card_is_not_said_back(desk, text):
    desk.app.perform(desk.app.session.card(text))
    told = desk.heard()
    assert [one["event"] for one in told] == ["refused"]
    assert "7" not in told[0]["text"] and told[0]["code"] == "argument"

"""The scenario language by itself: every word is known before anything is done, and errors name file and line."""

from pathlib import Path

import pytest
from madeleine.sim.expectations import EXPECTATIONS
from madeleine.sim.scenario import Runner, ScenarioError, Stage, parse
from madeleine.sim.words import WORDS
from madeleine.sim.world import world


class Dummy(Stage):
    """A board that runs `app(world)` before each director's turn."""

    def __init__(self, app=None):
        self.app = app or (lambda world: None)
        self.shots = []

    def shot(self, name, caption):
        self.shots.append((name, caption))

    def boot(self, director):
        from madeleine.sim.power import PowerCut, PowerOff

        try:
            while True:
                self.app(world)
                director(world)
        except PowerOff:
            return "off"
        except PowerCut:
            return "cut"


@pytest.fixture(autouse=True)
def fresh_world():
    world.power_on()
    yield
    world.power_on()


def played(text, app=None):
    runner = Runner(parse("file.txt", lambda name: text), Dummy(app))
    runner.run()
    return runner


def says(line):
    return lambda world: world.usb_out.extend(line.encode() + b"\r\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("frame cup\ndance", "file.txt:2: no 'dance' in this language"),
        ("expect miracles", "file.txt:1: no 'miracles' in this language"),
        ("\n# note\npress C", "file.txt:3: press C: 'C' is none of A B"),
        ("hold A 900", "file.txt:1: hold A 900: a time is written"),
        ("wait long", "file.txt:1: wait long"),
        ("away now", "file.txt:1: away now: nothing may follow"),
        ("trouble weather 1", "file.txt:1: trouble weather 1: 'weather' is none of"),
        ("wait 1 frames\nboot", "file.txt:2: boot: the board is on"),
        ("wait 1 frames\nbuild v0.5.1", "file.txt:2: build v0.5.1: the board is on"),
        ("damage examples.0 1 1", "file.txt:1: damage examples.0 1 1: this board has no flash"),
        ("expect usb {no json", "file.txt:1: expect usb {no json"),
        ("expect seen cup", "file.txt:1: expect seen cup, but the answer is nothing"),
        ("expect led red", "file.txt:1: expect led red, but it is off"),
        ("expect end cut", "file.txt:1: expect end cut, but it is on"),
        ("cut\nexpect led red", "file.txt:2: expect led red, but the board is off (cut)"),
    ],
)
def test_an_error_names_the_line(text, message):
    with pytest.raises(ScenarioError) as error:
        played(text)
    assert str(error.value).startswith(message)


def test_a_line_satisfies_one_expectation_only():
    once = iter([says('{"event": "learned", "name": "cup"}')])
    with pytest.raises(ScenarioError, match="but there came nothing"):
        played('expect usb {"event": "learned"}\nexpect usb {"event": "learned"}', lambda w: next(once, lambda w: 0)(w))


def test_an_expected_line_needs_every_value():
    with pytest.raises(ScenarioError, match=r'there came \{"event": "learned", "count": 2}'):
        played('expect usb {"event": "learned", "count": 1}', says('{"event": "learned", "count": 2}'))


def test_an_answer_counts_only_after_the_picture_has_settled():
    frames = []
    played("frame cup\nexpect seen cup", lambda w: (frames.append(1), says('{"event": "seen", "name": "cup"}')(w)))
    assert len(frames) >= 8


def test_repetition_and_include():
    files = {"a/main.txt": "x3 press A\ninclude b/part.txt", "a/b/part.txt": "away"}
    statements = parse("a/main.txt", files.__getitem__)
    assert [str(statement) for statement in statements] == ["press A"] * 3 + ["away"]
    assert statements[-1].place == "a/b/part.txt:1"


def test_the_transcript_holds_what_was_done_and_what_came():
    def app(world):
        world.grove_out.extend(b"cup\0")
        world.leds["g"] = 1
        world.sounds.append("cup.wav")

    transcript = played("say hello\nwait 1 frames", app).transcript
    told = ["> say hello", "> wait 1 frames", "grove cup\\0", "sound cup.wav", "led green"]
    assert transcript[: len(told)] == told


def test_a_cut_needs_a_boot():
    transcript = played("cut\nboot\nwait 2 frames").transcript
    assert transcript == ["> cut", "power cut", "> boot", "> wait 2 frames", "power off"]


def test_a_failure_passes_the_handlers_of_the_app():
    def board_that_swallows(director):
        for _ in range(100):
            try:
                director(world)
            except Exception:  # what an app may do; nothing may come here
                pytest.fail("the app saw the scenario's error")
            except BaseException:
                return "off"
        return "off"

    stage = Dummy()
    stage.boot = board_that_swallows
    with pytest.raises(ScenarioError, match="expect led red"):
        Runner(parse("file.txt", lambda name: "expect led red"), stage).run()


def test_asking_counts():
    runner = played("frame cup\nask cup\nask pen", says('{"event": "seen", "name": "cup", "sure": true}'))
    assert runner.asked == [("cup", "cup", True), ("pen", "cup", True)]
    assert played("frame cup\nask cup", says('{"event": "gone"}')).asked == [("cup", None, False)]


def test_every_word_is_documented(root):
    page = Path(root / "docs" / "FORMATS.md")
    if not page.is_file():
        page = root / "docs" / "FORMATS.md"
    text = page.read_text(encoding="utf-8")
    for word in WORDS:
        assert f"`{word}" in text or f", `{word}" in text, word
    for word in EXPECTATIONS:
        assert f"`expect {word}" in text, word

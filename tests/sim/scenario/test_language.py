"""The scenario language by itself: every word is known before anything is done, and errors name file and line."""

import pytest
from madeleine.sim.scenario.expectations import EXPECTATIONS
from madeleine.sim.scenario.parser import ScenarioError, parse
from madeleine.sim.scenario.runner import Runner, Stage
from madeleine.sim.scenario.statements import WORDS
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


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x99999999999 boot", "'99999999999' is not a whole number of 1 to 1000"),
        ("x² boot", "no 'x²' in this language"),
        ("x0 boot", "'0' is not a whole number of 1"),
        ("card-long 99999", "of 1 to 4096"),
        ("usb-noise> 99999999", "of 0 to 131072"),
        ("usb-bytes> 0", "two hexadecimal digits"),
        ("card-bytes xy", "two hexadecimal digits"),
        ("battery -5", "of 0 to"),
        ("expect gauge 1..x", "invalid literal"),
        ("expect usb " + '{"a":' * 9999, "nested too deep"),
        ("trouble kpu_error 3", "the text of an error"),
        ("trouble sound_broken []", "a whole number, true or false"),
        ("x1000 wait 101 frames", "more than 100000 frames of waiting"),
        ("x99 usb-noise> 65536", "bytes wait already"),
    ],
)
def test_a_scenario_has_an_end(line, reason):
    with pytest.raises(ScenarioError, match=rf"^file.txt:1: .*{reason}"):
        played(line)


def test_what_a_scenario_includes_has_an_end():
    with pytest.raises(ScenarioError, match=r"^me.txt:1: include me.txt: more than 100 files, or 8 in each other"):
        parse("me.txt", lambda name: "include me.txt")
    with pytest.raises(ScenarioError, match=r"^main:100: include empty: more than 100 files"):
        parse("main", lambda name: "include empty\n" * 101 if name == "main" else "")
    with pytest.raises(ScenarioError, match=r"^main:21: .*20000 statements at most"):
        parse("main", lambda name: "x1000 boot\n" * 21)


def test_an_error_repeats_a_long_line_in_part():
    with pytest.raises(ScenarioError) as error:
        played("press " + "C" * 100_000)
    assert len(str(error.value)) < 2000


def test_every_word_is_documented(root):
    text = (root / "docs" / "FORMATS.md").read_text(encoding="utf-8")
    for word in WORDS:
        assert f"`{word}" in text or f", `{word}" in text, word
    for word in EXPECTATIONS:
        assert f"`expect {word}" in text, word

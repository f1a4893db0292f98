"""Models made for the board, on the real firmware: bytes as features, notes, and pictures wanted upside down.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

from dataclasses import replace

import features
import numpy as np
import pytest
from madeleine.device import heap
from madeleine.kpu import Network
from madeleine.kpu.editor.edit import with_byte_features
from madeleine.kpu.format.feature_notes import NOTES_OUTPUT, noted
from madeleine.kpu.format.kmodel import parse
from madeleine.kpu.format.write import write
from madeleine.model import find_model

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import MODEL_ADDRESS, VISION, Camera, flash_of, packed_app, photo
from tests.firmware.prompt import MODEL, card
from tests.firmware.test_firmware import green, likeness

pytestmark = pytest.mark.timeout(1800)

VERTICAL_FLIP = 0x0C, 0x80  # register and bit of the OV7740
ERRORS = """
for index in %r:
    try:
        kpu.forward(task, picture, index)
        print('there')
    except OSError as error:
        print('OSError')
"""


def made_for_the_board(upside_down=False):
    """Brownie's model with the three outputs of ours, as the bytes of a file."""
    return write(with_byte_features(parse(MODEL.read_bytes()), upside_down=upside_down))


def ours_upside_down():
    """Our model, whose notes say that it wants its pictures upside down, as the bytes of a file."""
    model = parse(find_model("madeleine").read_bytes())
    at = model.outputs[NOTES_OUTPUT].start + 1
    layers = [noted(layer, 1) if getattr(layer, "out_address", None) == at else layer for layer in model.layers]
    return write(replace(model, layers=tuple(layers)))


@pytest.fixture
def camera():
    """Makes a camera whose flash holds these bytes as the model, before a photograph."""

    def make(model: bytes):
        camera = Camera()
        camera.emulator.flash_write(MODEL_ADDRESS, model)
        camera.look(photo("singles", "cat", "0.jpg"))
        return camera

    return make


def board_bytes(camera, expression, size):
    """The first bytes of something on the board."""
    return camera.emulator.read(int(camera.at_the_prompt(f"print(uctypes.addressof({expression}))")), size)


def as_seen(picture):
    """The picture as the sensor's port keeps it: rows of RGB565."""
    return (picture >> np.array([3, 2, 3], np.uint8)).astype(np.uint16) @ np.array([2048, 32, 1], np.uint16)


def test_the_outputs_are_the_bytes_of_the_desk_and_stay_where_they_are(camera):
    model = made_for_the_board(upside_down=True)
    board = camera(model)
    board.emulator.run_to_repl(interrupt=True)
    board.at_the_prompt(VISION)
    expected = Network.parse(model).outputs_bytes(photo("singles", "cat", "0.jpg"))
    assert [len(output) for output in expected] == [768, 37632, 4]
    for index, output in enumerate(expected):
        assert board_bytes(board, f"kpu.forward(task, picture, {index})", len(output)) == output
    assert board.at_the_prompt(ERRORS % ([3, 4],)).split() == ["OSError", "OSError"]
    places = "print(len({uctypes.addressof(kpu.forward(task, picture)) for _ in range(4)}))"
    assert board.at_the_prompt(places).strip() == "1"
    for name in ("owl", "cat"):
        board.look(photo("singles", name, "0.jpg"))
        board.at_the_prompt("picture = lens.snapshot()\nnetwork.features(picture, example)")
        picture = photo("singles", name, "0.jpg")
        assert board_bytes(board, "example", 768) == Network.parse(model).outputs_bytes(picture)[0]
    assert board.at_the_prompt("print(network.wants_upside_down(picture))").strip() == "True"


def test_a_model_of_one_output_has_no_notes_and_gives_the_same_bytes(camera):
    board = camera(MODEL.read_bytes())
    board.emulator.run_to_repl(interrupt=True)
    board.at_the_prompt(VISION)
    assert board.at_the_prompt(ERRORS % ([1, 2],)).split() == ["OSError", "OSError"]
    assert board.at_the_prompt("print(network.wants_upside_down(picture))").strip() == "False"
    board.at_the_prompt("network.features(picture, example)")
    expected = bytearray(features.LENGTH)
    features.quantise(Network.load(MODEL).run(photo("singles", "cat", "0.jpg")), expected)
    assert board_bytes(board, "example", 768) == expected


def test_the_network_sees_it_upside_down_and_people_do_not(camera):
    model = made_for_the_board(upside_down=True)
    board = camera(model)
    board.emulator.run_to_repl(interrupt=True)
    board.at_the_prompt(VISION + "lens.turn_over()\npicture = lens.snapshot()")
    board.at_the_prompt("network.features(picture, example)")
    picture = photo("singles", "cat", "0.jpg")
    upside_down = np.ascontiguousarray(picture[::-1])
    assert board_bytes(board, "example", 768) == Network.parse(model).outputs_bytes(upside_down)[0]
    pixels = np.frombuffer(board_bytes(board, "picture", 2 * 224 * 224), ">u2").reshape(224, 224)
    assert (pixels == as_seen(picture)).all()


def test_a_life_upside_down():
    """The app with such a model, just installed: what it shows is upright, it learns, and it reads a card.

    To turn pictures over takes 100 KB, which Brownie's model does not leave.
    """
    board = Camera(flash_of(packed_app() | {heap.UNSET: b""}, ours_upside_down(), 524_288))
    cat = photo("singles", "cat", "0.jpg")
    board.look(cat)
    assert "heap" not in board.ready()
    board.run(200)
    assert board.emulator.ov7740.regs[VERTICAL_FLIP[0]] & VERTICAL_FLIP[1]
    assert likeness(board.screen(), cat) > 0.6
    board.press("A")
    assert board.event("learned")["name"] == "A"
    assert board.event("seen")["name"] == "A"
    board.run(200)
    assert green(board.screen()) > 1000
    board.look(card("hot dog"))
    assert board.event("card", within_ms=6000)["text"] == "hot dog"
    board.look(photo("singles", "hot_dog", "0.jpg"))
    assert board.event("learned", within_ms=8000)["name"] == "hot dog"

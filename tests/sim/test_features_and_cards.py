"""The eyes: models, feature maps and cards, through the stand-ins as the app meets them."""

from pathlib import Path

import pytest
from madeleine.sim import scenes
from madeleine.sim.board import EYES
from madeleine.sim.power import Misuse
from madeleine.sim.world import Scene

from tests.sim.programs import CAMERA

MODEL = "import KPU as kpu\ntask = kpu.load(0x300000)\n" + CAMERA
FORWARD = MODEL + "picture = sensor.snapshot()\nmap = kpu.forward(task, picture)\n"


@pytest.fixture
def model(shared) -> Path:
    """A real feature model: 768 floats."""
    return shared / "models" / "mbnet751_feature.kmodel"


@pytest.fixture
def cup() -> Scene:
    return Scene("cup", scenes.scene("cup"))


def test_features_are_those_of_the_network(board, model, cup):
    made = board(FORWARD + "print(bytes(map[0:0]), map[0], map[766:768])\nkeep = bytes(map)\nprint(keep)", model=model)
    made.world.scene = cup
    made.boot()
    expected = EYES.load(model).network.run(cup.pixels)
    lines = made.world.usb_out.split(b"\r\n")
    assert lines[1] == repr(expected.tobytes()).encode()
    assert repr(expected[0].item()).encode() in lines[0]


def test_a_feature_map_is_used_only_as_the_board_allows(said, model):
    program = (
        FORWARD
        + """
for what in (len, list, lambda m: m[::2], lambda m: m.tobytes()):
    try:
        what(map)
    except (TypeError, OSError, AttributeError) as error:
        print(type(error).__name__)
view = memoryview(map)
print(len(view), view[3] == map[3])
first = map[3]
kpu.fmap_free(map)
print(map[3] == first)
kpu.forward(task, sensor.snapshot())
print(map[3] == view[3] == first)
"""
    )
    lines = said(program, model=model).split("\n")
    assert lines[:6] == ["TypeError", "TypeError", "OSError", "AttributeError", "768 True", "False"]
    assert lines[6] == "True", "every run leaves its output in the same place"


def test_a_second_forward_while_the_first_is_in_use_is_misuse(board, model):
    with pytest.raises(Misuse, match="in use"):
        board(FORWARD + "kpu.forward(task, picture)", model=model).boot()


def test_the_picture_has_to_fit_and_drawing_does_not_change_what_the_kpu_sees(said, model):
    program = (
        FORWARD
        + """
import image
first = map[0:9]
kpu.fmap_free(map)
picture.draw_rectangle(0, 0, 224, 224, color=(0, 0, 0), fill=True)
map = kpu.forward(task, picture)
print(map[0:9] == first)
kpu.fmap_free(map)
picture.pix_to_ai()
map = kpu.forward(task, picture)
print(map[0:9] == first)
kpu.fmap_free(map)
for wrong in (image.Image(size=(224, 224)), picture.resize(112, 112)):
    try:
        kpu.forward(task, wrong)
    except ValueError as error:
        print(error)
"""
    )
    lines = said(program, model=model).split("\n")
    assert lines[:2] == ["True", "False"]
    assert lines[3] == lines[5] == "[MAIXPY]kpu: check img format err!"


def test_a_kpu_error_is_told_as_a_text(board, model):
    made = board(FORWARD, model=model)
    made.world.troubles["kpu_error"] = "run error: 13"
    made.boot()
    assert b"OSError: run error: 13" in made.world.usb_out


@pytest.mark.parametrize("payload", ["cup", "*exclude", "0", "カップ", "x" * 300])
def test_cards_are_really_read(board, payload):
    made = board(CAMERA + "for code in sensor.snapshot().find_qrcodes():\n    print(code.payload())")
    made.world.scene = Scene("card", scenes.card(payload.encode()))
    made.boot()
    assert made.world.usb_out.decode() == payload + "\r\n"


def test_a_card_that_is_not_utf8_cannot_be_encoded(board):
    program = "code = sensor.snapshot().find_qrcodes()[0]\ntext = code.payload()\ntry:\n    text.encode()\n"
    made = board(CAMERA + program + "except UnicodeError:\n    print('no text', len(text))")
    made.world.scene = Scene("card", scenes.card(b"\xff\xfe\x80abc"))
    made.boot()
    assert made.world.usb_out == b"no text 6\r\n"


@pytest.mark.parametrize(("flips", "read"), [("", 1), ("v", 0), ("h", 0), ("vh", 1)])
def test_a_mirrored_card_is_not_read(board, flips, read):
    calls = {"v": "sensor.set_vflip(1)\n", "h": "sensor.set_hmirror(1)\n"}
    program = CAMERA + "".join(calls[flip] for flip in flips) + "print(len(sensor.snapshot().find_qrcodes()))"
    made = board(program)
    made.world.scene = Scene("card", scenes.card("cup"))
    made.boot()
    assert made.world.usb_out == b"%d\r\n" % read


QR_WITH_MODEL = (
    """
import machine
from Maix import utils
if utils.gc_heap_size() != HEAP:
    utils.gc_heap_size(HEAP)
    machine.reset()
"""
    + MODEL
    + """
import lcd
lcd.init()
print(len(sensor.snapshot().find_qrcodes()))
"""
)


@pytest.mark.parametrize(("heap", "result"), [(250000, "1"), (524288, "MemoryError")])
def test_reading_a_card_beside_a_model_needs_a_small_heap(board, model, heap, result):
    made = board(QR_WITH_MODEL.replace("HEAP", str(heap)), model=model)
    made.boot()
    assert made.world.usb_out == b"0\r\n"  # nothing in view: no memory asked for
    made.world.scene = Scene("card", scenes.card("cup"))
    made.world.usb_out.clear()
    made.boot()
    assert made.world.usb_out.decode().split("\r\n")[-2].startswith(result)


def test_a_file_that_is_no_model(board, tmp_path):
    (tmp_path / "bad").write_bytes(b"\3\0\0\0rubbish")
    made = board("import KPU\nKPU.load(0x300000)", model=tmp_path / "bad")
    made.boot()
    assert b"load error:2" in made.world.usb_out
    (tmp_path / "bad").write_bytes(b"LDMK" + bytes(100))
    made.boot()
    assert b"load error:2" in made.world.usb_out


def test_a_model_on_flash(board, model, tmp_path):
    made = board("import KPU\ntask = KPU.load('/flash/m.kmodel')\nprint(task.model_path(), task.model_size())")
    (tmp_path / "flash" / "m.kmodel").write_bytes(model.read_bytes())
    made.boot()
    assert made.world.usb_out == b"/flash/m.kmodel 1879228\r\n"

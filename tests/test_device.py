"""Parts of the board, each alone, on the virtual board."""

import numpy as np
import pytest
from madeleine.model import find_model
from madeleine.sim.board import VirtualBoard
from madeleine.sim.world import Scene, world

START = "import uos, sys\nuos.chdir('/flash')\nsys.path.insert(0, 'lib')\n"


@pytest.fixture
def said(tmp_path, root):
    """Runs a program beside the app's files and gives the lines that it printed."""

    def run(program: str, **options) -> list[str]:
        board = VirtualBoard(tmp_path / "flash", **options)
        board.install(root)
        (tmp_path / "flash" / "boot.py").write_text(START + program)
        world.scene = Scene("grey", np.full((224, 224, 3), 128, np.uint8))
        assert board.boot() == "prompt"
        return board.world.usb_out.decode().split("\r\n")[:-1]

    yield run
    world.power_on()


def test_a_host_that_never_pauses_does_not_hold_the_loop(said):
    program = """
import device

class Flood:
    def any(self):
        return 3
    def read(self, count):
        return b'x' * count

usb = device.Usb()
usb._uart = Flood()
print(usb.read())
"""
    assert said(program) == ["b'xxx'"]


def test_a_firmware_without_the_reader_of_codes_says_so(said):
    program = """
import vision

try:
    vision.find_card(object())
except vision.PartError as error:
    print(error)
"""
    assert said(program) == ["cards are off: this firmware cannot read them"]


@pytest.mark.parametrize("value", [0x00, 0x5A, 0xA5, 0xFF])
def test_maps_of_one_value_do_not_pass_for_spare_memory(said, value):
    program = f"""
import sensor, KPU, vision, features

KPU._PAGE = bytes([{value}]) * 4096
camera, network = vision.Camera(False), vision.Network()
camera.start()
picture = camera.snapshot()
network.identity(picture)
vectors = network.spare_vectors(picture)
example = bytearray(range(128)) * 6
for vector in vectors:
    vector[:] = example
network.features(picture, bytearray(features.LENGTH))
print(len(vectors), all(vector == example for vector in vectors))
"""
    assert said(program, model=find_model("tour")) == ["250 True"]


def test_a_sound_that_breaks_off_leaves_no_file_open(said, tmp_path):
    (tmp_path / "flash" / "voice").mkdir(parents=True)
    (tmp_path / "flash" / "voice" / "cup.wav").write_bytes(b"")
    program = """
import audio, device, vision

class Torn:
    def __init__(self, path):
        print(path)
    def volume(self, level):
        pass
    def play_process(self, line):
        return [1, 16000, 32000, 2, 16]
    def play(self):
        raise OSError('read file error')
    def finish(self):
        print('finished')

audio.Audio = Torn
try:
    device.Board().speaker.play('cup', None)
except vision.PartError as error:
    print(error)
"""
    assert said(program) == ["/flash/voice/cup.wav", "finished", "sound: read file error"]


@pytest.mark.parametrize(
    ("build", "numbers"), [("v0.5.0_9", [{}, {}]), ("v0.5.1", [{"type": 2}, {}]), ("v0.6.3", [{"type": 3}, {}])]
)
def test_the_number_of_a_panel_belongs_to_board_and_build(said, build, numbers):
    program = """
import device, lcd, profiles

lcd.init = lambda **options: print(options)
lcd.rotation = lambda turns: None
device.Panel(profiles.M5STICKV.screen)
device.Panel(profiles.MAIX.screen)
"""
    assert said(program, build=build) == [str(options) for options in numbers]

"""Parts of the board, each alone, on the virtual board."""

import numpy as np
import pytest
from madeleine.kpu import Network
from madeleine.kpu.editor.edit import with_byte_features
from madeleine.kpu.format.write import write
from madeleine.model import find_model
from madeleine.sim.builds import BUILDS

GREY = np.full((224, 224, 3), 128, np.uint8)


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
import sensor, KPU, vectors, vision, features

KPU._PAGE = bytes([{value}]) * 4096
camera, network = vision.Camera(False), vision.Network()
camera.start()
network.load()
picture = camera.snapshot()
network.identity(picture)
rows = list(vectors.choose(lambda: network.features(picture, bytearray(features.LENGTH)))[0])
example = bytearray(range(128)) * 6
for vector in rows:
    vector[:] = example
network.features(picture, bytearray(features.LENGTH))
print(len(rows), all(vector == example for vector in rows))
"""
    assert said(program, model=find_model("tour")) == ["266 True"]


@pytest.mark.parametrize("build", ["v0.4.0_47", "v0.5.0_9"])
def test_sound_goes_on_while_the_app_does(said, build):
    """And what is given meanwhile waits for it; a word is left and right, or the firmware's Misuse would say so."""
    program = """
import device, utime

speaker = device.Board().speaker
speaker.tune(8000)
start_ms = utime.ticks_ms()
for _ in range(3):
    speaker.play(bytes(3200))
    print(utime.ticks_ms() - start_ms)
"""
    assert said(program, build=build) == ["0", "100", "200"]


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


@pytest.mark.parametrize("board", ["m5stickv", "unitv"])
def test_upside_down_for_the_network_and_upright_for_people(said, board):
    """As on firmware (tests/firmware/test_outputs.py): the sensor's flip reaches both, the pixels are turned back."""
    program = f"""
import sensor, vision

camera = vision.Camera({board == "unitv"})
camera.start()
print(camera.snapshot().get_pixel(0, 0), sensor.snapshot()._ai.pixels[0, 0, 0])
camera.turn_over()
for _ in range(2):
    picture = camera.snapshot()
    print(picture.get_pixel(0, 0), picture._ai.pixels[0, 0, 0], picture._mirrored)
    camera.start()
"""
    seen = np.zeros((224, 224, 3), np.uint8)
    seen[:112] = 255
    assert said(program, seen, board=board) == ["(255, 255, 255) 255"] + 2 * ["(255, 255, 255) 0 False"]


@pytest.mark.parametrize("board", ["m5stickv", "unitv"])
@pytest.mark.parametrize("build", BUILDS)
def test_a_camera_that_hangs_upside_down_sees_for_people_and_network_as_before(said, build, board):
    program = f"""
import sensor, vision
from madeleine.sim.world import world

def see():
    picture = camera.snapshot()
    shown, seen = [picture.get_pixel(x, 0)[0] for x in (0, 223)], list(picture._ai.pixels[0, ::223, 0])
    print(*shown, *seen, picture._mirrored, sensor.__read_reg(0x16) & 0x11)

camera = vision.Camera({board == "unitv"})
camera.start()
for world.turned in (False, True, False):
    see()
    camera.start()
    see()
    camera.turn()
camera.turn()
camera.turn_over()
see()
"""
    scene = np.zeros((224, 224, 3), np.uint8)
    scene[:112, :112], scene[112:, :112] = 255, 64
    starts = [17, 0, 17, 17] if board == "unitv" else [0, 17, 0, 0]  # of the sensor's lines, in register 0x16
    expected = [f"255 0 255 0 False {start}" for start in starts[:3] for _ in range(2)]
    assert said(program, scene, build=build, board=board) == [*expected, f"255 0 64 0 False {starts[3]}"]


def test_another_sensor_mirrors_by_its_own_driver(said):
    program = """
import sensor, vision

sensor.get_id = lambda: 0x9D
sensor.set_hmirror = lambda on: print('mirror', on)
camera = vision.Camera(False)
camera.start()
sensor.set_vflip = lambda on: print('flip', on)
sensor.__write_reg = None
camera.turn()
camera.turn()
"""
    assert said(program) == ["flip True", "mirror True", "flip False", "mirror False"]


def test_a_silent_sensor_is_turned_at_its_next_start(said):
    program = """
import sensor, vision

def silent(on):
    raise ValueError('Sensor control failed!')

camera = vision.Camera(False)
camera.start()
answers, sensor.set_vflip = sensor.set_vflip, silent
camera.turn()
sensor.set_vflip = answers
camera.start()
print(sensor.__read_reg(0x0C) & 0xC0)
"""
    assert said(program) == ["192"]


def test_the_panel_turns(said):
    program = """
import device, lcd, profiles
from madeleine.sim.world import world

panel = device.Panel(profiles.M5STICKV.screen)
for world.turned in (False, True):
    panel.message(['top'])
    print(lcd.rotation(), world.panel[:67].any(), world.panel[67:].any())
    panel.turn()
"""
    assert said(program) == ["2 True False", "0 True False"]


@pytest.mark.parametrize("build", ["v0.4.0_47", "v0.5.0_9"])
def test_the_live_picture_is_on_the_panel_of_every_build(said, build):
    program = """
import device, profiles, sensor, vision

camera = vision.Camera(False)
camera.start()
panel = device.Panel(profiles.M5STICKV.screen)
print(panel.canvas(camera.snapshot()).get_pixel(5, 5))
"""
    assert said(program, build=build) == ["(132, 130, 132)"]


def test_the_canvas_is_the_middle_of_the_picture_itself(said):
    """60 KB of heap less; the build whose images have another header gets a copy."""
    program = """
import device, image, profiles, uctypes, vision

camera = vision.Camera(False)
camera.start()
canvases = [device.Panel(profiles.M5STICKV.screen)]
real = uctypes.bytearray_at
uctypes.bytearray_at = lambda address, size: bytearray(size) if size == 32 else real(address, size)
canvases.append(device.Panel(profiles.M5STICKV.screen))
for panel in canvases:
    picture = camera.snapshot()
    canvas = panel.canvas(picture)
    print(canvas.width(), canvas.height(), canvas.size(), canvas.get_pixel(5, 5), end=' ')
    canvas.draw_rectangle(0, 0, 224, 135, color=(255, 0, 0), fill=True)
    print(*[picture.get_pixel(0, row)[1] for row in (43, 44, 178, 179)])
"""
    shape = "224 135 60480 (132, 130, 132)"
    assert said(program) == [shape + " 130 0 0 130", shape + " 130 130 130 130"]


def test_a_model_without_the_right_number_of_features_is_named(said, tmp_path, shared):
    program = """
import vision

camera, network = vision.Camera(False), vision.Network()
camera.start()
network.load()
try:
    network.features(camera.snapshot(), bytearray(768))
except vision.PartError as error:
    print(error)
"""
    model = shared / "models" / "mbnet751.kmodel"
    assert said(program, model=model) == [
        "the model gives 1000 numbers, not 768 features: run madeleine flash --model madeleine"
    ]


def test_a_model_made_for_the_board(said, tmp_path, shared):
    program = """
import features, vision

camera, network, example = vision.Camera(False), vision.Network(), bytearray(features.LENGTH)
camera.start()
network.load()
picture = camera.snapshot()
print(network.wants_upside_down(picture))
network.features(picture, example)
network.features(picture, example)
print(list(example))
"""
    model = with_byte_features(Network.load(shared / "models" / "mbnet751_feature.kmodel").model)
    (tmp_path / "made.kmodel").write_bytes(write(model))
    made = list(Network(model).outputs_bytes(GREY)[0])
    for build in ("v0.4.0_47", "v0.5.0_9"):
        assert said(program, build=build, model=tmp_path / "made.kmodel") == ["False", str(made)]


def test_a_press_shorter_than_a_turn_is_seen_once(said):
    program = """
import device, profiles
from madeleine.sim.world import world

buttons = device.Buttons(profiles.M5STICKV.buttons)
def fall():
    world.fallen |= 1 << 7
fall()
buttons.forget()
print('idle', buttons.a(), buttons.b())
fall()
print('short', buttons.a(), buttons.b(), buttons.a())
world.pressed['A'] = True
fall()
print('long', buttons.a(), buttons.a())
fall()  # it bounces
world.pressed['A'] = False
device.sleep_ms = lambda ms: fall()
print('up', buttons.a())
print('bounced', buttons.a())
fall()
print('again', buttons.a(), buttons.a())
"""
    assert said(program) == [
        "idle False False",
        "short True False False",
        "long True True",
        "up False",
        "bounced False",
        "again True False",
    ]


DOG = """
import device, machine, utime

print(machine.reset_cause())
if machine.reset_cause() == 0:
    dog = device.watchdog(20000)
    for _ in range(6):
        utime.sleep_ms(19000)
        dog.feed()
    print('alive')
    %s
    print('awake')
"""


@pytest.mark.parametrize("build", ["v0.4.0_47", "v0.5.0_9", "v0.5.1"])
def test_a_watchdog_on_every_build(said, build):
    assert said(DOG % "utime.sleep_ms(19900)", build=build) == ["0", "alive", "awake"]
    assert said(DOG % "utime.sleep_ms(21000)", build=build) == ["0", "alive", "2"]
    assert said(DOG % "dog.stop(); utime.sleep_ms(60000); dog.feed()", build=build) == ["0", "alive", "awake"]

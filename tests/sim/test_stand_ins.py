"""The stand-ins do what the board does, and refuse what the board answers with damage or silence."""

import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from madeleine.sim.power import Misuse, PowerOff
from madeleine.sim.world import Scene, world

from tests.sim.programs import CAMERA

BUTTON_A = """
from board import board_info
from fpioa_manager import fm
from Maix import GPIO
fm.register(board_info.BUTTON_A, fm.fpioa.GPIO1, force=True)
button = GPIO(GPIO.GPIO1, GPIO.IN, GPIO.PULL_UP)
"""
MISUSES = {
    "snapshot before reset": "import sensor\nsensor.snapshot()",
    "run before reset": "import sensor\nsensor.run(1)",
    "window before size": "import sensor\nsensor.reset()\nsensor.set_windowing((224, 224))",
    "grayscale": "import sensor\nsensor.reset()\nsensor.set_pixformat(sensor.GRAYSCALE)",
    "exposure unread": "import sensor\nsensor.reset()\nsensor.set_auto_exposure(False)",
    "number as colour": "import image\nimage.Image().draw_rectangle(0, 0, 1, 1, color=0xF800)",
    "cut beyond": "import image\nimage.Image(size=(8, 8)).cut(4, 0, 8, 8)",
    "AI planes of a copy": "import image\nimage.Image(size=(8, 8)).copy().pix_to_ai()",
    "GPIO not registered": "from Maix import GPIO\nGPIO(GPIO.GPIO1, GPIO.IN)",
    "pin taken away": BUTTON_A + "fm.register(36, fm.fpioa.GPIO2, force=True)\nbutton.value()",
    "floating button": BUTTON_A + "GPIO(GPIO.GPIO1, GPIO.IN).value()",
    "writing an input": BUTTON_A + "button.value(1)",
    "display beyond the panel": "import lcd, image\nlcd.init()\nlcd.display(image.Image(size=(224, 224)), oft=(0, 0))",
    "empty string": "import lcd\nlcd.init()\nlcd.draw_string(0, 0, '')",
    "string off the panel": "import lcd\nlcd.init()\nlcd.draw_string(240, 0, 'x')",
    "supply voltage": "from machine import I2C\nI2C(I2C.I2C0, scl=28, sda=29).writeto_mem(0x34, 0x28, 0)",
    "UART not mapped": "from machine import UART\nUART(UART.UART2, 115200)",
    "dot path": "import uio\nuio.open('./boot.py')",
    "zero vector": "import KPU\nKPU.face_compare(bytearray(2), bytearray(2))",
}


@pytest.mark.parametrize("name", MISUSES)
def test_misuse_ends_the_run(board, name):
    with pytest.raises(Misuse):
        board(MISUSES[name]).boot()


def test_the_unitv_has_no_panel_and_no_power_chip(board):
    with pytest.raises(Misuse, match="no panel"):
        board("import lcd\nlcd.init()", board="unitv").boot()
    made = board("from machine import I2C\nprint(I2C(I2C.I2C0, scl=28, sda=29).scan())", board="unitv")
    made.boot()
    assert made.world.usb_out == b"[]\r\n"


ERRORS = {
    "lcd.display before init": ("import lcd, image\nlcd.display(image.Image())", "ValueError: not init"),
    "unknown name": ("import lcd\nlcd.fill()", "AttributeError"),
    "wrong argument": ("import image\nimage.Image().draw_string(0, 0, 'x', size=3)", "TypeError"),
    "float place": ("import image\nimage.Image().draw_rectangle(0.5, 0, 1, 1)", "TypeError"),
    "snapshot before run": (CAMERA.replace("sensor.run(1)", "sensor.snapshot()"), "RuntimeError: Sensor timeout!"),
    "window not in eights": (CAMERA.replace("224, 224", "225, 224"), "ValueError"),
    "nothing burned": ("import KPU\nKPU.load(0x300000)", "ValueError: [MAIXPY]kpu: load error:2"),
    "no such model": ("import KPU\nKPU.load('/flash/a.kmodel')", "ValueError: [MAIXPY]kpu: load error:5"),
    "no kmodel by name": ("import KPU\nKPU.load('/flash/a.bin')", "ValueError"),
    "no card": ("import uos\nuos.listdir('/sd')", "OSError: 19"),
    "no such file": ("import uio\nuio.open('/flash/no')", "OSError: 2"),
    "unequal vectors": ("import KPU\nKPU.face_compare(bytearray(2), bytearray(3))", "ValueError"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_the_boards(said, name):
    program, error = ERRORS[name]
    assert said(program).splitlines()[-1].startswith(error)


def test_later_builds_number_their_kpu_errors_otherwise(said):
    text = said("import KPU\nKPU.load(0x300000)", build="v0.5.1")
    assert "load error:2003" in text


def test_the_first_build_has_no_words_for_a_load_error(said):
    text = said("import KPU\nKPU.load(0x300000)", build="v0.4.0_47")
    assert "ValueError: 8\t" in text
    assert "load error" not in text


def test_a_build_lacks_what_came_later(said):
    program = """
import KPU, Maix, image, lcd, machine, modules
for module, name in ((KPU, 'face_compare'), (KPU, 'get_output'), (Maix, 'utils'), (image, 'font_load'),
                     (lcd, 'register'), (machine, 'WDT'), (machine, 'unique_id'), (modules, 'ws2812')):
    print(hasattr(module, name), end=' ')
try:
    import ulab
    print(True)
except ImportError:
    print(False)
"""
    old, new, factory = (said(program, build=build).split() for build in ("v0.4.0_47", "v0.6.2", "v5.1.2"))
    assert old == 9 * ["False"]
    assert new == 7 * ["True"] + ["False", "True"]
    assert factory == ["True", "False", "True", "False", "False", "False", "True", "True", "True"]


def test_the_wrong_panel_type_stays_dark_and_takes_the_buttons(board):
    program = BUTTON_A + "import lcd\nlcd.init(type=2)\nprint(button.value())"
    with pytest.raises(Misuse, match="taken away"):
        board(program).boot()
    assert not world.panel_on
    made = board("import lcd\nlcd.init(type=2)", build="v0.5.1")
    made.boot()
    assert world.panel_on


def test_buttons_lights_and_the_old_register(board):
    program = (
        BUTTON_A
        + """
import utime
print(fm.register(36, fm.fpioa.GPIO2), fm.register(6, fm.fpioa.GPIO4, force=True))
led = GPIO(GPIO.GPIO4, GPIO.OUT)
while button.value():
    utime.sleep_ms(50)
led.value(0)
"""
    )
    made = board(program)

    def press(world):
        world.pressed["A"] = world.now_ms >= 500

    made.boot(press)
    assert made.world.usb_out.startswith(b"(36, 57) 1")  # did nothing and gave a tuple
    assert made.world.leds["r"] == 1 and made.world.now_ms == 500


def test_a_finger_is_seen_when_the_pin_is_read(board):
    made = board(BUTTON_A + "print(button.value(), button.value())")
    looks = []

    def press(name):
        looks.append(name)
        made.world.pressed[name] = len(looks) == 2

    made.boot(look=press)
    assert made.world.usb_out.startswith(b"1 0") and looks == ["A", "A"]


def test_the_new_register_is_forced(said):
    program = "from fpioa_manager import fm\nfm.register(36, 57)\nprint(fm.register(36, 58))"
    assert said(program, build="v0.6.3") == "None\n"


def test_usb_and_grove(board):
    program = """
from fpioa_manager import fm
from machine import UART
fm.register(35, fm.fpioa.UART2_TX, force=True)
fm.register(34, fm.fpioa.UART2_RX, force=True)
grove = UART(UART.UART2, 115200, 8, 0, 0, timeout=1000, read_buf_len=256)
usb = UART.repl_uart()
print(usb.any(), usb.read())
import utime
utime.sleep_ms(100)
print(usb.any(), usb.read(2), usb.read(), grove.any(), grove.read(4), grove.readchar())
grove.write(b'cup\\0')
usb.write(b'x\\n')
"""

    def type_it(world):
        if world.now_ms == 250:
            world.usb_in += b"hello"
            world.grove_in += bytes(300)

    made = board(program)
    made.boot(type_it)
    assert made.world.usb_out == b"0 None\r\n5 b'he' b'llo' 256 b'\\x00\\x00\\x00\\x00' 0\r\nx\n"
    assert made.world.grove_out == b"cup\0"


def test_the_power_chip(board):
    program = """
from machine import I2C
bus = I2C(I2C.I2C0, freq=400000, scl=28, sda=29)
print(bus.scan(), bus.readfrom_mem(0x34, 0x78, 2))
bus.writeto_mem(0x34, 0x82, 0xff)
high, low = bus.readfrom_mem(0x34, 0x78, 2)
print((high << 4 | low) * 11 // 10)
bus.writeto_mem(0x34, 0x91, 0x80)
import pmu
print(pmu.axp192().getUSBVoltage())
bus.writeto_mem(0x34, 0x32, 0x80)
"""
    made = board(program)
    made.world.battery_mv = 3700
    assert made.boot() == "off"
    assert made.world.usb_out.split(b"\r\n")[:2] == [b"[52] b'\\x00\\x00'", b"3699"]
    assert made.world.backlight == 8
    made.world.troubles["i2c_dead"] = True
    made.boot()
    assert b"OSError: 5" in made.world.usb_out


def test_the_heap_size_counts_from_the_next_reset(said):
    program = """
import machine
from Maix import utils
if utils.gc_heap_size() == 250000:
    print(machine.reset_cause())
else:
    print(utils.gc_heap_size(250000))
    machine.reset()
"""
    assert said(program) == "None\n1\n"
    assert world.gc_heap_bytes == 250000


def test_the_camera_fails_and_recovers(board):
    program = """
import sensor, utime
tries = 0
while True:
    tries += 1
    try:
        sensor.reset()
        break
    except OSError as error:
        print(error.args[0])
        utime.sleep_ms(100)
print(tries)
"""
    made = board(program)
    made.world.troubles["camera_resets_failing"] = 2
    made.boot()
    assert made.world.usb_out == b"Reset Failed\r\nReset Failed\r\n3\r\n"
    made.world.troubles["camera_resets_failing"] = -1

    def off(world):
        if world.now_ms > 5000:
            raise PowerOff

    assert made.boot(off) == "off"


def test_a_frame_takes_50_ms_and_overwrites_the_last(board):
    program = CAMERA + "import utime\na = sensor.snapshot()\nt = utime.ticks_ms()\nprint(a.get_pixel(5, 5))\n"
    program += "b = sensor.snapshot()\nprint(utime.ticks_diff(utime.ticks_ms(), t), a.get_pixel(5, 5))"
    made = board(program)
    seen = []

    def change(world):
        seen.append(world.now_ms)
        if len(seen) == 6:
            world.scene = Scene("white", np.full((224, 224, 3), 255, np.uint8))

    made.boot(change)
    assert made.world.usb_out == b"(132, 130, 132)\r\n50 (255, 255, 255)\r\n"
    assert len(seen) == 6  # four in the 200 ms before boot.py


@pytest.mark.parametrize(
    ("build", "kind", "program", "expected"),
    [
        ("v0.5.0_9", "m5stickv", "", "left"),
        ("v0.5.0_9", "unitv", "sensor.set_vflip(1)", "right"),  # turned upside down it is mirrored too
        ("v0.5.0_9", "unitv", "sensor.set_vflip(1)\nsensor.set_hmirror(1)", "left"),
        ("v0.6.2", "unitv", "sensor.set_vflip(1)\nsensor.set_hmirror(1)", "left"),
    ],
)
def test_flips(board, build, kind, program, expected):
    made = board(CAMERA + program + "\nprint(sensor.snapshot().get_pixel(9, 9))", build=build, board=kind)
    pixels = np.zeros((224, 224, 3), np.uint8)
    pixels[:112, :112] = 255
    made.world.scene = Scene("left corner", pixels)
    made.boot()
    assert made.world.usb_out.startswith(b"(255" if expected == "left" else b"(0")


SOUND = """
import audio, uctypes, utime
from fpioa_manager import fm
from Maix import GPIO, I2S
fm.register(25, fm.fpioa.GPIO0, force=True)
GPIO(GPIO.GPIO0, GPIO.OUT).value(1)
fm.register(17, fm.fpioa.I2S0_OUT_D1, force=True)
fm.register(15, fm.fpioa.I2S0_SCLK, force=True)
fm.register(14, fm.fpioa.I2S0_WS, force=True)
line = I2S(I2S.DEVICE_0)
line.channel_config(line.CHANNEL_1, I2S.TRANSMITTER, resolution=I2S.RESOLUTION_16_BIT, align_mode=I2S.STANDARD_MODE)
line.set_sample_rate(16000)
control = uctypes.struct(0x50250010, {'word': uctypes.UINT32}, uctypes.NATIVE)
control.word |= 1 << 10
for words in (bytes([1, 0, 1, 0, 2, 0, 2, 0]) * 4000, bytes([3, 0]) * 3200):
    line.play(audio.Audio(array=words))
    print(utime.ticks_ms())
"""


def test_sound_takes_its_time_while_the_program_goes_on(board, tmp_path: Path):
    made = board(SOUND)
    (tmp_path / "flash" / "voice").mkdir()
    with wave.open(str(tmp_path / "flash" / "voice" / "cup.wav"), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes([1, 0, 2, 0]) * 8000)
    made.boot()
    first, second = map(int, made.world.usb_out.split())
    assert second - first == 500
    assert made.world.sounds == ["cup.wav"] and made.world.beeps == [(16000, bytes([3, 0]) * 3200)]
    made.world.troubles["sound_broken"] = True
    made.boot()
    assert b"OSError: 5" in made.world.usb_out


def test_ulab_is_as_small_as_the_engine_needs(said):
    program = """
import ulab
row = ulab.zeros(3, dtype=ulab.uint8)
view = memoryview(row.asbytearray())
view[:] = bytearray((200, 100, 3))
print(list(row * row), ulab.sum(row * 1.0 * row), row.shape())
try:
    row * 2
except TypeError:
    print('floats only')
"""
    assert said(program) == "[64, 16, 9] 50009.0 (1, 3)\nfloats only\n"


def test_face_compare_is_the_cosine(said):
    program = "import KPU\nprint(KPU.face_compare(bytearray((3, 4)), bytearray((4, 3))))"
    expected = struct.unpack("f", struct.pack("f", 50 + 50 * 24 / 25))[0]
    assert said(program) == f"{expected}\n"

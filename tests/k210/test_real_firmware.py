"""A real firmware on the emulator, milestone by milestone. Needs MAIXPY_FIRMWARE, the path of a MaixPy image."""

import hashlib
import os
import zlib
from pathlib import Path

import numpy as np
import pytest
from k210 import EmuError, Emulator
from k210.command import main

from tests.k210 import needs_unicorn  # noqa: F401

if not os.environ.get("MAIXPY_FIRMWARE"):
    pytest.skip("MAIXPY_FIRMWARE does not name a firmware image (tools/k210/README.md)", allow_module_level=True)

pytestmark = pytest.mark.timeout(300)

LOOP = "for i in range(768): pass"
EXACT = {  # instructions of LOOP, by the image
    "b63833566943605b43532406292979cffb6a9d938305cd58ba2e881de066d91c": 240_730,  # v0.5.0_9
    "e70357fe3ffd89558c2ee3b9848ba19f1be282c85e64fb59ab2e2a1c3c6d732b": 226_010,  # v0.4.0_47
}
CAMERA = """
import sensor
sensor.reset()
sensor.set_pixformat(sensor.RGB565)
sensor.set_framesize(sensor.QVGA)
sensor.run(1)
image = sensor.snapshot()
"""


@pytest.fixture(scope="module")
def image():
    return Path(os.environ["MAIXPY_FIRMWARE"]).read_bytes()


@pytest.fixture(scope="module")
def board(image):
    """A board at its prompt."""
    board = Emulator(image)
    board.run_to_repl(interrupt=True)
    return board


def picture(height=240, width=320):
    rows, columns = np.mgrid[0:height, 0:width]
    seen = np.zeros((height, width, 3), np.uint8)
    seen[..., 0] = columns * 255 // (width - 1)
    seen[..., 1] = rows * 255 // (height - 1)
    seen[height // 3 : 2 * height // 3, width // 3 : width // 2] = (0, 0, 255)
    return seen


def test_prompt(board):
    assert board.exec("print(1 + 1)") == "2\n"
    assert board.exec("print(0.1 + 0.2)") == "0.3\n", "floats of 32 bits"
    with pytest.raises(EmuError, match="ZeroDivisionError"):
        board.exec("1 / 0")


def test_instructions_are_exact(board, image):
    expected = EXACT.get(hashlib.sha256(image).hexdigest())
    counts = {board.count(LOOP).took.work for _ in range(3)}
    assert len(counts) == 1
    if expected:
        assert counts == {expected}


def test_sleep_is_a_wait_of_the_time_asked_for(board):
    took = board.count("import time\ntime.sleep_ms(500)").took
    assert took.cycles / board.cpu_freq == pytest.approx(0.5, rel=0.03)
    assert took.work < 500_000


def test_two_runs_are_the_same(image):
    ends = []
    for _ in range(2):
        board = Emulator(image)
        board.run_to_repl(interrupt=True)
        board.exec("x = [i * i for i in range(500)]\nx.sort()")
        ends.append((board.now(), zlib.crc32(bytes(board.memory.view))))
    assert ends[0] == ends[1]


def test_files_and_boot_script(image, tmp_path):
    content = np.random.default_rng(1).integers(0, 256, 2000, np.uint8).tobytes()
    board = Emulator(image, tmp_path / "flash.bin")
    board.run_to_repl(interrupt=True)
    board.put_file("/flash/x.bin", content)
    board.put_file("/flash/boot.py", "print('BOOT RUNS')\n")
    board.save()
    again = Emulator(image, tmp_path / "flash.bin")
    assert b"BOOT RUNS" in again.run_to_repl()
    assert again.get_file("/flash/x.bin") == content


def test_a_write_waits_for_the_flash(board):
    erases, programs = board.flash.erases, board.flash.programs
    took = board.count("f = open('/flash/w', 'wb')\nf.write(b'1' * 800)\nf.close()").took
    busy_ms = 45 * (board.flash.erases - erases) + 0.5 * (board.flash.programs - programs)
    assert busy_ms > 40
    assert busy_ms < took.cycles / board.cpu_freq * 1000 < 4 * busy_ms


def test_panel(board):
    board.exec("import lcd\nlcd.init()\nlcd.rotation(2)")
    for name, colour in (("RED", (255, 0, 0)), ("GREEN", (0, 255, 0)), ("BLUE", (0, 0, 255))):
        board.exec(f"lcd.clear(lcd.{name})")
        screen = board.screenshot()
        assert screen.shape == (135, 240, 3)
        assert tuple(screen[0, 0]) == tuple(screen[134, 239]) == colour
    board.exec("import image\nim = image.Image()\nim.draw_rectangle(5, 50, 100, 60, color=(255, 0, 0), fill=True)")
    took = board.count("lcd.display(im)").took
    assert tuple(board.screenshot()[80, 50]) == (255, 0, 0)
    assert took.cycles / board.cpu_freq * 1000 > 240 * 135 * 2 * 8 / 41_600, "the bits of the picture on one line"


def test_camera(board):
    board.inject_frame(picture())
    board.exec(CAMERA, wall=200)
    pixels = board.exec("print([image.get_pixel(*at) for at in ((0, 0), (319, 0), (0, 239), (130, 120))])")
    assert pixels == "[(0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255)]\n"
    frame_ms = board.dvp.period_cycles / board.cpu_freq * 1000
    assert frame_ms >= 1000 / 58.1
    took = board.count("image = sensor.snapshot()").took
    assert frame_ms < took.cycles / board.cpu_freq * 1000 < 2.2 * frame_ms
    assert took.work < 1_000_000


def test_buttons(board):
    board.exec(
        "from Maix import GPIO\nfrom fpioa_manager import *\nfm.register(board_info.BUTTON_A, fm.fpioa.GPIO1)\n"
        "button = GPIO(GPIO.GPIO1, GPIO.IN, GPIO.PULL_UP)"
    )
    up = board.exec("print(button.value())")
    board.press_button("A")
    down = board.exec("print(button.value())")
    board.release_button("A")
    assert (up, down) == ("1\n", "0\n")


def test_watchdog_by_its_registers(image):
    """No module of these builds has it, but the chip does."""
    board = Emulator(image)
    board.run_to_repl(interrupt=True)
    board.exec(
        "import uctypes\nregisters = uctypes.struct(0x50400000, "
        "{'control': uctypes.UINT32 | 0, 'range': uctypes.UINT32 | 4}, uctypes.NATIVE)\n"
        "registers.range = 4\nregisters.control = 1"
    )
    limit_ms = (1 << 20) / board.sysctl.watchdog_hz(0) * 1000
    board.run_for(ms=limit_ms / 2)
    assert board.resets == 0
    board.auto_reset = False
    board.run_for(ms=limit_ms)
    assert board.reset_requested


def test_memory_card(image):
    files = {"/hello.txt": b"hello\n", "/a dir/long file name.bin": bytes(range(256)) * 40}
    board = Emulator(image, sd=files)
    board.run_to_repl(interrupt=True)
    read = "import ubinascii\nprint(ubinascii.crc32(open('/sd/a dir/long file name.bin', 'rb').read()))"
    assert int(board.exec(read)) == zlib.crc32(files["/a dir/long file name.bin"])
    board.exec("f = open('/sd/out.csv', 'w')\nf.write('a,b\\n' * 1000)\nf.close()")
    assert board.sd_files()["/out.csv"] == b"a,b\n" * 1000


def test_power_cut(image):
    board = Emulator(image)
    board.run_to_repl(interrupt=True)
    board.cut_power_after(20)
    with pytest.raises(EmuError):
        board.exec("f = open('/flash/w', 'wb')\nf.write(b'1' * 800)\nf.close()", wall=20)
    assert board.power_lost
    board.reset()
    assert not board.power_lost
    board.run_to_repl(interrupt=True)


def test_command_line(tmp_path, capsys):
    script, card = tmp_path / "script.py", tmp_path / "card"
    script.write_text("import os\nprint(os.listdir('/sd'), 6 * 7)\n")
    (card / "folder").mkdir(parents=True)
    (card / "folder" / "file.txt").write_text("there")
    arguments = ["--exec", script, "--sd", card, "--sd-out", tmp_path / "out", "--screenshot", tmp_path / "panel.png"]
    assert main([os.environ["MAIXPY_FIRMWARE"], *map(str, arguments)]) == 0
    assert capsys.readouterr().out == "['folder'] 42\n"
    assert (tmp_path / "out" / "folder" / "file.txt").read_text() == "there"
    assert (tmp_path / "panel.png").read_bytes().startswith(b"\x89PNG")

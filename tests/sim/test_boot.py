"""The virtual board starts programs the way the firmware does, and ends them in every way a board can."""

import struct
import sys
from pathlib import Path

import pytest
from madeleine.device import heap
from madeleine.model import find_model
from madeleine.sim.board import FAKES
from madeleine.sim.builds import BUILDS
from madeleine.sim.power import Misuse, PowerCut, PowerOff
from madeleine.sim.world import DEFAULT_HEAP_BYTES, world


def test_boot_py_runs_as_a_text_and_ends_at_the_prompt(said):
    assert said("x = 1\nprint(__name__, x, '__file__' in globals())") == "__main__ 1 False\n"


FLAT = {"part.py": "X = 1", "lib/deep_in_lib.py": "X = 2"}


@pytest.fixture
def flat(board, tmp_path):
    """A board with modules on flash."""

    def make(boot: str, **options):
        made = board(boot, **options)
        (tmp_path / "flash" / "lib").mkdir(exist_ok=True)
        for name, text in FLAT.items():
            (tmp_path / "flash" / name).write_text(text)
        return made

    return make


def test_modules_come_from_flash_and_from_the_path_the_app_extends(flat):
    made = flat("import sys\nimport part\nsys.path.append('lib')\nimport deep_in_lib\nprint(part.X, deep_in_lib.X)")
    assert made.boot() == "prompt"
    assert made.world.usb_out == b"1 2\r\n"
    assert set(made.world.flash.listdir()) == {"boot.py", *FLAT}


@pytest.mark.parametrize("prepare", ["", "sys.path.append('/flash/lib')", "uos.chdir('/')\nsys.path.append('lib')"])
def test_lib_is_not_found_unless_the_app_says_it_as_the_board_understands_it(flat, prepare):
    made = flat(f"import sys, uos\n{prepare}\nimport deep_in_lib")
    made.boot()
    assert b"No module named 'deep_in_lib'" in made.world.usb_out


def test_with_a_card_the_working_folder_is_the_cards(flat, tmp_path):
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "part.py").write_text("X = 3")
    program = "import part, sys, uos\nuos.chdir('/flash')\nsys.path.append('lib')\nimport deep_in_lib\n"
    made = flat(program + "print(part.X, deep_in_lib.X, len(sys.path))", card=tmp_path / "card")
    made.boot()
    assert made.world.usb_out == b"3 2 5\r\n"


def test_a_boot_py_on_the_card_wins(board, tmp_path):
    card = tmp_path / "card"
    card.mkdir()
    made = board("print('flash')", card=card)
    made.boot()
    assert made.world.usb_out == b"flash\r\n"
    (card / "boot.py").write_text("import uos\nprint('card', uos.getcwd(), uos.listdir('/'))")
    made.world.usb_out.clear()
    made.boot()
    assert made.world.usb_out == b"card /sd ['flash', 'sd']\r\n"


def test_v0_4_0_looks_for_boot_py_on_the_card_only(board, tmp_path):
    (tmp_path / "card").mkdir()
    made = board("print('flash')", card=tmp_path / "card", build="v0.4.0_47")
    made.boot()
    assert b"OSError" in made.world.usb_out


def test_boot_py_stays_open_while_the_app_runs(said):
    program = """
import uio
first = uio.open('/flash/boot.py', 'rb')
try:
    uio.open('/flash/boot.py', 'rb')
except OSError as error:
    print(error.args[0])
"""
    assert said(program) == "2\n"


def test_a_fault_prints_a_traceback_in_the_boards_names(board, tmp_path):
    made = board("import part")
    (tmp_path / "flash" / "part.py").write_text("def f():\n    raise ValueError('why')\nf()")
    made.boot()
    assert made.world.usb_out.decode().split("\r\n") == [
        "Traceback (most recent call last):",
        '  File "<string>", line 1, in <module>',
        '  File "/flash/part.py", line 3, in <module>',
        '  File "/flash/part.py", line 2, in f',
        "ValueError: why",
        "",
    ]


def test_reset_starts_again_with_fresh_modules_and_the_same_flash(said):
    program = """
import machine, uio, uos, utime
if 'count' in uos.listdir('/flash'):
    print('again', machine.reset_cause() == machine.HARD_RESET, utime.ticks_ms())
else:
    with uio.open('/flash/count', 'wb') as file:
        file.write(b'1')
    machine.left_over = 1
    utime.sleep_ms(500)
    machine.reset()
print(hasattr(machine, 'left_over'))
"""
    assert said(program) == "again True 200\nFalse\n"


def test_a_boot_loop_is_noticed(board):
    with pytest.raises(Misuse, match="boot loop"):
        board("import machine\nmachine.reset()").boot()


def test_no_handler_of_the_app_keeps_the_power_on(board):
    program = """
import utime
try:
    while True:
        utime.sleep_ms(50)
except Exception:
    print('caught')
"""

    def off(world):
        if world.now_ms > 1000:
            raise PowerOff

    made = board(program)
    assert made.boot(off) == "off"
    assert made.world.usb_out == b"" and 1000 < made.world.now_ms < 1100


def test_a_cut_leaves_what_was_flushed_and_the_next_boot_finds_it(board):
    program = """
import uio
with uio.open('/flash/log', 'wb') as file:
    for n in range(9):
        file.write(b'%d' % n)
        file.seek(0, 1)  # brings it to flash, as flush does
"""
    made = board(program)

    def cut(world):
        world.flash.cut_after(5)

    assert made.boot(cut) == "cut"
    made.world.flash.power_on()
    assert made.world.flash.files["log"] == b"0123"
    assert made.boot() == "prompt"
    assert made.world.flash.files["log"] == b"012345678"


def test_the_plug_can_be_pulled_by_the_director(board):
    def cut(world):
        raise PowerCut

    assert board("").boot(cut) == "cut"


def test_what_is_not_flushed_when_the_plug_is_pulled_is_lost(board):
    program = """
import uio, utime
with uio.open('/flash/log', 'wb') as file:
    file.write(b'kept')
    try:
        file.flush()
    except OSError as error:
        print(error)  # and yet the data arrive
    file.write(b'lost')
    utime.sleep_ms(1000)
"""

    def cut(world):
        if world.now_ms > 500:
            raise PowerCut

    made = board(program)
    assert made.boot(cut) == "cut"
    assert made.world.flash.files["log"] == b"kept"


def test_the_director_prints_on_the_host(board, capsys):
    made = board("import utime\nprint('board')\nutime.sleep_ms(50)")
    made.boot(lambda world: print("host"))
    assert made.world.usb_out == b"board\r\n"
    assert capsys.readouterr().out == 5 * "host\n"


def test_ctrl_c_interrupts_and_passes_every_except_exception(board):
    program = """
import utime
while True:
    try:
        utime.sleep_ms(50)
    except Exception:
        pass
"""

    def type_it(world):
        if world.now_ms == 1000:
            world.usb_in += b"abc\x03def"

    made = board(program)
    assert made.boot(type_it) == "prompt"
    assert b"KeyboardInterrupt" in made.world.usb_out
    assert made.world.usb_in == b"def"


def test_ctrl_c_can_be_switched_off(board):
    made = board("import micropython, utime\nmicropython.kbd_intr(-1)\nutime.sleep_ms(100)\nprint('done')")

    def type_it(world):
        if world.now_ms == 300:
            world.usb_in += b"\x03"

    made.boot(type_it)
    assert made.world.usb_out == b"done\r\n"


def test_an_unfed_watchdog_resets(board):
    program = """
import machine, utime
print(machine.reset_cause())
dog = machine.WDT(timeout=1000)
for _ in range(30):
    dog.feed()
    utime.sleep_ms(100)
utime.sleep_ms(1100)
"""

    def off(world):
        if world.now_ms > 6000:
            raise PowerOff

    made = board(program, build="v0.5.1")
    assert made.boot(off) == "off"
    assert made.world.usb_out == b"0\r\n2\r\n"


def test_the_host_is_as_it_was_afterwards(board):
    path, modules, out = list(sys.path), dict(sys.modules), sys.stdout
    board("import sys, image, sensor\nsys.path.append('lib')").boot()
    assert sys.path == path and sys.stdout is out and not hasattr(sys, "print_exception")
    stems = {file.stem for file in FAKES.glob("*.py")}
    for stem in stems:
        assert sys.modules.get(stem) is modules.get(stem)


def test_a_torn_freq_conf_stops_an_old_build_and_not_a_new_one(board):
    made = board("")
    made.world.flash.files["freq.conf"] = bytearray(b"\0\0")
    made.world.flash.mirror("freq.conf")
    with pytest.raises(Misuse, match=r"freq\.conf"):
        made.boot()
    made = board("", build="v0.5.1")
    assert made.boot() == "prompt"


def test_a_heap_larger_than_the_memory_stops_an_old_build_and_is_small_on_a_new_one(board):
    settings = bytearray(struct.pack("<4I", 416_000_000, 400_000_000, 1, 8 << 20))
    for build, starts in (("v0.5.1", False), ("v0.6.2", False), ("v0.6.3", True)):
        made = board("import gc\nprint(gc.mem_free())", build=build)
        made.world.flash.files["freq.conf"] = settings
        made.world.flash.mirror("freq.conf")
        if starts:
            made.boot()
            assert made.world.usb_out == b"131072\r\n"
        else:
            with pytest.raises(Misuse, match="8388608 bytes"):
                made.boot()


def test_installing_needs_the_apps_files(board, tmp_path: Path):
    from madeleine.errors import ToolError

    with pytest.raises(ToolError, match=r"boot\.py is missing"):
        board("").install(tmp_path / "nowhere")


@pytest.mark.parametrize(("build", "kind"), [*((build, "m5stickv") for build in BUILDS), ("v5.1.2", "unitv")])
def test_the_app_says_that_there_is_no_model_and_stays_alive(board, root, build, kind):
    made = board("", build=build, board=kind)
    made.install(root)

    def off(world):
        if world.now_ms > 2000:
            raise PowerOff

    assert made.boot(off) == "off"
    assert (b"no kmodel of version 3 at 0x300000" if not made.world.build.heap_free else b"no model at 0x300000") in (
        world.usb_out
    )


def switch_off(world):
    raise PowerOff


@pytest.mark.parametrize(
    ("build", "model", "heap_bytes"),
    [
        ("v0.5.0_9", "madeleine", 420_000),
        ("v0.5.0_9", "brownie", 290_000),
        ("v0.5.0_9", "tour", heap.MOST_BYTES),
        ("v0.4.0_47", "madeleine", DEFAULT_HEAP_BYTES),
    ],
)
def test_installing_sets_the_heap_for_the_model(board, root, shared, build, model, heap_bytes):
    """As on the firmware: docs/BOARD.md, "Memory"."""
    brownie = shared / "models" / "mbnet751_feature.kmodel"
    made = board("", build=build, model=brownie if model == "brownie" else find_model(model))
    made.install(root)
    made.boot(switch_off)
    assert world.gc_heap_bytes == heap_bytes

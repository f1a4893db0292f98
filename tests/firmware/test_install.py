"""`madeleine install` over a cable onto the real firmware: with an app running, cut off anywhere, and again.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import ast
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from k210 import Emulator
from madeleine.board.install import installer, repl
from madeleine.board.install.manifest import BESIDE_PACK, PACK, SPARES, app_files
from madeleine.camera import usb
from madeleine.camera.usb import Board, State
from madeleine.device import heap
from madeleine.errors import ToolError
from madeleine.fonts.make import font_files

from tests import ROOT
from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import has_fixed_heap
from tests.firmware.pty_board import plugged_in

pytestmark = pytest.mark.timeout(1800)

CUTS = 3  # spread over an update; all of them are tried on the virtual flash (tests/board/install)
READERS = ("lib/pack.py",)
ASKED = set() if has_fixed_heap() else {heap.UNSET}
DAMAGE = """import ujson, ustruct
name = '/flash/lib/%s.pack'
with open(name, 'rb') as file:
    whole = bytearray(file.read())
index = ujson.loads(bytes(whole[8 : 8 + ustruct.unpack('<I', whole)[0]]).decode())
whole[index['session.mpy'][0] + 500] ^= 1
with open(name, 'wb') as file:
    file.write(whole)
"""
MAIN = """import one, two, three, utime
def run():
  print('app', one.N, two.N, three.N)
  while True: utime.sleep_ms(5)
"""
READ = """import uos
for name in uos.listdir('/flash'):
  if name.endswith('.py'):
    with open('/flash/' + name, 'rb') as file: print((name, file.read()))
"""


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """The emulator is slower than a camera, and the machine may be shared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(usb, "INTERRUPT_S", 120)
        patch.setattr(repl, "ANSWER_S", 3)
        patch.setattr(repl, "ENTER_S", 120)
        patch.setattr(repl, "COMMAND_S", 300)
        yield


@pytest.fixture(scope="module")
def formatted() -> bytes:
    """A flash as the firmware leaves it at its first start, with its demo in boot.py."""
    emulator = Emulator(Path(os.environ["MAIXPY_FIRMWARE"]).read_bytes())
    emulator.run_to_repl(interrupt=True, wall=600)
    return bytes(emulator.flash.data)


def powered(flash: bytes) -> Emulator:
    emulator = Emulator(Path(os.environ["MAIXPY_FIRMWARE"]).read_bytes())
    emulator.flash.data[:] = flash
    return emulator


def version(folder: Path, number: int) -> Path:
    """A small app in place of ours: boot.py is ours, and each module says which version it is of."""
    (folder / "lib").mkdir(parents=True)
    (folder / "firmware").mkdir()
    for name in ("boot.py", *READERS):
        shutil.copy(ROOT / name, folder / name)
    shutil.copy(ROOT / "firmware/install.py", folder / "firmware")
    (folder / "main.py").write_text(MAIN)
    for module in ("one", "two", "three"):
        (folder / f"lib/{module}.py").write_text(f"N = {number}\n" if module != "three" else "N = 3\n")
    return folder


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    return version(tmp_path_factory.mktemp("apps") / "1", 1)


@pytest.fixture(scope="module")
def second(tmp_path_factory) -> Path:
    return version(tmp_path_factory.mktemp("apps") / "2", 2)


@pytest.fixture(scope="module")
def with_first(formatted, first) -> bytes:
    """A flash on which the first app was installed, over the firmware's demo."""
    emulator = powered(formatted)
    assert set(put(emulator, first).copied) == {*app_files(first), *font_files()}
    assert started(emulator) == "1 1 3"
    assert files(emulator) == app_files(first)
    return bytes(emulator.flash.data)


def put(emulator: Emulator, root: Path) -> installer.Report:
    with plugged_in(emulator) as cable, Board.open(cable.device) as board:
        return installer.install(board, root)


def started(emulator: Emulator) -> str:
    """What the app that starts when the power comes says of its versions."""
    emulator.reset()
    emulator.take_output()
    emulator.run_until(b"app ", wall=600)
    return emulator.run_until(b"\r\n", wall=600).decode().strip()


def files(emulator: Emulator) -> dict[str, bytes]:
    emulator.reset()
    emulator.run_to_repl(interrupt=True, wall=600)
    return dict(ast.literal_eval(line) for line in emulator.exec(READ, wall=600).splitlines())


def test_update_of_a_running_app(with_first, second) -> None:
    emulator = powered(with_first)
    emulator.run_until(b"app ", wall=600)
    with plugged_in(emulator) as cable, Board.open(cable.device) as board:
        assert board.state(timeout_s=4) is not State.PROMPT
        report = installer.install(board, second)
        assert set(report.copied) == {"lib/one.py", "lib/two.py"}, "only what differs"
        assert any("app 2 2 3" in line for line in board.lines(60)), "it starts again by itself"
        again = installer.install(board, second)
        assert again.copied == ()
    assert files(emulator) == app_files(second)


def test_cut_anywhere(with_first, second) -> None:
    """The power fails during an update: the old app starts or the new one, and to install again ends it."""
    emulator = powered(with_first)
    put(emulator, second)
    operations = emulator.flash.erases + emulator.flash.programs
    for cut in range(0, operations, -(-operations // CUTS)):
        emulator = powered(with_first)
        emulator.cut_power_after(cut)
        with pytest.raises(ToolError):
            put(emulator, second)
        assert emulator.power_lost
        assert started(emulator) in ("1 1 3", "2 2 3"), cut
        put(emulator, second)
        assert started(emulator) == "2 2 3"
        assert files(emulator) == app_files(second)


def test_uninstall(with_first) -> None:
    emulator = powered(with_first)
    emulator.run_until(b"app ", wall=600)
    with plugged_in(emulator) as cable, Board.open(cable.device) as board:
        assert set(installer.uninstall(board, ROOT, examples=False)) == {
            "boot.py",
            "main.py",
            *LIB,
            *ASKED,
            *font_files(),
        }
    assert "main.py" not in files(emulator)


LIB = {"lib/one.py", "lib/two.py", "lib/three.py", *READERS}
OURS = {"boot.py", "main.py", *LIB, *ASKED, *font_files()}


def test_the_app_goes_packed(with_first) -> None:
    """Ours, over a small one in sources: compiled, in one file, and it runs, as far as it can without a model."""
    emulator = powered(with_first)
    assert PACK in put(emulator, ROOT).copied
    emulator.reset()
    emulator.run_until(b"no kmodel of version 3", wall=600)
    emulator.reset()
    emulator.run_to_repl(interrupt=True, wall=600)
    names = set(ast.literal_eval(emulator.exec("import uos\nprint(uos.listdir('/flash'))", wall=600)))
    assert names - {"freq.conf"} == {*BESIDE_PACK, PACK, *SPARES, *ASKED, *font_files(), "camera.id"}, (
        "a heap that can be set waits for a model"
    )
    for damage in (DAMAGE % "app", "open('/flash/lib/pack.py', 'wb').close()"):  # one after the other, the copy serves
        emulator.exec(damage, wall=600)
        emulator.reset()
        emulator.run_until(b"lib/app.pack is damaged: install again", wall=600)
        emulator.run_until(b"no kmodel of version 3", wall=600)
        emulator.reset()
        emulator.run_to_repl(interrupt=True, wall=600)
    emulator.exec(DAMAGE % "spare", wall=600)
    emulator.reset()
    emulator.run_until(b"OSError: the app is damaged", wall=600)
    emulator.run_for(ms=500, wall=600)
    assert emulator.screenshot().any(), "said on the screen, too"

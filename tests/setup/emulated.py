"""A boxed M5StickV whose firmware really starts: the K210 emulator runs what the boot ROM got, on the same terminal.

    MAIXPY_FIRMWARE=FILE.bin python tests/setup/emulated.py --model FILE|NAME [-o FOLDER]

runs `madeleine setup` on it, teaches the first object by button A, and writes setup.txt and setup.png.
"""

import argparse
import contextlib
import hashlib
import io
import json
import os
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / folder) for folder in ("board", "flash", "setup")]

from boxed_board import BoxedBoard  # noqa: E402
from madeleine import cli  # noqa: E402
from madeleine.install import repl  # noqa: E402
from madeleine.setup import starting  # noqa: E402
from madeleine.sim.scenes import scene  # noqa: E402
from madeleine.sim.shot import Shot, contact_sheet  # noqa: E402
from PIL import Image  # noqa: E402
from quick_kpu import QuickEmulator  # noqa: E402

WALL_S = 600  # of the host, for any one wait: a machine may be slow and shared
SLICE_S = 0.02
COLUMNS = 100


def firmware_in(flash: bytes) -> bytes:
    """What the boot ROM would start: the image at 0, if its SHA-256 (header included) is right."""
    end = 5 + int.from_bytes(flash[1:5], "little")
    if hashlib.sha256(flash[:end]).digest() != flash[end : end + 32]:
        raise ValueError("the boot ROM does not start this flash")
    return flash[5:end]


class EmulatedBoard(BoxedBoard):
    """Plug it in with `with`; afterwards `emulator` is the board as it was left, or None if it never started."""

    def __init__(self, sees) -> None:
        super().__init__(self._start, is_busy=True)
        self.emulator = None
        self._sees = sees

    def _start(self, flash: bytes):
        self.emulator = QuickEmulator(firmware_in(flash))
        self.emulator.flash_write(0, flash)
        self.emulator.inject_frame(self._sees)
        return self._turn

    def _turn(self, heard: bytes) -> bytes:
        if heard:
            self.emulator.send(heard)
        self.emulator.run(wall=SLICE_S)
        return self.emulator.take_output()


def lesson(emulator: QuickEmulator) -> list[Shot]:
    """The first object: shown, taught by button A, taken away, shown again. The screens of it."""
    shots = []

    def shoot(caption: str) -> None:
        shots.append(Shot("", caption, Image.fromarray(emulator.screenshot().copy())))

    def listen(event: str) -> dict:
        heard = b""
        for _ in range(100):
            emulator.run_for(ms=100, wall=WALL_S)
            heard += emulator.take_output()
            for line in heard.split(b"\n")[:-1]:
                if line.startswith(b"{") and json.loads(line)["event"] == event:
                    return json.loads(line)
        raise AssertionError(f"no {event!r} in {heard[-2000:]!r}")

    emulator.take_output()
    emulator.run_for(ms=300, wall=WALL_S)
    shoot("`madeleine setup` has ended")
    emulator.inject_frame(scene("cup"))
    emulator.run_for(ms=400, wall=WALL_S)
    emulator.press_button("A")
    emulator.run_for(ms=150, wall=WALL_S)
    emulator.release_button("A")
    listen("learned")
    emulator.inject_frame(scene("desk"))
    listen("gone")
    emulator.inject_frame(scene("cup", 1))
    listen("seen")
    emulator.run_for(ms=1500, wall=WALL_S)
    shoot("It names the cup it was taught as A")
    return shots


def setup(board: EmulatedBoard, *options: str) -> tuple[int, str]:
    """Runs `madeleine setup`; its exit code, and what it said."""
    starting.PROMPT_S = starting.READY_S = WALL_S  # an emulator's pace
    repl.ENTER_S = repl.QUIET_S = WALL_S
    said = io.StringIO()
    os.environ["COLUMNS"] = str(COLUMNS)
    with contextlib.redirect_stdout(said):
        code = cli.main(["setup", "--port", board.port, "--yes", *options])
    return code, said.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("-o", "--output", type=Path, default=TESTS.parent / "docs")
    arguments = parser.parse_args()
    with EmulatedBoard(scene("desk")) as board:
        code, said = setup(board, "--firmware", os.environ["MAIXPY_FIRMWARE"], "--model", arguments.model)
    print(said)
    if code:
        raise SystemExit(code)
    lines = [line.rstrip() for line in said.splitlines()]
    (arguments.output / "setup.txt").write_text("\n".join(["$ madeleine setup --yes", *lines, ""]), encoding="utf-8")
    contact_sheet(lesson(board.emulator)).save(arguments.output / "setup.png", optimize=True)


if __name__ == "__main__":
    main()

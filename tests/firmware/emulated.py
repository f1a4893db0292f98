"""A boxed M5StickV whose firmware really starts: the K210 emulator runs what the boot ROM got, on the same terminal.

    MAIXPY_FIRMWARE=FILE.bin python -m tests.firmware.emulated --model FILE|NAME [-o FOLDER]

runs `madeleine setup` on it, teaches the first object by button A, and writes setup.txt and setup.png.
"""

import argparse
import contextlib
import hashlib
import io
import os
from pathlib import Path

from k210 import Emulator
from madeleine import cli
from madeleine.board import setup as waiting
from madeleine.board.install import repl
from madeleine.sim.scenes import scene
from madeleine.sim.shot import Shot, contact_sheet
from PIL import Image

from tests import ROOT
from tests.fakes.boxed import BoxedBoard

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
        self.emulator = Emulator(firmware_in(flash))
        self.emulator.flash_write(0, flash)
        self.emulator.inject_frame(self._sees)
        return self._go_on

    def _go_on(self, heard: bytes) -> bytes:
        if heard:
            self.emulator.send(heard)
        self.emulator.run(wall=SLICE_S)
        return self.emulator.take_output()


class Lesson:
    """The first object on a board that has just been set up. `shots` are its screens."""

    def __init__(self, emulator: Emulator) -> None:
        self.shots = []
        self._emulator = emulator
        self._heard = b""
        self._run(300)
        self._shoot("`madeleine setup` has ended")
        self._teach()
        self._shoot("The cup again, a little moved: it names it")

    def _teach(self) -> None:
        self._emulator.inject_frame(scene("cup"))
        self._run(400)
        self._emulator.press_button("A")
        self._run(150)
        self._emulator.release_button("A")
        self._listen(b'"learned"')
        self._listen(b'"seen"')
        self._run(200)  # the screen comes after the message
        self._shoot("A pressed: it has learned the cup as A")
        self._emulator.inject_frame(scene("desk"))
        self._run(600)
        self._emulator.inject_frame(scene("cup", 1))
        self._run(3000)

    def _run(self, ms: int) -> None:
        self._emulator.run_for(ms=ms, wall=WALL_S)
        self._heard += self._emulator.take_output()

    def _listen(self, event: bytes) -> None:
        for _ in range(100):
            if event in self._heard:
                return
            self._run(100)
        raise AssertionError(f"no {event!r} in {self._heard[-2000:]!r}")

    def _shoot(self, caption: str) -> None:
        self.shots.append(Shot("", caption, Image.fromarray(self._emulator.screenshot().copy())))


def setup(board: EmulatedBoard, *options: str) -> tuple[int, str]:
    """Runs `madeleine setup`; its exit code, and what it said."""
    waiting.PROMPT_S = waiting.READY_S = WALL_S  # an emulator's pace
    repl.ENTER_S = repl.COMMAND_S = WALL_S
    said = io.StringIO()
    os.environ["COLUMNS"] = str(COLUMNS)
    with contextlib.redirect_stdout(said):
        code = cli.main(["setup", "--port", board.device, "--yes", *options])
    return code, said.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs")
    arguments = parser.parse_args()
    firmware = os.environ["MAIXPY_FIRMWARE"]
    with EmulatedBoard(scene("desk")) as board:
        code, said = setup(board, "--firmware", firmware, "--model", arguments.model)
    print(said)
    if code:
        raise SystemExit(code)
    asked = f"$ madeleine setup --yes --firmware {Path(firmware).name} --model {Path(arguments.model).name}"
    lines = [asked, *(line.rstrip() for line in said.splitlines()), ""]
    (arguments.output / "setup.txt").write_text("\n".join(lines), encoding="utf-8")
    contact_sheet(Lesson(board.emulator).shots).save(arguments.output / "setup.png", optimize=True)


if __name__ == "__main__":
    main()

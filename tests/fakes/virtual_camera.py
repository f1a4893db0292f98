"""A virtual board in a process of its own with its USB on a pty, and its Grove port on another.

    python -m tests.fakes.virtual_camera FLASH_FOLDER [CUT_AFTER_BYTES] [--scenes cup desk] [--pose KMODEL]

Prints the names of both when the app is ready. Ends when it is killed, or so many written bytes later. With several
scenes it sees the first one until something was learned, and from then on one after the other, TURN_MS each.
"""

import argparse
import contextlib
import os
import subprocess
import sys
from pathlib import Path

from madeleine.model import find_model
from madeleine.paths import board_files
from madeleine.sim.board import VirtualBoard
from madeleine.sim.scenes import scene
from madeleine.sim.world import Scene, World

from tests import ROOT
from tests.fakes.pty import PtyEnd

TURN_MS = 1000  # of the board


class Wire(PtyEnd):
    """A pty that does not hold the board up while nobody reads."""

    def __init__(self) -> None:
        super().__init__()
        os.set_blocking(self.master, False)
        self._unsent = bytearray()

    def carry(self, to_board: bytearray, from_board: bytearray) -> None:
        """Once in each direction."""
        to_board.extend(self.read(0) or b"")
        self._unsent += from_board
        from_board.clear()
        with contextlib.suppress(BlockingIOError):
            del self._unsent[: os.write(self.master, self._unsent)]


class Cable:
    """The ptys, as the world's director; and a person who takes the thing away and brings it back."""

    def __init__(self, cut_after: int | None, scenes: list[str]) -> None:
        self._scenes = [Scene(name, scene(name, 0)) for name in scenes]
        self._taught_ms: int | None = None
        self._usb, self._grove = Wire(), Wire()
        self._cut_after = cut_after
        self._ready = False

    def __call__(self, world: World) -> None:
        if not self._ready and b'"ready"' in world.usb_out:
            self._ready = True
            print(self._usb.device, self._grove.device, sep="\n", flush=True)
            if self._cut_after is not None:
                world.flash.cut_after(self._cut_after)
        if self._taught_ms is None and b'"learned"' in world.usb_out:
            self._taught_ms = world.now_ms
        turns = 0 if self._taught_ms is None else (world.now_ms - self._taught_ms) // TURN_MS
        world.scene = self._scenes[turns % len(self._scenes)]
        self._usb.carry(world.usb_in, world.usb_out)
        self._grove.carry(world.grove_in, world.grove_out)


def started(flash: Path, *options: str) -> subprocess.Popen[str]:
    """The process; its first two lines on stdout name the ptys of USB and Grove."""
    command = [sys.executable, "-m", "tests.fakes.virtual_camera", str(flash), *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("flash", type=Path)
    parser.add_argument("cut_after", type=int, nargs="?")
    parser.add_argument("--scenes", nargs="+", default=["cup"])
    parser.add_argument("--pose", type=Path)
    given = parser.parse_args()
    cable = Cable(given.cut_after, given.scenes)
    board = VirtualBoard(given.flash, model=find_model("tour"), pose=given.pose)
    board.install(board_files())
    board.world.flash.power_on()
    board.world.scene = Scene(given.scenes[0], scene(given.scenes[0], 0))
    board.boot(cable)


if __name__ == "__main__":
    main()

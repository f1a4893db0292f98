"""A virtual board in a process of its own with its USB on a pty.

    python -m tests.fakes.virtual_camera FLASH_FOLDER [CUT_AFTER_BYTES]

Prints the name of the pty when the app is ready. Ends when it is killed, or so many written bytes later.
"""

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


class Cable:
    """The pty, as the world's director."""

    def __init__(self, cut_after: int | None) -> None:
        self._pty = PtyEnd()
        os.set_blocking(self._pty.master, False)
        self._cut_after = cut_after
        self._ready = False
        self._unsent = bytearray()

    def __call__(self, world: World) -> None:
        world.usb_in.extend(self._pty.read(0) or b"")
        if not self._ready and b'"ready"' in world.usb_out:
            self._ready = True
            print(self._pty.device, flush=True)
            if self._cut_after is not None:
                world.flash.cut_after(self._cut_after)
        self._unsent += world.usb_out
        world.usb_out.clear()
        with contextlib.suppress(BlockingIOError):
            del self._unsent[: os.write(self._pty.master, self._unsent)]


def started(flash: Path, *cut_after: str) -> subprocess.Popen[str]:
    """The process; its first line on stdout names the pty."""
    command = [sys.executable, "-m", "tests.fakes.virtual_camera", str(flash), *cut_after]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def main() -> None:
    flash = Path(sys.argv[1])
    cable = Cable(int(sys.argv[2]) if len(sys.argv) > 2 else None)
    board = VirtualBoard(flash, model=find_model("tour"))
    board.install(board_files())
    board.world.flash.power_on()
    board.world.scene = Scene("cup", scene("cup", 0))
    board.boot(cable)


if __name__ == "__main__":
    main()

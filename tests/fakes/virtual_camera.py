"""A virtual board in a process of its own with its USB on a pty: `virtual_camera.py FLASH_FOLDER [CUT_AFTER_BYTES]`.

Prints the name of the pty when the app is ready. Ends when it is killed, or so many written bytes later.
"""

import contextlib
import os
import pty
import sys
import tty
from pathlib import Path

from madeleine.model import find_model
from madeleine.paths import board_files
from madeleine.sim.board import VirtualBoard
from madeleine.sim.scenes import scene
from madeleine.sim.world import Scene, World


class Cable:
    """The pty, as the world's director."""

    def __init__(self, cut_after: int | None) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        self._cut_after = cut_after
        self._ready = False
        self._unsent = bytearray()

    def __call__(self, world: World) -> None:
        with contextlib.suppress(BlockingIOError):
            world.usb_in.extend(os.read(self.master, 1024))
        if not self._ready and b'"ready"' in world.usb_out:
            self._ready = True
            print(os.ttyname(self.slave), flush=True)
            if self._cut_after is not None:
                world.flash.cut_after(self._cut_after)
        self._unsent += world.usb_out
        world.usb_out.clear()
        with contextlib.suppress(BlockingIOError):
            del self._unsent[: os.write(self.master, self._unsent)]


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

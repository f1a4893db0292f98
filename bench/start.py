"""From reset to the first picture on the screen, ours beside Brownie's unmodified app: `python -m bench.start`.

    MAIXPY_FIRMWARE=IMAGE.bin python -m bench.start --examples 0 100

Both have Brownie's model, the heap that their installation sets, and the same picture before the lens. Instructions are
those of the work: loops that wait, as the firmware's while the camera is reset, are not in them. Seconds are reckoned
(tools/k210/clock.py), with the sound with which Brownie's app greets (0.6 s). docs/BOARD.md holds what this printed.
"""

import argparse

import numpy as np
from k210 import Emulator
from madeleine.board.install.manifest import app_files

from bench import ROOT
from bench.board import BROWNIE_HEAP_BYTES, NO_WS2812, brownie_card
from bench.long_life import taught
from tests.firmware.harness import firmware, flash_of, packed_app, photo
from tests.firmware.prompt import MODEL

STEP_MS = 5
LIMIT_S = 30
AS_CAMERA = np.array([0xF8, 0xFC, 0xF8], np.uint8)  # RGB565


def ours(count, form):
    """A board with our app, as installed."""
    board = Emulator(firmware())
    files = app_files(ROOT) if form == "sources" else packed_app()
    board.flash_write(0, flash_of({**taught(MODEL.read_bytes(), count), **files}, MODEL.read_bytes()))
    return board


def brownie(count):
    """A board with Brownie's app on its card, switched on once before, because it sets its heap for the next time."""
    files = brownie_card(0)
    files["/app.py"], files["/boot.py"] = files["/boot.py"], NO_WS2812.encode() + b"exec(open('/sd/app.py').read())\n"
    rng = np.random.default_rng(1)
    rows = [f"A{row}" + "".join(f",{value:.5f}" for value in 6 * rng.random(768)) for row in range(count)]
    if rows:
        files["/features.csv"] = "\n".join([*rows, ""]).encode()
    board = Emulator(firmware(), sd=files)
    board.run_to_repl(interrupt=True)
    board.exec(f"from Maix import utils\nutils.gc_heap_size({BROWNIE_HEAP_BYTES})")
    board.reset()
    return board


def to_first_picture(board):
    """Million instructions of work, and reckoned seconds, from reset until the screen shows the picture."""
    picture = photo("singles", "cat", "0.jpg")
    board.inject_frame(picture)
    while board.cycles / board.cpu_freq < LIMIT_S:
        board.run_for(ms=STEP_MS, wall=600)
        screen = board.screenshot()
        seen = (
            screen.shape[0] == 135 and ((screen[:, 8:232] & AS_CAMERA) == (picture[44:179] & AS_CAMERA)).all(2).mean()
        )
        if seen > 0.6:
            return board.now().work / 1e6, board.cycles / board.cpu_freq
    raise SystemExit("no picture: " + board.take_output().decode("utf-8", "replace")[-500:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, nargs="+", default=[0, 100])
    parser.add_argument("--app", nargs="+", default=["packed", "sources", "brownie"])
    arguments = parser.parse_args()
    print("| app | examples | instructions of work, millions | reckoned s |\n" + "| --- " * 4 + "|")
    for count in arguments.examples:
        for app in arguments.app:
            board = brownie(count) if app == "brownie" else ours(count, app)
            work, seconds = to_first_picture(board)
            print(f"| {app} | {count} | {work:.0f} | {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()

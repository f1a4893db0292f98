"""A measuring bench: the real firmware on the K210 emulator, with the model, a camera picture and counters."""

# ruff: noqa: UP031 - scripts for the board are full of braces
import os

import numpy as np
from k210 import EmuError, Emulator
from madeleine.model import catalogue

from tests import ROOT

# Of the reference data (CONTRIBUTING.md), or what `madeleine model fetch` and `python bench/kit.py kit` have made.
REFERENCE = ROOT.parent / "shared"
BROWNIES = REFERENCE / "models/mbnet751_feature.kmodel"
MODEL = BROWNIES if BROWNIES.is_file() else catalogue()["mbnet751-feature"].place()
PHOTOGRAPHS = REFERENCE / "data" if (REFERENCE / "data").is_dir() else ROOT / "kit"
SETUP = """
import gc,lcd,sensor,image,array,uctypes,ustruct,uos,utime,sys
import KPU as kpu
try:
 import ulab as np
except ImportError:
 np=None
task=kpu.load(0x300000)
sensor.reset();sensor.set_pixformat(sensor.RGB565);sensor.set_framesize(sensor.QVGA)
sensor.set_windowing((224,224));sensor.run(1)
lcd.init();lcd.rotation(2)
im=sensor.snapshot()
fm=kpu.forward(task,im)
gc.collect()
"""


def scene(side=224):
    """A noisy picture with an orientation: uint8 (side, side, 3)."""
    rng = np.random.RandomState(5)
    small = rng.randint(0, 256, (8, 8, 3)).astype(np.uint8)
    return np.kron(small, np.ones((side // 8, side // 8, 1), np.uint8))


def card(text, side=224, error="m"):
    """The text as a QR code in the middle of a grey picture, uint8 (side, side, 3)."""
    import segno

    code = np.array([list(row) for row in segno.make(text, error=error, micro=False).matrix_iter(border=4)])
    scale = side // len(code)
    cells = np.kron(1 - code.astype(np.uint8), np.ones((scale, scale), np.uint8)) * 255
    picture = np.full((side, side), 200, np.uint8)
    at = (side - len(cells)) // 2
    picture[at : at + len(cells), at : at + len(cells)] = cells
    return np.repeat(picture[:, :, None], 3, 2)


def start(heap=None, setup=SETUP):
    """A board at the prompt, with the model in flash and, unless None, this GC heap size."""
    board = Emulator(os.environ["MAIXPY_FIRMWARE"])
    board.flash_write(0x300000, MODEL.read_bytes())
    board.inject_frame(scene())
    board.run_to_repl(interrupt=True)
    if heap:
        board.exec("from Maix import utils;utils.gc_heap_size(%d)" % heap)
        board.reset()
        board.run_to_repl(interrupt=True)
    if setup:
        board.exec(setup)
    return board


def last_line(error):
    """The last line of a traceback."""
    return str(error).strip().split("\n")[-1]


def cost(board, name, code):
    """Prints instructions and GC bytes one run of the code takes."""
    try:
        instr = board.count(code).instr
        lines = "".join(" %s\n" % line for line in code.split("\n"))
        garbage = board.exec("def _f():\n%s\n_f();gc.collect();_a=gc.mem_free();_f();print(_a-gc.mem_free())" % lines)
        print("  %-58s %10d instr %8s B" % (name, instr, garbage.split("\n")[-2]), flush=True)
    except EmuError as error:
        print("  %-58s failed: %s" % (name, last_line(error)[:120]), flush=True)


def say(board, code, name=None):
    """Prints what the code prints, or the last line of its traceback."""
    try:
        text = board.exec(code).strip()
    except EmuError as error:
        text = "ERROR " + last_line(error)
    print("  %s -> %s" % (name or code.replace("\n", "; ")[:90], text), flush=True)

"""What a firmware's modules offer: writes `dir()` of each as JSON, {module or class: names}.

    MAIXPY_FIRMWARE=IMAGE.bin python -m bench.modules tests/sim/observed/v0.5.0_9.json

tests/sim/test_api_table.py compares the table of the virtual board with these lists.
"""

import ast
import json
import os
import sys
from pathlib import Path

from k210 import Emulator

MODULES = (
    "KPU image sensor lcd Maix machine gc uos sys utime array audio board fpioa_manager uhashlib uheapq "
    "urandom math cmath ustruct ujson ure ubinascii uctypes micropython network pmu pye_mp socket "
    "ucollections ucryptolib uio utimeq uzlib video nes _thread ulab builtins uerrno modules"
).split()
CLASSES = {
    "Maix": "FPIOA GPIO I2S FFT freq utils MIC_ARRAY",
    "machine": "UART I2C SPI PWM Timer WDT Pin SDCard",
    "pmu": "axp192",
    "image": "Image",
}
LIST_MODULE = "import {0}\nprint(dir({0}))"
LIST_CLASS = "from {0} import {1}\nprint(dir({1}))"
LIST_IMAGE = "import image\nprint(dir(image.Image(size=(16, 16))))"  # the class is a function there


def listed(board, code):
    """The names that the code prints; None where there is no such thing."""
    printed = board.exec(code, check=False)
    return None if "Traceback" in printed else sorted(ast.literal_eval(printed.strip().splitlines()[-1]))


def lists(board):
    """{module or class: names}"""
    found = {name: listed(board, LIST_MODULE.format(name)) for name in MODULES}
    for module, names in CLASSES.items():
        for name in names.split():
            found[name] = listed(board, LIST_IMAGE if name == "Image" else LIST_CLASS.format(module, name))
    return {name: names for name, names in sorted(found.items()) if names is not None}


def main(target):
    board = Emulator(os.environ["MAIXPY_FIRMWARE"])
    board.run_to_repl(interrupt=True)
    lines = [f"{json.dumps(name)}: {json.dumps(names)}" for name, names in lists(board).items()]
    Path(target).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

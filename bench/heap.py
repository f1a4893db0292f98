"""What each of the app's modules keeps of the GC heap, on the firmware: `python -m bench.heap`.

    MAIXPY_FIRMWARE=IMAGE.bin python -m bench.heap [--app FOLDER]

The app is packed. Modules are imported at the prompt, each after those it imports, with a collection after each. Names
that an earlier module brought are not counted again. docs/MEASURED.md holds what this printed.
"""

import argparse
import ast
from pathlib import Path

from k210 import Emulator
from madeleine.board.install.manifest import app_files, packed

from bench import ROOT
from tests.firmware.harness import APP_MODULES, firmware, flash_of
from tests.firmware.prompt import MODEL

START = APP_MODULES + "import micropython\ndef used():\n    gc.collect()\n    return gc.mem_alloc()\n"
IMPORT = "before = used()\nimport {0}\nprint(used() - before)"
NAMES = "micropython.qstr_info()"


def imports(source):
    """The modules that a source imports when it is itself imported: not those in functions, nor for types alone."""
    found = set()
    for node in ast.parse(source).body:
        for inner in node.body if isinstance(node, ast.Try) else [node]:
            if isinstance(inner, ast.Import):
                found |= {name.name for name in inner.names}
            elif isinstance(inner, ast.ImportFrom):
                found.add(inner.module)
    return found


def in_order(root):
    """The names of the modules that main.py loads, each after those it imports; then the others."""
    needs = {file.stem: imports(file.read_text(encoding="utf-8")) for file in sorted((root / "lib").glob("*.py"))}
    order = []

    def visit(name):
        for needed in sorted(needs.get(name, ())):
            visit(needed)
        if name in needs and name not in order:
            order.append(name)

    for name in ("files", "faults", "vision", "device", "app"):
        visit(name)
    return order, [name for name in needs if name not in order]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", type=Path, default=ROOT, help="the root of another edition")
    arguments = parser.parse_args()
    files = packed(app_files(arguments.app))
    board = Emulator(firmware())
    board.flash_write(0, flash_of(files, MODEL.read_bytes()))
    board.run_to_repl(interrupt=True)
    board.exec(START)
    print(board.exec(NAMES).strip())
    loaded, later = in_order(arguments.app)
    total = 0
    print("| module | bytes of heap |\n| --- | ---: |")
    for name in loaded:
        kept = int(board.exec(IMPORT.format(name)).split()[-1])
        total += kept
        print(f"| {name} | {kept:,} |", flush=True)
    print(f"| **all** | **{total:,}** |")
    print(board.exec(NAMES).strip())
    for name in later:
        print(f"| {name}, when wanted | {int(board.exec(IMPORT.format(name)).split()[-1]):,} |")


if __name__ == "__main__":
    main()

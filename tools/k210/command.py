"""`python -m k210 IMAGE`: the board's console in this terminal, on a pseudo terminal, or a script that runs on it."""

import argparse
import os
import select
import sys
import termios
import time
import tty
from pathlib import Path

import numpy as np
from PIL import Image

from .emulator import Emulator

ESCAPE = b"\x1d"  # Ctrl-]
READ_BYTES = 4096
SLICE_S = 0.05
ACTIVE_S, IDLE_S = 0.3, 0.03  # so long nothing is waited for after a byte; then so long between two slices


def read_folder(folder: Path) -> dict[str, bytes]:
    """{path from the folder on: content} of all files in it."""
    return {
        f"/{file.relative_to(folder).as_posix()}": file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """The reverse of `read_folder`."""
    for name, content in files.items():
        file = folder / name.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def bridge(emulator: Emulator, source: int, target: int, escape: bytes | None = None) -> None:
    """Copy bytes between the console and two file descriptors, until `escape` comes or the board halts."""
    last = time.monotonic()
    while True:
        wait_s = 0 if time.monotonic() - last < ACTIVE_S else IDLE_S
        ready, _, _ = select.select([source], [], [], wait_s)
        if ready:
            typed = _read(source)
            if escape and escape in typed:
                return
            if typed:
                emulator.send(typed)
                last = time.monotonic()
        if emulator.run(wall=SLICE_S) == "halted":
            return
        printed = emulator.take_output()
        if printed:
            last = time.monotonic()
            os.write(target, printed)


def _read(source: int) -> bytes:
    try:
        return os.read(source, READ_BYTES)
    except OSError:  # a pseudo terminal that no program has opened
        time.sleep(SLICE_S)
        return b""


def _serve_terminal(emulator: Emulator) -> None:
    """The console in this terminal, until Ctrl-]."""
    source = sys.stdin.fileno()
    before = termios.tcgetattr(source)
    tty.setraw(source)
    try:
        bridge(emulator, source, sys.stdout.fileno(), ESCAPE)
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)


def _serve_pty(emulator: Emulator) -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    print(f"the console is on {os.ttyname(slave)}; Ctrl-C here ends", flush=True)
    bridge(emulator, master, master)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="k210", description="Run MaixPy firmware for the M5StickV. Ctrl-] ends.")
    parser.add_argument("firmware", type=Path, help="a firmware image, as it is flashed at address 0")
    parser.add_argument("--flash", type=Path, help="file with the 16 MB of the flash chip (made when missing)")
    parser.add_argument(
        "--put", action="append", default=[], metavar="ADDRESS=FILE", help="write FILE into the flash at ADDRESS (hex)"
    )
    parser.add_argument("--sd", type=Path, metavar="FOLDER", help="files of the memory card")
    parser.add_argument("--sd-out", type=Path, metavar="FOLDER", help="write the card's files here at the end")
    parser.add_argument("--frame", type=Path, metavar="PICTURE", help="what the camera sees")
    parser.add_argument("--pty", action="store_true", help="the console on a pseudo terminal")
    parser.add_argument("--exec", type=Path, metavar="SCRIPT", help="run a script at the raw prompt and end")
    parser.add_argument("--boot", action="store_true", help="with --exec: let boot.py run first")
    parser.add_argument("--screenshot", type=Path, metavar="PNG", help="write the panel here at the end")
    parser.add_argument("--timeout", type=float, default=600, metavar="S", help="of --exec (default: %(default)s)")
    parser.add_argument("-v", "--verbose", action="store_true", help="print odd accesses")
    return parser


def _start(options: argparse.Namespace) -> Emulator:
    """The board as the options say, switched on."""
    sd = read_folder(options.sd) if options.sd else None
    emulator = Emulator(options.firmware, options.flash, sd, verbose=options.verbose)
    for item in options.put:
        address, _, file = item.partition("=")
        emulator.flash_write(int(address, 16), Path(file).read_bytes())
    if options.frame:
        with Image.open(options.frame) as picture:
            emulator.inject_frame(np.asarray(picture.convert("RGB")))
    return emulator


def _serve(emulator: Emulator, options: argparse.Namespace) -> None:
    if options.exec or not (options.pty or sys.stdin.isatty()):
        script = options.exec.read_text(encoding="utf-8") if options.exec else sys.stdin.read()
        emulator.run_to_repl(wall=options.timeout, interrupt=not options.boot)
        sys.stdout.write(emulator.exec(script, wall=options.timeout, check=False))
    elif options.pty:
        _serve_pty(emulator)
    else:
        _serve_terminal(emulator)


def main(arguments: list[str] | None = None) -> int:
    """Run it; the exit code."""
    options = _parser().parse_args(arguments)
    emulator = _start(options)
    try:
        _serve(emulator, options)
    except KeyboardInterrupt:
        print()
    emulator.save()
    if options.screenshot:
        emulator.screenshot(options.screenshot)
    if options.sd_out:
        write_folder(options.sd_out, emulator.sd_files())
    return 0

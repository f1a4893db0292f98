"""The board's side: what is at the other end, and what its flash holds."""

import re
from collections.abc import Iterator
from pathlib import Path

from madeleine.board.doctor.finding import Finding, fine, hint, problem
from madeleine.board.doctor.found import Found, found_of
from madeleine.board.install.manifest import PACK, SPARES, app_files, packed, wanted
from madeleine.board.install.repl import Repl
from madeleine.board.install.transfer import board_half
from madeleine.camera.fields import Fields
from madeleine.camera.usb import Board, NoAnswer, State
from madeleine.device import constants, heap, language, typeface, version
from madeleine.model.entries import catalogue

ROUNDED_BYTES = 8  # the firmware tells a model's size a little rounded up
GREETING = b"\xc0\xc2" + bytes(13) + b"\xc0"  # of the boot ROM, as kflash sends it (SLIP frame, NOP)
LISTEN_S = 3.0
DIFFERING = """forget_program()
there = names()
import ujson
print(ujson.dumps([n for n, size, crc in wanted if n not in there or check(FLASH + n) != (size, crc)]))
"""
IMPORT = re.compile(r"^from constants import .*\n", re.MULTILINE)
PACKS = {PACK} | {spare for spare, name in SPARES.items() if name == PACK}
NO_MODEL = re.compile(r"load error:\s*-?(1|2|3|11|2001|2002|2003|2015)\b")  # v0.5.0_9 says 2 to erased flash, too
LOAD_ERROR = re.compile(r"load error:\s*-?\d")
NO_MEMORY = re.compile(r"load error:\s*-?(6|2006)\b|memory", re.IGNORECASE)


def examine(board: Board, root: Path, app_version: str, reset: bool = False) -> Iterator[Finding]:
    """What is on the line. A running app is only asked; anything else is stopped, and restarted."""
    if reset:
        board.reset()
        for _ in board.lines(LISTEN_S):
            pass
    state = board.state()
    if state is State.APP:
        yield from of_app(Fields(board.ask("status")), app_version)
        return
    try:
        repl = Repl(board)
    except NoAnswer:
        yield no_prompt(board, state)
        return
    try:
        found = found_of(repl.value(look(root)))
        repl.run(board_half(root))
        sources = app_files(root)
        files = (packed(sources) if PACKS & set(found.flash) else None) or sources
        repl.run(f"wanted = {wanted(files)!r}")
        differing = repl.texts(DIFFERING)
    finally:
        repl.restart()
    yield from of_flash(found, differing, app_version)
    if state is not State.PROMPT:
        yield hint(
            "was-stopped",
            "the camera did not answer as Madeleine does",
            "another program was running, or Madeleine was starting, or it is set to *link brownie",
            "it was stopped for this look and starts again now",
        )


def look(root: Path) -> str:
    """firmware/look.py as the prompt can run it: a camera without the app has no lib/constants.py."""
    facts, text = ((root / name).read_text(encoding="utf-8") for name in ("lib/constants.py", "firmware/look.py"))
    return IMPORT.sub(lambda _: facts, text)


def of_app(status: Fields, app_version: str) -> Iterator[Finding]:
    """Of an app that answers."""
    app, link, heap_error = status.text("app"), status.needed_whole("v"), status.text("heap")
    board, examples = status.text("board"), status.whole("examples")
    yield fine("app", f"Madeleine {app or '?'} runs on {board or 'a camera'} with {examples} examples")
    if id := status.text("uid"):
        name = status.text("friendly_name")
        yield fine("id", f"its id is {id}" + (f", its name {name}" if name else ""))
    if link > version.LINK:
        yield problem(
            "link", f"it speaks version {link} of the link", f"this toolbox knows {version.LINK}", "update it"
        )
    if app != app_version:
        yield hint(
            "app-version",
            f"the app is {app or '?'}",
            f"this toolbox has {app_version}",
            "`madeleine install`",
        )
    if heap_error:
        what, _, do = heap_error.partition(": ")
        yield problem("heap", what, "the model was changed after the installation", do)
    yield from _battery(status.whole("battery_mv"))


def of_flash(found: Found, differing: list[str], app_version: str) -> Iterator[Finding]:
    """Of what was found at the prompt by firmware/look.py; `differing` are the files that are not this toolbox's."""
    if found.platform != "MaixPy":
        yield problem(
            "wrong-firmware", f"the firmware is {found.platform}", "Madeleine needs MaixPy v1", "`madeleine setup`"
        )
        return
    yield fine("firmware", f"MaixPy {found.version}")
    for part in found.lacks:
        yield problem("firmware-lacks", f"this firmware lacks {part}", "it is a minimal build", "`madeleine setup`")
    yield from _model(found.model, found.heap_bytes)
    yield from _app(found, differing, app_version)
    yield from _letters(found.flash)
    if "boot.py" in found.card:
        yield problem(
            "card-boots", "the memory card has a boot.py", "it starts instead of Madeleine", "take the card out"
        )
    yield from _battery(found.battery_mv)


def _model(model: int | str, heap_bytes: int | None) -> Iterator[Finding]:
    if isinstance(model, int):
        ours = [entry for entry in catalogue().values() if entry.is_for_the_camera]
        known = [entry.name for entry in ours if 0 <= model - entry.size_bytes < ROUNDED_BYTES]
        if known:
            yield fine("model", f"the model is {known[0]}")
        else:
            yield hint("model-size", f"the model has {model} bytes", "none of the catalogue has", "fine if it is yours")
    elif NO_MEMORY.search(model):
        yield problem(
            "model-memory", "the model does not fit", f"the heap has {heap_bytes} bytes", "`madeleine install`"
        )
    elif NO_MODEL.search(model) or not LOAD_ERROR.search(model):  # v0.4.0 says no number, and no text either
        yield problem(
            "no-model",
            f"no kmodel of version 3 at 0x{constants.MODEL_ADDRESS:x}",
            f"flash is empty there, or this firmware does not run what is there ({model})",
            "`madeleine flash --model madeleine`",
        )
    else:
        yield problem("model", "the model does not load", model, "`madeleine flash --model NAME`")


def _app(found: Found, differing: list[str], app_version: str) -> Iterator[Finding]:
    installed = re.search(r"APP = '([^']+)'", found.app)
    if "next/sealed" in found.flash:
        yield hint("half-update", "an update was cut off", "the new app runs from next/", "`madeleine install` ends it")
    elif not ({"main.py"} | PACKS) & set(found.flash) or installed is None:
        yield problem("no-app", "Madeleine is not on the camera", "lib/ is not there", "`madeleine install`")
        return
    elif "boot.py" in differing:
        yield problem("other-boot", "boot.py is not Madeleine's", "another program starts", "`madeleine install`")
    elif installed[1] != app_version:
        yield hint(
            "app-version", f"the app is {installed[1]}", f"this toolbox has {app_version}", "`madeleine install`"
        )
    elif differing:
        yield problem(
            "app-damaged", f"{differing[0]} is not as it should be", f"{len(differing)} files", "`madeleine install`"
        )
    else:
        yield fine("app", f"Madeleine {app_version} is there")
    yield from _heap(found.heap_bytes, found.flash)
    if found.fault.strip():
        last = found.fault.strip().splitlines()[-1]
        yield hint(
            "fault", f"the last fault was {last}", "see /flash/fault.txt", "`madeleine install`, if it comes again"
        )


def _letters(flash: list[str]) -> Iterator[Finding]:
    """Which writings the camera has letters of, and which languages sentences."""
    fonts = [name.removesuffix(typeface.SUFFIX) for name in flash if name.endswith(typeface.SUFFIX)]
    spoken = [name.removesuffix(language.SUFFIX) for name in flash if name.endswith(language.SUFFIX)]
    if fonts:
        also = f"; it speaks English and {', '.join(sorted(spoken))}" if spoken else ""
        yield fine("letters", f"it has the letters {', '.join(sorted(fonts))}{also}")


def _heap(size: int | None, flash: list[str]) -> Iterator[Finding]:
    """The app alone can measure whether it fits; what it never sets is wrong for every model."""
    if size is not None and heap.UNSET not in flash and not heap.LEAST_BYTES <= size <= heap.MOST_BYTES:
        least = heap.LEAST_BYTES
        yield problem("heap", f"the heap has {size} bytes", f"the app needs {least}", "`madeleine install`")


def _battery(millivolts: int | None) -> Iterator[Finding]:
    if millivolts is not None and 0 < millivolts < constants.LOW_MV:
        yield hint(
            "battery",
            f"the battery is low, {millivolts / 1000:.2f} V",
            "cards and sound fail first",
            "charge it for an hour",
        )


def no_prompt(board: Board, state: State) -> Finding:
    """Why there is neither app nor prompt."""
    if _is_boot_rom(board):
        return problem(
            "isp",
            "the board waits to be flashed",
            "it was reset with its boot pin low",
            "switch it off and on, or --reset",
        )
    if state is State.OTHER:
        return problem(
            "not-stopped",
            "something talks, but neither Madeleine nor the prompt",
            "it is not MaixPy, or MaixPy's IDE has left it at another speed",
            "switch the camera off and on; `madeleine setup` if it is the same then",
        )
    return problem(
        "silent",
        "the port opens, but nothing answers",
        "the camera is off, hangs, has no firmware, or this is another device's port",
        "press its power button for two seconds, or `madeleine doctor --reset`; then `madeleine setup`",
    )


def _is_boot_rom(board: Board) -> bool:
    board.line.write(GREETING)
    return board.line.read(1.0).lstrip(b"\r\n").startswith(b"\xc0\xc2")

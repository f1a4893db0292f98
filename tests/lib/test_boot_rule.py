"""boot.py itself, on the virtual board: which of two apps starts."""

import shutil
from pathlib import Path

import pytest
from madeleine.sim.board import VirtualBoard
from madeleine.sim.world import world

from tests import ROOT

FILES = {
    "main.py": "import one, two\ndef run(): print('app', one.N, two.N)\n",
    "lib/one.py": "N = 1\n",
    "lib/two.py": "N = 1\n",
    "next/one.py": "N = 2\n",
}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, b"app 1 1"),
        ({"next/sealed": ""}, b"app 2 1"),
        (
            {
                "next/sealed": "",
                "lib/one.py": "half of a fi",
                "next/main.py": "import one\ndef run(): print('new', one.N)\n",
            },
            b"new 2",
        ),
    ],
    ids=["staged", "sealed", "sealed, and cut off while it was moved"],
)
def test_the_seal_decides(more: dict[str, str], said: bytes, tmp_path: Path) -> None:
    board = VirtualBoard(tmp_path)
    shutil.copy(ROOT / "boot.py", tmp_path)
    for name, text in {**FILES, **more}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    try:
        assert board.boot() == "prompt"
        assert said in bytes(world.usb_out)
    finally:
        world.power_on()

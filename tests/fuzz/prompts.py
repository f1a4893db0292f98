"""What stands at the other end when `doctor` and `install` look: prompts that print anything.

python -m tests.fuzz.prompts --cases 100000 --seed 1
"""

import tempfile
from functools import cache
from pathlib import Path
from random import Random

from madeleine.board.doctor.board import examine
from madeleine.board.install import installer
from madeleine.camera.usb import Board
from madeleine.errors import ToolError
from madeleine.terminal import printable

from tests.fakes.liar import LyingPrompt
from tests.fuzz import noise
from tests.fuzz.harness import main
from tests.fuzz.memory_line import opened

FIRMWARE = {"platform": "MaixPy", "version": "v0.5.0-9", "lacks": []}
FOUND = {
    "firmware": FIRMWARE,
    "heap": 290_000,
    "battery_mv": 4000,
    "model": 1_879_232,
    "flash": ["main.py", "boot.py"],
    "card": [],
    "version": "APP = '0.1.0'",
    "fault": "",
}
LOOK = {"platform": "MaixPy", "version": "v0.5.0-9", "top": ["flash"], "card": []}
FILES = "boot.py main.py lib/app.py lib/constants.py lib/version.py firmware/look.py firmware/install.py".split()


@cache
def _root() -> tempfile.TemporaryDirectory[str]:
    """A toolbox with hardly anything in it: what is sent does not matter here."""
    folder = tempfile.TemporaryDirectory(prefix="madeleine-fuzz-")
    for name in FILES:
        path = Path(folder.name, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# {name}\n")
    return folder


def case(random: Random) -> None:
    """A look or an installation; a sentence at its end, or findings."""
    root, prompt = Path(_root().name), LyingPrompt(*_printed(random), error=_error(random))
    noisy = random.random() < 0.3

    def answer(data: bytes) -> bytes:
        said = prompt(data)
        return noise.damaged(random, said) if noisy else said

    with opened(answer) as line, Board(line) as board:
        try:
            if random.random() < 0.5:
                told = [str(finding) for finding in examine(board, root, "0.1.0")]
            else:
                told = [str(installer.install(board, root))]
        except ToolError as error:
            told = [str(error)]
    assert told
    for text in told:
        assert "\x1b" not in printable(text)


def _printed(random: Random) -> list[bytes]:
    """What the commands print, one after the other."""
    if random.random() < 0.2:
        return [random.choice((b"", b"x" * 70_000, random.randbytes(300), noise.json_bytes(noise.data(random))))]
    first = random.choice((LOOK, {**FOUND, "firmware": noise.changed(random, FIRMWARE)}))
    printed = [noise.json_bytes(noise.changed(random, first) if random.random() < 0.5 else first)]
    for _ in range(random.randrange(8)):
        rest = (b"", b"True", b"[]", b'["boot.py"]', noise.json_bytes(noise.data(random)))
        printed.append(random.choice(rest))
    return [noise.damaged(random, one) if random.random() < 0.2 else one for one in printed]


def _error(random: Random) -> bytes:
    if random.random() < 0.9:
        return b""
    said = noise.text(random).encode("utf-8", "replace")
    return random.choice((b" \r\n", b"Traceback\r\nOSError: 5\r\n", said))


if __name__ == "__main__":
    main(case)

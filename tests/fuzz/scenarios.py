"""Scenario texts: played to the end, or refused with file and line, and no program is written.

python -m tests.fuzz.scenarios --cases 100000 --seed 1
"""

import re
from functools import cache
from random import Random

from madeleine.sim.power import PowerCut, PowerOff
from madeleine.sim.scenario.expectations import EXPECTATIONS
from madeleine.sim.scenario.parser import ScenarioError, parse
from madeleine.sim.scenario.runner import Runner, Stage
from madeleine.sim.scenario.statements import BROKEN, PROGRAMS, WORDS
from madeleine.sim.storage import Storage
from madeleine.sim.world import world

from tests import ROOT
from tests.fuzz import noise
from tests.fuzz.harness import main

FILES = ("notes", "examples.0", "voice/cup.wav", "boot.py", "lib/app.pack", "../out", "/abs")
TIMES = ("10 frames", "500ms", "0 frames", "-1 frames", "99999999 frames", "1 frames", "x", "10")
REPEATED = ("x3 ", "x0 ", "x² ", "x99999999999 ", "x1000 ")
INCLUDED = ("main.txt", "part.txt", "/dev/zero", "../x")
TURNS_MOST = 2000  # of a case; a scenario may wait for an hour of the board
PLACE = re.compile(r"(main|part)\.txt:\d+: .", re.DOTALL)
BOOT = b"pass"


class Deaf(Stage):
    """A board without an app: it switches on, says that it is ready, and what it is told is gone."""

    def boot(self, director):
        try:
            for _ in range(TURNS_MOST):
                world.usb_in.clear()
                world.usb_out.extend(b'{"event": "ready", "examples": 0}\r\n')
                director(world)
            return "prompt"
        except PowerOff:
            return "off"
        except PowerCut:
            return "cut"


@cache
def _right() -> tuple[str, ...]:
    """The lines of the project's own scenarios."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests/scenarios").glob("*.txt")]
    return tuple(line for text in texts for line in text.splitlines() if line and line[0] != "#")


def case(random: Random) -> None:
    """Some lines of real scenarios, some made up, some damaged."""
    names = ("main.txt", "part.txt")
    texts = {name: "\n".join(_line(random) for _ in range(random.randrange(1, 12))) for name in names}

    def read(name: str) -> str:
        if name not in texts:
            raise ValueError(f"{name} cannot be read")
        return texts[name]

    flash = Storage(None, "spiffs")
    flash.files.update({"boot.py": bytearray(BOOT), "examples.0": bytearray(64)})
    world.power_on(flash=flash)
    try:
        Runner(parse("main.txt", read), Deaf()).run()
    except ScenarioError as error:
        assert PLACE.match(str(error)) and len(str(error)) < 2000, error
    for name, content in flash.files.items():
        assert not name.startswith("/") and ".." not in name.split("/"), name
        ours = BOOT.startswith(content) or BROKEN.startswith(content)
        assert ours or not name.lower().endswith(PROGRAMS), name


def _line(random: Random) -> str:
    kind = random.random()
    if kind < 0.3:
        return random.choice(_right())
    if kind < 0.33:
        return noise.damaged(random, random.choice(_right()).encode()).decode("utf-8", "replace")
    if kind < 0.37:
        return f"include {random.choice((*INCLUDED, noise.text(random)))}"
    word = random.choice(list(WORDS))
    if word == "expect":
        word += " " + random.choice(list(EXPECTATIONS))
    times = random.choice(REPEATED) if random.random() < 0.1 else ""
    return f"{times}{word} {_argument(random)}"


def _argument(random: Random) -> str:
    name, number, time = random.choice(FILES), str(random.choice(noise.NUMBERS)), random.choice(TIMES)
    some = (noise.text(random), number, name, time, f"{name} {number}", f"{name} {number} {number}", f"A {time}")
    trouble = f"kpu_error {noise.json_bytes(noise.data(random)).decode()}"
    return random.choice((*some, f"{name} {noise.text(random)}", trouble))


if __name__ == "__main__":
    main(case)

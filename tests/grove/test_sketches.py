"""The examples for the Grove port: compiled with g++ and small stubs, and fed with what a camera says."""

import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import ROOT
from tests.grove.sketches import STUBS, build

SKETCHES = ROOT / "examples/arduino"
SAID = "cup\0=42\0=--\0りんご\0\0".encode()


def run(tmp_path: Path, name: str, said: bytes) -> list[str]:
    program = build(tmp_path / name, SKETCHES / name / f"{name}.ino", STUBS / "main.cpp")
    ran = subprocess.run([program], input=said, capture_output=True, check=True, timeout=60)
    return ran.stdout.decode().splitlines()


def test_print(tmp_path: Path) -> None:
    long = b"x" * 500 + b"\0ball\0"
    printed = run(tmp_path, "print", SAID + long)
    assert printed == [
        "I see cup",
        "gauge 42",
        "gauge --",
        "I see りんご",
        "nothing",
        "I see " + "x" * 128,
        "I see ball",
    ]


def test_servo(tmp_path: Path) -> None:
    turns = ["servo 0", "servo 90", "servo 75", "servo 0", "servo 0"]
    assert run(tmp_path, "servo", SAID) == turns


def test_neopixel(tmp_path: Path) -> None:
    dark, cup, apple, off, again = run(tmp_path, "neopixel", SAID + b"cup\0")
    assert dark == off == "pixels 00000000"
    assert cup == again != apple != dark


def test_the_sketches_share_their_reader() -> None:
    readers = {
        (SKETCHES / name / f"{name}.ino").read_text().split("// The next")[1].split("\n}\n")[0]
        for name in ("print", "servo", "neopixel")
    }
    assert len(readers) == 1


class Screen(list):
    def show(self, image: object) -> None:
        self.append(image)

    def scroll(self, text: str, wait: bool, loop: bool) -> None:
        self.append(text)

    def clear(self) -> None:
        self.append("")


def test_microbit(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces, screen, opened = [SAID[:6], None, SAID[6:]], Screen(), {}
    uart = SimpleNamespace(init=lambda **how: opened.update(how), read=lambda: pieces.pop(0))
    stub = SimpleNamespace(Image=str, display=screen, pin0=0, pin1=1, uart=uart)
    monkeypatch.setitem(sys.modules, "microbit", stub)
    example = runpy.run_path(str(ROOT / "examples/microbit/main.py"))
    for _ in range(3):
        example["step"]()
    assert opened == {"baudrate": 115200, "tx": 0, "rx": 1}
    assert screen == ["cup", "00000:00000:00000:00900:00900", "00000:00000:00000:00000:00000", "りんご", ""]


@pytest.mark.parametrize("name", ["print", "huskylens"])
def test_the_page_shows_the_very_program(name: str) -> None:
    page = (ROOT / "docs/GROVE.md").read_text(encoding="utf-8")
    assert f"```cpp\n{(SKETCHES / name / f'{name}.ino').read_text(encoding='utf-8')}```" in page

"""Builds Arduino sketches, and programs like them, for this computer."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import ROOT

STUBS = ROOT / "tests/fakes/arduino"


def build(program: Path, *sources: Path, include: Sequence[Path] = ()) -> Path:
    """An executable of these C, C++ and .ino files."""
    compiler = shutil.which("g++")
    if not compiler:
        pytest.skip("no g++")
    includes = [part for folder in (STUBS, *include) for part in ("-I", str(folder))]
    objects = []
    for number, source in enumerate(sources):
        made = program.with_suffix(f".{number}.o")
        language = "c" if source.suffix == ".c" else "c++"
        head = ["-include", str(STUBS / "Arduino.h")] if source.suffix == ".ino" else []
        # A library of others is compiled as the Arduino IDE does: what g++ only warns of is let through.
        command = [compiler, "-c", "-w", "-O0", "-fpermissive", *includes, *head, "-x", language, str(source)]
        subprocess.run([*command, "-o", str(made)], check=True, timeout=120)
        objects.append(str(made))
    subprocess.run([compiler, *objects, "-o", str(program)], check=True, timeout=120)
    return program

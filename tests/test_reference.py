"""The marker `reference`: tests over the reference data, with the data and without, in CI and elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

TESTS = """
import pytest

def test_over_photographs(shared):
    pass

def test_that_skips(shared):
    pytest.skip("no decoder")

def test_plain():
    pytest.skip("no broker")
"""


@pytest.mark.parametrize(
    ("data", "ci", "outcome"),
    [
        (False, False, "3 skipped"),
        (False, True, "3 skipped"),
        (True, False, "1 passed, 2 skipped"),
        (True, True, "1 failed, 1 passed, 1 skipped"),
    ],
)
def test_outcomes(tmp_path: Path, data: bool, ci: bool, outcome: str) -> None:
    tests = tmp_path / "checkout" / "tests"
    tests.mkdir(parents=True)
    for name in ("__init__.py", "conftest.py"):
        (tests / name).write_bytes((ROOT / "tests" / name).read_bytes())
    (tests / "test_it.py").write_text(TESTS)
    (tests / "pytest.ini").write_text("[pytest]\nmarkers = reference\n")
    if data:
        (tmp_path / "shared" / "models").mkdir(parents=True)
    ran = _pytest(tests, ci)
    assert ran.splitlines()[-1].startswith(f"{outcome} in"), ran
    assert ("no reference data in" in ran) == (not data)
    assert ("exists: Skipped: no decoder" in ran) == (data and ci)


def _pytest(folder: Path, ci: bool) -> str:
    ours = (str(ROOT / name) for name in ("tools", "lib", "tools/madeleine/sim/fakes"))
    paths = os.pathsep.join((str(folder.parent), *ours))
    environment = {**os.environ, "PYTHONPATH": paths, "CI": "true" if ci else ""}
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-p", "no:xdist", str(folder)]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False).stdout

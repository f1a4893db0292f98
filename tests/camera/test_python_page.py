"""The programs of docs/PYTHON.md, each as it stands there, on the virtual board; the Japanese page has the same."""

import ast
import re
import runpy
from collections.abc import Iterator

import pytest
from madeleine.camera.ports import VARIABLE

from tests import ROOT
from tests.fakes import virtual_camera

PROGRAMS, JAPANESE = (
    re.findall(r"```python\n(.*?)```", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.DOTALL)
    for name in ("PYTHON.md", "PYTHON.ja.md")
)
SAID = [
    ["There it is."],
    [r"cup \d+\.\d surely"],
    [r"\{'cup': 1\}", r"\{'cup': \d+\.\d\}", "200", "None", "None|cup"],
    ["nothing"],
]


@pytest.fixture(scope="module")
def camera(tmp_path_factory) -> Iterator[str]:
    with virtual_camera.started(tmp_path_factory.mktemp("flash"), "--scenes", "cup", "desk") as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def test_the_japanese_page_has_the_same_programs() -> None:
    """But for their comments."""
    assert [ast.dump(ast.parse(one)) for one in JAPANESE] == [ast.dump(ast.parse(one)) for one in PROGRAMS]


def test_each_program(camera: str, monkeypatch, capsys, tmp_path) -> None:
    """In their order: what the first one teaches the second one sees."""
    monkeypatch.setenv(VARIABLE, camera)
    for program, said in zip(PROGRAMS, SAID, strict=True):
        (tmp_path / "program.py").write_text(program)
        runpy.run_path(str(tmp_path / "program.py"))
        lines = capsys.readouterr().out.splitlines()
        last = lines[-len(said) :]
        assert all(re.fullmatch(one, line) for one, line in zip(said, last, strict=True)), lines

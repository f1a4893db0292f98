"""Files that others name: what is not regular, or too long, or lies elsewhere, is not read."""

import os
import re
from pathlib import Path

import pytest
from madeleine import cli, inputs

from tests import ROOT


def test_a_regular_file(tmp_path):
    (tmp_path / "a").write_bytes(b"hello")
    assert inputs.read(tmp_path / "a", 5) == b"hello"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        inputs.read(tmp_path / "a", 4)


def test_what_is_not_regular(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError, match="not a regular file"):
            inputs.opened(path)


def test_names_in_a_folder(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "round").symlink_to(folder / "round")
    (folder / "within").symlink_to(folder / "b")
    assert inputs.inside(folder, "a/b") == folder.resolve() / "a/b"
    assert inputs.inside(folder, "a/../b") == inputs.inside(folder, "within") == folder.resolve() / "b"
    for name in ("..", "../folder2/a", "a/../../b", "/etc/passwd", "out/a", "out"):
        with pytest.raises(ValueError, match="leads out of the folder"):
            inputs.inside(folder, name)
    for name in ("round/a", "a\0b"):
        with pytest.raises(ValueError):
            inputs.inside(folder, name)


INPUTS = """
cards cup --font {path} -o cards.pdf
cards cup --font {path} -o cards.png
eval pictures --model {path}
examples check {path}
examples export out.jsonl --file {path}
examples import {path} --file {path}
examples merge {path} {path} -o out.jsonl
flash {path} --dry-run
flash --firmware {path} --dry-run
flash --model {path} --dry-run
model build {path}.onnx --calibrate pictures -o out.kmodel
model build {path}.npz --calibrate pictures -o out.kmodel
model edit {path} -o out.kmodel --map
model fetch mbnet751-feature --from {path}
model info {path}
model run {path} pictures/cup/1.png
model run tour {path}
model run tour pictures/cup/1.png --labels {path}
monitor --rules {path} --check-rules
replay {path}
sim --headless {path}
sounds put {path} --card pictures
sim --model {path}
web --model {path}
"""


@pytest.mark.parametrize("command", INPUTS.strip().splitlines())
@pytest.mark.parametrize("kind", ["fifo", "device", "folder"])
def test_no_command_waits_for_what_has_no_end(command, kind, tmp_path, monkeypatch, capsys):
    """A fifo, an endless device, a folder in the place of each file that a user hands in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "pictures/cup").mkdir(parents=True)
    for path in ("given", "given.onnx", "given.npz"):
        if kind == "fifo":
            os.mkfifo(path)
        elif kind == "device":
            Path(path).symlink_to("/dev/zero")
        else:
            Path(path).mkdir()
    assert cli.main(command.format(path="given").split()) == 1
    told = capsys.readouterr().err
    assert told.startswith("madeleine: ") and told.count("\n") == 1, told
    assert "given" in told, told


OWN = {  # what reads files that are the toolbox's own, the system's, or nobody's before it wrote them
    "board/doctor/board.py",
    "board/doctor/host.py",
    "board/flash/catalogue.py",
    "board/install/manifest.py",
    "board/install/transfer.py",
    "board/install/pack.py",
    "camera/ports.py",
    "download.py",
    "fonts/make.py",
    "model/entries.py",
    "monitor/log.py",
    "monitor/program.py",
    "sim/board.py",
    "sim/screens.py",
    "sim/tour.py",
    "web/dialog.py",
}


def test_files_of_users_are_read_in_one_place():
    reading = re.compile(r"\.read_(bytes|text)\(|\.open\(\"r?b?\"|\.open\(encoding|Image\.open\(\w*path")
    tools = ROOT / "tools/madeleine"
    files = [path for path in tools.rglob("*.py") if "fakes" not in path.parts]
    found = {path.relative_to(tools).as_posix() for path in files if reading.search(path.read_text(encoding="utf-8"))}
    assert found == OWN

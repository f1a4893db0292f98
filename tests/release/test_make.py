"""The wheel holds all that runs, version and changelog agree, and checksums are as `sha256sum -c` reads them."""

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from madeleine.device import version
from release import make

from tests import ROOT

BOARD = ("boot.py", "main.py", "lib", "firmware/install.py", "firmware/look.py", "firmware/catalogue.json")
BOARD += ("models/catalogue.json", "models/madeleine.kmodel", "models/tour.kmodel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")))
    return Path(path)


def files(path: Path) -> list[Path]:
    found = path.rglob("*") if path.is_dir() else [path]
    return [file for file in found if file.is_file() and "__pycache__" not in file.parts]


def test_the_wheel_holds_the_toolbox_and_the_files_of_the_board(wheel: Path) -> None:
    wanted = {file.relative_to(ROOT / "tools").as_posix(): file for file in files(ROOT / "tools/madeleine")}
    board = [file for name in BOARD for file in files(ROOT / name)]
    wanted |= {f"madeleine/_board/{file.relative_to(ROOT).as_posix()}": file for file in board}
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert names == set(wanted)
        assert [name for name, file in wanted.items() if archive.read(name) != file.read_bytes()] == []


def test_wheel_command_changelog_and_readme_have_the_version_of_the_app(wheel: Path) -> None:
    assert wheel.name == f"madeleine_camera-{version.APP}-py3-none-any.whl"
    command = [sys.executable, "-m", "madeleine", "--version"]
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    said = subprocess.run(command, cwd=wheel.parent, env=environment, capture_output=True, text=True, check=True).stdout
    assert said == f"madeleine {version.APP}\n"
    first = re.search(r"^## (\S+) \((unreleased|20\d\d-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert first is not None and first[1] == version.APP
    for readme in (ROOT / "README.md", ROOT / "README.ja.md"):
        assert set(re.findall(r"madeleine_camera-\S+?\.whl", readme.read_text("utf-8"))) == {wheel.name}


def test_checksums(tmp_path: Path) -> None:
    made = {"a.tar.gz": b"sdist", "b.whl": b"wheel"}
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    for _ in range(2):  # the second time SHA256SUMS is there
        lines = make.sums(tmp_path).splitlines()
    assert lines == [
        f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in (("a.tar.gz", b"sdist"), ("b.whl", b"wheel"))
    ]
    assert (tmp_path / make.SUMS).read_text().splitlines() == lines

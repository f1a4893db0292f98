"""What a scenario may touch on this computer: its own folders, and no program; names of folders are data."""

import os

import numpy as np
import pytest
from madeleine import cli
from madeleine.errors import ToolError
from madeleine.sim.scenario.parser import ScenarioError
from madeleine.sim.scenario.stage import HostStage, play, play_file
from madeleine.sim.tour import usable_photographs
from PIL import Image


@pytest.fixture
def lesson(tmp_path):
    """Plays a text as a scenario file in a folder `lesson`; whatever it does, nothing outside is touched."""
    folder = tmp_path / "outer" / "lesson"
    folder.mkdir(parents=True)
    outside = tmp_path / "outer" / "outside"
    outside.write_text("boot")

    def run(text, **options):
        (folder / "lesson.txt").write_text(text)
        try:
            return play_file(folder / "lesson.txt", **options)
        finally:
            assert outside.read_text() == "boot"
            assert sorted(path.name for path in outside.parent.iterdir()) == ["lesson", "outside"]

    run.folder = folder
    return run


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("put /{outer}/outside x", "no files of this name"),
        ("put ../../outside x", "no files of this name"),
        ("put a/../../../outside x", "no files of this name"),
        ("wav ../outside", "no files of this name"),
        ("put boot.py x", "writes no programs"),
        ("put lib/pack.PY x", "writes no programs"),
        ("put ujson.so x", "writes no programs"),
        ("damage lib/screen.py 0 1", "writes no programs"),
        ("spoil lib/nothing.py", "is none of"),
        ("shot ../outside.png", "a file of its folder"),
        ("shot /{outer}/outside.png", "a file of its folder"),
        ("shot outside.txt", "a file of its folder"),
        ("frame ../outside.png", "leads out of the folder"),
        ("frame /{outer}/outside.png", "leads out of the folder"),
        ("frame \0.png", "null"),
        ("include ../outside", "leads out of the folder"),
        ("include /dev/zero", "cannot be read as a scenario"),
        ("include nothing.txt", "cannot be read as a scenario"),
        ("model ../outside", "leads out of the folder"),
        ("put " + "n" * 127 + " x", "no files of this name"),
        ("damage examples.0 0 1", "is none of"),
        ("cut after -1", "of 0 to"),
        ("truncate boot.py -5", "of 0 to"),
    ],
)
def test_nothing_outside_its_folders(lesson, tmp_path, line, reason):
    text = "wait 1 frames\n" * (not line.startswith("model")) + line.format(outer=tmp_path / "outer")
    with pytest.raises(ScenarioError, match=rf"lesson.txt:[12]: .*({reason})"):
        lesson(text, shots=tmp_path / "shots", flash=tmp_path / "flash")


def test_links_do_not_lead_out(lesson, tmp_path):
    (lesson.folder / "in.txt").symlink_to(tmp_path / "outer" / "outside")
    with pytest.raises(ScenarioError, match="leads out of the folder"):
        lesson("include in.txt")
    flash, shots = tmp_path / "flash", tmp_path / "shots"
    flash.mkdir()
    shots.mkdir()
    (flash / "voice").symlink_to(tmp_path / "outer", target_is_directory=True)
    with pytest.raises(ScenarioError, match="leads out of the folder"):
        lesson("put voice/outside x", flash=flash)
    (flash / "notes").symlink_to(tmp_path / "outer" / "outside")
    lesson("put notes x", flash=flash)
    assert (flash / "notes").read_text() == "x" and not (flash / "notes").is_symlink()
    (shots / "a.png").symlink_to(tmp_path / "outer" / "outside")
    with pytest.raises(ScenarioError, match="leads out of the folder"):
        lesson("wait 1 frames\nshot a.png", shots=shots)


def test_a_fifo_is_no_scenario(lesson):
    os.mkfifo(lesson.folder / "fifo")
    with pytest.raises(ScenarioError, match="not a regular file"):
        lesson("include fifo")
    with pytest.raises(ToolError, match="not a regular file"):
        play_file(lesson.folder / "fifo")


def test_a_file_of_a_board_is_whole_on_the_host(tmp_path):
    stage = HostStage(tmp_path / "flash", tmp_path)
    play("put notes hello\nwait 1 frames", str(tmp_path / "lesson.txt"), stage)
    assert (tmp_path / "flash" / "notes").read_text() == "hello"
    assert not list(tmp_path.rglob(".part*"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("100", "means something else"),
        ("*reset", "means something else"),
        ("{}", "means something else"),
        ("=x", "cannot start with ="),
        ("a\nshot b.png", "control character"),
        ("n" * 33, "longer than 32 characters"),
        (" cup", "means something else"),
    ],
)
def test_a_folder_that_cannot_be_a_name(tmp_path, name, reason):
    for number in range(2):
        (tmp_path / name).mkdir(exist_ok=True)
        Image.new("RGB", (8, 8)).save(tmp_path / name / f"{number}.png")
    with pytest.raises(ToolError, match=rf"cannot be the name of a class: .*{reason}.*; rename the folder"):
        usable_photographs(tmp_path)


NAMES = ('"a', "b # x100 press B", "りんご", "[bold]", "[", "x] [red]")


def test_names_of_folders_and_files_are_data(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = np.arange(224)[:, None, None]
    for row, name in enumerate(NAMES):
        folder = tmp_path / "photographs" / name
        folder.mkdir(parents=True)
        for number in range(3):
            picture = np.broadcast_to(rows * (row + 1) * 7 + number, (224, 224, 3)).astype(np.uint8)
            Image.fromarray(picture).save(folder / f"{number}\nexpect led red .png")
    assert cli.main(["sim", "--frames", "photographs", "--model", "tour"]) == 0
    told = capsys.readouterr().out
    assert all(f"This is {name}" in told for name in NAMES)
    assert "Which is which?" in told and "The screens are in madeleine-tour.png" in told

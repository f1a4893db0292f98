"""`madeleine why`, as it is typed."""

from pathlib import Path

import pytest
from madeleine.cli import main
from madeleine.sim.scenes import scene
from PIL import Image


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with what is taught, and a picture."""
    for name in ("leaf", "ball"):
        (tmp_path / "taught" / name).mkdir(parents=True)
        Image.fromarray(scene(name)).save(tmp_path / "taught" / name / "0.png")
    Image.fromarray(scene("leaf right", 2)).save(tmp_path / "desk.png")
    return tmp_path


def why(desk: Path, *more: str) -> int:
    return main(["why", str(desk / "desk.png"), "--taught", str(desk / "taught"), "-o", str(desk / "out.png"), *more])


def test_the_answer_and_the_picture(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert why(desk) == 0
    said = capsys.readouterr().out
    assert said.startswith("leaf: distance ") and "ball: distance " in said
    assert Image.open(desk / "out.png").width > 1000


@pytest.mark.parametrize(
    ("more", "text"),
    [(("--not", "pen"), "choose one of ball"), (("--model", "tour"), "gives no map")],
)
def test_what_cannot_be_shown(desk: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], text: str) -> None:
    assert why(desk, *more) == 1
    assert text in capsys.readouterr().err
    assert not (desk / "out.png").exists()


def test_nothing_is_taught(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "none").mkdir()
    assert why(desk, "--taught", str(desk / "none")) == 1
    assert "0 photographs" in capsys.readouterr().err


def test_a_taught_picture_that_cannot_be_read_is_left_out(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "taught" / "ball" / "1.jpg").write_bytes(b"no picture")
    assert why(desk) == 0
    said, complained = capsys.readouterr()
    assert said.startswith("leaf: distance ")
    assert complained.startswith("left out: ") and "1.jpg" in complained and complained.count("\n") == 1

"""`madeleine pose`: from pictures to coordinates, in one process and in two."""

import csv
import io
from pathlib import Path

import pytest
from madeleine import cli
from PIL import Image

pytest.importorskip("tflite", reason="the extra [tflite] is not installed")

from tests.pose.small_posenet import small_posenet


@pytest.fixture
def pose(tmp_path, capsys):
    """Runs the command with the small network; returns the exit code and what was printed."""

    def run(source, *options, network=None):
        network = network or small_posenet(tmp_path)
        code = cli.main(["pose", *map(str, (source, "--model", network, *options))])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


@pytest.fixture
def film(tmp_path):
    """A white square that wanders to the right."""
    pictures = [Image.new("RGB", (194, 130), "#808080") for _ in range(9)]
    for place, picture in enumerate(pictures):
        picture.paste("white", (15 * place, 40, 15 * place + 70, 110))
    pictures[0].save(tmp_path / "film.png", save_all=True, append_images=pictures[1:])
    return tmp_path / "film.png"


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def test_a_film_with_two_processes_and_with_one(pose, film, tmp_path):
    for jobs in (1, 2):
        out = tmp_path / f"{jobs}.csv"
        code, said = pose(film, "-o", out, "--people", 1, "--score", 0, "--jobs", jobs)
        assert code == 0 and f"{out}: 9 people in 9 frames" in said
    one, two = (rows(tmp_path / f"{jobs}.csv") for jobs in (1, 2))
    assert one == two and len(one) == 9 * 17
    across = [float(row["x"]) for row in one if row["point"] == "nose"]
    assert across == sorted(across) and across[-1] - across[0] > 60


def test_a_picture_with_its_drawing(pose, film, tmp_path):
    picture = Image.open(film).convert("RGB")
    picture.save(tmp_path / "one.jpg")
    out, drawing = tmp_path / "one.jsonl", tmp_path / "drawn.png"
    code, said = pose(tmp_path / "one.jpg", "-o", out, "--draw", drawing, "--score", 1)
    assert code == 0 and "0 people in 1 frame\n" in said and f"{drawing} shows them" in said
    assert Image.open(drawing).size == (194, 130)
    assert out.read_text("utf-8").startswith(
        '{"file": "one.jpg", "frame": 0, "width": 194, "height": 130, "people": []'
    )


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["-o", "out.txt"], 2, "ends in neither .csv nor .jsonl"),
        (["-o", "out.csv", "--draw", "out.mp4"], 2, "has to end in .png, .gif, .webp"),
        (["-o", "out.csv", "--model", "posenet"], 1, "fetch it with: madeleine model fetch posenet"),
        (["-o", "out.csv", "--model", "none.tflite"], 1, "none.tflite: cannot be read"),
        (["-o", "out.csv", "--size", "0x0"], 2, "is not HEIGHTxWIDTH in pixels"),
        (["-o", "out.csv", "--score", "2"], 2, "2 is not from 0 to 1"),
        (["-o", "out.csv", "--people", "99"], 2, "99 is not 1..20"),
    ],
)
def test_what_does_not_go_together(pose, film, tmp_path, monkeypatch, capsys, options, code, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path / "cache"))
    try:
        found, said = pose(film, *options)
    except SystemExit as error:  # argparse's own
        found, said = error.code, capsys.readouterr().err
    assert (found, words in said) == (code, True), said
    assert not (tmp_path / "out.csv").exists()


def test_what_is_no_picture(pose, tmp_path):
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff no picture")
    code, said = pose(tmp_path / "bad.jpg", "-o", tmp_path / "out.csv")
    assert code == 1 and "bad.jpg is not a picture that can be read" in said and said.count("\n") == 1
    assert not (tmp_path / "out.csv").exists()

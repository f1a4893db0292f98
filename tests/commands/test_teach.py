"""`madeleine teach` as it is called: tables, files, pictures, a camera, and one line for what is wrong."""

import csv
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
from madeleine import cli
from madeleine.evaluation import features
from madeleine.examples import files
from madeleine.sim import scenes
from PIL import Image

from tests.examples.conftest import switch_on  # noqa: F401

PICTURES = 10
TOUR = "b922520e"


@pytest.fixture(scope="module")
def things(tmp_path_factory):
    """Drawn things, each a little farther to the right in each picture; the kept features serve every test."""
    folder = tmp_path_factory.mktemp("teach")
    for name in ("cup", "pen", "ball"):
        (folder / "desk" / name).mkdir(parents=True)
        for i in range(PICTURES):
            picture = Image.fromarray(np.roll(scenes.scene(name), 3 * i, axis=1))
            picture.save(folder / "desk" / name / f"{i:02}.png", compress_level=1)
    return folder


@pytest.fixture
def run(things, monkeypatch, capsys):
    """Calls the command in the folder; (exit code, what it said, what it complained about)."""
    monkeypatch.setenv("MADELEINE_CACHE", str(things / "cache"))
    monkeypatch.chdir(things)

    def call(*arguments):
        code = cli.main(["teach", *map(str, arguments), "--model", "tour", "--jobs", "1"])
        return code, *capsys.readouterr()

    return call


def test_a_set_that_the_toolbox_takes(run, tmp_path):
    code, out, err = run("desk", "-o", tmp_path / "set.jsonl")
    assert (code, err) == (0, "")
    assert "8 of each thing taught" in out and "Named right without a limit, % of 6 pictures" in out
    assert "a layer over all, ridge" in out and out.count("100.0 (61-100)") == 3
    assert "Leave the limit at 200: no other one suits these things better. Only 6 pictures were asked" in out
    collection = files.load(tmp_path / "set.jsonl", print)
    assert (collection.model, collection.counts()) == (TOUR, {"ball": 8, "cup": 8, "pen": 8})
    assert [example.label for example in collection.examples[:3]] == ["ball", "cup", "pen"]


def test_fewer_examples_and_another_choice(run, tmp_path):
    for method in ("herding", "k-centre", "random"):
        code, out, _ = run("desk", "-o", tmp_path / "set.jsonl", "--examples", "6", "--choose", method)
        assert code == 0 and "2 of each thing taught" in out
        assert set(files.load(tmp_path / "set.jsonl", print).counts().values()) == {2}


def test_onto_a_camera(run, tmp_path, switch_on):  # noqa: F811
    camera = switch_on()
    code, out, err = run("desk", "--onto", camera.port)
    assert (code, err) == (0, "") and "24 examples came, 0 went; 24 are there now" in out
    shutil.copytree("desk/cup", tmp_path / "few/mug")
    shutil.copytree("desk/pen", tmp_path / "few/pencil")
    code, out, _ = run(tmp_path / "few", "--onto", camera.port, "--replace")
    assert code == 0 and "16 examples came, 24 went; 16 are there now" in out


def test_a_camera_with_another_model_is_said_first(things, monkeypatch, capsys, switch_on):  # noqa: F811
    monkeypatch.chdir(things)
    camera = switch_on()
    assert cli.main(["teach", "desk", "--onto", camera.port, "--model", "madeleine"]) == 1
    said = capsys.readouterr()
    assert f"the camera has the model {TOUR}, not " in said.err and said.out == ""


def test_a_softmax_layer_with_its_curves_and_a_sheet(run, tmp_path):
    drawn = tmp_path / "curves.png", tmp_path / "asked.png"
    code, out, _ = run(
        "desk", "--layer", "softmax", "--epochs", "3", "--plot", drawn[0], "--sheet", drawn[1], "--seed", "2"
    )
    assert code == 0 and "a softmax layer, 3 epochs" in out and "The answers are in" in out
    for path in drawn:
        with Image.open(path) as picture:
            assert picture.width > 600 and len(picture.convert("RGB").getcolors(1 << 24)) > 20


def test_exports_for_others(run, tmp_path):
    assert run("desk", "--export", tmp_path / "desk.npz")[0] == run("desk", "--export", tmp_path / "desk.csv")[0] == 0
    with np.load(tmp_path / "desk.npz", allow_pickle=False) as found:
        x, y, held_out = found["features"] * (found["step"][0] / found["step"][1]), found["labels"], found["held_out"]
        assert x.shape == (30, 768) and str(found["model"]) == TOUR and 0 <= x.min() <= x.max() <= 6
    known, new = x[~held_out], x[held_out]
    nearest = np.linalg.norm(new[:, None] - known, axis=2).argmin(axis=1)
    assert (y[~held_out][nearest] == y[held_out]).all()
    with (tmp_path / "desk.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["label"] for row in rows] == list(y)
    assert [row["part"] == "test" for row in rows] == list(held_out)
    assert [int(rows[0][f"f{number}"]) for number in range(768)] == list(np.rint(x[0] * 127 / 6).astype(int))


def test_the_notebook_of_the_documents_runs(run, root, tmp_path):
    assert run("desk", "--export", tmp_path / "desk.npz")[0] == 0
    program = [sys.executable, str(root / "docs/features.py"), str(tmp_path / "desk.npz")]
    said = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    assert "30 pictures of ball, cup, pen; 6 are kept back" in said
    assert said.count("100% of them right") == 2


def test_bad_pictures_are_left_out_and_counted(run, things, tmp_path):
    shutil.copytree(things / "desk", tmp_path / "desk")
    for number in range(12):
        (tmp_path / "desk/cup" / f"bad{number}.jpg").write_bytes(b"\xff\xd8\xff" + bytes(number))
    (tmp_path / "desk/*reset").mkdir()
    shutil.copy(things / "desk/cup/00.png", tmp_path / "desk/*reset")
    code, out, err = run(tmp_path / "desk")
    assert code == 0 and "8 of each thing taught" in out
    assert err.count("left out: ") == 11 and "left out: 3 more" in err and "rename the folder" in err


def test_copies_are_not_asked(run, things, tmp_path):
    """A class of one picture and its copies has nothing to ask."""
    shutil.copytree(things / "desk", tmp_path / "desk")
    for number in range(6):
        shutil.copy(things / "desk/cup/03.png", tmp_path / "desk/cup" / f"copy{number}.png")
    (tmp_path / "desk/pen2").mkdir()
    for number in range(3):
        shutil.copy(things / "desk/pen/04.png", tmp_path / "desk/pen2" / f"{number}.png")
    code, out, _ = run(tmp_path / "desk", "-o", tmp_path / "set.jsonl")
    assert code == 0 and "Too few pictures to judge: pen2" in out
    assert files.load(tmp_path / "set.jsonl", print).counts()["pen2"] == 1, "one view is one example"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere"], 1, "nowhere is neither a folder nor a zip"),
        (["desk/cup"], 1, "has one class (cup)"),
        (["desk", "--plot", "curves.png"], 2, "add --layer softmax"),
        (["desk", "--epochs", "2"], 2, "add --layer softmax"),
        (["desk", "--replace"], 2, "add --onto PORT"),
        (["desk", "--export", "desk.xls"], 2, "give one that ends in .csv or .npz"),
        (["desk", "--sheet", "asked.jpg"], 2, "not a valid name of a picture"),
        (["desk", "-o", "nowhere/set.jsonl"], 1, "nowhere is not a folder"),
        (["desk", "-o", "set.csv"], 1, "are of no use to Brownie"),
        (["desk", "--examples", "251"], 2, "251 is not 2..250"),
    ],
)
def test_one_line_for_what_is_wrong(arguments, code, says, run, capsys):
    try:
        found, _, err = run(*arguments)
    except SystemExit as exit:
        found, err = exit.code, capsys.readouterr().err
    assert found == code and says in err and "Traceback" not in err


def test_two_single_pictures_cannot_be_judged(run, things, tmp_path):
    for name in ("cup", "pen"):
        (tmp_path / name).mkdir()
        shutil.copy(things / "desk" / name / "00.png", tmp_path / name)
    code, _, err = run(tmp_path)
    assert code == 1 and "has no picture that can be kept back to judge" in err


def test_stopped_and_continued(run, things, tmp_path, monkeypatch):
    """Ctrl-C in the middle: what was computed is kept."""
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path / "cache"))
    done, photograph = [], features.photograph

    def interrupted(path):
        done.append(path)
        if len(done) == 20:
            signal.raise_signal(signal.SIGINT)
        return photograph(path)

    monkeypatch.setattr(features, "photograph", interrupted)
    assert run("desk")[0] == 130
    assert len(done) == 20
    assert run("desk")[0] == 0
    assert len(done) == 20 + 30 - 2 * features.CHUNK

"""`madeleine model info`, `edit` and `run`, as a user meets them."""

import json

import numpy as np
import pytest
from madeleine import cli
from madeleine.kpu import Network
from madeleine.model import find_model
from PIL import Image


@pytest.fixture
def madeleine(capsys):
    """Runs a command; returns the exit code, what it printed, and its error line."""

    def run(*arguments):
        code = cli.main(["model", *map(str, arguments)])
        printed = capsys.readouterr()
        assert code in ((1, 2) if printed.err else (0,)) and printed.err.count("\n") <= 1
        return printed.out or printed.err

    return run


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "leaf.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (224, 224, 3)).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def for_the_board(madeleine, tmp_path):
    path = tmp_path / "board.kmodel"
    madeleine("edit", "tour", "-o", path, "--byte-features", "--upside-down")
    return path


def test_info(madeleine):
    assert "tour.kmodel: kmodel v3, 8-bit weights" in madeleine("info", "tour")
    known = json.loads(madeleine("info", "tour", "--json"))
    assert known["file_bytes"] == 140480 and known["outputs"][0].startswith("float32 768")
    assert [layer["name"] for layer in known["layers"]][-1] == "GLOBAL_AVERAGE_POOL2D"


def test_info_of_other_versions(madeleine, tmp_path):
    later = tmp_path / "later.kmodel"
    later.write_bytes(b"LDMK" + (5).to_bytes(4, "little") + (32).to_bytes(4, "little") + bytes(20))
    assert "kmodel v5, 32 bytes\nloads on  no MaixPy v1" in madeleine("info", later)
    assert json.loads(madeleine("info", later, "--json"))["version"] == 5
    later.write_bytes(b"LDMK")
    assert "later.kmodel: 4 bytes at 4 pass its end at 4" in madeleine("info", later)


def test_edit(madeleine, for_the_board):
    found = Network.load(for_the_board)
    assert [view.size for view in found.outputs] == [768, 768 * 7 * 7, 4]
    text = madeleine("info", for_the_board)
    assert "input     224x224x3, upside down" in text and "output 0  uint8 768" in text
    known = json.loads(madeleine("edit", "tour", "-o", for_the_board, "--map", "--json"))
    assert len(known["outputs"]) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "nothing to change; give --headless"),
        (["--map", "--full", "7"], "--full and --upside-down go with --byte-features"),
        (["--byte-features", "--full", "4"], "do not fit bytes that end at 4"),
        (["--map", "--marks", "0.5", "100"], "--marks are in the notes"),
        (["--marks", "0.5", "100"], "no notes"),
    ],
)
def test_edit_refuses(madeleine, tmp_path, options, words):
    assert words in madeleine("edit", "tour", "-o", tmp_path / "x.kmodel", *options)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written(madeleine, tmp_path):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "below", tmp_path):
        assert f"{place} cannot be written" in madeleine("edit", "tour", "-o", place, "--map")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_run_prints_features(madeleine, picture, for_the_board):
    assert "output 0  float32 768, length" in madeleine("run", "tour", picture)
    told = json.loads(madeleine("run", for_the_board, picture, "--json"))
    network = Network.load(for_the_board)
    seen = np.asarray(Image.open(picture))[::-1]
    assert told["upside_down"] and told["best"] == []
    assert told["outputs"][0]["values"] == network.run(seen.copy())[0].tolist()
    upright = json.loads(madeleine("run", for_the_board, picture, "--no-upside-down", "--json"))
    assert not upright["upside_down"] and upright["outputs"] != told["outputs"]


def test_run_names_the_best(madeleine, picture, tmp_path):
    names = [f"thing {index}" for index in range(768)]
    (tmp_path / "labels.json").write_text(json.dumps(names))
    (tmp_path / "labels.txt").write_text("\n".join(names))
    features = Network.load(find_model("tour")).run(np.asarray(Image.open(picture)))
    for labels in ("labels.json", "labels.txt"):
        told = json.loads(madeleine("run", "tour", picture, "--labels", tmp_path / labels, "--json"))
        assert told["best"][0]["label"] == f"thing {features.argmax()}" and len(told["best"]) == 5
    assert f"thing {features.argmax()}\n" in madeleine("run", "tour", picture, "--labels", tmp_path / "labels.txt")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'["one", "two"]', "output 0 has 768 numbers, the labels are 2"),
        (b'{"one": 1}', "is not a list of texts"),
        (b"[" * 100_000, "is not a list of labels"),
        (b"\xff", "is not a list of labels"),
    ],
)
def test_labels_that_do_not_fit(madeleine, picture, tmp_path, content, words):
    (tmp_path / "labels.json").write_bytes(content)
    assert words in madeleine("run", "tour", picture, "--labels", tmp_path / "labels.json")


def test_run_refuses(madeleine, picture, tmp_path):
    (tmp_path / "not.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30))
    assert "not.png is not a picture that can be read" in madeleine("run", "tour", tmp_path / "not.png")
    assert "labels.json cannot be read" in madeleine("run", "tour", picture, "--labels", tmp_path / "labels.json")


def test_the_classifier(madeleine, shared):
    models = shared / "models"
    cat = shared / "data" / "singles" / "cat" / "0.jpg"
    text = madeleine("run", models / "mbnet751.kmodel", cat, "--labels", models / "imagenet_labels.json")
    assert "Egyptian cat" in text.splitlines()[1]

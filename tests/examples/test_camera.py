"""A camera that lies when it is asked for its examples: one sentence, and no file."""

import base64
from itertools import repeat

import pytest
from madeleine import cli
from madeleine.examples import camera, files
from madeleine.examples.collection import Collection, Example, Mark, checksum

from tests.examples.conftest import TOUR, some, vector
from tests.fakes.board import fake_board
from tests.fakes.liar import lying_app

STATUS = {"event": "status", "app": "0.1.0", "board": "M5StickV", "model": TOUR, "examples": 1, "capacity": 250}
VECTOR = base64.b64encode(vector(1)).decode()
CUP = {"event": "example", "index": 0, "name": "cup", "vector": VECTOR}


def exported(*rows, records=()):
    return [*rows, {"event": "exported", "checksum": checksum(records)}]


def export(tmp_path, capsys, status=STATUS, rows=()):
    """The exit code, what was said, and whether there is a file."""
    with fake_board(lying_app({"status": lambda: [status], "export": lambda: rows})) as fake:
        code = cli.main(["examples", "export", str(tmp_path / "out.jsonl"), "--port", fake.device])
    return code, capsys.readouterr().err, (tmp_path / "out.jsonl").exists()


def test_the_truth(tmp_path, capsys):
    taught = Collection(TOUR, (Example("cup", vector(1)),), (Mark(-7, vector(1)),))
    rows = exported({"event": "anchored", "value": -7, "vector": VECTOR}, CUP, records=taught.records())
    assert export(tmp_path, capsys, rows=rows) == (0, "", True)
    assert files.load(tmp_path / "out.jsonl", print).same(taught)


@pytest.mark.parametrize("key", ["model", "app", "board", "examples"])
@pytest.mark.parametrize("value", ["gone", None, [1], {}, 1e999, -5, True, 10**30])
def test_a_status_that_makes_no_sense(tmp_path, capsys, key, value):
    status = {**STATUS, key: value} if value != "gone" else {k: v for k, v in STATUS.items() if k != key}
    code, told, saved = export(tmp_path, capsys, status, exported())
    assert (code, saved) == (1, False)
    assert "the camera's answer makes no sense: " in told and told.count("\n") == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({**CUP, "name": "c" * 5000}, "longer than 32 characters"),
        ({**CUP, "name": "\ud800"}, "control character"),
        ({**CUP, "name": "\x1b]0;title\x07"}, "control character"),
        ({**CUP, "name": "*cup"}, "cannot start with"),
        ({**CUP, "name": 5}, "neither a name"),
        ({**CUP, "vector": "AAAA"}, "768 bytes"),
        ({**CUP, "vector": "é"}, "not base64"),
        ({"event": "example"}, "text in base64"),
        ({"event": "anchored", "value": 1e999, "vector": VECTOR}, "a mark is a whole number"),
        ({"event": "anchored", "value": 10_000, "vector": VECTOR}, "a mark is a whole number"),
        ({"event": "setting", "name": "limit2", "value": "-5"}, "makes no sense"),
        ({"event": "setting", "name": "limit2", "value": 5}, "value is not a text"),
        ({"event": "setting", "name": "\ud800", "value": "5"}, "makes no sense"),
        ({"event": "setting", "name": "of a newer app", "value": "\ud800"}, "makes no sense"),
    ],
)
def test_a_line_that_no_file_of_examples_can_hold(tmp_path, capsys, row, why):
    code, told, saved = export(tmp_path, capsys, rows=exported(row))
    assert (code, saved) == (1, False)
    assert why in told and told.count("\n") == 1


def test_an_export_without_end(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(camera, "RECORDS_MOST", 2)
    code, told, saved = export(tmp_path, capsys, rows=list(repeat(CUP, 3)))
    assert (code, saved) == (1, False) and "the export has no end" in told
    monkeypatch.setattr(camera, "RECORDS_MOST", 100)
    monkeypatch.setattr(camera, "EXPORT_S", 0)
    assert "the export has no end" in export(tmp_path, capsys, rows=list(repeat(CUP, 3)))[1]


def test_counts_that_are_none(tmp_path, capsys):
    kept = tmp_path / "kept.jsonl"
    files.save(kept, some())
    status = {key: value for key, value in STATUS.items() if key != "capacity"}
    answers = {"forget": lambda: [{"event": "forgot"}], "status": lambda: [status], "export": exported}
    with fake_board(lying_app(answers)) as fake:
        assert cli.main(["examples", "forget", "cup", "--port", fake.device]) == 1
        assert "count is not a whole number" in capsys.readouterr().err
        assert cli.main(["examples", "import", str(kept), "--port", fake.device]) == 1
        assert "capacity is not a whole number" in capsys.readouterr().err

"""`madeleine whatif` as it is called, on a log of vectors."""

import pytest
from madeleine import cli
from madeleine.examples import files
from madeleine.examples.collection import Collection, Example

from tests.whatif.test_replay import BETWEEN, CUP, PEN, log_file, vectors

TOUR = "b922520e"
READY = {"event": "ready", "model": TOUR, "limit": 9999}


@pytest.fixture
def run(tmp_path, capsys):
    """Calls the command on a log of a cup, something between, and a pen; (exit code, what it said, complained)."""
    files.save(tmp_path / "set.jsonl", Collection(TOUR, (Example("cup", CUP), Example("pen", PEN))))
    frames = vectors(*[CUP] * 4, *[BETWEEN] * 4, *[PEN] * 5)
    log = log_file(tmp_path / "log.jsonl", READY, *frames, {"event": "vector", "vector": "?"})

    def call(*arguments, examples=True):
        known = ["--examples", str(tmp_path / "set.jsonl")] if examples else []
        code = cli.main(["whatif", str(log), *known, "--model", "tour", *arguments])
        return code, *capsys.readouterr()

    return call


def test_then_and_now(run):
    code, out, err = run("--limit", "1", "--nothing")
    assert code == 0 and "1 frames of" in err
    assert "13 frames. Then: limit 9999, rule nearest. Now: limit 1, rule nearest." in out
    assert "False alarms: 2 then, 2 now; 0 saved, 0 new" in out


def test_a_class_less_and_what_was_in_view(run):
    code, out, _ = run("--without", "pen", "--true", "cup")
    assert code == 0 and "False alarms: 1 then, 0 now; 1 saved, 0 new" in out
    assert "cup was on the screen in" in out and "| pen  |    1 |   0 |" in out
    _, out, _ = run("--rule", "fit")
    assert "0 appearances are gone now, 0 are new" in out and "rule fit" in out


@pytest.mark.parametrize(
    ("arguments", "examples", "says"),
    [
        ([], False, "give what the camera knew with --examples FILE"),
        (["--without", "key"], True, "nothing called key was known; there are: cup, pen"),
        (["--true", "key"], True, "nothing called key was known"),
        (["--model", "madeleine"], True, "is of model b922520e, not "),
    ],
)
def test_one_line_for_what_is_wrong(arguments, examples, says, run):
    code, out, err = run(*arguments, examples=examples)
    assert (code, out) == (1, "") and says in err

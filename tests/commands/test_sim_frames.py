"""`madeleine sim --frames`: photographs on the virtual board, the table of its answers, and pictures that are bad."""

import re

import pytest
from madeleine import cli
from madeleine.sim import scenes
from PIL import Image


@pytest.fixture
def things(tmp_path, monkeypatch):
    """Five pictures of two things, next to which lie one that is cut off, a black one, and a thing with one picture."""
    monkeypatch.chdir(tmp_path)
    for name in ("cup", "pen", "key"):
        (tmp_path / "things" / name).mkdir(parents=True)
        for number in range(1 if name == "key" else 5):
            Image.fromarray(scenes.scene(name, number)).save(tmp_path / "things" / name / f"{number}.png")
    whole = (tmp_path / "things/cup/0.png").read_bytes()
    (tmp_path / "things/cup/00.png").write_bytes(whole[: len(whole) // 2])
    Image.new("RGB", (224, 224)).save(tmp_path / "things/pen/00.png")


def test_a_bad_picture_is_left_out_and_named(things, capsys):
    assert cli.main(["sim", "--frames", "things", "--model", "tour"]) == 0
    out = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in out.splitlines() if line.startswith("| ")]
    assert rows[0] == ["thing", "asked", "right", "probable", "wrong", "silent"]
    assert rows[1:3] == [["cup", "2", "2", "0", "0", "0"], ["pen", "2", "2", "0", "0", "0"]]
    assert rows[3] == ["all", "4", "100 (51-100) %", *["0 (0-49) %"] * 3]
    left_out = re.findall("left out: (.*)", out)
    assert [reason for reason in left_out if "cup/00.png is not a picture that can be read" in reason]
    assert [reason for reason in left_out if "pen/00.png shows nothing" in reason]
    assert "things/key has one usable picture; give two at least, one to teach and one to ask" in left_out
    assert len(left_out) == 3 and "More of it: madeleine eval things" in out

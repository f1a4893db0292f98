"""The whole way: the toolbox, a cable, and the camera's own program on the virtual board."""

import pytest
from madeleine import cli
from madeleine.camera.camera import Camera
from madeleine.camera.usb import Board
from madeleine.errors import ToolError
from madeleine.examples import camera as usb
from madeleine.examples import files
from madeleine.examples.collection import Collection, Example

from tests.examples.conftest import some, vector


def run(*arguments) -> int:
    return cli.main(["examples", *map(str, arguments)])


def taught(port: str) -> Collection:
    with Board.open(port) as board:
        return usb.read(board, lambda done, of: None)


def give(port: str, collection: Collection) -> None:
    with Board.open(port) as board:
        usb.change(board, lambda present: collection, lambda done, of: None)


def test_taken_away_and_given_to_another(switch_on, tmp_path, capsys):
    kept = tmp_path / "kept.jsonl"
    files.save(kept, some())
    first = switch_on("first")
    assert run("import", kept, "--port", first.port) == 0
    assert "4 examples came, 0 went; 4 are there now" in capsys.readouterr().out
    assert run("list", "--port", first.port) == 0
    told = capsys.readouterr().out
    assert "    2  cup" in told and "    1  りんご" in told and "    1  *exclude" in told
    assert run("export", tmp_path / "out.jsonl", "--port", first.port) == 0
    assert files.load(tmp_path / "out.jsonl", print).same(some())
    assert run("export", tmp_path / "cup.jsonl", "--only", "cup", "--port", first.port) == 0

    second = switch_on("second")
    own = some(examples=(Example("key", vector(9)), Example("cup", vector(4))), marks=(), settings={"limit2": "90"})
    give(second.port, own)
    assert run("import", tmp_path / "cup.jsonl", "--port", second.port) == 0
    assert "1 examples came, 0 went; 3 are there now" in capsys.readouterr().out
    after = taught(second.port)
    assert after.examples == (*own.examples, Example("cup", vector(1)))
    assert (after.marks, after.settings) == ((), {"limit2": "90"})
    assert run("import", tmp_path / "out.jsonl", "--replace", "--port", second.port) == 0
    assert taught(second.port).same(some())
    second.off()
    assert taught(switch_on("second").port).same(some()), "it is on flash"


def test_forget(switch_on, capsys):
    camera = switch_on()
    give(camera.port, some())
    assert run("forget", "cup", "--port", camera.port) == 0
    assert "2 examples of cup are forgotten" in capsys.readouterr().out
    assert run("forget", "*exclude", "--port", camera.port) == 0
    assert [example.label for example in taught(camera.port).examples] == ["りんご"]
    assert run("forget", "cup", "--port", camera.port) == 1
    assert "No examples of cup" in capsys.readouterr().err


def test_rename(switch_on, capsys):
    camera = switch_on()
    give(camera.port, some())
    assert run("rename", "cup", " mug ", "--port", camera.port) == 0
    assert "cup is mug now, with 2 examples" in capsys.readouterr().out
    assert run("rename", "mug", "りんご", "--port", camera.port) == 0
    assert taught(camera.port).counts() == {"りんご": 3, "": 1}
    assert run("rename", "cup", "mug", "--port", camera.port) == 1
    assert "No examples of cup" in capsys.readouterr().err
    assert run("rename", "cup", "*exclude", "--port", camera.port) == 2
    assert "'*exclude' is not a valid name" in capsys.readouterr().err


def test_another_set(switch_on, tmp_path, capsys):
    camera, kept = switch_on(), tmp_path / "kept.jsonl"
    files.save(kept, some())
    assert run("import", kept, "--set", "kitchen", "--port", camera.port) == 0
    assert taught(camera.port).examples == (), "the active set is as it was"
    assert run("export", tmp_path / "out.jsonl", "--set", "kitchen", "--port", camera.port) == 0
    assert files.load(tmp_path / "out.jsonl", print).same(some())
    capsys.readouterr()
    assert run("list", "--set", "attic", "--port", camera.port) == 1
    assert "no set 'attic'; there are: main, kitchen" in capsys.readouterr().err
    assert run("list", "--set", "attic", "--file", kept) == 2
    with Camera(camera.port) as api:
        assert (api.sets().set, api.sets().sets) == ("main", ("main", "kitchen"))
        assert api.use_set("kitchen").examples == 4
        assert api.copy_set("garden").examples == 4
        assert api.forget("*set garden").what == "set"
        assert api.forget("*set kitchen").what == "set"
        assert api.sets().sets == ("main",)


def test_another_model_is_refused(switch_on, tmp_path, capsys):
    files.save(tmp_path / "other.jsonl", some(model="0badcafe"))
    camera = switch_on()
    for more in ((), ("--replace",)):
        assert run("import", tmp_path / "other.jsonl", "--port", camera.port, *more) == 1
        assert "model 0badcafe cannot be used with model b922520e" in capsys.readouterr().err
    assert taught(camera.port).examples == ()


def test_more_than_fit(switch_on, tmp_path, capsys):
    many = tuple(Example("x", vector(i)[:-2] + bytes(divmod(i, 128))) for i in range(251))
    files.save(tmp_path / "many.jsonl", some(examples=many))
    camera = switch_on()
    assert run("import", tmp_path / "many.jsonl", "--port", camera.port) == 1
    assert "251 examples, but the camera holds 250" in capsys.readouterr().err


@pytest.mark.parametrize(("cut_after", "left"), [(1, "old"), (6327, "old"), (6328, "new")])
def test_old_or_new_after_a_power_cut(switch_on, cut_after, left):
    """Two files of 3158 bytes, then a seal of 12 each; the first counts. tests/lib/test_draft.py cuts at every byte."""
    new = some(examples=(Example("key", vector(7)), Example("", vector(8))), settings={"limit2": "99"})
    states = {"old": some(), "new": new}
    first = switch_on()
    give(first.port, states["old"])
    first.off()
    cut = switch_on(cut_after=cut_after)
    with pytest.raises(ToolError):  # the new one is there, but the camera is off before it can say so
        give(cut.port, states["new"])
    cut.ended()
    assert taught(switch_on().port).same(states[left])

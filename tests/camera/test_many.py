"""Many cameras: all, or each as it is plugged in; what fails holds up nobody."""

from argparse import Namespace

import pytest
from madeleine import cli
from madeleine.camera import many
from madeleine.camera.ports import Port
from madeleine.errors import ToolError, UsageError
from madeleine.examples import files

from tests.examples.conftest import some
from tests.fakes import virtual_camera
from tests.fakes.plugs import plug_in

ONE, TWO, THREE = Port("/dev/a", "M5StickV", "C1"), Port("/dev/b", "M5StickV", "C2"), Port("/dev/a", "M5StickV", "C3")


def given(**options: bool) -> Namespace:
    return Namespace(**{"port": None, "all": False, "each": False} | options)


def test_all_whatever_fails(monkeypatch, capsys) -> None:
    monkeypatch.setattr(many, "candidates", lambda: [ONE, TWO, THREE])
    asked = []

    def act(port: str) -> None:
        asked.append(port)
        if port == "/dev/b":
            raise ToolError("the cable is\nbad")

    assert many.for_many(given(all=True), act) == 1
    told = capsys.readouterr().out
    assert asked == ["/dev/a", "/dev/b", "/dev/a"]
    assert "cameras: 3, failed: 1\n  C1  done\n  C2  FAILED: the cable is\\nbad\n  C3  done\n" in told


def test_each_when_it_is_plugged_in(monkeypatch, capsys) -> None:
    plug_in(monkeypatch, [[], [ONE], [ONE], [], [THREE], [THREE, TWO]])
    asked: list[str] = []
    assert many.for_many(given(each=True), asked.append) == 0  # it returns None
    assert asked == ["/dev/a", "/dev/a", "/dev/b"]
    told = capsys.readouterr().out
    assert told.count("next camera, please") == 4 and told.count("\a") == 3
    assert "cameras: 3, failed: 0" in told


def test_a_camera_that_is_tried_again_counts_once(monkeypatch, capsys) -> None:
    """Cameras without a number cannot be told apart: each is another one."""
    nameless = Port("/dev/a", "Maix")
    cameras = [ONE, ONE, nameless, nameless]
    monkeypatch.setattr(many, "candidates", lambda: cameras)
    results = iter(["lost", "told", "lost", "told"])

    def act(_: str) -> str:
        result = next(results)
        if result == "lost":
            raise ToolError(result)
        return result

    assert many.for_many(given(all=True), act) == 1
    report = "cameras: 3, failed: 1\n  C1  done: told\n  /dev/a  FAILED: lost\n  /dev/a  done: told\n"
    assert capsys.readouterr().out.endswith(report)


def test_none_and_a_port(monkeypatch) -> None:
    monkeypatch.setattr(many, "candidates", list)
    with pytest.raises(ToolError, match="no camera"):
        many.for_many(given(all=True), lambda port: None)
    with pytest.raises(UsageError, match="leave --port out"):
        many.are_many(given(all=True, port="x"))
    assert not many.are_many(given(port="x")) and many.are_many(given(each=True))


def test_examples_for_a_class(tmp_path, monkeypatch, capsys) -> None:
    kept = tmp_path / "kept.jsonl"
    files.save(kept, some())
    with virtual_camera.started(tmp_path / "flash") as camera:
        try:
            port = Port(camera.stdout.readline().strip(), "M5StickV", "C1")
            monkeypatch.setattr(many, "candidates", lambda: [port])
            assert cli.main(["examples", "import", str(kept), "--all"]) == 0
        finally:
            camera.kill()
    told = capsys.readouterr().out
    assert "4 examples came, 0 went" in told and "cameras: 1, failed: 0" in told

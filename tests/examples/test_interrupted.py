"""A cable that is pulled, lines that are lost, somebody who teaches the camera meanwhile: nothing is lost."""

from types import SimpleNamespace

import pytest
from madeleine.camera.serial_port import LineLost
from madeleine.camera.usb import NoAnswer, Refused
from madeleine.errors import ToolError
from madeleine.examples import camera, files
from madeleine.examples.collection import Collection, Example, checksum
from messages import base64

from tests.examples.conftest import some, vector


class Scripted:
    """A camera that answers as one does, without a cable; `pulled_after` messages it is gone."""

    line = SimpleNamespace(device="ttyX")

    def __init__(self, taught: Collection, pulled_after: int | None = None) -> None:
        self.taught = taught
        self.left = pulled_after
        self.asked: list[str] = []
        self.draft: list | None = None
        self.meanwhile = None  # what somebody does at the camera during the next draft
        self.garbled = 0  # exports that will be damaged
        self.writes_s = 0.0  # how long a write of the draft takes

    def _message(self, event: str, **fields):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise LineLost("ttyX: the connection is lost")
        return {"event": event, **fields}

    def ask(self, word, timeout_s=5.0, draft=False, **fields):
        self.asked.append(word)
        if word == "status":
            known = {"model": self.taught.model, "examples": len(self.taught.examples), "capacity": 250}
            return self._message("status", app="0.1.0", board="M5StickV", **known)
        if word == "begin":
            self.draft = []
            return self._message("begun")
        if word == "drop":
            self.draft = None
            return self._message("dropped")
        if self.meanwhile:
            self.taught, self.draft, self.meanwhile = self.meanwhile(self.taught), None, None
        if self.draft is None:
            raise Refused("draft", "No draft")
        if self.writes_s > timeout_s:
            raise NoAnswer(f"no answer to {word!r} within {timeout_s:g} s")
        answer = self._message("drafted")
        if draft:
            self.draft.append((word, fields))
        else:
            self.taught = self.new
        return answer

    def answers(self, word, timeout_s=5.0):
        for what, key, value in self.taught.records():
            if what == "setting":
                yield self._message("setting", name=key, value=value)
            else:
                name = {"value": key} if what == "anchor" else {"name": key, "index": 0}
                yield self._message("anchored" if what == "anchor" else "example", vector=base64(value), **name)
        self.garbled -= 1
        yield self._message("exported", checksum="00000000" if self.garbled >= 0 else checksum(self.taught.records()))


def quiet(done: int, of: int) -> None:
    pass


def test_an_export_that_is_interrupted_leaves_the_file(tmp_path):
    path = tmp_path / "kept.jsonl"
    files.save(path, some(examples=()))
    before = path.read_bytes()
    messages = 2 + len(list(some().records()))
    for pulled_after in range(messages):
        with pytest.raises(LineLost):
            files.save(path, camera.read(Scripted(some(), pulled_after), quiet))
        assert path.read_bytes() == before
    files.save(path, camera.read(Scripted(some(), messages), quiet))
    assert files.load(path, print).same(some())
    assert [found.name for found in tmp_path.iterdir()] == ["kept.jsonl"]


def test_lines_that_were_lost_are_asked_for_again():
    board = Scripted(some())
    board.garbled = 2
    assert camera.read(board, quiet).same(some())
    board.garbled = 3
    with pytest.raises(ToolError, match="lost or damaged"):
        camera.read(board, quiet)


def test_the_camera_keeps_the_old_until_the_end():
    new = some(examples=(Example("key", vector(7)),))
    commits = 1 + len(list(new.records()))
    sizes = 3 + len(list(some().records()))  # messages of reading first, with two looks at the status
    for pulled_after in range(sizes + commits):
        board = Scripted(some(), pulled_after)
        board.new = new
        with pytest.raises(LineLost):
            camera.change(board, lambda present: new, quiet)
        assert board.taught.same(some())


def test_an_interruption_drops_the_draft():
    board = Scripted(some())

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        camera.change(board, lambda present: some(examples=()), stop)
    assert board.draft is None
    assert board.asked[-1] == "drop"


def test_what_is_taught_meanwhile_is_taken_in():
    new = Example("key", vector(7))
    board = Scripted(some())
    board.meanwhile = lambda taught: some(examples=(*taught.examples, Example("box", vector(8))))

    def make(present: Collection) -> Collection:
        board.new = present.merged(some(examples=(new,)))
        return board.new

    before, after = camera.change(board, make, quiet)
    assert [example.label for example in before.examples][-1] == "box"
    assert [example.label for example in after.examples][-2:] == ["box", "key"]


def test_a_flash_that_makes_room_is_waited_for():
    """SPIFFS takes five seconds for a write now and then (docs/MEASURED.md)."""
    board = Scripted(some())
    board.writes_s = 8.0
    board.new = some(examples=(Example("key", vector(7)),))
    camera.change(board, lambda present: board.new, quiet)
    assert board.taught.same(board.new)


def test_nothing_to_do():
    board = Scripted(some())
    camera.change(board, lambda present: present, quiet)
    assert "begin" not in board.asked

"""The examples of the camera as a file, both ways, over its USB cable as `madeleine examples` does it."""

from madeleine.camera.usb import Board
from madeleine.errors import ToolError
from madeleine.examples import brownie, camera, files, jsonl
from madeleine.examples.collection import Collection, Example
from madeleine.web.camera import Camera
from madeleine.web.learner import key_of
from madeleine.web.real import RealCamera

FORMS = {None: ("examples.jsonl", jsonl.write), "brownie": ("features.csv", brownie.write)}


def taken(source: Camera | RealCamera, form: str | None) -> tuple[str, bytes]:
    """Everything it was taught, as a name and the bytes of a file; ToolError when it cannot be had."""
    name, write = FORMS[form]
    with source.line() as line:
        return name, write(camera.read(Board(line), _unseen))


def given(source: Camera | RealCamera, data: bytes, replace: bool) -> tuple[int, list[str]]:
    """Teaches it a file of either kind, or that alone: (how many examples there are, what was left out).

    ToolError: nothing has changed.
    """
    left_out: list[str] = []
    collection = files.parsed(data, "the file", left_out.append)

    def make(present: Collection) -> Collection:
        return present.taking(collection, replace)

    with source.line() as line:
        _, after = camera.change(Board(line), make, _unseen)
    return len(after.examples), left_out


def forgotten(source: Camera | RealCamera, index: int, key: str) -> Example:
    """Takes one example away, the one at `index` (from 0) whose vector has the CRC-32 `key`: which it was.

    A camera forgets classes alone, so it gets a draft of everything else. ToolError: nothing has changed.
    """

    def make(present: Collection) -> Collection:
        there = present.examples[index : index + 1]
        if not there or key_of(there[0].vector) != key:
            raise ToolError("the camera has been taught something else meanwhile: look again, then try again")
        return present.without_one(index)

    with source.line() as line:
        before, _ = camera.change(Board(line), make, _unseen)
    return before.examples[index]


def _unseen(done: int, of: int) -> None:
    """Nobody watches the progress."""

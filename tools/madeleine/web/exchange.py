"""The examples of the virtual board as a file, both ways, over its USB cable as `madeleine examples` does it."""

import tempfile
from pathlib import Path

from madeleine.errors import ToolError
from madeleine.examples import brownie, camera, files, lines
from madeleine.examples.collection import Collection
from madeleine.usb import Board
from madeleine.web.camera import Camera

FORMS = {None: ("examples.jsonl", lines.write), "brownie": ("features.csv", brownie.write)}


def taken(virtual: Camera, form: str | None) -> tuple[str, bytes]:
    """Everything it was taught, as a name and the bytes of a file; ToolError when it cannot be had."""
    name, write = FORMS[form]
    with virtual.line() as line:
        return name, write(camera.read(Board(line), _unseen))


def given(virtual: Camera, data: bytes) -> int:
    """Replaces what it was taught by a file of either kind; how many examples there are. ToolError: none changed."""
    collection = _loaded(data)

    def make(present: Collection) -> Collection:
        present.merged(collection)  # of another model: refused
        return collection

    with virtual.line() as line:
        _, after = camera.change(Board(line), make, _unseen)
    return len(after.examples)


def _loaded(data: bytes) -> Collection:
    with tempfile.TemporaryDirectory(prefix="madeleine-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        try:
            return files.load(path)
        except ToolError as error:
            raise ToolError(str(error).replace(str(path), "the file")) from error


def _unseen(done: int, of: int) -> None:
    """Nobody watches the progress."""

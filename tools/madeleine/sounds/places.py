"""Where sounds go: the camera's flash, at the firmware's prompt, or a memory card's folder on this computer."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from madeleine.board.install.repl import Repl
from madeleine.board.install.transfer import board_half, pieces
from madeleine.camera.fields import Nonsense
from madeleine.camera.usb import Board
from madeleine.device import sounds
from madeleine.errors import ToolError
from madeleine.inputs import inside
from madeleine.outputs import write_whole
from madeleine.paths import board_files
from madeleine.sounds.names import file_of

LIST = "import ujson\nprint(ujson.dumps([[name, check(FLASH + name)[0]] for name in names({folder!r})]))"


class Place(Protocol):
    """What holds sounds."""

    def sizes(self) -> dict[str, int]:
        """The names of the classes that have a sound, and the bytes of each."""

    def put(self, name: str, data: bytes) -> None:
        """Write the sound of a class, over the one before."""

    def remove(self, name: str) -> None:
        """Remove the sound of a class, which is there."""


class Card:
    """A memory card, or any folder that is to become one."""

    def __init__(self, folder: Path) -> None:
        """ToolError if there is no such folder."""
        if not folder.is_dir():
            raise ToolError(f"{folder} is not a folder; give the one where the memory card is")
        self._folder = folder

    def sizes(self) -> dict[str, int]:
        place = self._folder / sounds.FOLDER
        files = sorted(place.iterdir()) if place.is_dir() else []
        return {file.stem: file.stat().st_size for file in files if file.suffix == sounds.WAV and file.is_file()}

    def put(self, name: str, data: bytes) -> None:
        path = self._path(name)
        path.parent.mkdir(exist_ok=True)
        write_whole(path, data)

    def remove(self, name: str) -> None:
        self._path(name).unlink()

    def _path(self, name: str) -> Path:
        """ToolError where a link leads out of the folder."""
        try:
            return inside(self._folder, file_of(name))
        except ValueError as error:
            raise ToolError(f"{error}; take the link away") from error


class Flash:
    """The camera's own flash."""

    def __init__(self, repl: Repl) -> None:
        self._repl = repl

    def sizes(self) -> dict[str, int]:
        listed = self._repl.value(LIST.format(folder=sounds.FOLDER))
        if not isinstance(listed, list) or not all(map(_is_entry, listed)):
            raise Nonsense("it is not a list of files")
        return {name[len(sounds.FOLDER) : -len(sounds.WAV)]: size for name, size in sorted(listed)}

    def put(self, name: str, data: bytes) -> None:
        file = file_of(name)
        if self._repl.run(f"print(room([{len(data)}]))") != "True":
            raise ToolError(
                f"{self._repl.device_name}: /flash is too full for {file}: remove sounds, or use a memory card"
            )
        self._repl.run(f"import uzlib, ubinascii\nwriter = Writer({file!r})")
        for piece in pieces(data):
            self._repl.run(f"writer.add(uzlib.decompress(ubinascii.a2b_base64({piece!r})))")
        self._repl.run(f"writer.end({(len(data), zlib.crc32(data))})")

    def remove(self, name: str) -> None:
        self._repl.run(f"remove({file_of(name)!r})")


def _is_entry(entry: object) -> bool:
    """[path, bytes] of a WAV file?"""
    return (
        isinstance(entry, list)
        and len(entry) == 2
        and isinstance(entry[0], str)
        and entry[0].endswith(sounds.WAV)
        and isinstance(entry[1], int)
    )


@contextmanager
def place(card: Path | None, port: str | None) -> Iterator[Place]:
    """The card's folder, or else the camera on a port, which is restarted in the end."""
    if card is not None:
        yield Card(card)
        return
    with Board.open(port) as board:
        repl = Repl(board)
        try:
            repl.run(board_half(board_files()))
            yield Flash(repl)
        finally:
            repl.restart()

"""Puts the app on a camera: only what differs, read back, and never half of it (firmware/install.py says how)."""

import secrets
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from madeleine.board.install.manifest import Files, app_files, packed, wanted
from madeleine.board.install.pack import byte_code
from madeleine.board.install.repl import Repl
from madeleine.board.install.transfer import board_half, pieces
from madeleine.camera.fields import Nonsense, clean, fields_of
from madeleine.camera.usb import Board
from madeleine.errors import ToolError
from madeleine.fonts.make import font_files

ID_BYTES = 4
LOOK = """import sys, ujson, uos
top = uos.listdir('/')
card = uos.listdir('/sd') if 'sd' in top else []
print(ujson.dumps({'platform': sys.platform, 'version': uos.uname()[3], 'top': top, 'card': card}))
"""
Progress = Callable[[int, int, str], None]  # files done, or pieces of a font; how many in all; name of the next
Naming = Callable[[str, str], str]  # id and present name of a camera to its name, "" to leave it


@dataclass(frozen=True)
class Report:
    """What an installation did."""

    copied: tuple[str, ...]
    firmware: str
    card_starts: bool  # a boot.py on the memory card wins over the one on flash
    fonts: tuple[str, ...] = ()  # font files on the camera now
    id: str = ""  # the camera's, which lasts
    name: str = ""  # the one that its owner gave it; "": none

    @property
    def title(self) -> str:
        """The camera in a list, for people."""
        return f'"{self.name}" (id {self.id})' if self.name else f"id {self.id}"

    @property
    def called(self) -> str:
        """A sentence, if it has a name."""
        return f' It is called "{self.name}".' if self.name else ""


def install(
    board: Board,
    root: Path,
    progress: Progress = lambda done, total, name: None,
    writings: Sequence[str] = (),
    naming: Naming | None = None,
    new_id: bool = False,
) -> Report:
    """Makes the camera's app that of `root` and restarts it; ToolError when it could not be done.

    writings: of WRITINGS; their fonts go onto the camera, beside Latin, Greek and Cyrillic, and stay there.
    naming: gives the camera a name. new_id: it gets another id than the one that it has.

    Whatever happens in between, the old app starts or the new one; to run it again goes on from there.
    """
    sources, letters = app_files(root), font_files(*writings)
    repl = Repl(board)
    try:
        firmware, card = _look(repl)
        repl.run(board_half(root))
        files = (packed(sources) if _takes_packs(repl) else None) or sources
        copied = _copy(repl, files, progress) + _copy_fonts(repl, letters, progress)
        fonts = repl.texts("import ujson\nprint(ujson.dumps(fonts()))")
        if new_id:
            repl.run("forget_id()")
        id, name = _identify(repl, naming)
        repl.run("ask_for_heap()")
    finally:
        repl.restart()
    return Report(tuple(copied), firmware, "boot.py" in card, tuple(sorted(fonts)), id, name)


def uninstall(board: Board, root: Path, examples: bool) -> list[str]:
    """Removes the app, and what was taught if `examples`; returns the names of the files that are gone."""
    repl = Repl(board)
    try:
        _look(repl)
        repl.run(board_half(root))
        gone = repl.texts(f"import ujson\nprint(ujson.dumps(uninstall({examples})))")
    finally:
        repl.restart()
    return gone


def _look(repl: Repl) -> tuple[str, list[str]]:
    """The firmware's version, and what is on the memory card; ToolError when this is no MaixPy."""
    found = fields_of(repl.value(LOOK))
    platform = found.text("platform")
    if platform != "MaixPy" or "flash" not in found.needed_texts("top"):
        raise ToolError(
            f"{repl.device_name}: this is {platform} and not MaixPy on a K210: choose another port with --port"
        )
    return clean(found.needed_text("version")), found.needed_texts("card")


def _takes_packs(repl: Repl) -> bool:
    """Does this firmware run what our compiler makes? It is tried, whatever version it is."""
    probe = byte_code("probe.py", b"N = 1\n")
    if probe is None:
        return False
    return repl.run(f"print(takes_packs({probe!r}))") == "True"


def _copy(repl: Repl, files: Files, progress: Progress) -> list[str]:
    repl.run(f"wanted = {wanted(files)!r}")
    missing = repl.texts("import ujson\nprint(ujson.dumps(prepare(wanted)))")
    if not files.keys() >= set(missing):
        raise Nonsense("it asks for files that the app does not have")
    if missing:
        sizes = [len(files[name]) for name in missing]
        if repl.run(f"print(room({sizes}))") != "True":
            raise ToolError(
                f"{repl.device_name}: /flash is too full: forget classes, or remove files, and run this again"
            )
    for done, name in enumerate(missing):
        progress(done, len(missing), name)
        repl.run(f"import uzlib, ubinascii\nbegin({name!r})")
        for piece in pieces(files[name]):
            repl.run(f"add({name!r}, uzlib.decompress(ubinascii.a2b_base64({piece!r})))")
        repl.run(f"end({name!r})")
    progress(len(missing), len(missing), "")
    repl.run("finish(wanted)")  # one command: a host that goes away does not stop it half-way
    return missing


def made_id() -> str:
    """A random id, which a camera keeps."""
    return secrets.token_hex(ID_BYTES)


def _identify(repl: Repl, naming: Naming | None) -> tuple[str, str]:
    """The camera's id, made if it has none yet, and its name."""
    found = repl.texts("import ujson\nprint(ujson.dumps(identity()))")
    if len(found) != 2:
        raise Nonsense("its id and its name are not two texts")
    id, before = clean(found[0]) or made_id(), clean(found[1])
    name = (naming(id, before) if naming else "") or before
    if [id, name] != found:
        repl.run(f"identify({id!a}, {name!a})")
    return id, name


def _copy_fonts(repl: Repl, letters: Files, progress: Progress) -> list[str]:
    """The font files that the camera lacks, in their places; returns their names."""
    copied = []
    for name, content in letters.items():
        if repl.run(f"print(prepare_font({name!r}, {len(content)}, {zlib.crc32(content)}))") == "True":
            continue
        parts = list(pieces(content))
        for done, piece in enumerate(parts):
            progress(done, len(parts), name)
            repl.run(f"import uzlib, ubinascii\nadd({name!r}, uzlib.decompress(ubinascii.a2b_base64({piece!r})))")
        progress(len(parts), len(parts), name)
        repl.run(f"end({name!r})")
        copied.append(name)
    return copied

"""Puts the app on a camera: only what differs, read back, and never half of it (firmware/install.py says how)."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from madeleine.board.install.files import Files, app_files, board_half, packed, pieces, wanted
from madeleine.board.install.pack import byte_code
from madeleine.board.install.repl import Repl
from madeleine.camera.fields import Nonsense, clean, fields_of
from madeleine.camera.usb import Board
from madeleine.errors import ToolError
from madeleine.fonts.make import font_files

LOOK = """import sys, ujson, uos
top = uos.listdir('/')
card = uos.listdir('/sd') if 'sd' in top else []
print(ujson.dumps({'platform': sys.platform, 'version': uos.uname()[3], 'top': top, 'card': card}))
"""
Progress = Callable[[int, int, str], None]  # files done, files in all, name of the next


@dataclass(frozen=True)
class Report:
    """What an installation did."""

    copied: tuple[str, ...]
    firmware: str
    card_starts: bool  # a boot.py on the memory card wins over the one on flash
    fonts: tuple[str, ...] = ()  # font files on the camera now


def install(
    board: Board,
    root: Path,
    progress: Progress = lambda done, total, name: None,
    writings: Sequence[str] = (),
) -> Report:
    """Makes the camera's app that of `root` and restarts it; ToolError when it could not be done.

    writings: of WRITINGS; their fonts go onto the camera, beside Latin, Greek and Cyrillic, and stay there.

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
        repl.run("ask_for_heap()")
    finally:
        repl.restart()
    return Report(tuple(copied), firmware, "boot.py" in card, tuple(sorted(fonts)))


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


def _copy_fonts(repl: Repl, letters: Files, progress: Progress) -> list[str]:
    """The font files that the camera lacks, in their places; returns their names."""
    copied = []
    for name, content in letters.items():
        if repl.run(f"print(prepare_font({name!r}, {len(content)}, {zlib.crc32(content)}))") == "True":
            continue
        parts = list(pieces(content))
        for done, piece in enumerate(parts):
            progress(done, len(parts), name)
            repl.run(f"import uzlib, ubinascii\nappend({name!r}, uzlib.decompress(ubinascii.a2b_base64({piece!r})))")
        repl.run(f"end_font({name!r})")
        copied.append(name)
    return copied

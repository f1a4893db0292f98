"""The app as a part of a package: all of /flash, for a camera that needs no `madeleine install`."""

from collections.abc import Sequence

from madeleine.board.flash.package import FILES_ADDRESS, Part
from madeleine.board.flash.spiffs import image
from madeleine.board.install.manifest import app_files, packed
from madeleine.device import heap
from madeleine.fonts.make import font_files
from madeleine.paths import board_files

NAME = "flash.spiffs"


def app_part(writings: Sequence[str] = ()) -> Part:
    """What `madeleine install` puts on flash, but no id: every camera would have the same one.

    writings: of WRITINGS; their letters go along. At its first start the app sets the heap for its model.
    """
    sources = app_files(board_files())
    files = (packed(sources) or sources) | font_files(*writings) | {heap.UNSET: b""}
    return Part(NAME, FILES_ADDRESS, image(files), firmware=False)

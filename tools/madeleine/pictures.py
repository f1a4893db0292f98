"""Picture files as people have them: found in folders, and read upright at the size of the camera's picture.

Pillow reads them; pillow-heif, of the extra [heic], adds what iPhones make. The content decides, not the name.
"""

import logging
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from warnings import catch_warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from madeleine.device import constants
from madeleine.errors import ToolError
from madeleine.inputs import opened

with suppress(ImportError):
    from pillow_heif import register_heif_opener

    register_heif_opener()

Pixels: TypeAlias = NDArray[np.uint8]
SIDE_PX = constants.SIDE_PX
# Names of photographs. Raw ones are not read, but named with what is left out.
SUFFIXES = frozenset(
    ".avif .bmp .cr2 .dng .gif .heic .heif .jfif .jpeg .jpg .mpo .nef .png .tif .tiff .webp".split(),
)
FORMATS = ("AVIF", "BMP", "GIF", "HEIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP")  # others have no business here: EPS, PDF
# A JPEG is reduced while it is read; of others all pixels are in memory at once, with four bytes each.
REDUCIBLE = ("JPEG", "MPO")
MOST_PX, MOST_PX_REDUCIBLE = 80_000_000, 300_000_000
ANIMATED, FRAMES_LIMIT = ("AVIF", "GIF", "PNG", "WEBP"), 100_000
ORIENTATION, QUARTER_TURNS = 0x0112, 5  # the tag of EXIF, and its first value that lays a picture on its side
# Pillow's decoders fail on damaged files in these ways, seen with mutated ones.
FAILURES = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
STDERR = 2
logging.getLogger("PIL").addHandler(logging.NullHandler())  # Pillow's errors come as exceptions, too
Image.MAX_IMAGE_PIXELS = None  # `_sized` has the limit


def photograph(path: Path, height_px: int = SIDE_PX, width_px: int = SIDE_PX) -> Pixels:
    """The middle of a picture file, upright, reduced to the camera's window: the largest part of that shape.

    uint8 (height_px, width_px, 3), RGB. ToolError with the reason if it cannot be read.
    """
    with _opened(path) as picture:
        picture.draft("RGB", (2 * width_px, 2 * height_px))
        colours = _upright(picture)
        return np.asarray(ImageOps.fit(colours, (width_px, height_px), Image.Resampling.BILINEAR))


@dataclass(frozen=True)
class Frame:
    """A whole picture, upright. `colours` may be reduced; the file's own has `width_px` and `height_px`."""

    colours: Image.Image
    width_px: int
    height_px: int


def frame_count(path: Path) -> int:
    """How many pictures there are in a file: one, or the frames of an animation. ToolError as for `frames`."""
    with _opened(path) as picture:
        return _count(picture)


def frames(path: Path, least_px: int) -> Iterator[Frame]:
    """The pictures of a file, one after another; JPEGs are reduced to no less than `least_px` on the longer side.

    ToolError with the reason if one cannot be read, or if there are more than FRAMES_LIMIT.
    """
    with _opened(path) as picture:
        width, height = picture.size
        if picture.format in REDUCIBLE:
            picture.draft("RGB", (least_px, least_px))
        turned = picture.getexif().get(ORIENTATION, 1) >= QUARTER_TURNS
        for index in range(_count(picture)):
            picture.seek(index)
            yield Frame(_upright(picture), *((height, width) if turned else (width, height)))


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """The file as Pillow opens it; whatever goes wrong with it in the block is a ToolError."""
    formats = [name for name in FORMATS if name in _known()]
    try:
        # Pillow warns of tags that nobody needs.
        with opened(path) as file, catch_warnings(action="ignore"), Image.open(file, formats=formats) as picture:
            _sized(picture)
            yield picture
    except FAILURES as error:
        raise ToolError(f"{path} is not a picture that can be read: {_reason(path, error)}") from error


def _count(picture: Image.Image) -> int:
    """Of other formats only the first is taken: telephones write pictures of several sizes into one file."""
    count = int(getattr(picture, "n_frames", 1)) if picture.format in ANIMATED else 1
    if count > FRAMES_LIMIT:
        raise ValueError(f"{count} frames are more than {FRAMES_LIMIT}")
    return count


def photographs(folder: Path) -> dict[str, list[Path]]:
    """The picture files of every sub-folder of `folder`, by the sub-folder's name."""
    if not folder.is_dir():
        raise ToolError(f"{folder} is not a folder; give one with a sub-folder of pictures for each thing")
    kinds = [kind for kind in sorted(folder.iterdir()) if kind.is_dir()]
    found = {kind.name: sorted(filter(is_photograph, kind.iterdir())) for kind in kinds}
    return {name: paths for name, paths in found.items() if paths}


def is_photograph(path: Path) -> bool:
    """By its name; not what macOS puts next to a file on foreign disks (._NAME)."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def unreadable(paths: Iterable[Path]) -> dict[Path, str]:
    """The files that cannot be read as pictures, each with the sentence about it."""
    found = {}
    for path in paths:
        try:
            photograph(path)
        except ToolError as error:
            found[path] = str(error)
    return found


def readable(
    paths: Iterable[Path], height_px: int, width_px: int, leave_out: Callable[[str], object]
) -> Iterator[Pixels]:
    """The photographs, one after another; `leave_out` gets the sentence about each that cannot be read."""
    for path in paths:
        try:
            yield photograph(path, height_px, width_px)
        except ToolError as error:
            leave_out(str(error))


def _known() -> set[str]:
    Image.init()
    return set(Image.OPEN)


def _sized(picture: Image.Image) -> None:
    most = MOST_PX_REDUCIBLE if picture.format in REDUCIBLE else MOST_PX
    if picture.width * picture.height > most:
        raise ValueError(f"{picture.width}x{picture.height} pixels are more than {most // 1_000_000} million")


@contextmanager
def _quiet() -> Iterator[None]:
    """What libtiff says of a damaged file goes nowhere: it writes to the standard error by itself."""
    with ExitStack() as after:
        with suppress(OSError):  # there is no standard error
            kept = os.dup(STDERR)
            after.callback(os.close, kept)
            after.callback(os.dup2, kept, STDERR)
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, STDERR)
            os.close(null)
        yield


def _upright(picture: Image.Image) -> Image.Image:
    with _quiet() if picture.format == "TIFF" else nullcontext():
        return _rgb(ImageOps.exif_transpose(picture))


def _rgb(picture: Image.Image) -> Image.Image:
    """In 8 bits a colour; what is transparent is white."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut at 255
        return Image.fromarray((np.asarray(picture).clip(0, 0xFFFF) >> 8).astype(np.uint8)).convert("RGB")
    if picture.mode == "F":
        raise ValueError("its greys are floats, of no known range")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")


def _reason(path: Path, error: Exception) -> str:
    if path.suffix.lower() in (".heic", ".heif") and "HEIF" not in _known():
        return 'pip install "madeleine-camera[heic]" adds HEIC'
    if isinstance(error, UnidentifiedImageError):  # Pillow's words name an object of Python
        return "its content is not a known picture format; give a JPEG or PNG file"
    what = getattr(error, "strerror", None) or " ".join(str(error).split())[:120] or type(error).__name__
    return f"{what}; give a JPEG or PNG file"

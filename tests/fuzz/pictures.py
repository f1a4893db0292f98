"""Picture files of all formats, damaged: read whole and as the camera's window, or refused in one line.

python -m tests.fuzz.pictures --cases 20000 --seed 1
"""

import io
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from random import Random
from typing import Any

import numpy as np
from madeleine import pictures
from madeleine.errors import ToolError
from PIL import Image

from tests.fuzz import noise
from tests.fuzz.harness import main
from tests.fuzz.place import written

#  format      modes in which it is written
MODES = {
    "JPEG": ("RGB", "L", "CMYK"),
    "PNG": ("RGB", "RGBA", "P", "LA", "I;16", "1"),
    "BMP": ("RGB", "P", "1"),
    "GIF": ("P", "L"),
    "TIFF": ("RGB", "L", "I;16", "F", "CMYK", "P"),
    "WEBP": ("RGB", "RGBA"),
    "AVIF": ("RGB",),
    "HEIF": ("RGB",),
    "MPO": ("RGB",),
}
WAYS = {"TIFF": ({}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}, {"compression": "jpeg"})}
SIZE_PX, FRAMES = (37, 23), 5


@cache
def _whole() -> tuple[bytes, ...]:
    return tuple(_made())


def _made() -> Iterator[bytes]:
    """A small picture in every format, mode and way that the installed Pillow can write."""
    Image.init()
    shades = np.random.default_rng(1).integers(0, 256, (*SIZE_PX[::-1], 3), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in MODES.keys() & Image.SAVE.keys():
        for mode in MODES[kind]:
            picture = Image.fromarray(shades).convert("L" if mode == "I;16" else mode)
            picture = picture.convert("I").convert("I;16") if mode == "I;16" else picture
            for way in WAYS.get(kind, ({"save_all": kind == "GIF"}, *_film(kind, picture))):
                file = io.BytesIO()
                try:
                    picture.save(file, kind, exif=exif, **way)
                except (OSError, ValueError):  # of a mode that this way does not hold
                    continue
                yield file.getvalue()


def _film(kind: str, picture: Image.Image) -> Iterator[dict[str, Any]]:
    """How to save an animation, where there are any."""
    if kind in pictures.ANIMATED:
        yield {"save_all": True, "append_images": [picture.rotate(180), picture]}


def case(random: Random) -> None:
    """One time in two a PNG's checksums are made right again, so that what lies deeper is reached."""
    data = noise.corrupted(random, random.choice(_whole()))
    if random.random() < 0.5:
        data = noise.damaged(random, data)
    if random.random() < 0.5:
        data = _sealed(data)
    path = written(data, "picture" + random.choice((".jpg", ".png", ".heic", ".tif")))
    height_px, width_px = random.choice(((224, 224), (1, 500)))
    try:
        for frame in islice(pictures.frames(path, 30), FRAMES):
            assert frame.colours.mode == "RGB" and min(frame.width_px, frame.height_px) > 0
        pixels = pictures.photograph(path, height_px, width_px)
    except ToolError as error:
        assert str(path) in str(error) and "\n" not in str(error), str(error)
        return
    assert pixels.shape == (height_px, width_px, 3) and pixels.dtype == np.uint8


def _sealed(data: bytes) -> bytes:
    """A PNG with its chunks' checksums made right; anything else as it is."""
    at, made = 8, bytearray(data[:8])
    if not data.startswith(b"\x89PNG"):
        return data
    while len(data) - at >= 12:
        size = min(int.from_bytes(data[at : at + 4]), len(data) - at - 12)
        body = data[at + 4 : at + 8 + size]
        made += struct.pack(">I", size) + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + size
    return bytes(made)


if __name__ == "__main__":
    main(case)

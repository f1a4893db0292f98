"""The film that the browser's fake webcam shows: drawn scenes, in a raw format that Chromium reads (Y4M)."""

from pathlib import Path

import numpy as np
from madeleine.sim.scenes import Pixels, scene
from PIL import Image

FILM = ("cup", "pen", "ball")
SCENE_S = 2.0  # long enough to be learned, on a busy machine, too
WIDTH_PX, HEIGHT_PX = 320, 240
FRAMES_PER_SECOND = 4
VIEWS = 2  # of each scene, in turn, as a hand holds it


def write_film(path: Path) -> Path:
    """FILM, each scene for SCENE_S; the browser shows it over and over. Returns `path`."""
    film = bytearray(f"YUV4MPEG2 W{WIDTH_PX} H{HEIGHT_PX} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
    for name in FILM:
        views = [_planes(scene(name, seed)) for seed in range(1, VIEWS + 1)]
        for frame in range(round(SCENE_S * FRAMES_PER_SECOND)):
            film += b"FRAME\n" + views[frame % VIEWS]
    path.write_bytes(film)
    return path


def _planes(square: Pixels) -> bytes:
    """Brightness of every pixel, then blue and red of every second one in both directions (4:2:0)."""
    side = Image.fromarray(square).resize((HEIGHT_PX, HEIGHT_PX), Image.Resampling.BICUBIC)
    margin = (WIDTH_PX - HEIGHT_PX) // 2  # the page takes the square in the middle; the desk goes on beside it
    wide = np.pad(np.asarray(side), ((0, 0), (margin, margin), (0, 0)), mode="reflect")
    light, blue, red = Image.fromarray(wide).convert("YCbCr").split()
    half = (WIDTH_PX // 2, HEIGHT_PX // 2)
    colours = [_studio(plane.resize(half, Image.Resampling.BOX), 224) for plane in (blue, red)]
    return b"".join(plane.tobytes() for plane in (_studio(light, 219), *colours))


def _studio(plane: Image.Image, steps: int) -> Image.Image:
    """In the range of television (16 to 235, colours to 240), which Chromium takes every film to have."""
    return plane.point([16 + round(value * steps / 255) for value in range(256)])

"""How often the coach is right about photographs: `python -m bench.coach FOLDER ...`, of pictures at any depth.

Of each folder up to 150 photographs, drawn by chance, are shown as they are and then darkened, brightened, out of focus
and shaken. Each row of the table says to how many per cent of them the coach (lib/coach.py) says what. Light is changed
as a lens would: by stops, in linear light; blur is a Gaussian's sigma, a shake a straight line. All get a little noise.
"""

import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from madeleine.device import coach
from madeleine.pictures import is_photograph, photograph
from madeleine.sim.painter import packed
from PIL import Image, ImageFilter

EACH = 150
NOISE = 1.0  # standard deviation, of 255
FAULTS = (coach.BLANK, coach.DARK, coach.BRIGHT, coach.BLURRED)


def exposed(picture, stops):
    """In linear light, as sRGB has it."""
    share = picture / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = (linear * 2.0**stops).clip(0, 1)
    return 255 * np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def unfocused(picture, sigma_px):
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(sigma_px)))


def shaken(picture, length_px):
    moved = [np.roll(picture.astype(float), step, axis=1) for step in range(length_px)]
    return sum(moved) / length_px


CHANGES = {
    "as they are": lambda picture: picture,
    **{f"{stops:+d} stops": lambda picture, stops=stops: exposed(picture, stops) for stops in (-5, -4, -3, 1, 2, 3)},
    **{f"sigma {px} px": lambda picture, px=px: unfocused(picture, px) for px in (2, 3, 4, 6)},
    **{f"shaken by {px} px": lambda picture, px=px: shaken(picture, px) for px in (15, 25)},
    "a lens cap": lambda picture: picture * 0.0,
    "a wall": lambda picture: picture * 0.0 + picture.mean(),
}


def fault(picture, rng):
    seen = (picture + rng.normal(0, NOISE, picture.shape)).clip(0, 255).round().astype(np.uint8)
    return coach.fault(packed(seen).astype(">u2").tobytes())


def drawn(folder):
    """Some photographs of a folder, uint8 (224, 224, 3)."""
    paths = sorted(path for path in Path(folder).rglob("*") if is_photograph(path))
    random.Random(1).shuffle(paths)
    return [photograph(path) for path in paths[:EACH]]


def table(pictures):
    """Lines of per cent, a change each."""
    rng = np.random.default_rng(0)
    yield f"{'':20}" + "".join(f"{name:>9}" for name in FAULTS)
    for name, change in CHANGES.items():
        said = Counter(fault(change(picture), rng) for picture in pictures)
        yield f"{name:20}" + "".join(f"{100 * said[code] / len(pictures):9.1f}" for code in FAULTS)


def main(folders):
    pictures = []
    rng = np.random.default_rng(0)
    for folder in folders:
        own = drawn(folder)
        false = sum(fault(picture, rng) is not None for picture in own)
        print(f"{Path(folder).name}: {len(own)} photographs, {false} of them with a fault as they are", flush=True)
        pictures += own
    print(f"all {len(pictures)}:")
    for line in table(pictures):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

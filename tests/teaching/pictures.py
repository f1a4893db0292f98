"""Makes the pictures of docs/MODELS.md: `python -m tests.teaching.pictures docs`, with drawn things as photographs.

Each thing is seen turned, shifted, nearer, in other light, partly out of the picture: some are hard.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from madeleine import cli
from madeleine.sim import scenes
from PIL import Image

THINGS = ("ball", "cup", "key", "leaf", "pen", "star")
COUNT, KEPT_BACK = 40, 20  # pictures a thing; per cent
COLOURS = 128  # of the sheet
SHEET, CURVES = "teach.png", "teach-curves.png"
EPOCHS = "20"


def views(name: str, count: int, random: np.random.Generator) -> list[Image.Image]:
    """A drawn thing as somebody's hand would have it."""
    found = []
    for seed in range(count):
        picture = Image.fromarray(scenes.scene(name, seed))
        turned = picture.rotate(
            random.uniform(-180, 180), Image.Resampling.BILINEAR, fillcolor=picture.getpixel((3, 3))
        )
        side = scenes.SIDE_PX
        part = side * random.uniform(0.35, 1.0)
        left, top = random.uniform(0, side - part, 2)
        cut = turned.resize((side, side), Image.Resampling.BILINEAR, (left, top, left + part, top + part))
        light = np.asarray(cut) * random.uniform(0.45, 1.3) * random.uniform(0.85, 1.15, 3)
        found.append(Image.fromarray((light + random.normal(0, 3, light.shape)).clip(0, 255).astype(np.uint8)))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    folder = parser.parse_args().folder
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as room:
        for name in THINGS:
            place = Path(room, "drawn", name)
            place.mkdir(parents=True)
            for number, view in enumerate(views(name, COUNT, random)):
                view.save(place / f"{number:02}.png")
        softmax = ["--layer", "softmax", "--epochs", EPOCHS, "--plot", str(folder / CURVES)]
        kept = ["--held-out", str(KEPT_BACK), "--sheet", str(folder / SHEET)]
        code = cli.main(["teach", str(Path(room, "drawn")), *softmax, *kept])
    with Image.open(folder / SHEET) as sheet:
        sheet.quantize(COLOURS).save(folder / SHEET, optimize=True)
    return code


if __name__ == "__main__":
    sys.exit(main())

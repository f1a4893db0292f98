"""What the cameras of the bench see: photographs of ten things, still, moved by a hand, and another one each turn."""

import numpy as np
from PIL import Image, ImageOps

from tests.firmware.prompt import PHOTOGRAPHS

SIDE_PX = 224
TURNS = 24  # of each film
NOISE = 4.0  # grey levels a pixel, of a sensor in a room
THINGS = (
    "grocery/avocado",
    "grocery/banana",
    "grocery/oatly-oat-milk",
    "grocery/pineapple",
    "trashnet/glass",
    "trashnet/metal",
    "trashnet/cardboard",
    "sign_digits/3",
    "sign_digits/8",
    "rps_hands/rock",
)
SHOTS = 25  # of each thing for examples; the films show others


def _photographs(thing):
    found = sorted((PHOTOGRAPHS / thing).glob("*.jpg"))
    if not found:
        raise SystemExit(f"no photographs in {PHOTOGRAPHS / thing}: `python bench/kit.py kit` builds them")
    return found


def _square(path, side):
    with Image.open(path) as image:
        return np.asarray(ImageOps.fit(image.convert("RGB"), (side, side)))


def examples(count, things=THINGS):
    """(label, picture) of so many examples, the things in turn."""
    for i in range(count):
        thing = things[i % len(things)]
        yield thing.replace("/", "-"), _square(_photographs(thing)[i // len(things)], SIDE_PX)


def films():
    """(name, pictures) of each film; the same ones each time."""
    random = np.random.default_rng(1)
    return (
        ("still", _filmed(_photographs(THINGS[3])[SHOTS], random, moved=False)),
        ("moved by hand", _filmed(_photographs(THINGS[1])[SHOTS + 1], random, moved=True)),
        ("changing", [_square(_photographs(THINGS[i % 10])[SHOTS + i // 10], SIDE_PX) for i in range(TURNS)]),
    )


def _filmed(path, random, moved):
    """A thing before the camera: noise, and a hand's drift of a few pixels a turn."""
    room = 48
    picture, place, speed = _square(path, SIDE_PX + room), np.full(2, room / 2), np.zeros(2)
    pictures = []
    for _ in range(TURNS):
        speed = 0.9 * speed + random.normal(0, 1, 2) * moved
        place = (place + speed).clip(0, room)
        y, x = place.astype(int)
        part = picture[y : y + SIDE_PX, x : x + SIDE_PX]
        pictures.append((part + random.normal(0, NOISE, part.shape)).clip(0, 255).round().astype(np.uint8))
    return pictures

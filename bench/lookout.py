"""How far the features of a view move when it trembles, and when a QR card comes into it: `python -m bench.lookout`.

2 - 2 cos of the features of our own model, by which lib/lookout.py decides. The films are those of bench/films.py; the
cards are pasted into their first pictures.
"""

import numpy as np
from madeleine.kpu import Network
from madeleine.model import find_model
from PIL import Image

from bench import films
from tests.firmware.prompt import card

APART = (1, 4)  # turns; four take 0.3 s
SIDES_PX = (60, 80, 100, 140, 180, 224)


def vector(network, picture):
    """The 768 bytes that the camera makes of a picture, uint8 (224, 224, 3)."""
    return np.frombuffer(network.outputs_bytes(np.ascontiguousarray(picture))[0], np.uint8).astype(float)


def distance(one, other):
    """2 - 2 cos."""
    return 2 - 2 * (one @ other) / np.sqrt((one @ one) * (other @ other))


def with_card(scene, side, corner):
    """A scene with a card of `side` pixels, in the middle or in the corner."""
    place = 0 if corner else (films.SIDE_PX - side) // 2
    picture = scene.copy()
    picture[place : place + side, place : place + side] = np.asarray(Image.fromarray(card("cup")).resize((side, side)))
    return picture


def main():
    network = Network.parse(find_model("madeleine").read_bytes())
    still, moved, changing = films.films()
    for name, film in (still, moved, changing):
        vectors = [vector(network, picture) for picture in film]
        for apart in APART:
            found = [distance(*pair) for pair in zip(vectors, vectors[apart:], strict=False)]
            print(f"{name}, {apart} turns apart: {min(found):.3f} to {max(found):.3f}")
    for side in SIDES_PX:
        found = []
        for scene in (still[1][0], moved[1][0]):
            before = vector(network, scene)
            found += [distance(before, vector(network, with_card(scene, side, corner))) for corner in (False, True)]
        print(f"a card of {side} pixels: {min(found):.3f} to {max(found):.3f}")


if __name__ == "__main__":
    main()

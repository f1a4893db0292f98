"""Measures the app's own way from a picture to a match on the K210 emulator, with 100 examples of 10 things.

usage: MAIXPY_FIRMWARE=IMAGE.bin python -m bench.measure_search

docs/MEASURED.md holds what it printed. Each answer is compared with that of a search that measures all, on the desk.
"""

import numpy as np
from madeleine.evaluation.distances import distances
from madeleine.kpu import Network
from madeleine.kpu.editor.edit import with_byte_features
from madeleine.kpu.format.write import write
from PIL import Image, ImageOps

from tests.firmware.harness import MODEL_ADDRESS, PHOTOGRAPHS, VISION, Camera, flash_of, packed_app, photo
from tests.firmware.prompt import MODEL, cost

THINGS, EACH, FRAMES, NOISE = 10, 10, 24, 4.0
START = (
    VISION
    + """
network.features(picture, example)
engine, query, match, other = vision.fastest_engine(), engines.Query(), search.Match(), search.Match()
learned = examples.Examples(engine, vectors.choose(lambda: network.features(picture, example))[0])
finder, checker = search.Search(learned, engine), search.Search(learned, engine)
own = engine.query(example).norm
gc.collect()
"""
)
PARTS = (
    ("kpu.forward", "kpu.forward(task,picture)"),
    ("network.features", "network.features(picture,example)"),
    ("features, the copy alone", "network._read(example)"),
    ("engine.query", "engine.query(example,query)"),
    ("engine.gap", "engine.gap(query,example,own)"),
    ("engine.distance", "engine.distance(query,example,own)"),
)
# Asked of another search: a runner-up that is asked for in each frame would pay for the baselines of the first.
ANSWER = """
print(match.label,match.distance)
checker.nearest(query,match)
checker.runner_up(match,other)
print(match.label,match.distance,other.label,other.distance)
"""


def square(path, side):
    """The middle square of a picture file, uint8 (side, side, 3)."""
    with Image.open(path) as image:
        return np.asarray(ImageOps.fit(image.convert("RGB"), (side, side)))


class Films:
    """Vectors of what a camera sees: things that are taught, things that are not, still and moved by a hand."""

    def __init__(self, network):
        self._network, self._random = network, np.random.default_rng(1)
        folders = [folder for folder in sorted(PHOTOGRAPHS.glob("*/*")) if len(list(folder.glob("*.jpg"))) > 13]
        chosen = folders[:: len(folders) // (THINGS + 2)][: THINGS + 2]
        self._things = [sorted(folder.glob("*.jpg")) for folder in chosen]

    def examples(self):
        """(label, vector), the things in turn."""
        for shot in range(EACH):
            for label, pictures in enumerate(self._things[:THINGS]):
                yield str(label), self._vector(square(pictures[shot], 224))

    def films(self):
        """(name, vectors)"""
        things = self._things
        yield "still, known", self._filmed(things[3][12], moved=False)
        yield "still, unknown", self._filmed(things[THINGS][3], moved=False)
        yield "moving, known", self._filmed(things[5][12], moved=True)
        yield "moving, unknown", self._filmed(things[THINGS + 1][3], moved=True)
        cuts = [square(things[i % THINGS][EACH + i // THINGS], 224) for i in range(FRAMES)]
        yield "another picture each frame", [self._vector(picture) for picture in cuts]

    def _filmed(self, path, moved):
        picture, place, speed = square(path, 272), np.array([24.0, 24.0]), np.zeros(2)
        for _ in range(FRAMES):
            speed = 0.9 * speed + self._random.normal(0, 1, 2) * moved
            place = (place + speed).clip(0, 48)
            y, x = place.astype(int)
            part = picture[y : y + 224, x : x + 224]
            noisy = part + self._random.normal(0, NOISE, part.shape)
            yield self._vector(noisy.clip(0, 255).round().astype(np.uint8))

    def _vector(self, picture):
        return self._network.outputs_bytes(np.ascontiguousarray(picture))[0]


def by_measuring_all(examples, query):
    """What the searches have to find, as the board prints it."""
    vectors = np.array([list(vector) for _, vector in examples], float)
    apart = distances(np.frombuffer(query, np.uint8)[None].astype(float), vectors)[0].astype(int)
    nearest = int(apart.argmin())
    label = examples[nearest][0]
    others = [(int(distance), i) for i, distance in enumerate(apart) if examples[i][0] != label]
    found = f"{label} {apart[nearest]}"
    return [found, f"{found} {examples[min(others)[1]][0]} {min(others)[0]}"]


def main():
    """Print everything."""
    model = with_byte_features(Network.load(MODEL).model)
    camera = Camera(flash_of(packed_app(dict), MODEL.read_bytes()))
    board = camera.emulator
    board.flash_write(MODEL_ADDRESS, write(model))
    camera.look(photo("singles", "cat", "0.jpg"))
    board.run_to_repl(interrupt=True)
    camera.at_the_prompt(START)
    for name, code in PARTS:
        cost(board, name, code)
    films = Films(Network(model))
    examples = list(films.examples())
    place = int(camera.at_the_prompt("print(uctypes.addressof(example))"))
    for label, vector in examples:
        board.write(place, vector)
        camera.at_the_prompt(f"learned.learn({label!r}, example)")
    for name, film in films.films():
        spent, wrong = [], 0
        for vector in film:
            board.write(place, vector)
            spent.append(board.count("finder.nearest(engine.query(example, query), match)").instr)
            wrong += camera.at_the_prompt(ANSWER).splitlines() != by_measuring_all(examples, vector)
        each = sum(spent) / FRAMES / len(examples)
        print(
            f"  {name:28} {each:8,.0f} an example; a frame {min(spent):9,} to {max(spent):9,}; {wrong} wrong",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""Measures the rule fit on the K210 emulator: heap, lessons, forgetting, building, a frame; and asks it for names.

usage: MAIXPY_FIRMWARE=IMAGE.bin python -m bench.measure_fit [--model FILE] [--examples N ...]

docs/MEASURED.md holds what it printed. Ten digits signed by hand are taught from photographs, and 11 others of each are
asked; each name is compared with that of numpy's solution in float64. `work` is what a turn gives to an update.
"""

import argparse
from pathlib import Path

import numpy as np
from madeleine.device import features, fit
from madeleine.evaluation.models import ModelFile, steps

from bench.measure_search import square
from tests import ROOT
from tests.firmware.harness import VISION, Camera, flash_of, packed_app, photo
from tests.firmware.prompt import PHOTOGRAPHS

CLASSES, TAUGHT, ASKED = 10, 25, 11
START = (
    VISION
    + """
from search import Match, Search
network.features(picture, example)
places, room = vectors.choose(lambda: network.features(picture, example))
engine = vision.fastest_engine()
learned = examples.Examples(engine, places)
import rule
named = rule.Rule(learned, Search(learned, engine), vision.fastest_rows)
named.room = room
gc.collect()
before = gc.mem_free()
named.use('fit')
gc.collect()
print(before - gc.mem_free(), room[1], named._fit._rows.part_size)
fit, match, query = named._fit, Match(), engine.query(example)
def settle():
    while named.state() == 'busy':
        named.work()
def turns():
    count = 0
    while named.state() == 'busy':
        named.work()
        count += 1
    return count
"""
)


class Bench:
    """A board at the prompt that is taught and asked."""

    def __init__(self, model):
        self._camera = Camera(flash_of(packed_app(dict), model))
        self.board = self._camera.emulator
        self._camera.look(photo("singles", "cat", "0.jpg"))
        self.board.run_to_repl(interrupt=True)
        heap, room, part = self.do(START).split()[-3:]
        print(f"  heap {heap} bytes, room {room} bytes, parts of {part} features", flush=True)
        self._place = int(self.do("print(uctypes.addressof(example))"))

    def do(self, code):
        """Run code at the prompt; what it prints."""
        return self._camera.at_the_prompt(code)

    def show(self, vector, code):
        """Run code while the vector of the frame is this one, 768 bytes; what it prints."""
        assert len(vector) == features.LENGTH, "what follows it on the heap is another's"
        self.board.write(self._place, vector)
        return self.do(code)

    def costs(self, what, code):
        """Print what a change costs until fit is through with it, and how much of that its largest turn is."""
        self.do(code)
        spent = []
        while self.do("print(named.state())").strip() == "busy":
            spent.append(self.board.count("named.work()").instr)
        print(f"  {what:24} {sum(spent):13,} instructions, {len(spent):4} turns, the most {max(spent):9,}", flush=True)


def pictures():
    """(taught, asked): lists of (label, path), the classes in turn."""
    folders = sorted((PHOTOGRAPHS / "sign_digits").iterdir())[:CLASSES]
    paths = [(folder.name, sorted(folder.glob("*.jpg"))) for folder in folders]
    both = [(label, found[shot]) for shot in range(TAUGHT + ASKED) for label, found in paths]
    return both[: TAUGHT * CLASSES], both[TAUGHT * CLASSES :]


def scores(taught, asked):
    """By numpy: (labels, scores (asked, labels))."""
    labels = sorted({label for label, _ in taught})
    known, query = (np.array([list(vector) for _, vector in pairs], float) for pairs in (taught, asked))
    known, query = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in (known, query))
    target = np.array([[label == name for name in labels] for label, _ in taught], float)
    weights = known.T @ np.linalg.solve(known @ known.T + fit.RIDGE * np.eye(len(taught)), target)
    return labels, query @ weights


def ask(bench, taught, asked):
    """Name every asked picture on the board, and compare."""
    labels, found = scores(taught, asked)
    right, apart = 0, []
    for (label, vector), score in zip(asked, found, strict=True):
        name = bench.show(vector, "print(fit.name(example))").strip()
        right += name == label
        if name != labels[score.argmax()]:
            apart.append(score.max() - score[labels.index(name)])
    most = f", by {max(apart):.4f} at most" if apart else ""
    print(f"  {len(asked)} asked: {right} right; {len(apart)} not as numpy{most}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, default=ROOT / "models/madeleine.kmodel")
    parser.add_argument("--examples", type=int, nargs="+", default=[10, 100, 250])
    arguments = parser.parse_args()
    extract, bench = ModelFile.find(str(arguments.model)).load(), Bench(arguments.model.read_bytes())
    taught, asked = ([(label, vector_of(extract, path)) for label, path in pairs] for pairs in pictures())
    for count in arguments.examples:
        print(f" {count} examples of {CLASSES} classes", flush=True)
        bench.do("learned.clear()\nsettle()")
        for label, vector in taught[: count - 1]:
            bench.show(vector, f"learned.learn({label!r}, example)")
        building = bench.board.count("named.n = turns()").instr
        print(
            f"  {'building':24} {building:13,} instructions, {bench.do('print(named.n)').strip():>4} turns", flush=True
        )
        label, vector = taught[count - 1]
        bench.board.write(bench._place, vector)
        bench.costs("a lesson", f"learned.learn({label!r}, example)")
        bench.costs("undo", "learned.undo()")
        bench.board.write(bench._place, vector)
        bench.costs("the lesson again", f"learned.learn({label!r}, example)")
        frame = bench.board.count("named.find(query, match)").instr
        name = bench.board.count("fit.name(example)").instr
        print(f"  {'name alone':24} {name:13,} instructions; with the nearest of it {frame:,}", flush=True)
        ask(bench, taught[:count], asked)
        bench.costs("forget a class", f"learned.forget({label!r})")


def vector_of(extract, path):
    """The bytes that are stored of a picture."""
    return steps(extract(square(path, 224)[None]))[0].astype(np.uint8).tobytes()


if __name__ == "__main__":
    main()

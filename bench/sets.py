"""What a switch of sets, a lock and a turn cost on the firmware: `python -m bench.sets [EXAMPLES ...]`.

    MAIXPY_FIRMWARE=IMAGE.bin python -m bench.sets

With the model that leaves the least heap, and so many examples in the first set.
"""

import argparse

from bench.long_life import EVERY, Life
from tests.firmware.harness import SLICE_MS, photo
from tests.firmware.prompt import MODEL

MOST_MS = 60_000
ASKED = (
    ("make a set", "using", {"do": "set", "name": "kitchen"}),
    ("teach it", "learned", {"do": "learn", "name": "mug"}),
    ("back to the first", "using", {"do": "set", "name": "main"}),
    ("to the small one", "using", {"do": "set", "name": "kitchen"}),
    ("back again", "using", {"do": "set", "name": "main"}),
    ("lock", "lock", {"do": "lock", "value": "4711"}),
    ("a wrong code", "refused", {"do": "unlock", "value": "4712"}),
    ("a visitor's lesson", "learned", {"do": "learn", "name": "pen"}),
    ("unlock", "lock", {"do": "unlock", "value": "4711"}),
    ("turn", "set", {"do": "turn", "value": 180}),
    ("remove the set", "forgot", {"do": "forget", "name": "*set kitchen"}),
)


class Switched(Life):
    """A camera that is asked for all that."""

    def took(self, event, request):
        """Milliseconds until the answer, in steps of SLICE_MS."""
        heard = len(self.said)
        self.tell(**request)
        for ms in range(SLICE_MS, MOST_MS, SLICE_MS):
            self.run(SLICE_MS)
            if any(f'"event": "{event}"' in line for line in self.said[heard:]):
                return ms
        raise SystemExit(f"no {event} within {MOST_MS} ms:\n{self.tail()}")

    def free(self):
        """What the next report says of the heap."""
        before = len(self.reports)
        while len(self.reports) == before:
            self.wait(EVERY // 5)
            self._listen()
        return f"{self.reports[-1].heap:,} bytes free, {self.reports[-1].largest:,} in one piece"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=int, nargs="*", default=[10, 100, 248])
    for count in parser.parse_args().examples:
        camera = Switched(MODEL.read_bytes(), count)
        camera.look(photo("singles", "cat", "0.jpg"))
        camera.ready()
        print(f"{count} examples: {camera.free()}", flush=True)
        for name, event, request in ASKED:
            print(f"  {name}: {camera.took(event, request)} ms", flush=True)
            camera.wait(12)
        print(f"  {camera.free()}; restarts: {camera.emulator.resets}", flush=True)


if __name__ == "__main__":
    main()

"""How large the GC heap may be so that QR cards are read: `python -m bench.card_room`.

    MAIXPY_FIRMWARE=IMAGE.bin python -m bench.card_room

Starts the app with each heap, shows four cards and prints what `kpu.memtest()` says is free when all is loaded and
afterwards. docs/BOARD.md holds what this printed.
"""

import argparse

from madeleine.model import find_model

from tests.firmware.harness import Camera, flash_of, packed_app, photo
from tests.firmware.prompt import MODEL, card

HEAPS = {"madeleine": (290_000, 420_000, 430_000, 440_000), "brownie": (290_000, 300_000, 310_000, 320_000)}
CARDS = ("cup", "k" * 100, "*undo", "pen")
CARD_MS, AWAY_MS = 1500, 4500


def free_kb(lines):
    """The last answer to the question."""
    return [line.split()[-2] for line in lines if line.startswith("###free sys")][-1]


def tried(model, heap_bytes):
    """(free KB when all is loaded, free KB after the cards, cards that were read)"""
    camera = Camera(flash_of(packed_app(), model, heap_bytes))
    thing = photo("singles", "cat", "0.jpg")
    camera.look(thing)
    camera.ready()
    loaded = free_kb(camera.said)
    for text in CARDS:
        camera.look(card(text, error="l"))
        camera.run(CARD_MS)
        camera.look(thing)
        camera.run(AWAY_MS)
    read = sum('"event": "card"' in line or '"event": "refused"' in line for line in camera.said)
    camera.interrupt()
    return loaded, free_kb(camera.at_the_prompt("import KPU\nKPU.memtest()").splitlines()), read


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    print("| model | GC heap | free, KB | after the cards | cards read |\n" + "| --- " * 5 + "|")
    for name, heaps in HEAPS.items():
        model = MODEL.read_bytes() if name == "brownie" else find_model(name).read_bytes()
        for heap_bytes in heaps:
            loaded, after, read = tried(model, heap_bytes)
            print(f"| {name} | {heap_bytes:,} | {loaded} | {after} | {read} of {len(CARDS)} |", flush=True)


if __name__ == "__main__":
    main()

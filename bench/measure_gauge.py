"""Measures what a gauge costs on the K210 emulator: instructions and garbage of a reading, bytes of heap.

usage: MAIXPY_FIRMWARE=IMAGE.bin python -m bench.measure_gauge

docs/MEASURED.md holds what it printed. What is seen is a glass of 250 ml, between marks or at one.
"""

from madeleine.kpu import Network
from madeleine.kpu.editor.edit import with_byte_features
from madeleine.kpu.format.write import write

from tests.firmware.harness import MODEL_ADDRESS, VISION, Camera, flash_of, packed_app, photo
from tests.firmware.prompt import MODEL, cost

START = (
    VISION
    + """
engine, query = vision.fastest_engine(), engines.Query()
places = [bytearray(features.LENGTH) for _ in range(16)]
seen, own = bytearray(features.LENGTH), 0
del sys.modules['gauge']  # another module has imported it: this is a second copy
gc.collect();free=gc.mem_free()
import gauge
gc.collect();print('module', free-gc.mem_free(), end=' ');free=gc.mem_free()
scale = gauge.Gauge(engine)
scale.take(places)
gc.collect();print('object', free-gc.mem_free())
"""
)
GAUGES = (
    ("2 marks", (0, 425), 1),
    ("2 marks, 3 pictures each", (0, 425), 3),
    ("3 marks", (0, 200, 425), 1),
    ("5 marks", (0, 100, 200, 300, 425), 1),
    ("5 marks, 3 pictures each", (0, 100, 200, 300, 425), 3),
)
LIMIT = 1 << 18  # d = 0.5


def main():
    """Print everything."""
    model = with_byte_features(Network.load(MODEL).model)
    network = Network(model)
    camera = Camera(flash_of(packed_app(dict), MODEL.read_bytes()))
    board = camera.emulator
    board.flash_write(MODEL_ADDRESS, write(model))
    camera.look(photo("singles", "cat", "0.jpg"))
    board.run_to_repl(interrupt=True)
    print("  heap bytes:", camera.at_the_prompt(START).strip(), flush=True)
    shown = {level: network.outputs_bytes(glass(level))[0] for level in (0, 100, 200, 250, 300, 425)}
    put(camera, "seen", shown[250])
    for name, marks, pictures in GAUGES:
        camera.at_the_prompt("scale.clear()")
        for value in marks:
            for number in range(pictures):  # pictures of one mark that differ a little
                put(camera, "example", bytes(max(0, byte - number) for byte in shown[value]))
                camera.at_the_prompt(f"scale.add({value}, example)")
        camera.at_the_prompt("engine.query(seen, query)")
        read = f"scale.read(query,{LIMIT})"
        cost(board, f"{name}: reads {camera.at_the_prompt(f'print({read})').strip()}", read)
    cost(board, "of that, one engine.product", "engine.product(query,places[0],1000000)")
    cost(board, "a picture of a mark is added to 14", "scale._order.pop();scale.add(425,example)")


def glass(level):
    return photo("water_glass", f"{level:03}ml", "0.jpg")


def put(camera, name, vector):
    place = int(camera.at_the_prompt(f"print(uctypes.addressof({name}))"))
    camera.emulator.write(place, bytes(vector))


if __name__ == "__main__":
    main()

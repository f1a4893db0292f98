"""What the heat map costs on the K210 emulator, part by part: `MAIXPY_FIRMWARE=IMAGE.bin python -m bench.measure_heat`.

docs/MEASURED.md holds what it printed. Our own model, the camera before a photograph; the map that a run with output 0
leaves is compared with the desk's.
"""

from madeleine.kpu import Network
from madeleine.model import find_model

from tests.firmware.harness import VISION, Camera, flash_of, packed_app, photo
from tests.firmware.prompt import cost

START = (
    VISION
    + """
from array import array
network.identity(picture)
picture = lens.snapshot()
network.features(picture, example)
other = example[1:] + example[:1]  # as far from it as another view
engine = vision.fastest_engine()
norm = array('i', [engine.query(example).norm])[0]  # a small integer, as examples.norms gives it
gc.collect()
before = gc.mem_free()
import heat, glow, means
print('modules', before - gc.mem_free())
sums = vision.fastest_sums()
warmth = heat.Heat(sums, False)
class Known:
    count = 0
mean = means.mean_of(network._name, Known, '')
pairs = heat.strongest(example, norm, mean)
warmth.aim(example, norm, mean)
warmth.look(network.last_map)
shine = glow.Glow()
shine.draw(picture, 135, warmth)
gc.collect()
print('all', before - gc.mem_free())
"""
)
PARTS = (
    ("aim: the 50 channels", "warmth.aim(example, norm, mean)"),
    ("of it the choice", "heat.strongest(example, norm, mean)"),
    ("aim: what is odd", "warmth.aim(example, norm, heat.as_mean(other, norm))"),
    ("look: heat of a map", "warmth.look(network.last_map)"),
    ("of it the sums", "sums.of(network.last_map)"),
    ("box and centre", "warmth.box(), warmth.centre()"),
    ("glow: over the picture", "shine.draw(picture, 135, warmth)"),
    ("network.features", "network.features(picture, example)"),
)


def main():
    model = find_model("madeleine").read_bytes()
    board = Camera(flash_of(packed_app(dict), model))
    seen = photo("grocery", "banana", "a_00.jpg")
    board.look(seen)
    emulator = board.emulator
    emulator.run_to_repl(interrupt=True)
    print(board.at_the_prompt(START).strip(), "bytes of heap")
    map_bytes = Network.parse(model).outputs_bytes(seen)[1]
    address = int(board.at_the_prompt("network.features(picture, example)\nprint(uctypes.addressof(network.last_map))"))
    print("the map of a run with output 0 is the desk's:", emulator.read(address, len(map_bytes)) == map_bytes)
    print("box", board.at_the_prompt("print(warmth.box(), warmth.centre(), list(warmth.cells))").strip())
    for name, code in PARTS:
        cost(emulator, name, code)


if __name__ == "__main__":
    main()

"""What a lesson's coach costs on the real firmware: `MAIXPY_FIRMWARE=IMAGE.bin python -m bench.coach_cost`.

Instructions and heap of loading it, of its look at the view, and of its advice with many examples in ten classes.
"""

from tests.firmware.harness import VISION, Camera, photo
from tests.firmware.prompt import cost, say

START = (
    VISION
    + """
import command, constants, distance
network.features(picture, example)
engine, scale = vision.fastest_engine(), distance.Scale(*constants.OTHER_SCALE)
learned = examples.Examples(engine, vectors.choose(lambda: network.features(picture, example))[0])
network.features(picture, example)
def teach(count):
    while learned.count < count:
        for i in range(len(example)):
            example[i] = example[i] * 5 + i + learned.count & 127
        learned.learn(str(learned.count % 10), example)
def load():
    import coach
    del sys.modules['coach']
    return coach
coach = None
gc.collect()
"""
)
HEAP = """
for _ in range(3):
    coach = load()
    gc.collect()
    loaded = gc.mem_free()
    coach = None
    gc.collect()
    print('free while it is loaded:', loaded, 'bytes; after it:', gc.mem_free())
coach = load()
"""


def main():
    camera = Camera()
    camera.look(photo("singles", "cat", "0.jpg"))
    board = camera.emulator
    board.run_to_repl(interrupt=True)
    camera.at_the_prompt(START)
    print(camera.at_the_prompt(HEAP))
    cost(board, "load", "load()")
    cost(board, "look", "coach.fault(vision.pixels(picture))")
    say(board, "print(coach.fault(vision.pixels(picture)))", "the photograph of a cat")
    for count in (10, 100, 250):
        camera.at_the_prompt(f"teach({count})")
        cost(board, f"advice, {count} examples", "coach.advice(learned, scale, 200)")
    cost(board, "views of one of ten classes, 250 examples", "coach.views(learned, scale, '0')")


if __name__ == "__main__":
    main()

"""What the real firmware answers to 120 photographs, name by name and tenth by tenth, is what numpy answers.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md), and the photographs of the development kit.
"""

import numpy as np
import pytest
from constants import USUAL_LIMIT
from madeleine.evaluation.distances import distances
from madeleine.kpu import Network
from madeleine.model import find_model
from madeleine.model.identity import scale_of_model
from madeleine.sim.eyes import HostEyes
from madeleine.sim.world import Scene

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import MODEL_ADDRESS, PHOTOGRAPHS, VISION, Camera, photo

pytestmark = pytest.mark.timeout(3600)

THINGS = (
    *("grocery/avocado", "grocery/banana", "grocery/oatly-oat-milk", "grocery/pineapple", "grocery/kiwi"),
    *("trashnet/glass", "trashnet/metal", "sign_digits/3", "sign_digits/8", "rps_hands/rock"),
)
SHOTS, ASKED = 5, 12  # of each
START = (
    VISION
    + """
model_id = network.identity(picture)
engine, query, match = vision.fastest_engine(), engines.Query(), search.Match()
learned = examples.Examples(engine, vectors.choose(lambda: network.features(picture, example))[0])
finder, scale = search.Search(learned, engine), network.scale()
gc.collect()
"""
)
ANSWER = f"""
network.features(lens.snapshot(), example)
finder.nearest(engine.query(example, query), match)
sure = match.distance <= scale.sure_steps({USUAL_LIMIT})
print(match.label, match.distance, scale.tenths(match.distance), match.distance <= scale.steps({USUAL_LIMIT}), sure)
"""


@pytest.mark.parametrize("name", ["madeleine", "mbnet751-feature"])
def test_every_answer_is_that_of_numpy(name):
    model = (PHOTOGRAPHS.parent / "models" / "mbnet751_feature.kmodel") if name != "madeleine" else find_model(name)
    network, eyes = Network.load(model), HostEyes()
    scale = scale_of_model(eyes.forward(eyes.load(model), Scene("black", np.zeros((224, 224, 3), np.uint8))))
    camera = Camera()
    camera.emulator.flash_write(MODEL_ADDRESS, model.read_bytes())
    camera.look(np.zeros((224, 224, 3), np.uint8))
    camera.emulator.run_to_repl(interrupt=True)
    camera.at_the_prompt(START)
    taught = []
    for thing, picture in photographs(0, SHOTS):
        camera.look(picture)
        camera.at_the_prompt(f"network.features(lens.snapshot(), example)\nlearned.learn({thing!r}, example)")
        taught.append((thing, stored(network, picture)))
    wrong = []
    for thing, picture in photographs(SHOTS, SHOTS + ASKED):
        camera.look(picture)
        answered = camera.at_the_prompt(ANSWER).split()
        expected = answer(taught, stored(network, picture), scale)
        if answered != expected:
            wrong.append((thing, answered, expected))
    assert wrong == []


def photographs(first, last):
    """(thing, picture) of photographs `first` to `last` of each thing."""
    for thing in THINGS:
        names = sorted(path.name for path in (PHOTOGRAPHS / thing).glob("*.jpg"))[first:last]
        yield from ((thing, photo(*thing.split("/"), name)) for name in names)


def stored(network, picture):
    """The vector of a picture as the firmware stores it, (768,)."""
    outputs = network.run(np.ascontiguousarray(picture))
    first = np.asarray(outputs[0] if isinstance(outputs, tuple) else outputs).reshape(-1)
    return np.rint(first * (127 / 6)).clip(0, 127) if first.dtype == np.float32 else first.astype(float)


def answer(taught, vector, scale):
    """What the board has to print."""
    found = distances(vector[None].astype(float), np.stack([row for _, row in taught]).astype(float))[0]
    nearest = int(found.argmin())
    far = int(found[nearest])
    seen, sure = far <= scale.steps(USUAL_LIMIT), far <= scale.sure_steps(USUAL_LIMIT)
    return [taught[nearest][0], str(far), str(scale.tenths(far)), str(seen), str(sure)]

"""What the real firmware answers to 120 photographs, name by name and tenth by tenth, is what numpy answers.

By both rules: the nearest example, and `fit`, whose float32 rows may differ from numpy's where two names are level.

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

from bench.measure_fit import scores
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
import rule
places, room = vectors.choose(lambda: network.features(picture, example))
learned = examples.Examples(engine, places)
finder, scale = search.Search(learned, engine), network.scale()
named = rule.Rule(learned, finder, vision.fastest_rows)
named.room = room
gc.collect()
"""
)
FIT = """
named.use('fit')
while named.state == 'busy':
    named.work()
print(named.state)
"""
ANSWER = f"""
network.features(lens.snapshot(), example)
named.find(engine.query(example, query), match)
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
    asked = [(picture, stored(network, picture)) for _, picture in photographs(SHOTS, SHOTS + ASKED)]
    assert differences(camera, asked, [nearest(taught, vector, scale) for _, vector in asked]) == []
    assert camera.at_the_prompt(FIT).split() == ["ready"]
    assert differences(camera, asked, by_fit(taught, [vector for _, vector in asked], scale)) == []


def differences(camera, asked, expected):
    """What the board answers and what it has to, where that is not the same."""
    apart = []
    for (picture, _), right in zip(asked, expected, strict=True):
        camera.look(picture)
        answered = camera.at_the_prompt(ANSWER).split()
        if answered != right:
            apart.append((answered, right))
    return apart


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


def nearest(taught, vector, scale, only=None):
    """What the board has to print: of all examples, or of those with one label only."""
    known = [(label, row) for label, row in taught if only in (None, label)]
    found = distances(vector[None].astype(float), np.stack([row for _, row in known]).astype(float))[0]
    at = int(found.argmin())
    far = int(found[at])
    seen, sure = far <= scale.steps(USUAL_LIMIT), far <= scale.sure_steps(USUAL_LIMIT)
    return [known[at][0], str(far), str(scale.tenths(far)), str(seen), str(sure)]


def by_fit(taught, vectors, scale):
    """What it has to print under the rule fit: the nearest example of the name that least squares give."""
    labels, found = scores(taught, [("", vector) for vector in vectors])
    return [
        nearest(taught, vector, scale, labels[at]) for vector, at in zip(vectors, found.argmax(axis=1), strict=True)
    ]

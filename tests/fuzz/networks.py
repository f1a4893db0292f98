"""TFLite files as `model build` takes them: a network of finite numbers, or a refusal that names the file.

python -m tests.fuzz.networks --cases 30000 --seed 1
"""

from functools import cache
from random import Random

import numpy as np
from madeleine.errors import ToolError
from madeleine.kpu.compiler.graph import ConvNode
from madeleine.kpu.importers.read_tflite import READERS, read_tflite

from tests.fuzz import noise
from tests.fuzz.harness import main
from tests.fuzz.place import written
from tests.kpu.tflite_network import POOL, Network

SIZES = (None, None, (32, 24), (1024, 1), (1, 1))
NUMBERS = (-(1 << 31), -1, 0, 1, 2, 3, 4, 7, 255, 4096, (1 << 31) - 1)


def _network(kind: str) -> tuple[Network, int]:
    """A little of everything, and the number of its output."""
    network = Network(kind=kind)
    x = network.conv(0, 4, 3, 2, FusedActivationFunction=3, low=0, high=6)
    y = network.conv(x, 0, 3, low=0, high=6)
    x = network.do("ADD", [x, y], network.result((1, 8, 6, 4)))
    x = network.do("MAX_POOL_2D", [x], network.result((1, 4, 3, 4)), **POOL)
    x = network.do("MEAN", [x, network.constant([1, 2])], network.result((1, 4)))
    x = network.do("RESHAPE", [x, network.constant([1, 4])], network.result((1, 4)))
    weights = network.weights(5, 4, kind="float32")
    x = network.do("FULLY_CONNECTED", [x, weights, -1], network.result((1, 5)))
    return network, network.do("SOFTMAX", [x], network.result((1, 5)), Beta=1.0)


@cache
def _whole() -> tuple[bytes, ...]:
    return tuple(network.data(end) for network, end in map(_network, ("float32", "uint8", "int8")))


def case(random: Random) -> None:
    """Bytes of a file replaced, or a valid file of another meaning."""
    if random.random() < 0.7:
        whole = random.choice(_whole())
        data = noise.corrupted(random, whole, len(whole))
    else:
        data = _another(random)
    path = written(data, "some.tflite")
    try:
        graph = read_tflite(path, size=random.choice(SIZES))
    except ToolError as error:
        assert path.name in str(error) and str(error).isprintable(), str(error)
        return
    assert all(np.isfinite(node.weights).all() for node in graph.nodes if isinstance(node, ConvNode))


def _another(random: Random) -> bytes:
    """Other operators, tensors, sizes and options."""
    network, end = _network(random.choice(("float32", "uint8", "int8")))
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(network.operators))
        operator, inputs, outputs, options = network.operators[at]
        kind = random.randrange(4)
        if kind == 0:
            network.operators[at] = random.choice((*READERS, "CONCATENATION")), inputs, outputs, {}
        elif kind == 1:
            links = [random.randrange(-1, len(network.tensors) + 1) for _ in range(random.randrange(4))]
            network.operators[at] = operator, links, outputs, options
        elif kind == 2 and options:
            name = random.choice(list(options))
            network.operators[at] = operator, inputs, outputs, {**options, name: random.choice((0, 1, 2, 3, 7, 100))}
        else:
            tensor = random.choice(network.tensors)
            tensor["shape"] = tuple(random.choice(NUMBERS) for _ in range(random.randrange(6)))
    return network.data(end)


if __name__ == "__main__":
    main(case)

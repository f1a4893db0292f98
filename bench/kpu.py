"""How long a run of a network takes here: `python -m bench.kpu MODEL [RUNS]`, a file or a name of the catalogue.

Prints the best and the median of the runs in ms a frame, by the clock and by the processor's time (which another
program on the same core does not lengthen as much), and the share of each kind of layer.
"""

import sys
import time
from collections import Counter

import numpy as np
from madeleine.kpu import Network
from madeleine.kpu.emulator.network import BLAS
from madeleine.kpu.format.layertypes import ConvLayer
from madeleine.model import find_model


def main(model="tour", runs="30"):
    network = Network.load(find_model(model))
    picture = np.random.default_rng(0).integers(0, 256, network.input_shape, dtype=np.uint8)
    network.run(picture)
    for name, clock in (("wall", time.perf_counter), ("cpu", time.process_time)):
        times = sorted(timed(clock, lambda: network.run(picture)) for _ in range(int(runs)))
        print(f"{name:5} best {times[0]:6.1f} ms a frame, median {times[len(times) // 2]:6.1f} ms")
    shares = Counter()
    with BLAS.limit(limits=1):
        for step in network.steps:
            shares[kind(step.layer)] += min(timed(time.process_time, step.run) for _ in range(8))
    for name, spent in shares.most_common():
        print(f"  {name:24} {spent:6.2f} ms {100 * spent / shares.total():4.0f} %")


def timed(clock, action):
    start = clock()
    action()
    return 1000 * (clock() - start)


def kind(layer):
    if not isinstance(layer, ConvLayer):
        return layer.NAME
    registers = layer.registers
    return f"{'depthwise ' if registers.depthwise else ''}{registers.kernel}x{registers.kernel} convolution"


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Main memory laid out anew: what comes out stays the same to the bit, whatever was read and shown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madeleine.kpu import KmodelError, Network
from madeleine.kpu.editor.arrange import INPUT, Part, arranged, flow
from madeleine.kpu.format import layertypes as k
from madeleine.kpu.format.kmodel import Kmodel

COUNT = 6
BYTES = 4 * COUNT


def summing(pairs, shown):
    """A network of sums: value 0 is made of the input, value n is the sum of an earlier pair; some are outputs."""
    weights = np.arange(COUNT * 2, dtype="<f4").tobytes()
    first = k.FullyConnected(
        in_address=0, out_address=BYTES, in_channels=2, out_channels=COUNT, activation=0,
        weights=weights, bias=bytes(BYTES),
    )  # fmt: skip
    layers = [first]
    for index, (a, b) in enumerate(pairs, 1):
        at = [BYTES * (1 + n) for n in (a % index, b % index, index)]
        layers.append(k.Add(a_address=at[0], b_address=at[1], out_address=at[2], count=COUNT))
    outputs = tuple(k.Region(BYTES * (1 + n % len(layers)), BYTES) for n in shown)
    return Kmodel(tuple(layers), outputs, BYTES * (1 + len(layers)))


numbers = st.integers(0, 99)


@settings(max_examples=100)
@given(st.lists(st.tuples(numbers, numbers), max_size=8), st.lists(numbers, min_size=1, max_size=3))
def test_the_outputs_stay_the_same(pairs, shown):
    model = summing(pairs, shown)
    uses = flow(model)
    tight = arranged(model, len(model.layers), [uses.output(index) for index in range(len(shown))])
    assert tight.main_memory_bytes <= model.main_memory_bytes + 8
    given_floats = np.array([0.5, -3], np.float32)
    for _ in range(2):
        np.testing.assert_array_equal(Network(tight).run(given_floats), Network(model).run(given_floats))


def test_a_long_chain_needs_little():
    model = summing([(n, n) for n in range(30)], [30])
    tight = arranged(model, len(model.layers), [flow(model).output(0)])
    assert tight.main_memory_bytes == 8 + 2 * BYTES  # with the two numbers of the input


def test_who_reads_whom():
    uses = flow(summing([(0, 0), (1, 0)], [2]))
    whole = [Part(layer, 0, BYTES) for layer in range(3)]
    assert uses.reads == ((Part(INPUT, 0, 8),), (whole[0], whole[0]), (whole[1], whole[0]))
    assert uses.outputs == (whole[2],)


def test_what_no_single_layer_wrote():
    model = summing([(0, 0)], [1])
    first, add = model.layers
    astray = k.Add(a_address=BYTES + 8, b_address=BYTES, out_address=0, count=COUNT)
    with pytest.raises(KmodelError, match="it reads bytes that no single layer wrote; build the model again"):
        flow(Kmodel((first, add, astray), model.outputs, 999))
    with pytest.raises(KmodelError, match="output 0 is not what one layer wrote"):
        flow(Kmodel((first, add), (k.Region(BYTES + 8, BYTES),), 999)).output(0)

"""A table that is one straight line, against the definition."""

import numpy as np
import pytest
from madeleine.kpu.compiler.compose import pack_activation, pack_batch_norm
from madeleine.kpu.emulator.activation import ActivationTable

FAR = 1 << 34
LARGEST = 1 << 20  # of a sum
WHOLE = slice(None)


def line(mul, shift, start, norms):
    """A table that is flat up to `start`; `norms` are (mul, shift, add) per channel."""
    segments = [*((-FAR + k, 0, 0, 0) for k in range(14)), (start, mul, shift, 0), (FAR, 0, 0, 255)]
    factor, right, add = (np.array(column) for column in zip(*norms, strict=True))
    norm = pack_batch_norm(factor, add, right)
    largest = np.full(len(norms), LARGEST)
    return ActivationTable(norm, pack_activation(segments), np.zeros(len(norms), np.int64), largest)


@pytest.mark.parametrize(
    ("mul", "shift", "dtype"),
    [(1, 10, np.float32), (2, 11, np.float32), (1, 16, np.float32), (1, 17, np.float64), (3, 12, np.float64)],
)
@pytest.mark.parametrize("start", [0, -700])
def test_a_line_is_the_definition(mul, shift, dtype, start):
    """Sums around every step from 0 to 255, and as far as they go."""
    norms = [(9177, 13, -40), (30000, 15, 123456), (2_000_001, 9, 7), (-1234, 4, 5)]
    table = line(mul, shift, start, norms)
    assert table.line is not None and table.line.dtype is dtype
    steps = (np.arange(-1, 258)[:, None] - 0.5) * 2.0**shift / mul + start
    sums = np.floor((steps - [add for *_, add in norms]) * [2.0**right / factor for factor, right, _ in norms]).T
    sums = (sums[:, :, None] + np.arange(-3, 4)).reshape(len(norms), -1)
    far = np.random.default_rng(0).integers(-LARGEST, LARGEST, (len(norms), 5000))
    sums = np.clip(np.hstack([sums, far]), -LARGEST, LARGEST)
    np.testing.assert_array_equal(table(sums.astype(np.float32), WHOLE), table._by_segments(sums, WHOLE))

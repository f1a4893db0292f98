"""Numbers for the chip: from float weights, ranges and biases to bytes, factors and tables.

A byte q stands for step * (q - zero). Weights have a step for each output channel and zero 128.
"""

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .compose import CLAMP, FAR, Y_BITS, Segment
from .graph import Activation, Curve, Floats

TOP = 255
ZERO_W = 128
REACH = 127  # greatest distance of a weight's byte from its zero
MUL_BITS, SHIFT_TOP = 21, 15  # nncase keeps mul within 22 signed bits
ADD_TOP = (1 << 31) - 1
SUM_BITS = 20  # of the factors in QUANTIZED_ADD
SUM_LIFT = 256  # more than any byte's distance from its zero
SLOPE_TOP = (1 << 15) - 1
Doubles: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """What the bytes of a map mean: step * (byte - zero)."""

    step: float
    zero: int = 0

    @property
    def low(self) -> float:
        """What byte 0 stands for."""
        return -self.step * self.zero

    @property
    def high(self) -> float:
        """What byte 255 stands for."""
        return self.step * (TOP - self.zero)

    def cut(self, top: float) -> "Scale":
        """The scale of the same values, those above `top` cut."""
        return Scale(top / TOP) if not self.zero else self

    def values(self, bytes_: NDArray[np.uint8]) -> Floats:
        """What bytes stand for."""
        return (bytes_.astype(np.float32) - self.zero) * np.float32(self.step)


def scale_for(activation: Activation, low: float, high: float) -> Scale:
    """The scale of a map whose values were seen from `low` to `high`. ReLU6's is always that of 0..6."""
    if activation.curve is Curve.RELU6:
        return Scale(6 / TOP)
    low, high = min(low, 0.0), max(high, 0.0)
    step = (high - low) / TOP or 1.0
    return Scale(step, round(-low / step))


def quantise_weights(weights: Floats) -> tuple[NDArray[np.uint8], Doubles]:
    """Bytes of the same shape (zero 128), and the step of each output channel (out,)."""
    rows = weights.reshape(len(weights), -1).astype(np.float64)
    steps = np.abs(rows).max(1) / REACH
    steps[steps == 0] = 1.0
    bytes_ = (np.rint(rows / steps[:, None]) + ZERO_W).astype(np.uint8)
    return bytes_.reshape(weights.shape), steps


def batch_norm(unit: Doubles, bias: Doubles, scale: Scale) -> tuple[NDArray[np.int64], ...]:
    """mul, add and shift (out,) that bring sums worth `unit` each, plus a bias, to bytes of `scale` * 2^Y_BITS."""
    factor = unit / scale.step * 2**Y_BITS
    shift = np.clip(MUL_BITS - np.frexp(factor)[1], 0, SHIFT_TOP)
    mul = np.minimum(np.rint(np.ldexp(factor, shift)), (1 << MUL_BITS + 1) - 1)
    add = np.clip(np.rint((bias / scale.step + scale.zero) * 2**Y_BITS), -ADD_TOP, ADD_TOP)
    return mul.astype(np.int64), add.astype(np.int64), shift.astype(np.int64)


def largest_sum(
    weights: NDArray[np.uint8], mul: NDArray[np.int64], add: NDArray[np.int64], shift: NDArray[np.int64]
) -> float:
    """A bound of what batch-norm can make of any map."""
    reach = np.abs(weights.reshape(len(weights), -1).astype(np.float64) - ZERO_W).sum(1) * TOP
    return float((reach * np.ldexp(np.abs(mul).astype(np.float64), -shift) + np.abs(add)).max())


def activation_table(activation: Activation, scale: Scale) -> tuple[Segment, ...]:
    """The sixteen segments. The range of the bytes does all of a ReLU or ReLU6; a leaky one has two slopes."""
    if activation.curve is Curve.CLIP:
        return _clip_table(
            *(round(min(max(x / scale.step + scale.zero, 0), TOP)) for x in (activation.low, activation.high))
        )
    if activation.curve is not Curve.LEAKY or not scale.zero:
        return CLAMP
    shift = SLOPE_TOP.bit_length() - math.frexp(activation.slope)[1]
    slope = min(SLOPE_TOP, round(math.ldexp(activation.slope, shift)))
    bottom = round((scale.zero - scale.zero / activation.slope) * 2**Y_BITS)  # there the result is 0
    return (
        *((-FAR + k, 0, 0, 0) for k in range(13)),
        (bottom, slope, shift + Y_BITS, 0),
        (scale.zero << Y_BITS, 1024, 10 + Y_BITS, scale.zero),
        (FAR, 0, 0, TOP),
    )


def _clip_table(low: int, high: int) -> tuple[Segment, ...]:
    """From the byte `low` to the byte `high`, and flat on both sides."""
    if (low, high) == (0, TOP):
        return CLAMP
    return (
        *((-FAR + k, 0, 0, low) for k in range(13)),
        (low << Y_BITS, 1024, 10 + Y_BITS, low),
        (high << Y_BITS, 0, 0, high),
        (FAR, 0, 0, high),
    )


def sum_numbers(a: Scale, b: Scale, out: Scale) -> dict[str, Any]:
    """The numbers of a QUANTIZED_ADD, which works in 64 bits.

    The driver rounds half of all negative sums two too low, so both sums and what is taken off again are lifted.
    """
    ratios = a.step / out.step, b.step / out.step
    shift = min(SUM_BITS, max(0, SUM_BITS - math.frexp(max(ratios))[1]))
    a_mul, b_mul = (min(1 << SUM_BITS, round(math.ldexp(ratio, shift))) for ratio in ratios)
    lift = SUM_LIFT << shift
    return {
        "a_offset": lift - a.zero, "a_mul": a_mul, "a_shift": 0,
        "b_offset": lift - b.zero, "b_mul": b_mul, "b_shift": 0,
        "out_offset": out.zero - SUM_LIFT * (a_mul + b_mul), "out_mul": 1, "out_shift": shift,
    }  # fmt: skip

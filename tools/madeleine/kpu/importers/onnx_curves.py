"""The operators of ONNX that change each value by itself, as far as the chip's activation table can."""

from math import copysign, inf, isfinite

import numpy as np

from ..compiler.graph import Activation, Curve
from .fuse import NONE, RELU, Curved
from .fuse import clip as clipped
from .onnx_scope import Scope, Value

SINGLE_LIMIT = float(np.finfo(np.float32).max)  # Clip's bounds where none is meant, before opset 11


def relu(scope: Scope) -> Value:
    """Relu."""
    return _curved(scope, scope.value(), RELU)


def leaky_relu(scope: Scope) -> Value:
    """LeakyRelu."""
    slope = scope.attribute("alpha", 0.01)
    if not isfinite(slope):
        scope.error(f"alpha is {slope}; export the network again")
    return _curved(scope, scope.value(), Activation(Curve.LEAKY, slope))


def p_relu(scope: Scope) -> Value:
    """PRelu with one slope for all channels; the chip has one table for each layer."""
    slopes = np.unique(scope.floats(1))
    if slopes.size != 1 or not isfinite(slopes[0]):
        scope.error(f"{slopes.size} different slopes; one for all channels is supported")
    return _curved(scope, scope.value(), Activation(Curve.LEAKY, float(slopes[0])))


def clip(scope: Scope) -> Value:
    """Clip, to any bounds; before opset 11 they are attributes."""
    if scope.opset < 11:
        low, high = scope.attribute("min", -SINGLE_LIMIT), scope.attribute("max", SINGLE_LIMIT)
    else:
        low, high = (bound(scope, 1, -SINGLE_LIMIT), bound(scope, 2, SINGLE_LIMIT))
    if not low <= high:
        scope.error(f"to {low:g}..{high:g}; the second is to be the greater")
    low, high = (end if abs(end) < SINGLE_LIMIT else copysign(inf, end) for end in (low, high))
    activation = clipped(low, high)
    return scope.value() if activation == NONE else _curved(scope, scope.value(), activation)


def hard_sigmoid(scope: Scope) -> Value:
    """HardSigmoid: alpha x + beta, kept from 0 to 1."""
    gain, offset = scope.attribute("alpha", 0.2), scope.attribute("beta", 0.5)
    ones = np.ones(scope.value().shape[0])
    return _curved(scope, scope.affine(scope.value(), gain * ones, offset * ones), clipped(0, 1))


def bound(scope: Scope, index: int, default: float) -> float:
    """An input that is one number; `default` where it is left out."""
    if scope.get(index) is None:
        return default
    found = scope.floats(index)
    if found.size != 1:
        scope.error(f"its input {index} is {found.shape}; one number is needed")
    return float(found.reshape(-1)[0])


def _curved(scope: Scope, x: Value, activation: Activation) -> Value:
    scope.spend(2 * x.shape[0])  # if it becomes a layer of its own
    return scope.part(Curved, x, activation=activation)

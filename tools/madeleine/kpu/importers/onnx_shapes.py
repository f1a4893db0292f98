"""The operators of ONNX that compute nothing: they turn a value's dimensions, or give those as constants."""

from collections.abc import Iterable
from dataclasses import replace
from math import prod

import numpy as np

from ..compiler.graph import Shape
from .onnx_constants import FLOATS, sizes
from .onnx_file import Array
from .onnx_scope import Scope, Value

CONSTANT_KINDS = ("value", "value_float", "value_floats", "value_int", "value_ints")


def reshaped(scope: Scope, x: Value, dims: Shape) -> Value:
    """The same value with other dimensions; a map has to keep its own."""
    if dims == x.dims:
        return x
    count = x.shape[0]
    if x.is_map or prod(dims) != count or count not in dims:
        scope.error(f"from {x.dims} to {dims}; only vectors can be reshaped: average maps first")
    return replace(x, dims=dims, axis=max(axis for axis, size in enumerate(dims) if size == count))


def reshape(scope: Scope) -> Value:
    """Reshape, where 0 keeps a dimension and -1 is what remains."""
    x = scope.value()
    return reshaped(scope, x, sizes(scope, scope.integers(1), x.dims))


def flatten(scope: Scope) -> Value:
    """Flatten to two dimensions."""
    x, axis = scope.value(), scope.attribute("axis", 1)
    rank = len(x.dims)
    if not -rank <= axis <= rank:
        scope.error(f"at axis {axis} of {x.dims}; export the network again")
    at = axis + rank * (axis < 0)
    return reshaped(scope, x, (prod(x.dims[:at]), prod(x.dims[at:])))


def squeeze(scope: Scope) -> Value:
    """Squeeze: without dimensions of one."""
    x = scope.value()
    axes = scope.axes(len(x.dims))
    gone = [axis for axis, size in enumerate(x.dims) if size == 1] if axes is None else axes
    if any(x.dims[axis] != 1 for axis in gone):
        scope.error(f"takes away {gone} of {x.dims}; only dimensions of one can go")
    return reshaped(scope, x, tuple(size for axis, size in enumerate(x.dims) if axis not in gone))


def unsqueeze(scope: Scope) -> Value:
    """Unsqueeze: with dimensions of one more."""
    x = scope.value()
    return reshaped(scope, x, scope.widened(x.dims))


def transpose(scope: Scope) -> Value:
    """Transpose: channels first or last; height and width stay in their order."""
    x = scope.value()
    rank = len(x.dims)
    order = scope.attribute("perm", list(range(rank))[::-1])
    plane = [axis for axis in order if axis != x.axis]
    if sorted(order) != list(range(rank)) or (x.is_map and plane != sorted(plane)):
        scope.error(f"{x.dims} in the order {order[:8]}; only the channels' place can change")
    return replace(x, dims=tuple(x.dims[axis] for axis in order), axis=order.index(x.axis))


def same(scope: Scope) -> Value | Array:
    """Identity, and Dropout, which does nothing outside of training."""
    training = scope.integers(2) if scope.operation.operator == "Dropout" else None
    if training and training[0]:
        scope.error("as in training; export the network for inference")
    found = scope.get(0)
    return scope.value() if found is None else found


def cast(scope: Scope) -> Value:
    """Cast of a result between floats: it is computed in float32 all the same."""
    x, to = scope.value(), scope.attribute("to", FLOATS[0])
    if to not in FLOATS:
        scope.error(f"to ONNX's type {to}; results stay floats")
    return x


def constant(scope: Scope) -> Array:
    """Constant: an array, a number or a list of numbers."""
    attributes = scope.operation.attributes
    found = next((attributes[kind] for kind in CONSTANT_KINDS if kind in attributes), None)
    if not isinstance(found, np.ndarray | int | float | list) or (isinstance(found, list) and _mixed(found)):
        scope.error("is not of numbers; an array, a number or a list of numbers is supported")
    array = np.asarray(found)
    if array.dtype.kind == "f":
        return array.astype(np.float32)
    return array.astype(np.int64)


def _mixed(members: Iterable[object]) -> bool:
    return not all(isinstance(member, int | float) for member in members)


def shape(scope: Scope) -> Array:
    """Shape: a value's dimensions, from `start` to `end`."""
    dims = scope.value().dims
    start, end = scope.attribute("start", 0), scope.attribute("end", len(dims))
    return np.array(dims[start:end], np.int64)

"""The operators of ONNX that compute nothing: they turn a value's dimensions, or make the constants that say how.

Exporters write `Shape`, `Gather`, `Concat` and the like to flatten a batch of any size; as ours is one, they are
constants.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import prod

import numpy as np

from ..compiler.graph import Shape
from .onnx_file import RANK_LIMIT, Array
from .onnx_scope import Scope, Value

SHAPE_LIMIT = 64  # entries of a constant that nodes compute: a shape, or a part of one
FLOAT, WHOLE = 1, (6, 7)  # ONNX's numbers of float32, int32 and int64
CONSTANT_KINDS = ("value", "value_float", "value_floats", "value_int", "value_ints")


def reshaped(scope: Scope, x: Value, dims: Shape) -> Value:
    """The same value with other dimensions; a map has to keep its own."""
    if dims == x.dims:
        return x
    count = x.shape[0]
    if x.is_map or prod(dims) != count or count not in dims:
        scope.error(f"from {x.dims} to {dims}; only vectors, as behind GlobalAveragePool, can be reshaped")
    return replace(x, dims=dims, axis=max(axis for axis, size in enumerate(dims) if size == count))


def reshape(scope: Scope) -> Value:
    """Reshape, where 0 keeps a dimension and -1 is what remains."""
    x, target = scope.value(), scope.integers(1)
    if target is None or len(target) > RANK_LIMIT or min(target, default=0) < -1 or target.count(-1) > 1:
        scope.error(f"to {target and target[:RANK_LIMIT]}; sizes, 0 and one -1 are supported")
    dims = [size or x.dims[axis] if axis < len(x.dims) else size for axis, size in enumerate(target)]
    rest = prod(size for size in dims if size > 0)
    return reshaped(scope, x, tuple(prod(x.dims) // rest if size == -1 else size for size in dims))


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


def unsqueeze(scope: Scope) -> Value | Array:
    """Unsqueeze: with dimensions of one more."""
    x = scope.get(0)
    dims = x.dims if isinstance(x, Value) else _small(scope, 0).shape
    rank = len(dims) + len(_named_axes(scope))
    axes = scope.axes(rank) or []
    rest = iter(dims)
    wider = tuple(1 if axis in axes else next(rest) for axis in range(rank))
    return reshaped(scope, x, wider) if isinstance(x, Value) else _small(scope, 0).reshape(wider)


def _named_axes(scope: Scope) -> list[int]:
    named: list[int] = []
    axes = scope.attribute("axes", named) or scope.integers(1) or named
    if len(axes) > 4:
        scope.error(f"adds {len(axes)} dimensions; up to 4 are supported")
    return axes


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


def cast(scope: Scope) -> Value | Array:
    """Cast of a value to float32, or of a constant to one of those that we tell apart."""
    found, to = scope.get(0), scope.attribute("to", FLOAT)
    if isinstance(found, Value) and to == FLOAT:
        return found
    if to not in (FLOAT, *WHOLE) or not isinstance(found, np.ndarray) or found.size > SHAPE_LIMIT:
        scope.error(f"to ONNX's type {to}; of results to float32, of small constants also to int64 is supported")
    with np.errstate(invalid="ignore"):
        return found.astype(np.float32 if to == FLOAT else np.int64)


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


def gather(scope: Scope) -> Array:
    """Gather of some of a shape's numbers."""
    numbers, places = _small(scope, 0), _small(scope, 1)
    count = len(numbers) if numbers.ndim == 1 else 0
    if scope.attribute("axis", 0) != 0 or not all(-count <= place < count for place in places.reshape(-1)):
        scope.error(f"of {numbers.shape}; numbers of a shape are supported")
    taken: Array = numbers[places]
    return taken


def concat(scope: Scope) -> Array:
    """Concat of parts of a shape."""
    parts = [_small(scope, index) for index in range(min(len(scope.operation.inputs), SHAPE_LIMIT))]
    if not parts or any(part.ndim != 1 for part in parts) or sum(map(len, parts)) > SHAPE_LIMIT:
        scope.error("of this kind is not supported; parts of a shape are")
    return np.concatenate(parts)


def _small(scope: Scope, index: int) -> Array:
    """A constant of a few whole numbers."""
    found = scope.constant(index)
    if found is None or found.dtype != np.int64 or found.size > SHAPE_LIMIT or found.ndim > RANK_LIMIT:
        scope.error(f"its input {index} is no shape or part of one; nothing else is computed from constants")
    return found

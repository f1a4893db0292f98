"""The operators of ONNX on constants alone: exporters leave sizes, borders and weights half computed.

Arrays are float32 or int64. None becomes larger than the weights of a network may be.
"""

from collections.abc import Callable
from math import prod

import numpy as np

from .onnx_file import RANK_LIMIT, Array
from .onnx_scope import Scope
from .scope import WEIGHT_LIMIT

FLOATS, WHOLE = (1, 10, 11), (6, 7)  # ONNX's numbers of float32, float16 and double, of int32 and int64


def cast(scope: Scope) -> Array:
    """Cast; every float is float32 here, every whole number int64."""
    to = scope.attribute("to", FLOATS[0])
    if to not in (*FLOATS, *WHOLE):
        scope.error(f"to ONNX's type {to}; floats and int32, int64 are supported")
    with np.errstate(invalid="ignore"):
        return _input(scope).astype(np.float32 if to in FLOATS else np.int64)


def constant_of_shape(scope: Scope) -> Array:
    """ConstantOfShape: one number again and again."""
    dims = scope.integers(0) or []
    value = scope.operation.attributes.get("value", np.zeros(1, np.float32))
    if not isinstance(value, np.ndarray) or value.size != 1 or min(dims, default=0) < 0 or len(dims) > RANK_LIMIT:
        scope.error(f"of {dims[:RANK_LIMIT]}; one number, and sizes from 0 are supported")
    _room(scope, prod(dims))
    return np.full(dims, value.reshape(-1)[0])


def concat(scope: Scope) -> Array:
    """Concat of any number of arrays."""
    parts = [_input(scope, index) for index in range(len(scope.operation.inputs))]
    axis, rank = scope.attribute("axis", 0), parts[0].ndim
    if not -rank <= axis < rank:
        scope.error(f"at axis {axis} of {parts[0].shape}; export the network again")
    others = {(part.dtype, *(size for place, size in enumerate(part.shape) if place != axis % rank)) for part in parts}
    if len(others) != 1 or {part.ndim for part in parts} != {rank}:
        scope.error("of arrays that do not fit together; export the network again")
    _room(scope, sum(part.size for part in parts))
    return np.concatenate(parts, axis)


def gather(scope: Scope) -> Array:
    """Gather of some entries along an axis."""
    array, places, axis = _input(scope), _input(scope, 1), scope.attribute("axis", 0)
    rank = array.ndim
    size = array.shape[axis] if -rank <= axis < rank else 0
    if places.dtype != np.int64 or not all(-size <= place < size for place in places.reshape(-1)):
        scope.error(f"at axis {axis} of {array.shape}; places within it are needed")
    if rank - 1 + places.ndim > RANK_LIMIT:
        scope.error(f"with {places.ndim} dimensions of places; {RANK_LIMIT} in all are supported")
    _room(scope, array.size // size * places.size if size else 0)
    return np.asarray(np.take(array, places, axis))


def reshape(scope: Scope) -> Array:
    """Reshape, where 0 keeps a dimension and -1 is what remains."""
    array = _input(scope)
    return array.reshape(sizes(scope, scope.integers(1), array.shape))


def sizes(scope: Scope, target: list[int] | None, dims: tuple[int, ...]) -> tuple[int, ...]:
    """The dimensions that Reshape asks for, of something that has `dims`; whoever needs it checks their product."""
    if target is None or len(target) > RANK_LIMIT or min(target, default=0) < -1 or target.count(-1) > 1:
        scope.error(f"to {target and target[:RANK_LIMIT]}; sizes, 0 and one -1 are supported")
    named = [size or dims[axis] if axis < len(dims) else size for axis, size in enumerate(target)]
    rest = prod(size for size in named if size != -1)
    found = tuple(prod(dims) // rest if size == -1 and rest else size for size in named)
    if prod(found) != prod(dims):
        scope.error(f"from {dims} to {target[:RANK_LIMIT]}; the number of values has to stay")
    return found


def slices(scope: Scope) -> Array:
    """Slice; before opset 10 what to take stands in attributes."""
    array, none = _input(scope), list[int]()
    if scope.opset < 10:
        starts, ends, axes, steps = (scope.attribute(name, none) for name in ("starts", "ends", "axes", "steps"))
    else:
        starts, ends, axes, steps = (scope.integers(index) or none for index in (1, 2, 3, 4))
    count, rank = len(starts), array.ndim
    axes, steps = axes or list(range(count)), steps or [1] * count
    if not count or {len(ends), len(axes), len(steps)} != {count} or 0 in steps:
        scope.error("has no starts and ends that fit together; export the network again")
    if not all(-rank <= axis < rank for axis in axes):
        scope.error(f"its axes {axes[:RANK_LIMIT]} are not those of {rank} dimensions; export the network again")
    taken = [slice(None)] * rank
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        taken[axis] = slice(start, end, step)
    return array[tuple(taken)]


def transpose(scope: Scope) -> Array:
    """Transpose; without an order, the dimensions turn round."""
    array = _input(scope)
    order = scope.attribute("perm", list(range(array.ndim))[::-1])
    if sorted(order) != list(range(array.ndim)):
        scope.error(f"{array.shape} in the order {order[:RANK_LIMIT]}; export the network again")
    return array.transpose(order)


def squeeze(scope: Scope) -> Array:
    """Squeeze: without dimensions of one."""
    array = _input(scope)
    axes = scope.axes(array.ndim)
    gone = [axis for axis, size in enumerate(array.shape) if size == 1] if axes is None else axes
    if any(array.shape[axis] != 1 for axis in gone):
        scope.error(f"takes away {gone} of {array.shape}; only dimensions of one can go")
    return array.reshape([size for axis, size in enumerate(array.shape) if axis not in gone])


def unsqueeze(scope: Scope) -> Array:
    """Unsqueeze: with dimensions of one more."""
    array = _input(scope)
    return array.reshape(scope.widened(array.shape))


ARITHMETIC: dict[str, Callable[[Array, Array], Array]] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.divide,
}


def arithmetic(scope: Scope) -> Array:
    """Add, Sub, Mul, Div."""
    a, b, operator = _input(scope), _input(scope, 1), scope.operation.operator
    try:
        dims = np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        scope.error(f"of {a.shape} and {b.shape}, which do not fit; export the network again")
    if a.dtype != b.dtype or (operator == "Div" and not b.all()):
        scope.error(f"of {a.dtype} and {b.dtype}, or by zero; export the network again")
    _room(scope, prod(dims))
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused when all is read
        result = ARITHMETIC[operator](a, b)
    return np.trunc(result).astype(np.int64) if a.dtype == np.int64 else result


def _input(scope: Scope, index: int = 0) -> Array:
    found = scope.constant(index)
    if found is None:
        scope.error(f"its input {index} is missing; export the network again")
    return found


def _room(scope: Scope, count: int) -> None:
    """Refuses before so many values are made, and counts them with the weights."""
    if count > WEIGHT_LIMIT:
        scope.error(f"makes a constant of {count} values; {WEIGHT_LIMIT} are supported")
    scope.spend(count)


READERS: dict[str, Callable[[Scope], Array]] = {
    "Add": arithmetic,
    "Cast": cast,
    "Concat": concat,
    "ConstantOfShape": constant_of_shape,
    "Div": arithmetic,
    "Gather": gather,
    "Mul": arithmetic,
    "Reshape": reshape,
    "Slice": slices,
    "Squeeze": squeeze,
    "Sub": arithmetic,
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
}

"""How near a compiled model is to its float network: both run on pictures that did not serve to calibrate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..emulator.network import Network
from . import reference
from .compile import Compiled, Progress, orient
from .graph import Dense, Floats, Graph, Softmax
from .quantise import Doubles


@dataclass(frozen=True)
class Similarity:
    """The cosine of a node's result and the float network's, over the pictures."""

    node: str
    mean: float
    worst: float


@dataclass(frozen=True)
class Fidelity:
    """`agreement` is the share of pictures with the same best class, None without a head."""

    pictures: int
    similarities: tuple[Similarity, ...]
    agreement: float | None


def fidelity(
    graph: Graph,
    compiled: Compiled,
    pictures: NDArray[np.uint8],
    progress: Progress = lambda done, total, what: None,
) -> Fidelity:
    """Of each output that holds a node's result; of a feature model these are the features and the last map.

    `pictures` are uint8 (n, height, width, channels), upright.
    """
    shown, seen = orient(pictures, compiled.upside_down)
    network = Network(compiled.model, graph.name)
    results: list[list[Floats]] = [[] for _ in compiled.outputs]
    for index, picture in enumerate(shown):
        outputs = network.run(np.ascontiguousarray(picture))
        arrays = outputs if isinstance(outputs, tuple) else (outputs,)
        for kept, array, output in zip(results, arrays, compiled.outputs, strict=False):
            kept.append(output.scale.values(array) if output.scale else array.astype(np.float32))
        progress(index + 1, len(shown), "comparing")
    wanted = reference.run(graph, seen, keep={output.node for output in compiled.outputs})
    similarities, agreement = [], None
    for kept, output in zip(results, compiled.outputs, strict=True):
        theirs = wanted[output.node]
        ours = np.stack(kept).reshape(theirs.shape)
        if compiled.upside_down and theirs.ndim == 4:
            theirs = theirs[..., ::-1, ::-1]
        cosines = _cosines(ours, theirs)
        similarities.append(Similarity(output.node, float(cosines.mean()), float(cosines.min())))
        if isinstance(graph.node(output.node), (Dense, Softmax)):
            agreement = float((ours.argmax(1) == theirs.argmax(1)).mean())
    return Fidelity(len(pictures), tuple(similarities), agreement)


def _cosines(a: Floats, b: Floats) -> Doubles:
    """(n, ...), (n, ...) -> (n,); two that are zero all over are alike."""
    left, right = (x.reshape(len(x), -1).astype(np.float64) for x in (a, b))
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    products: Doubles = (left * right).sum(1)
    both_zero = ~(left.any(1) | right.any(1))
    return np.where(both_zero, 1.0, products / np.where(lengths == 0, 1.0, lengths))

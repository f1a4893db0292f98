"""From a float network to the layers the chip runs, still in float: strides, pools and padding as the KPU has them.

The KPU convolves at every pixel with one pixel of border all round, and thins the result by a pool. So a stride of 2
is pool type 5, the top left of every 2x2; after a depthwise layer, which cannot have a pool, it waits for the 1x1
layer behind. TensorFlow's "same" padding at stride 2 is centred on the other pixels: there all kernels are turned by
180 degrees, and the picture has to come so, too. As the network knows mirrored pictures, upside down is enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .graph import Add, ConvNode, Dense, GlobalAverage, Graph, Node, Padding, Pool, Shape, Softmax, refusal

NO_POOL, MAXIMUM, MEAN, CORNER = 0, 1, 2, 5  # pool types of the registers
NONE, BORDER, BEFORE, AFTER = Padding(), Padding.even(1), Padding(1, 1, 0, 0), Padding(0, 0, 1, 1)
SUPPORTED = "supported: Conv, Pool, Add, GlobalAverage, Dense, Softmax"


@dataclass(frozen=True, kw_only=True)
class KpuConv(ConvNode):
    """A layer of the KPU. `stride` tells which of its input's pixels count; the chip computes all.

    `origin` is the convolution of the float network whose weights these are; an identity has none.
    """

    pool_type: int = NO_POOL
    origin: str | None = None


@dataclass(frozen=True)
class Lowered:
    """The layers in order: KpuConv, and Add, GlobalAverage, Dense, Softmax as they were in `graph`."""

    graph: Graph
    nodes: tuple[Node, ...]
    upside_down: bool

    @property
    def features(self) -> GlobalAverage | None:
        """The global average that is the only output, or the first before its map, if this is a feature model."""
        first, *others = self.graph.outputs
        last = self.graph.node(first)
        return last if isinstance(last, GlobalAverage) and tuple(others) in ((), last.inputs) else None

    def users(self, name: str) -> list[int]:
        """The places, in order, of the layers that read a result."""
        return [index for index, node in enumerate(self.nodes) if name in node.inputs]


def lower(graph: Graph) -> Lowered:
    """KmodelError, naming the node, where the chip cannot do what the network asks for."""
    upside_down = wants_turning(graph)
    nodes = tuple(node for node in _Lowering(graph).nodes())
    if upside_down:
        nodes = tuple(_turned(node) if isinstance(node, KpuConv) else node for node in nodes)
    return Lowered(graph, nodes, upside_down)


def wants_turning(graph: Graph) -> bool:
    """Whether stride 2 is centred on odd pixels; KmodelError when some is and some is not."""
    fixed = {turned: node for node in graph.nodes if (turned := _turning(graph, node)) is not None}
    if len(fixed) == 2:
        raise refusal(
            graph,
            fixed[True],
            f"pads only right and bottom, {fixed[False].name} does not; the chip does either, not both",
        )
    return True in fixed


def _turning(graph: Graph, node: Node) -> bool | None:
    """Whether a node needs turned pictures; None when it works with both."""
    if isinstance(node, Pool) and any(size % 2 for size in graph.shape_of(node.inputs[0])[1:]):
        return False
    if isinstance(node, ConvNode) and node.stride == 2:
        return node.weights.shape[-1] == 3 and node.padding == AFTER
    return None


def _turned(node: KpuConv) -> KpuConv:
    return replace(node, weights=np.ascontiguousarray(node.weights[..., ::-1, ::-1]))


class _Lowering:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.full_size: set[str] = set()  # depthwise results whose stride is still to come
        self.done: set[str] = set()  # pools that became part of the layer before

    def nodes(self) -> Iterator[Node]:
        for node in self.graph.nodes:
            if isinstance(node, ConvNode):
                self._check(node)
                yield from self._convolution(node)
            elif isinstance(node, Pool):
                if node.name not in self.done:
                    yield self._thinned(node, node.inputs[0], MAXIMUM if node.maximum else MEAN)
            elif isinstance(node, (Add, GlobalAverage, Dense, Softmax)):
                yield node
            else:
                raise refusal(self.graph, node, f"not supported; {SUPPORTED}")

    def _convolution(self, node: ConvNode) -> Iterator[Node]:
        kernel = self._kernel(node)
        if node.inputs[0] in self.full_size:
            yield replace(kernel, stride=2, pool_type=CORNER)
        elif node.stride == 1:
            yield self._with_pool(kernel)
        elif not node.depthwise:
            yield replace(kernel, pool_type=CORNER)
        elif self._waits(node):
            self.full_size.add(node.name)
            yield replace(kernel, shape=self._input_shape(node))
        else:
            full = replace(kernel, name=f"{node.name} at stride 1", shape=self._input_shape(node))
            yield full
            yield self._thinned(node, full.name, CORNER)

    def _kernel(self, node: ConvNode) -> KpuConv:
        """The same as a layer of the KPU; depthwise 1x1 becomes the middle of 3x3, which is known to work."""
        weights = node.weights
        if node.depthwise and weights.shape[-1] == 1:
            weights = np.pad(weights, ((0, 0), (1, 1), (1, 1)))
        same = {name: getattr(node, name) for name in ("name", "inputs", "shape", "bias", "stride", "activation")}
        border = BORDER if weights.shape[-1] == 3 else NONE
        return KpuConv(**same, weights=weights, padding=border, origin=node.name)

    def _with_pool(self, kernel: KpuConv) -> KpuConv:
        """Takes over a pool that nothing else than this layer feeds."""
        user = self._only_user(kernel.name)
        if kernel.depthwise or not isinstance(user, Pool):
            return kernel
        self.done.add(user.name)
        return replace(kernel, name=user.name, shape=user.shape, pool_type=MAXIMUM if user.maximum else MEAN)

    def _waits(self, node: ConvNode) -> bool:
        """Whether the layer behind can do the stride."""
        user = self._only_user(node.name)
        return isinstance(user, ConvNode) and user.stride == 1 and user.weights.shape[-1] == 1 and not user.depthwise

    def _only_user(self, name: str) -> Node | None:
        users = [node for node in self.graph.nodes if name in node.inputs]
        return users[0] if len(users) == 1 and name not in self.graph.outputs else None

    def _thinned(self, node: Node, source: str, pool_type: int) -> KpuConv:
        """A 1x1 layer that changes nothing, and its pool."""
        channels = node.shape[0]
        return KpuConv(
            name=node.name,
            inputs=(source,),
            shape=node.shape,
            weights=np.eye(channels, dtype=np.float32)[:, :, None, None],
            bias=np.zeros(channels, np.float32),
            pool_type=pool_type,
        )

    def _input_shape(self, node: Node) -> Shape:
        return self.graph.shape_of(node.inputs[0])

    def _check(self, node: ConvNode) -> None:
        """KmodelError unless it is one of those the chip can do."""
        kernel, shape = node.weights.shape[-1], self._input_shape(node)
        if node.weights.shape[-2:] not in ((1, 1), (3, 3)) or node.stride not in (1, 2):
            size = "x".join(map(str, node.weights.shape[-2:]))
            raise refusal(self.graph, node, f"{size} at stride {node.stride}; the chip does 1x1 and 3x3 at 1 or 2")
        fitting = (NONE,) if kernel == 1 else (BORDER,) if node.stride == 1 else (BORDER, BEFORE, AFTER)
        if node.padding not in fitting:
            p = node.padding
            raise refusal(
                self.graph,
                node,
                f"{kernel}x{kernel} at stride {node.stride} padded by {p.top}, {p.left}, {p.bottom}, {p.right} "
                "(top, left, bottom, right); the chip pads 3x3 by one pixel all round and 1x1 not at all",
            )
        if node.stride == 2 and any(size % 2 for size in shape[1:]):
            raise refusal(self.graph, node, f"stride 2 on a map of {shape[2]}x{shape[1]}; the chip needs even sizes")

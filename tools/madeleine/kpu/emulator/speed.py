"""How long the board needs for each layer, estimated.

Fitted to a published log of one network on a board (nncase issue 77), KPU at 400 MHz as MaixPy sets it: of its full
convolutions none is off by more than 0.08 ms.
"""

from ..format.layertypes import ConvLayer
from .network import Network
from .steps import Step, input_place

CONVOLUTION_MS, DEPTHWISE_MS = 0.08, 0.015  # what every layer costs
CONVOLUTION_LINES_PER_MS = 402_000  # one line of AI RAM a clock, for each output channel
DEPTHWISE_LINES_PER_MS = 212_000
WEIGHT_BYTES_PER_MS = 310_000
CPU_PER_MS = 1 / 45e-6  # numbers: DEQUANTIZE took 45 ns each, and no other layer was timed


def layer_times_ms(network: Network) -> tuple[float, ...]:
    """Milliseconds for each layer; the copy of the picture into AI RAM is not among them."""
    return tuple(convolution_ms(s.layer) if isinstance(s.layer, ConvLayer) else _cpu_ms(s) for s in network.steps)


def convolution_ms(layer: ConvLayer) -> float:
    """Milliseconds for a layer of the KPU."""
    lines = len(input_place(layer).lines)
    if layer.registers.depthwise:
        return DEPTHWISE_MS + lines / DEPTHWISE_LINES_PER_MS
    loaded = (len(layer.weights) + len(layer.batch_norm)) / WEIGHT_BYTES_PER_MS
    return CONVOLUTION_MS + lines * layer.registers.out_channels / CONVOLUTION_LINES_PER_MS + loaded


def _cpu_ms(step: Step) -> float:
    return step.work / CPU_PER_MS

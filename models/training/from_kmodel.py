"""A kmodel of MobileNet v1 0.75 in the chip's geometry as the float student: the same function, ready to learn on."""

from pathlib import Path

import numpy as np
import torch
from madeleine.kpu.emulator.convolution import ConvRunner
from madeleine.kpu.format import kmodel
from madeleine.kpu.format.layertypes import ConvLayer
from torch import Tensor
from torch.nn import functional

from training import networks

STEP = networks.TOP / 255  # a byte of a map


@torch.no_grad()
def network(path: Path, pictures: Tensor) -> networks.Network:
    """The student. Its batch-norms get the statistics of the pictures, and undo them, so that nothing changes."""
    convolutions = [layer for layer in kmodel.parse(path.read_bytes()).layers if isinstance(layer, ConvLayer)]
    student = networks.Network()
    x = pictures
    for index, (layer, stored) in enumerate(zip(student.layers(), convolutions, strict=True)):
        weights, bias = _floats(stored, first=index == 0)
        own, norm = layer.convolution, layer.norm
        own.weight.copy_(torch.from_numpy(weights.reshape(own.weight.shape)))
        made = own(x)
        norm.running_mean.copy_(made.mean((0, 2, 3)))
        norm.running_var.copy_(made.var((0, 2, 3), unbiased=False))
        norm.weight.copy_(torch.sqrt(norm.running_var + networks.EPSILON))
        norm.bias.copy_(norm.running_mean + torch.from_numpy(bias))
        x = functional.relu6(made + torch.from_numpy(bias).float()[:, None, None])
    return student


def _floats(stored: ConvLayer, first: bool) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of a stored layer, for float maps; the first one sees pixels / 127.5 - 1."""
    convolution = ConvRunner(stored, True)
    table = convolution.table
    if table.line is None:
        raise SystemExit("a layer's table is not a straight line; only networks of ReLU6 can be learned on")
    gain = table.factor[:, 0] * table.line.slope
    weights = convolution.weights.astype(np.float64) * gain.reshape(-1, *[1] * (convolution.weights.ndim - 1))
    bias = (table.term[:, 0] - table.line.start) * table.line.slope * STEP
    if first:
        bias = bias + 127.5 * STEP * weights.reshape(len(weights), -1).sum(1)
        weights = weights * (127.5 * STEP)
    return weights, bias

"""MobileNet v1, alpha 0.75, in the K210's geometry: the student, and one of its teachers; the chip's rounding."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

STEM = 24
WIDTHS = (48, 96, 96, 192, 192, 384, 384, 384, 384, 384, 384, 768, 768)
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
FEATURES = WIDTHS[-1]
EPSILON = 1e-3  # Keras' in MobileNet's batch-norm
TOP = 6.0  # of ReLU6
# What the CPU computes fastest in. Without instructions of its own bfloat16 takes eleven times as long as float32 (an
# EPYC with AVX2 alone: 1.64 s against 0.14 for a pointwise layer of 192 channels, 28 x 28, 64 pictures).
HALVED = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
QUICK = torch.bfloat16 if HALVED else torch.float32


class StridedDepthwise(torch.autograd.Function):
    """A 3x3 depthwise convolution of stride 2 whose gradients are computed in float32.

    oneDNN's bfloat16 gradient of this one kind is fifty times slower than its neighbours and took two fifths of a step.
    """

    @staticmethod
    def forward(context: Any, x: Tensor, weight: Tensor) -> Tensor:
        """As functional.conv2d."""
        context.save_for_backward(x, weight)
        return functional.conv2d(x, weight, None, 2, 1, 1, len(weight))

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        """Of the map and of the kernels."""
        x, weight = context.saved_tensors
        settings = ([2, 2], [1, 1], [1, 1], False, [0, 0], len(weight), [True, True, False])
        by_map, by_weight, _ = torch.ops.aten.convolution_backward(
            gradient.float(), x.float(), weight.float(), None, *settings
        )
        return by_map.to(x.dtype), by_weight


class Layer(nn.Module):
    """Convolution and batch-norm. Stride 2 has one pixel of border on every side, as the KPU does it (pool type 5)."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, depthwise: bool = False) -> None:
        super().__init__()
        groups = inputs if depthwise else 1
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=EPSILON, momentum=0.02)
        self.rounded = False

    def forward(self, x: Tensor) -> Tensor:
        """The map before ReLU6."""
        if self.rounded:
            return self._as_on_the_chip(x)
        settings = self.convolution
        strided = settings.groups > 1 and settings.stride[0] == 2
        return self.norm(StridedDepthwise.apply(x, settings.weight) if strided else settings(x))

    def folded(self) -> tuple[Tensor, Tensor]:
        """Weights and bias with the batch-norm's running numbers in them."""
        gain = self.norm.weight / torch.sqrt(self.norm.running_var + EPSILON)
        return self.convolution.weight * gain[:, None, None, None], self.norm.bias - self.norm.running_mean * gain

    def _as_on_the_chip(self, x: Tensor) -> Tensor:
        """With weights rounded to 8 bits a channel, as madeleine.kpu's compiler does it."""
        weights, bias = self.folded()
        step = weights.detach().abs().amax((1, 2, 3), keepdim=True).clamp_min(1e-8) / 127
        weights = weights + (torch.round(weights / step) * step - weights).detach()
        settings = self.convolution
        return functional.conv2d(x, weights, bias, settings.stride, settings.padding, 1, settings.groups)


class Network(nn.Module):
    """Fourteen blocks: the stem, then thirteen of depthwise and pointwise convolution. Input: pixels / 127.5 - 1."""

    def __init__(self) -> None:
        super().__init__()
        blocks: list[nn.ModuleList] = [nn.ModuleList([Layer(3, STEM, 3, 2)])]
        channels = STEM
        for width, stride in zip(WIDTHS, STRIDES, strict=True):
            blocks.append(nn.ModuleList([Layer(channels, channels, 3, stride, True), Layer(channels, width, 1)]))
            channels = width
        self.blocks = nn.ModuleList(blocks)

    def layers(self) -> list[Layer]:
        """All 27 convolutions, in order."""
        return [layer for block in self.blocks for layer in block]

    def last_map(self, x: Tensor) -> Tensor:
        """The last map after its ReLU6, (n, 768, 7, 7) from pictures of 224 px."""
        for layer in self.layers():
            x = clip(layer(x), layer.rounded)
        return x

    def forward(self, x: Tensor) -> Tensor:
        """The 768 features of each picture: the means of the last map."""
        return self.last_map(x).mean((2, 3))

    @property
    def rounded(self) -> bool:
        """Whether it computes as the chip does: 8-bit weights, maps of 6/255 a step."""
        return self.layers()[0].rounded

    def round(self) -> None:
        """From now on weights and maps have 8 bits, and the batch-norm stays as it is."""
        for layer in self.layers():
            layer.rounded = True


def clip(x: Tensor, rounded: bool = False) -> Tensor:
    """ReLU6, rounded to the chip's bytes where asked; the gradient passes the rounding."""
    x = functional.relu6(x)
    return x + (torch.round(x * (255 / TOP)) * (TOP / 255) - x).detach() if rounded else x


def _names() -> list[tuple[str, str, str]]:
    """Keras' names of each layer's kernel and batch-norm, in order; the kind is the kernel array's last word."""
    names = [("conv1", "conv1_bn", "kernel")]
    for i in range(1, len(WIDTHS) + 1):
        names.append((f"conv_dw_{i}", f"conv_dw_{i}_bn", "depthwise_kernel"))
        names.append((f"conv_pw_{i}", f"conv_pw_{i}_bn", "kernel"))
    return names


def load(path: Path) -> Network:
    """A network from an npz of Keras' arrays (names with dots for slashes)."""
    network = Network()
    with np.load(path) as arrays, torch.no_grad():
        for layer, (convolution, norm, kind) in zip(network.layers(), _names(), strict=True):
            kernel = arrays[f"{convolution}.{kind}"]
            order = (2, 3, 0, 1) if kind == "depthwise_kernel" else (3, 2, 0, 1)
            layer.convolution.weight.copy_(torch.from_numpy(kernel.transpose(order).copy()))
            for name, target in _norm(layer).items():
                target.copy_(torch.from_numpy(arrays[f"{norm}.{name}"]))
    return network


def arrays_of(network: Network) -> dict[str, np.ndarray]:
    """The opposite of `load`: Keras' arrays, as `madeleine model build` reads them from an npz."""
    arrays = {}
    for layer, (convolution, norm, kind) in zip(network.layers(), _names(), strict=True):
        order = (2, 3, 0, 1) if kind == "depthwise_kernel" else (2, 3, 1, 0)
        arrays[f"{convolution}.{kind}"] = layer.convolution.weight.detach().numpy().transpose(order)
        arrays |= {f"{norm}.{name}": value.detach().numpy() for name, value in _norm(layer).items()}
    return arrays


def _norm(layer: Layer) -> dict[str, Tensor]:
    norm = layer.norm
    return {
        "gamma": norm.weight,
        "beta": norm.bias,
        "moving_mean": norm.running_mean,
        "moving_variance": norm.running_var,
    }

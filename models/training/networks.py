"""The teacher and the student: MobileNet v1, alpha 0.75, in the K210's geometry, and the rounding of the chip."""

from pathlib import Path

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
STAGES = ((0, 4), (4, 6), (6, 9), (9, 12), (12, 14))  # blocks of the network, the stem being block 0: a hint after each


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
        return self._as_on_the_chip(x) if self.rounded else self.norm(self.convolution(x))

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

    def stage(self, index: int, x: Tensor) -> Tensor:
        """A stage's last map before its ReLU6, from the map before the stage."""
        first, end = STAGES[index]
        layers = [layer for block in self.blocks[first:end] for layer in block]
        for layer in layers[:-1]:
            x = clip(layer(x), layer.rounded)
        return layers[-1](x)

    def hints(self, x: Tensor) -> list[Tensor]:
        """The last map of every stage before its ReLU6, from a picture."""
        maps = []
        for index in range(len(STAGES)):
            maps.append(self.stage(index, x))
            x = clip(maps[-1], self.rounded)
        return maps

    def forward(self, x: Tensor) -> Tensor:
        """The 768 features of each picture."""
        return features_of(self.hints(x)[-1])

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


def features_of(last: Tensor) -> Tensor:
    """The mean of each channel of the last map after ReLU6."""
    return functional.relu6(last).mean((2, 3))


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


def save(network: Network, path: Path) -> None:
    """The opposite of `load`: what `madeleine model build` reads."""
    arrays = {}
    for layer, (convolution, norm, kind) in zip(network.layers(), _names(), strict=True):
        order = (2, 3, 0, 1) if kind == "depthwise_kernel" else (2, 3, 1, 0)
        arrays[f"{convolution}.{kind}"] = layer.convolution.weight.detach().numpy().transpose(order)
        arrays |= {f"{norm}.{name}": value.detach().numpy() for name, value in _norm(layer).items()}
    np.savez(path, **arrays)


def _norm(layer: Layer) -> dict[str, Tensor]:
    norm = layer.norm
    return {
        "gamma": norm.weight,
        "beta": norm.bias,
        "moving_mean": norm.running_mean,
        "moving_variance": norm.running_var,
    }

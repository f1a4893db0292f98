"""The arrays of a MobileNet v1 of two channels, named as Keras does."""

from collections.abc import Iterator

import numpy as np
from madeleine.kpu.importers.read_keras import STRIDES
from numpy.typing import NDArray

CHANNELS, CLASSES = 2, 5


def keras_layers() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    yield "conv1", "kernel", (3, 3, 3, CHANNELS)
    for block in range(1, len(STRIDES) + 1):
        yield f"conv_dw_{block}", "depthwise_kernel", (3, 3, CHANNELS, 1)
        yield f"conv_pw_{block}", "kernel", (1, 1, CHANNELS, CHANNELS)


def keras_arrays() -> dict[str, NDArray[np.float32]]:
    """All of them, by name."""
    random = np.random.default_rng(1)
    arrays = {}
    for name, kind, shape in keras_layers():
        arrays[f"{name}.{kind}"] = random.normal(0, 1, shape)
        for part in ("gamma", "beta", "moving_mean"):
            arrays[f"{name}_bn.{part}"] = random.normal(0, 1, CHANNELS)
        arrays[f"{name}_bn.moving_variance"] = random.uniform(0.5, 2, CHANNELS)
    arrays["conv_preds.kernel"] = random.normal(0, 1, (1, 1, CHANNELS, CLASSES))
    arrays["conv_preds.bias"] = random.normal(0, 1, CLASSES)
    return {name: array.astype(np.float32) for name, array in arrays.items()}

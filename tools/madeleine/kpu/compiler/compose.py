"""Makes the parts of a K210 layer from its shapes and numbers: registers, batch-norm words, activation tables.

What nncase 0.1 writes for the same layer; the base for everything that makes models.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..emulator.memory import Placement
from ..format.layertypes import ConvLayer
from ..format.registers import Registers

LOAD_BYTES = 30 << 10  # of weights at a time; twice that with 16-bit weights (nncase's flat limit)
FAR = (1 << 35) - 1  # a start that no sum reaches
Segment = tuple[int, int, int, int]  # start, mul, shift, bias
Y_BITS = 10  # fraction bits of what batch-norm gives to CLAMP
CLAMP: tuple[Segment, ...] = (  # y / 1024, clamped to 0..255: linear, ReLU and ReLU6 alike
    *((-FAR + k, 0, 0, 0) for k in range(10)),
    (0, 1024, 10 + Y_BITS, 0),
    *((FAR - 5 + k, 0, 0, 255) for k in range(5)),
)


def pack_batch_norm(mul: NDArray[np.int64], add: NDArray[np.int64], shift: NDArray[np.int64]) -> bytes:
    """One word for each channel, y = (sum * mul >> shift) + add; ValueError when a number has too many bits."""
    if np.abs(mul).max() >= 1 << 23 or np.abs(add).max() >= 1 << 31 or shift.min() < 0 or shift.max() > 15:
        raise ValueError("batch-norm takes mul of 24 bits, add of 32, shift of 0 to 15")
    words = [
        int(m) & 0xFFFFFF | (int(a) & 0xFFFFFFFF) << 24 | int(s) << 56 for m, a, s in zip(mul, add, shift, strict=True)
    ]
    return np.array(words, "<u8").tobytes()


def pack_activation(segments: Sequence[Segment]) -> bytes:
    """The table of sixteen segments in rising order: bias + round((y - start) * mul / 2^shift)."""
    if len(segments) != 16:
        raise ValueError(f"an activation table has 16 segments, not {len(segments)}")
    words = [shift & 0xFF | (mul & 0xFFFF) << 8 | (start & (1 << 36) - 1) << 24 for start, mul, shift, _ in segments]
    return np.array(words, "<u8").tobytes() + bytes(bias for *_, bias in segments)


def make_conv_layer(
    weights: NDArray[np.uint8] | NDArray[np.uint16],
    source: Placement,
    target: Placement,
    batch_norm: bytes,
    activation: bytes,
    *,
    pool_type: int = 0,
    zero_x: int = 0,
    zero_w: int = 0,
    main_address: int | None = None,
) -> ConvLayer:
    """A KPU layer from uint8 or uint16 weights (out, in, k, k), or (channels, k, k) for a depthwise one.

    `zero_x` and `zero_w` are the zero points; the border of a 3x3 layer is `zero_x`. With `main_address` the result
    goes to that byte of main memory, too.
    """
    depthwise, kernel = weights.ndim == 3, weights.shape[-1]
    per_load = len(weights) if depthwise else min(len(weights), LOAD_BYTES // (weights[0].size))
    pixels = target.width * target.height
    registers = Registers(
        depthwise=int(depthwise),
        in_line=source.line,
        out_line=target.line,
        in_channels=source.channels,
        out_channels=target.channels,
        channels_per_load=per_load,
        in_width=source.width,
        in_height=source.height,
        out_width=target.width,
        out_height=target.height,
        kernel_type=int(kernel == 3),
        pool_type=pool_type,
        pad_value=zero_x,
        loads=-(-len(weights) // per_load),
        bytes_per_load=weights[:per_load].nbytes,
        in_group_lines=source.group_lines,
        in_row_lines=source.row_lines,
        in_group=source.group,
        out_group_lines=target.group_lines,
        out_row_lines=target.row_lines,
        out_group=target.group,
        arg_w=-zero_x,
        arg_x=-zero_w,
        arg_add=zero_x * zero_w * kernel**2,
        channel_bytes=pixels & 0xFFFF or 1 << 16,  # 16 bits; only what goes to main memory needs them
        output_bytes=pixels * target.channels,
    )
    return ConvLayer(
        flags=int(main_address is not None),
        out_address=main_address or 0,
        registers=registers,
        weights=weights.astype(weights.dtype.newbyteorder("<")).tobytes(),
        batch_norm=batch_norm,
        activation=activation,
    )

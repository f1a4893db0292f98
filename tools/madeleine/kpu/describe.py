"""What a network is, as text: one line a layer."""

from typing import TYPE_CHECKING

from .convolution import POOLS
from .layertypes import Conv
from .steps import Step

if TYPE_CHECKING:
    from .network import Network

POOL_WORDS = {"corner": "corner of", "maximum": "maximum of", "mean": "mean of"}


def describe(network: "Network") -> str:
    """The table for `madeleine model info`."""
    model = network.model
    rows = [("#", "layer", "what", "result", "goes to", "M mul")]
    rows += [_row(index, step) for index, step in enumerate(network.steps)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    outputs = ", ".join(f"{region.size} bytes at {region.start}" for region in model.outputs)
    work = sum(step.work for step in network.steps) / 1e6
    head = [
        f"{network.name}: kmodel v3, {8 if model.eight_bit_weights else 16}-bit weights, {len(model.layers)} layers",
        f"input   {_shape(network.input_shape)}",
        f"outputs {outputs}",
        f"memory  {model.main_memory_bytes} bytes of main memory; {work:.1f} M multiplications a run",
    ]
    return "\n".join([*head, "", *lines])


def _row(index: int, step: Step) -> tuple[str, str, str, str, str, str]:
    layer = step.layer
    place = [f"byte {step.main.start}"] if step.main else []
    what = ""
    if isinstance(layer, Conv):
        what = _convolution(layer)
        place.append(f"line {layer.registers.out_line}")
    elif not place:
        place.append(f"line {getattr(layer, 'out_line', 0)}")
    return (
        str(index),
        layer.NAME,
        what,
        f"{step.dtype} {_shape(step.shape)}",
        ", ".join(place),
        f"{step.work / 1e6:.1f}",
    )


def _convolution(layer: Conv) -> str:
    registers = layer.registers
    how = POOLS[registers.pool_type]
    kind = "depthwise " if registers.depthwise else ""
    thinned = f", {POOL_WORDS[how.kind]} {how.size}x{how.size} every {how.stride}" if how.size > 1 else ""
    return f"{kind}{registers.kernel}x{registers.kernel}{thinned}"


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))

"""What a network is: its layers, the memory and time it takes, its outputs, what the board could mind; as text, too."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..emulator.convolution import POOLS
from ..emulator.memory import AI_RAM_LINES, LINE_BYTES, Placement
from ..emulator.network import Network
from ..emulator.notes import has_notes, wants_upside_down
from ..emulator.speed import layer_times_ms
from ..emulator.steps import Step, input_place
from ..format.feature_notes import NOTES_OUTPUT
from ..format.feature_outputs import RANGE
from ..format.layertypes import AddPadding, ConvLayer, Dequantize, FullyConnected, GlobalAveragePool2D, Layer, Upload
from ..format.other_versions import firmware_for

POOL_WORDS = {"corner": "corner of", "maximum": "maximum of", "mean": "mean of"}
WIDTHS, HEIGHTS = range(4, 513), range(4, 257)  # of maps, as nncase has them
# For file and memory, beside the app with the least heap, on MaixPy v0.5.0_9 (docs/BOARD.md, "Memory").
LOADS_BYTES, CARDS_BYTES = 2_863_000, 2_069_000
CAMERA = (224, 224, 3)
FEATURES = 768  # of an example
BYTE_TOP = 255


@dataclass(frozen=True)
class LayerFacts:
    """One layer. `node`: of the float network, if known; `places`: where its result goes.

    `ai_ram_lines` are those of its input and result together, 64 bytes each.
    """

    name: str
    node: str
    what: str
    result: str
    places: tuple[str, ...]
    ai_ram_lines: int
    parameter_bytes: int
    multiplications: int
    estimated_ms: float


@dataclass(frozen=True)
class Facts:
    """A whole network. `ai_ram_free_bytes`: the longest stretch of AI RAM that no map touches; `remarks`: warnings."""

    name: str
    version: int
    firmware: str
    file_bytes: int
    weight_bits: int
    input: str
    outputs: tuple[str, ...]
    upside_down: bool
    main_memory_bytes: int
    ai_ram_free_bytes: int
    multiplications: int
    estimated_ms: float
    remarks: tuple[str, ...]
    layers: tuple[LayerFacts, ...]


def facts(network: Network, file_bytes: int, nodes: Sequence[str] = ()) -> Facts:
    """All there is to know without a picture; `nodes`: for each layer the node of the float network it serves."""
    model, times = network.model, layer_times_ms(network)
    names = nodes or [""] * len(times)
    layers = tuple(_layer(*parts) for parts in zip(network.steps, names, times, strict=True))
    return Facts(
        name=network.name,
        version=3,
        firmware=firmware_for(3),
        file_bytes=file_bytes,
        weight_bits=8 if model.eight_bit_weights else 16,
        input=_shape(network.input_shape),
        outputs=tuple(_outputs(network)),
        upside_down=wants_upside_down(network),
        main_memory_bytes=model.main_memory_bytes,
        ai_ram_free_bytes=_untouched_lines(network) * LINE_BYTES,
        multiplications=sum(step.work for step in network.steps),
        estimated_ms=sum(times),
        remarks=tuple(_remarks(network, file_bytes)),
        layers=layers,
    )


def as_text(known: Facts) -> str:
    """The page of `madeleine model info`."""
    titles = ("#", "node", "layer", "what", "result", "goes to", "AI RAM lines", "bytes", "M mul", "ms")
    rows = [titles, *(_row(index, layer) for index, layer in enumerate(known.layers))]
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    padded = [[cell.ljust(max(map(len, column))) for cell in column] for column in columns]
    table = ["  ".join(cells).rstrip() for cells in zip(*padded, strict=True)]
    return "\n".join([summary(known), "", *table])


def summary(known: Facts) -> str:
    """All but the layers."""
    title = f"kmodel v3, {known.weight_bits}-bit weights, {len(known.layers)} layers, {known.file_bytes} bytes"
    lines = [
        f"{known.name}: {title}",
        f"loads on  {known.firmware}",
        f"input     {known.input}{', upside down' * known.upside_down}",
        *(f"output {index}  {output}" for index, output in enumerate(known.outputs)),
        f"memory    {known.main_memory_bytes} bytes of main memory; untouched AI RAM: {known.ai_ram_free_bytes}",
        f"speed     {known.estimated_ms:.1f} ms estimated, {known.multiplications / 1e6:.1f} M multiplications",
        *(f"remark    {remark}" for remark in known.remarks),
    ]
    return "\n".join(lines)


def _layer(step: Step, node: str, ms: float) -> LayerFacts:
    layer = step.layer
    return LayerFacts(
        name=layer.NAME,
        node=node,
        what=_convolution(layer) if isinstance(layer, ConvLayer) else "",
        result=f"{step.dtype} {_shape(step.shape)}",
        places=_places(step),
        ai_ram_lines=sum(len(place.lines) for place in _maps(step)),
        parameter_bytes=_parameter_bytes(layer),
        multiplications=step.work,
        estimated_ms=ms,
    )


def _row(index: int, layer: LayerFacts) -> tuple[str, ...]:
    return (
        str(index),
        layer.node,
        layer.name,
        layer.what,
        layer.result,
        ", ".join(layer.places),
        str(layer.ai_ram_lines or ""),
        str(layer.parameter_bytes or ""),
        f"{layer.multiplications / 1e6:.1f}",
        f"{layer.estimated_ms:.2f}",
    )


def _places(step: Step) -> tuple[str, ...]:
    layer = step.layer
    line = layer.registers.out_line if isinstance(layer, ConvLayer) else getattr(layer, "out_line", None)
    main = (f"byte {step.main.start}",) if step.main else ()
    return main if line is None else (*main, f"line {line}")


def _convolution(layer: ConvLayer) -> str:
    registers = layer.registers
    how = POOLS[registers.pool_type]
    kind = "depthwise " if registers.depthwise else ""
    thinned = f", {POOL_WORDS[how.kind]} {how.size}x{how.size} every {how.stride}" if how.size > 1 else ""
    return f"{kind}{registers.kernel}x{registers.kernel}{thinned}"


def _parameter_bytes(layer: Layer) -> int:
    if isinstance(layer, ConvLayer):
        return len(layer.weights) + len(layer.batch_norm) + len(layer.activation)
    return len(layer.weights) + len(layer.bias) if isinstance(layer, FullyConnected) else 0


def _maps(step: Step) -> list[Placement]:
    """The maps in AI RAM that a layer reads or writes."""
    layer, maps = step.layer, []
    if isinstance(layer, ConvLayer):
        maps.append(input_place(layer))
    if isinstance(layer, ConvLayer | Upload | AddPadding):
        line = layer.registers.out_line if isinstance(layer, ConvLayer) else layer.out_line
        channels, height, width = (layer.channels, 4, 4) if isinstance(layer, AddPadding) else step.shape
        maps.append(Placement.at(line, channels, height, width))
    return maps


def _untouched_lines(network: Network) -> int:
    """The longest stretch of AI RAM in which no map lies."""
    touched = np.zeros(AI_RAM_LINES + 2, bool)
    touched[[0, -1]] = True
    for step in network.steps:
        for place in _maps(step):
            touched[place.lines.start + 1 : place.lines.stop + 1] = True
    return int(np.diff(np.flatnonzero(touched)).max()) - 1


def _outputs(network: Network) -> list[str]:
    """What kind each output is, its shape and its place."""
    lines = []
    for index, (view, region) in enumerate(zip(network.outputs, network.model.outputs, strict=True)):
        what = "notes, " if index == NOTES_OUTPUT and has_notes(network.model) else ""
        lines.append(f"{what}{view.dtype} {_shape(view.shape)}, {region.size} bytes at {region.start}")
    return lines


def _remarks(network: Network, file_bytes: int) -> list[str]:
    """What the chip, the firmware or this camera could mind."""
    remarks = []
    for index, step in enumerate(network.steps):
        for place in _maps(step):
            if place.width not in WIDTHS or place.height not in HEIGHTS:
                sizes = f"{place.width}x{place.height}"
                remarks.append(f"layer {index}: a map of {sizes}; the chip takes 4x4 to 512x256")
    return remarks + obstacles(network, file_bytes) + cautions(network, file_bytes)


def obstacles(network: Network, file_bytes: int) -> list[str]:
    """Why this camera cannot use the network; nothing, if it can."""
    found = []
    need = file_bytes + network.model.main_memory_bytes
    if need > LOADS_BYTES:
        found.append(f"file and memory need {need} bytes; the camera has {LOADS_BYTES}: it does not load")
    if network.input_shape != CAMERA:
        found.append(f"the camera's pictures are {_shape(CAMERA)}: it cannot use this network")
    elif network.outputs[0].size != FEATURES:
        found.append(f"the camera compares {FEATURES} features, output 0 has {network.outputs[0].size} numbers")
    return found


def cautions(network: Network, file_bytes: int) -> list[str]:
    """What the camera does without when it uses the network."""
    need = file_bytes + network.model.main_memory_bytes
    cards = [f"file and memory need {need} bytes; above {CARDS_BYTES} the camera reads no QR cards"]
    return cards * (CARDS_BYTES < need <= LOADS_BYTES) + _range_remarks(network)


def _range_remarks(network: Network) -> list[str]:
    """What the camera refuses to learn: features of float32 that its bytes cannot hold."""
    place, layers = network.model.outputs[0].start, network.model.layers
    pools = [each for each in layers if isinstance(each, GlobalAveragePool2D) and each.out_address == place]
    maps = [
        each for each in layers if isinstance(each, Dequantize) and pools and each.out_address == pools[0].in_address
    ]
    if not maps:
        return []
    low, high = maps[0].bias, maps[0].bias + BYTE_TOP * maps[0].scale
    if low < 0:
        return [f"features from {low:.2f} on: the camera learns none below 0; let the network end in a Relu"]
    if high > RANGE + maps[0].scale:
        return [
            f"features up to {high:.2f}: the camera learns none above {RANGE:g}; "
            f"build it with --features bytes --full {high:.2f}"
        ]
    return []


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))

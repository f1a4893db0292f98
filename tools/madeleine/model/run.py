"""`madeleine model run`: what a kmodel makes of one picture, to the bit as on the board."""

import argparse
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madeleine.errors import ToolError
from madeleine.inputs import opened
from madeleine.kpu import Network
from madeleine.kpu.emulator.notes import wants_upside_down
from madeleine.kpu.format.layertypes import FullyConnected, Logistic, Softmax
from madeleine.pictures import photograph

from .entries import find_model

BEST, FIRST = 5, 8  # how many labels, and how many numbers, are told
LABELS_LIMIT_BYTES = 1 << 20
Output = NDArray[Any]


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the action."""
    parser = actions.add_parser("run", help="what a model makes of a picture")
    parser.add_argument("model", metavar="MODEL", help="a kmodel file, or a model of the catalogue")
    parser.add_argument("picture", metavar="IMAGE", type=Path, help="a photograph; its middle is taken")
    parser.add_argument("--labels", metavar="FILE", type=Path, help="names of the classes: a JSON list, or a line each")
    parser.add_argument(
        "--upside-down",
        action=argparse.BooleanOptionalAction,
        help="turn the picture upside down first (default: as the model's notes say)",
    )
    parser.add_argument("--json", action="store_true", help="all numbers, for programs")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the model and tells; ToolError when model, picture or labels are not what they should be."""
    network = Network.load(find_model(arguments.model))
    labels = _labels(arguments.labels) if arguments.labels else None
    if len(network.input_shape) != 3 or network.input_shape[2] != 3:
        raise ToolError(f"{network.name} takes no colour picture but numbers of shape {network.input_shape}")
    picture = photograph(arguments.picture, *network.input_shape[:2])
    upside_down = wants_upside_down(network) if arguments.upside_down is None else arguments.upside_down
    found = network.run(np.flipud(picture) if upside_down else picture)
    outputs = found if isinstance(found, tuple) else (found,)
    head = labels is not None or isinstance(network.model.layers[-1], Softmax | FullyConnected | Logistic)
    best = _best(outputs[0], labels) if head else []
    if arguments.json:
        print(json.dumps(_record(network.name, arguments.picture, upside_down, outputs, best)))
    else:
        print(f"{arguments.picture} through {network.name}{', upside down' * upside_down}")
        print("\n".join([*map(_row, best), *(_line(index, output) for index, output in enumerate(outputs))]))
    return 0


def _labels(path: Path) -> list[str]:
    """The names in a file, of a JSON list or one a line; ToolError when there are none."""
    try:
        with opened(path) as file:
            text = file.read(LABELS_LIMIT_BYTES).decode("utf-8")
        names = json.loads(text) if path.suffix == ".json" else text.splitlines()
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error
    except (ValueError, RecursionError) as error:
        raise ToolError(f"{path} is not a list of labels ({error}); give a JSON list, or a label a line") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ToolError(f"{path} is not a list of texts; give a JSON list, or a label a line")
    return names


def _best(output: Output, labels: list[str] | None) -> list[dict[str, Any]]:
    """The greatest numbers, with their labels if there are any; ToolError when the labels are of another network."""
    values = output.ravel()
    if labels is not None and len(labels) != values.size:
        raise ToolError(f"output 0 has {values.size} numbers, the labels are {len(labels)}; give the network's own")
    order = np.argsort(-values.astype(np.float64), kind="stable")[:BEST]
    return [{"index": int(i), "value": values[i].item(), "label": labels[i] if labels else None} for i in order]


def _record(
    name: str, picture: Path, upside_down: bool, outputs: tuple[Output, ...], best: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "model": name,
        "picture": str(picture),
        "upside_down": upside_down,
        "best": best,
        "outputs": [
            {"type": str(output.dtype), "shape": output.shape, "values": _numbers(output)} for output in outputs
        ],
    }


def _numbers(output: Output) -> list[int | float | None]:
    """JSON has no infinities and no not-a-number."""
    values = output.ravel()
    return [value if math.isfinite(value) else None for value in values.tolist()]


def _row(one: dict[str, Any]) -> str:
    return f"{one['value']:8.3f}  {one['label'] or one['index']}"


def _line(index: int, output: Output) -> str:
    values = output.ravel()
    shape = "x".join(map(str, output.shape))
    first = " ".join(f"{value:.3g}" for value in values[:FIRST].tolist())
    length = np.linalg.norm(values.astype(np.float64))
    return f"output {index}  {output.dtype} {shape}, length {length:.2f}: {first}{' ...' * (values.size > FIRST)}"

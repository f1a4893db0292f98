"""`madeleine model build`: makes a kmodel of a float network, and tells how near it comes to it."""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from madeleine import terminal
from madeleine.errors import ToolError, UsageError
from madeleine.kpu import Network
from madeleine.kpu.compiler.compile import Compiled, Options, compile_network
from madeleine.kpu.compiler.fidelity import Fidelity, fidelity
from madeleine.kpu.editor.describe import as_text, facts
from madeleine.kpu.format.feature_outputs import RANGE
from madeleine.pictures import is_photograph, readable

from . import files, marks, source
from .entries import find_network

PICTURES, LEAST_OTHERS = 40, 4  # to calibrate with; without some others nothing can be said of the result
EXAMPLES = """examples:
  madeleine model build mobilenet.npz --calibrate photographs -o own.kmodel
  madeleine model build network.onnx --calibrate photographs -o own.kmodel --mean 0 --deviation 255
  madeleine model build torchvision.onnx --calibrate photographs -o own.kmodel \\
      --mean 123.7,116.3,103.5 --deviation 58.4,57.1,57.4
  madeleine model build posenet --calibrate photographs -o posenet.kmodel --size 224x224

NETWORK is an ONNX or TFLite file, or an npz of the arrays of Keras' MobileNet v1. The pictures should be like those
the camera will see; 40 of the folder and its sub-folders set the scales, 40 others show how near the result comes.
"""
Pictures = NDArray[np.uint8]


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the action."""
    parser = actions.add_parser(
        "build",
        help="make a kmodel of a float network",
        description="Quantises a float network for the KPU and writes it as kmodel version 3.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("network", metavar="NETWORK", type=Path, help="an .onnx, .tflite or .npz file, or posenet")
    parser.add_argument("--calibrate", metavar="DIR", type=Path, required=True, help="a folder of photographs")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the kmodel")
    parser.add_argument(
        "--pictures",
        metavar="N",
        type=int,
        default=PICTURES,
        help="how many photographs to calibrate with (%(default)s)",
    )
    parser.add_argument(
        "--features",
        choices=("bytes", "float"),
        default="bytes",
        help="what the features are made of (default: %(default)s)",
    )
    parser.add_argument(
        "--full",
        metavar="F",
        type=float,
        default=RANGE,
        help="the feature that the greatest byte stands for; greater ones are cut (default: %(default)g)",
    )
    marks.add_argument(parser)
    keras = source.add_arguments(parser)
    keras.add_argument("--head", action="store_true", help="keep the classifier, instead of ending at the features")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Writes the file and the report; ToolError when network or pictures do not serve."""
    graph = source.read(find_network(arguments.network), arguments, arguments.head)
    paths = _chosen(arguments.calibrate, arguments.pictures)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with files.writing(arguments.output) as file, Progress(*columns, disable=arguments.json) as progress:
        bar = progress.add_task("reading pictures", total=None)

        def advance(done: int, total: int, what: str) -> None:
            progress.update(bar, completed=done, total=total, description=what)

        _, height, width = graph.picture
        pictures = _read(paths, height, width, arguments.pictures)
        calibrating, others = np.split(pictures, [arguments.pictures])
        options = Options(arguments.features, arguments.full, marks.of(arguments))
        compiled = compile_network(graph, calibrating, options, advance)
        likeness = fidelity(graph, compiled, others, advance)
        file.write(compiled.data)
    _tell(arguments, compiled, likeness)
    return 0


def _chosen(folder: Path, count: int) -> Sequence[Path]:
    """The pictures, in an order that looks like none but is always the same."""
    if not folder.is_dir():
        raise ToolError(f"{folder} is not a folder; give one with photographs")
    if count < 1:
        raise UsageError(f"--pictures {count} is too few; {PICTURES} serve well")
    paths = [path for path in folder.rglob("*") if is_photograph(path)]
    return sorted(paths, key=lambda path: _digest(path.relative_to(folder)))


def _read(paths: Sequence[Path], height_px: int, width_px: int, count: int) -> Pictures:
    """`count` pictures and up to as many others, (pictures, height_px, width_px, 3); those of no use are left out."""
    left_out: list[str] = []
    pictures = list(islice(readable(paths, height_px, width_px, left_out.append), max(2 * count, count + LEAST_OTHERS)))
    terminal.say_left_out(left_out)
    if len(pictures) < count + LEAST_OTHERS:
        raise ToolError(
            f"there are {len(pictures)} pictures of use; {count} to calibrate with and {LEAST_OTHERS} others are "
            "needed: add some, or give a smaller --pictures"
        )
    return np.stack(pictures[: 2 * count])


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.as_posix().encode()).digest()


def _tell(arguments: argparse.Namespace, compiled: Compiled, likeness: Fidelity) -> None:
    network = Network(compiled.model, arguments.output.name)
    known = facts(network, len(compiled.data), compiled.nodes)
    known = replace(known, upside_down=compiled.upside_down)  # where there is a head there are no notes to say so
    if arguments.json:
        report: dict[str, Any] = {**asdict(known), "fidelity": asdict(likeness)}
        print(json.dumps(report, indent=2))
        return
    print(as_text(known))
    print(f"\non {likeness.pictures} other pictures, cosine to the float network: mean, worst")
    for one in likeness.similarities:
        print(f"{one.node:20}  {one.mean:.4f}  {one.worst:.4f}")
    if likeness.agreement is not None:
        print(f"same best class       {100 * likeness.agreement:.1f} %")

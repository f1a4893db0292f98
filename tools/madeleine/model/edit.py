"""`madeleine model edit`: cuts a kmodel's head off, shows its last map, makes its features into bytes."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from madeleine.errors import UsageError
from madeleine.kpu import Network
from madeleine.kpu.editor.describe import facts, summary
from madeleine.kpu.editor.edit import headless, with_byte_features, with_map, with_marks
from madeleine.kpu.format.feature_outputs import RANGE
from madeleine.kpu.format.kmodel import Kmodel, parse
from madeleine.kpu.format.write import write

from . import files, marks
from .entries import find_model

EXAMPLES = """examples:
  madeleine model edit mbnet751.kmodel -o features.kmodel --headless          float features, no classifier
  madeleine model edit mbnet751.kmodel -o both.kmodel --map                   probabilities, and the last map
  madeleine model edit mbnet751.kmodel -o camera.kmodel --byte-features       what the camera takes fastest
  madeleine model edit camera.kmodel -o marked.kmodel --marks 0.55 109        what the camera shows as 200
"""


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the action."""
    parser = actions.add_parser(
        "edit",
        help="cut a head off, show the last map, make features into bytes",
        description="Changes what a kmodel gives; its convolutions stay as they are.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="a kmodel file, or a model of the catalogue")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the changed file")
    parser.add_argument("--headless", action="store_true", help="end at the global average pool: float features")
    parser.add_argument("--map", action="store_true", help="a second output: the last map, in bytes")
    parser.add_argument(
        "--byte-features", action="store_true", help="end at the pool, with features of 0..127, the map, and notes"
    )
    parser.add_argument(
        "--full", metavar="F", type=float, help=f"the feature that the greatest byte stands for (default: {RANGE:g})"
    )
    marks.add_argument(parser)
    parser.add_argument(
        "--upside-down",
        action="store_true",
        help="write into the notes that the picture must come upside down, where `model build` said so",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Writes the changed file and tells what it is; ToolError when the model does not lend itself to the change."""
    if not (arguments.headless or arguments.map or arguments.byte_features or arguments.marks):
        raise UsageError("nothing to change; give --headless, --map, --byte-features or --marks")
    if (arguments.full is not None or arguments.upside_down) and not arguments.byte_features:
        raise UsageError("--full and --upside-down go with --byte-features; give that, too")
    if arguments.marks and (arguments.headless or arguments.map):
        raise UsageError("--marks are in the notes, which --headless and --map leave out; give --byte-features")
    path = find_model(arguments.model)
    model = _changed(parse(files.read(path), path.name), arguments)
    network, data = Network(model, arguments.output.name), write(model)
    with files.writing(arguments.output) as file:
        file.write(data)
    known = facts(network, len(data))
    print(json.dumps(asdict(known), indent=2) if arguments.json else summary(known))
    return 0


def _changed(model: Kmodel, arguments: argparse.Namespace) -> Kmodel:
    chosen = marks.of(arguments)
    if arguments.byte_features:
        full = RANGE if arguments.full is None else arguments.full
        return with_byte_features(model, full, chosen, upside_down=arguments.upside_down)
    if chosen:
        return with_marks(model, chosen)
    model = headless(model) if arguments.headless else model
    return with_map(model) if arguments.map else model

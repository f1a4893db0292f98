"""`madeleine model edit`: cuts a kmodel's head off, shows its last map, makes its features into bytes."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from madeleine.errors import ToolError
from madeleine.kpu import Network
from madeleine.kpu.editor.describe import facts, summary
from madeleine.kpu.editor.edit import headless, with_byte_features, with_map
from madeleine.kpu.emulator.outputs import USUAL_LIMIT
from madeleine.kpu.format.kmodel import parse
from madeleine.kpu.format.write import write

from . import files
from .entries import find_model

EXAMPLES = """examples:
  madeleine model edit mbnet751.kmodel -o features.kmodel --headless          float features, no classifier
  madeleine model edit mbnet751.kmodel -o both.kmodel --map                   probabilities, and the last map
  madeleine model edit mbnet751.kmodel -o camera.kmodel --byte-features       what the camera takes fastest
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
        "--limit",
        metavar="N",
        type=float,
        help=f"the squared distance of float features that the camera shows as 200 (default: {USUAL_LIMIT:g})",
    )
    parser.add_argument(
        "--upside-down", action="store_true", help="let the notes say so, where `model build` said it of a model"
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Writes the changed file and tells what it is; ToolError when the model does not lend itself to the change."""
    if not (arguments.headless or arguments.map or arguments.byte_features):
        raise ToolError("nothing to change; give --headless, --map or --byte-features")
    if (arguments.limit is not None or arguments.upside_down) and not arguments.byte_features:
        raise ToolError("--limit and --upside-down go with --byte-features; give that, too")
    path = find_model(arguments.model)
    model = parse(files.read(path), path.name)
    if arguments.byte_features:
        limit = USUAL_LIMIT if arguments.limit is None else arguments.limit
        model = with_byte_features(model, limit, upside_down=arguments.upside_down)
    else:
        model = headless(model) if arguments.headless else model
        model = with_map(model) if arguments.map else model
    network, data = Network(model, arguments.output.name), write(model)
    with files.writing(arguments.output) as file:
        file.write(data)
    known = facts(network, len(data))
    print(json.dumps(asdict(known), indent=2) if arguments.json else summary(known))
    return 0

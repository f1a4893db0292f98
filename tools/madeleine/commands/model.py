"""`madeleine model`: what can be done with feature models, an action each."""

import argparse

from madeleine.model import build, edit, entries, fetch, info, run, tune

ACTIONS = (entries, fetch, info, run, edit, build, tune)
EXAMPLES = """examples:
  madeleine model list
  madeleine model fetch mbnet751-feature                        into the cache, for madeleine sim --model
  madeleine model fetch mbnet751-feature --from mbnet.kmodel    a copy you have already
  madeleine model info mbnet751-feature
  madeleine model run mbnet751 cat.jpg --labels labels.json
  madeleine model edit mbnet751.kmodel -o own.kmodel --byte-features
  madeleine model build network.onnx --calibrate photographs -o own.kmodel
  madeleine model tune things --others photographs -o own.kmodel
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "The networks that turn a picture into numbers."
    parser.epilog = EXAMPLES
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for action in ACTIONS:
        action.add_parser(actions)

"""`madeleine model info`: what a kmodel file is, what it takes and gives, and which firmware loads it."""

import argparse
import json
from dataclasses import asdict

from madeleine.kpu import Network
from madeleine.kpu.editor.describe import as_text, facts
from madeleine.kpu.format.other_versions import OtherVersion, is_other, read_other

from . import files
from .entries import find_model


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the action."""
    parser = actions.add_parser("info", help="what is inside a kmodel file")
    parser.add_argument("model", metavar="MODEL", help="a kmodel file, or a model of the catalogue")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Tells all there is to know; ToolError for what is no kmodel."""
    path = find_model(arguments.model)
    data = files.read(path)
    if is_other(data):
        other = read_other(data, path.name)
        print(json.dumps(asdict(other), indent=2) if arguments.json else _as_text(other))
    else:
        known = facts(Network.parse(data, path.name), len(data))
        print(json.dumps(asdict(known), indent=2) if arguments.json else as_text(known))
    return 0


def _as_text(other: OtherVersion) -> str:
    memory = "" if other.main_memory_bytes is None else f"\nmemory    {other.main_memory_bytes} bytes of main memory"
    return "\n".join(
        [
            f"{other.name}: kmodel v{other.version}, {other.file_bytes} bytes",
            f"loads on  {other.firmware}{memory}",
            *(f"input {index}   {kind}" for index, kind in enumerate(other.inputs)),
            *(f"output {index}  {kind}" for index, kind in enumerate(other.outputs)),
            *(f"{count:8}  {part}" for part, count in other.contents.items()),
        ]
    )

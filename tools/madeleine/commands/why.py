"""`madeleine why`: where in a picture the camera sees what it names, and why not the other thing."""

import argparse
import io
from pathlib import Path

from rich.console import Console

from madeleine import terminal
from madeleine.errors import ToolError
from madeleine.explain.answer import Answer, said, taught
from madeleine.explain.maps import Model
from madeleine.explain.picture import sheet
from madeleine.model import find_model
from madeleine.outputs import write_whole
from madeleine.pictures import photograph, photographs, unreadable

DEFAULT_MODEL, DEFAULT_OUT = "madeleine", "why.png"
EXAMPLES_MOST = 250  # as many as the camera holds
EXAMPLES = """examples:
  madeleine why desk.jpg --taught photographs          photographs/cup/*.jpg, photographs/pen/*.jpg ... are taught
  madeleine why desk.jpg --taught photographs --not pen -o cup.png
                                                       what speaks for the answer and not for a pen
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Shows where in a picture the camera sees the thing that it names: the heat map of its *why."
    parser.epilog = EXAMPLES
    parser.add_argument("picture", metavar="PICTURE", type=Path, help="a photograph")
    parser.add_argument("--taught", metavar="DIR", type=Path, required=True, help="what is taught: DIR/NAME/*.jpg")
    parser.add_argument("--not", metavar="NAME", dest="rival", help="compare with this thing (default: the runner-up)")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="one of `madeleine model list`, or a file (%(default)s)")
    parser.add_argument(
        "-o", "--out", metavar="FILE", type=Path, default=Path(DEFAULT_OUT), help="the picture to write (%(default)s)"
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Writes the picture and prints the answer; ToolError for what cannot be read."""
    kinds = _usable(photographs(arguments.taught))
    count = sum(len(paths) for paths in kinds.values())
    if not 0 < count <= EXAMPLES_MOST:
        raise ToolError(f"{arguments.taught} has {count} photographs in sub-folders; give 1 to {EXAMPLES_MOST}")
    model = Model(find_model(arguments.model))
    answer = Answer(model, taught(model, kinds), photograph(arguments.picture))
    rival = answer.rival(arguments.rival)
    page = io.BytesIO()
    sheet(answer.panels(rival)).save(page, "PNG")
    write_whole(arguments.out, page.getvalue())
    first, console = answer.found[0], Console(markup=False, highlight=False)
    x, y, width, height = answer.heat.box()
    console.print(f"{first.example.label}: {said(first)}")
    across, down = answer.heat.centre()
    console.print(f"its middle is at {across}, {down}, its box {width} x {height} at {x}, {y}")
    if rival:
        console.print(f"{rival.example.label}: {said(rival)}")
    console.print(f"{arguments.out} shows where")
    return 0


def _usable(kinds: dict[str, list[Path]]) -> dict[str, list[Path]]:
    """The pictures that can be read; the others are named."""
    damaged = unreadable(path for paths in kinds.values() for path in paths)
    terminal.say_left_out(list(damaged.values()))
    return {name: [path for path in paths if path not in damaged] for name, paths in kinds.items()}

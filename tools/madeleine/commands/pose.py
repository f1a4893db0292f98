"""`madeleine pose`: the bodies in pictures as coordinates, 17 points of each person."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from madeleine import terminal
from madeleine.errors import ToolError
from madeleine.evaluation.progress import progress
from madeleine.model import find_network
from madeleine.model.source import picture_size
from madeleine.outputs import check_folder, write_whole, writing
from madeleine.parser import whole_number
from madeleine.pose import drawing, table
from madeleine.pose.frames import counted, files_in, shots
from madeleine.pose.network import Finder
from madeleine.pose.people import Person
from madeleine.pose.work import WORTH, people_in

DEFAULT_MODEL = "posenet"
MOST, MOST_LIMIT, LEAST_SCORE = 5, 20, 0.25
EXAMPLES = """examples:
  madeleine model fetch posenet                            once; 1.3 MB
  madeleine pose team.jpg -o team.csv --draw team.png      file, frame, person, point, x, y, score
  madeleine pose dance.gif -o dance.jsonl --draw out.webp  an animation: GIF, WebP, PNG, AVIF
  madeleine pose frames -o dance.csv --people 1            a folder of frames, one body in each
  madeleine pose team.jpg -o k210.csv --model own.kmodel   in the arithmetic of the camera's chip

A video becomes frames by: ffmpeg -i dance.mp4 frames/%06d.jpg
x and y are pixels of the picture as it is shown, from the left and from the top; "left" is the body's own.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Finds people, and writes where 17 points of each body are: first the numbers, then pictures."
    parser.epilog = EXAMPLES
    parser.add_argument("source", metavar="PICTURE|FOLDER", type=Path, help="a picture, an animation, or a folder")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="FILE.csv or FILE.jsonl")
    parser.add_argument("--draw", metavar="FILE", type=Path, help="the skeletons, as .png, .gif or .webp")
    people = whole_number(1, MOST_LIMIT)
    parser.add_argument("--people", metavar="N", type=people, default=MOST, help="in a picture at most (%(default)s)")
    parser.add_argument(
        "--score", metavar="S", type=_share, default=LEAST_SCORE, help="a person's least score, 0..1 (%(default)s)"
    )
    parser.add_argument(
        "--model", metavar="NAME|FILE", default=DEFAULT_MODEL, help="PoseNet as .tflite or .kmodel (%(default)s)"
    )
    parser.add_argument(
        "--size", metavar="HxW", type=picture_size, help="of the network's picture in pixels (default: the file's)"
    )
    jobs = os.cpu_count()
    parser.add_argument("--jobs", metavar="N", type=whole_number(1), default=jobs, help="processes (%(default)s)")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Writes the files and says how many people there are; ToolError when there is nothing to read."""
    table.check_name(arguments.output)
    check_folder(arguments.draw, "draw")
    left_out: list[str] = []
    counts = counted(files_in(arguments.source), left_out.append)
    total = sum(counts.values())
    drawing.check(arguments.draw, total)
    if not total:
        raise ToolError(left_out[0])
    finder = Finder(find_network(arguments.model), arguments.size, arguments.people, arguments.score)
    finder.check()
    found = _found(arguments, finder, list(counts), total, left_out)
    terminal.say_left_out(left_out)
    people = sum(map(len, found))
    bodies = f"{people} {'person' if people == 1 else 'people'}"
    print(f"{arguments.output}: {bodies} in {len(found)} frame{'s' * (len(found) != 1)}")
    if arguments.draw and found:
        again = zip(shots(list(counts), lambda _: None), found, strict=False)
        write_whole(arguments.draw, drawing.drawn(again, len(found), arguments.draw))
        print(f"{arguments.draw} shows them")
    return 0


def _found(
    arguments: argparse.Namespace, finder: Finder, files: Sequence[Path], total: int, left_out: list[str]
) -> list[list[Person]]:
    """The people of each frame, which are in the output then."""
    console = Console(stderr=True, markup=False, highlight=False)
    found = []
    with writing(arguments.output) as file, progress(console, bars=True) as begin:
        rows, advance = table.Table(arguments.output, file), begin("frames", total)
        for shot, people in people_in(shots(files, left_out.append), finder, min(arguments.jobs, -(-total // WORTH))):
            rows.write(shot, people)
            found.append(people)
            advance(1)
    return found


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 1")
    return share

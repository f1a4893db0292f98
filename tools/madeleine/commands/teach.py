"""`madeleine teach`: folders of photographs become examples for the camera, and are judged before they get there."""

import argparse
import os
import tempfile
from pathlib import Path

from rich.console import Console

from madeleine import terminal
from madeleine.camera.usb import Board
from madeleine.device import constants, examples
from madeleine.errors import ToolError, UsageError
from madeleine.evaluation import curves, sheet
from madeleine.evaluation.features import features_of
from madeleine.evaluation.limits import LIMITS
from madeleine.evaluation.models import ModelFile
from madeleine.evaluation.plot import check_name
from madeleine.evaluation.progress import progress
from madeleine.evaluation.sets import pictures_in
from madeleine.examples import camera as usb
from madeleine.examples import files
from madeleine.examples.collection import Collection, Example, difference
from madeleine.outputs import check_folder, write_whole
from madeleine.parser import whole_number
from madeleine.teaching import choose, export, lesson, report
from madeleine.teaching.gather import gathered
from madeleine.teaching.softmax import Course

DEFAULT_MODEL = "madeleine"
LEAST_SQUARES, SOFTMAX = "least-squares", "softmax"
EPOCHS = 2
EXAMPLES = """examples:
  madeleine teach photographs -o set.jsonl       photographs/cup/*.jpg, photographs/pen/*.jpg ...; then
  madeleine examples import set.jsonl            ... the camera on USB learns them
  madeleine teach cup pen-samples.zip --onto /dev/ttyUSB0
                                                 a folder or a zip a class, onto a camera at once
  madeleine teach hands --layer softmax --epochs 2 --plot curves.png --sheet asked.png
                                                 a first lesson in transfer learning, with its curves
  madeleine teach photographs --export features.npz
                                                 features and labels, for scikit-learn say

A fifth of each class's pictures is kept back and asked; train/ and test/ are respected. Zips of Teachable Machine and
folders of Edge Impulse are understood. The features of the pictures are kept: stopped, it goes on where it was.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Teaches a camera from photographs, and says what it will do before it does it."
    parser.epilog = EXAMPLES
    parser.add_argument(
        "folders",
        metavar="FOLDER",
        type=Path,
        nargs="+",
        help="a folder with one for each class; a folder or zip a class",
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="the examples, for madeleine examples import")
    parser.add_argument("--onto", metavar="PORT", help="the camera that gets the examples, next to what it knows")
    parser.add_argument("--replace", action="store_true", help="with --onto: the camera forgets everything else")
    parser.add_argument(
        "--model", metavar="NAME|FILE", default=DEFAULT_MODEL, help="the camera's model (default: %(default)s)"
    )
    places = whole_number(2, examples.CAPACITY)
    parser.add_argument(
        "--examples", metavar="N", type=places, default=examples.CAPACITY, help="for the camera, at most (%(default)s)"
    )
    parser.add_argument("--choose", choices=choose.METHODS, default="herding", help="which pictures (%(default)s)")
    parser.add_argument(
        "--held-out", metavar="PERCENT", type=whole_number(1, 90), default=20, help="kept back to judge (%(default)s)"
    )
    parser.add_argument(
        "--layer", choices=(LEAST_SQUARES, SOFTMAX), default=LEAST_SQUARES, help="softmax: by gradient descent as well"
    )
    parser.add_argument("--epochs", metavar="N", type=whole_number(1, 1000), help=f"of softmax ({EPOCHS})")
    limit = whole_number(1, int(LIMITS[-1]))
    parser.add_argument(
        "--limit",
        metavar="N",
        type=limit,
        default=constants.USUAL_LIMIT,
        help="the greatest distance that counts as seen (%(default)s)",
    )
    parser.add_argument("--unrelated", metavar="DIR", type=Path, help="pictures of other things, which nobody teaches")
    parser.add_argument(
        "--seed", metavar="N", type=whole_number(0), default=1, help="seed of the random choices (%(default)s)"
    )
    jobs = os.cpu_count()
    parser.add_argument("--jobs", metavar="N", type=whole_number(1), default=jobs, help="processes (%(default)s)")
    parser.add_argument("--sheet", metavar="FILE.png", type=Path, help="draw the asked pictures with their answers")
    parser.add_argument("--font", metavar="FILE", type=Path, help="a TrueType font for the names on the sheet")
    parser.add_argument("--plot", metavar="FILE.png", type=Path, help="draw the curves of --layer softmax")
    parser.add_argument("--export", metavar="FILE", type=Path, help="features and labels, as .csv or .npz")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Teaches, judges, prints, writes; ToolError when there is too little to teach."""
    console = Console(markup=False, highlight=False, soft_wrap=True)
    model = _checked(arguments)
    name = model.identity()
    if arguments.onto:
        _check_camera(arguments.onto, name)
    with tempfile.TemporaryDirectory(prefix="madeleine-") as room:
        material, others = _material(console, model, Path(room), arguments)
        taught = lesson.camera(material, model.scale(), _plan(arguments), others)
        report.show(model.name, material, taught, _layers(material, arguments))
        if arguments.sheet:
            _draw(console, model, material, taught, arguments)
    collection = _collection(material, taught, name)
    if arguments.output:
        files.save(arguments.output, collection)
        console.print(f"{arguments.output}: {len(collection.examples)} examples of model {name}")
    if arguments.export:
        write_whole(arguments.export, export.encoded(arguments.export, material, name))
        console.print(f"{arguments.export}: features and labels of {len(material.pictures.paths)} pictures")
    if arguments.onto:
        _put_onto(console, arguments.onto, collection, arguments.replace)
    return 0


def _checked(arguments: argparse.Namespace) -> ModelFile:
    """The model; ToolError for what would go wrong only after all the work."""
    check_name(arguments.sheet, "sheet")
    check_name(arguments.plot, "plot")
    check_folder(arguments.output, "output")
    export.check_name(arguments.export)
    if arguments.layer != SOFTMAX and (arguments.plot or arguments.epochs):
        raise UsageError("--plot and --epochs are of the softmax layer; add --layer softmax")
    if arguments.replace and not arguments.onto:
        raise UsageError("--replace is for a camera; add --onto PORT")
    model = ModelFile.find(arguments.model)
    if model.path.suffix == ".npz":
        raise ToolError(f"{model.name} is a float network, which no camera has; give a kmodel")
    return model


def _check_camera(port: str, model: str) -> None:
    with Board.open(port) as board:
        theirs = usb.model_of(board)
    if theirs != model:
        raise ToolError(f"the camera has the model {theirs}, not {model}; give its model with --model")


def _plan(arguments: argparse.Namespace) -> lesson.Plan:
    share = arguments.held_out / 100
    return lesson.Plan(arguments.examples, arguments.choose, share, arguments.limit, arguments.seed)


def _material(
    console: Console, model: ModelFile, room: Path, arguments: argparse.Namespace
) -> tuple[lesson.Material, list[Path]]:
    """The pictures with their features, and those of other things; what is left out is said."""
    left_out: list[str] = []
    pictures = gathered(arguments.folders, room, left_out.append)
    if arguments.sheet:
        sheet.typeface(pictures.classes, arguments.font)
    others = [*pictures.untaught, *(pictures_in(arguments.unrelated) if arguments.unrelated else [])]
    paths = list(dict.fromkeys([*pictures.paths, *others]))
    with progress(console, bars=True) as begin:
        features, damaged = features_of(model, paths, arguments.jobs, begin(f"{model.name}: pictures", len(paths)))
    terminal.say_left_out([*left_out, *damaged.values()])
    others = [path for path in others if path not in damaged]
    return lesson.Material.of(pictures.without(damaged), features, others, _plan(arguments)), others


def _layers(material: lesson.Material, arguments: argparse.Namespace) -> list[lesson.Named]:
    """Over all taught pictures; the curves of the softmax layer are drawn."""
    layers = [lesson.layer(material)]
    if arguments.layer == SOFTMAX:
        epochs = arguments.epochs or EPOCHS
        named, course = lesson.softmax(material, epochs, arguments.seed)
        layers.append(named)
        if arguments.plot:
            _plot(course, epochs, arguments.plot)
    return layers


def _plot(course: Course, epochs: int, path: Path) -> None:
    lines = {"taught, batch by batch": course.learned, "held back": course.judged}
    panels = [
        curves.shares("named right", {name: [(at.epochs, at.right) for at in line] for name, line in lines.items()}),
        curves.losses("loss", {name: [(at.epochs, at.loss) for at in line] for name, line in lines.items()}),
    ]
    curves.draw(panels, epochs, path)


def _draw(
    console: Console, model: ModelFile, material: lesson.Material, taught: lesson.Camera, arguments: argparse.Namespace
) -> None:
    title = f"{material.pictures.name}, {model.name}, *rule {taught.rule}, limit {arguments.limit}"
    typeface = sheet.typeface(material.pictures.classes, arguments.font)
    for path in sheet.draw([(title, taught.answers)], model.scale(), typeface, arguments.sheet):
        console.print(f"The answers are in {path}")


def _collection(material: lesson.Material, taught: lesson.Camera, model: str) -> Collection:
    pictures = material.pictures
    rows = [
        Example(pictures.classes[pictures.class_of[place]], material.vectors[place].astype("uint8").tobytes())
        for place in taught.places
    ]
    return Collection(model, tuple(dict.fromkeys(rows)))


def _put_onto(console: Console, port: str, collection: Collection, replace: bool) -> None:
    with Board.open(port) as board, progress(console, bars=True) as begin:
        advance = begin("writing", len(collection.examples))
        before, after = usb.change(board, lambda present: present.taking(collection, replace), lambda *_: advance(1))
    console.print(difference(before, after))

"""`madeleine model tune`: a feature model learns from somebody's own labelled pictures, and says what that is worth."""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from madeleine import terminal
from madeleine.errors import ToolError
from madeleine.evaluation import tables
from madeleine.evaluation.evaluate import Plan, Task, compared, evaluate, shots_for, tasks_of
from madeleine.evaluation.features import features_of
from madeleine.evaluation.models import ModelFile
from madeleine.evaluation.plot import check_name
from madeleine.evaluation.progress import Tasks, progress
from madeleine.evaluation.sets import PictureSet, find_sets, only_set
from madeleine.evaluation.summary import ModelResult
from madeleine.kpu import Network
from madeleine.kpu.compiler.compile import Options, compile_network
from madeleine.kpu.compiler.graph import Graph
from madeleine.kpu.editor.describe import CAMERA, FEATURES
from madeleine.kpu.emulator.notes import marks_of
from madeleine.kpu.format.feature_notes import Marks
from madeleine.paths import board_files
from madeleine.pictures import unreadable
from madeleine.tuning.lessons import parts_of, to_judge
from madeleine.tuning.maps import Maps
from madeleine.tuning.plot import draw

from . import files, marks, source
from .entries import find_model

OWN = "models/training/student.npz"  # the float network of the camera's own model
OWN_MODEL = "madeleine"
PICTURE = (CAMERA[2], *CAMERA[:2])  # channels first
VIEWS, MOST_MAPS = 6, 3000  # of each picture; of all, 75 KB each
CALIBRATING = 40
EXAMPLES = """examples:
  madeleine model tune things --others photographs -o own.kmodel
  madeleine flash --model own.kmodel

things/ has a folder for each class, with a dozen pictures or more. A fifth of them says when to stop, another fifth
judges at the end. The camera learns classes that it was not tuned for, too; so others/ should have folders of quite
other things, which are only judged. Under a minute for three classes of 124 pictures, and as much again to judge.
"""


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the action."""
    parser = actions.add_parser(
        "tune",
        help="make a model better at your own things",
        description="Trains the last block of a feature model on labelled pictures, and writes a kmodel.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder of pictures for each class")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the kmodel")
    parser.add_argument("--others", metavar="DIR", type=Path, help="classes that it does not learn from, to judge")
    parser.add_argument("--network", metavar="FILE", type=Path, help="the float network (default: the camera's own)")
    parser.add_argument("--plot", metavar="FILE.png", type=Path, help="draw the training's loss and accuracy")
    marks.add_argument(parser)
    source.add_arguments(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Trains, writes the model and prints what it names right before and after; ToolError when something is missing."""
    try:
        from madeleine.tuning import block
        from madeleine.tuning.tune import EPOCHS, Material, tune
    except ImportError as error:
        raise ToolError("this needs the package torch; run in Madeleine's folder: pip install '.[train]'") from error
    check_name(arguments.plot, "plot")
    graph, notes = _network(arguments)
    nodes = block.last_nodes(graph)
    if graph.picture != PICTURE or nodes[-1].shape[0] != FEATURES:
        raise ToolError(f"{graph.name}: the camera needs pictures of 224x224x3 and 768 features; give another network")
    others = find_sets(arguments.others) if arguments.others else []
    pictures, *others = _usable([only_set(arguments.folder), *others])
    parts = parts_of(pictures)
    plan, tasks = _planned([to_judge(pictures, parts), *others])  # what cannot be judged is said before the work
    console = Console(markup=False)
    with files.writing(arguments.output) as file, progress(console, bars=True) as begin:
        maps = Maps(graph, nodes[0].inputs[0], pictures, begin)
        count = max(1, min(VIEWS, MOST_MAPS // len(parts.learned)))
        strangers = maps.of_strangers(parts.learned, max(1, count // 2))
        material = Material(*maps.of(parts.learned, count), *maps.of(parts.checked, 1), strangers)
        last = block.Block(nodes)
        course = tune(last, material, begin("tuning, at most", EPOCHS))
        tuned = block.with_nodes(graph, last.nodes())
        calibrating = maps.photographs(parts.learned[:: -(-len(parts.learned) // CALIBRATING)])
        before, after = (compile_network(each, calibrating, Options(marks=notes)).data for each in (graph, tuned))
        file.write(after)
        results = _judged(before, after, plan, tasks, begin)
    tables.show(results, details=False)
    if arguments.plot:
        draw(course.right, course.losses, course.best, arguments.plot)
    return 0


def _usable(sets: Sequence[PictureSet]) -> list[PictureSet]:
    """The sets without the pictures that cannot be read, which are named."""
    damaged = unreadable(path for pictures in sets for path in pictures.paths)
    terminal.say_left_out(list(damaged.values()))
    return [pictures.without(damaged) for pictures in sets]


def _planned(sets: Sequence[PictureSet]) -> tuple[Plan, list[Task]]:
    """What is asked of both models; sets that are too small are named. ToolError when all are."""
    plan = Plan(shots_for(sets))
    tasks, refused = tasks_of(sets, plan)
    terminal.say_left_out(refused)
    return plan, tasks


def _judged(before: bytes, after: bytes, plan: Plan, tasks: Sequence[Task], begin: Tasks) -> list[ModelResult]:
    """Both models on pictures that nobody has learned from, in the KPU's arithmetic; the second next to the first."""
    paths = list(dict.fromkeys(path for task in tasks for path in task.paths))
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("before", before), ("after", after)):
            path = Path(folder, name)
            path.write_bytes(data)
            model = ModelFile.find(str(path))
            features, _ = features_of(model, paths, os.cpu_count() or 1, begin(f"judging {name}", len(paths)))
            outcomes.append(evaluate(name, model.scale(), features, tasks, plan))
    return [compared(outcome, outcomes[0], plan.limit).result for outcome in outcomes]


def _network(arguments: argparse.Namespace) -> tuple[Graph, Marks | None]:
    """The float network, and the marks for the notes of what is made of it."""
    if arguments.network is not None:
        return source.read(arguments.network, arguments), marks.of(arguments)
    path = board_files() / OWN
    if not path.is_file():
        raise ToolError(f"{path} is not there; work in a checkout of Madeleine, or give --network FILE")
    arguments.padding = "symmetric"
    known = marks_of(Network.load(find_model(OWN_MODEL)))
    return source.read(path, arguments), marks.of(arguments) or known

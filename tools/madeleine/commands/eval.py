"""`madeleine eval`: what the camera will do with somebody's things, measured on folders of photographs."""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console

from madeleine.device import constants
from madeleine.evaluation import plot, sheet
from madeleine.evaluation.as_the_camera import advice, how_sure
from madeleine.evaluation.evaluate import (
    Outcome,
    Plan,
    Task,
    compared,
    evaluate,
    shots_for,
    show_of,
    tasks_of,
    vectors_of,
)
from madeleine.evaluation.features import features_of
from madeleine.evaluation.limits import LIMITS
from madeleine.evaluation.models import SYMMETRIC, Features, ModelFile
from madeleine.evaluation.naming import RULES
from madeleine.evaluation.progress import Tasks, progress
from madeleine.evaluation.sets import PictureSet, find_sets, pictures_in
from madeleine.evaluation.summary import ModelResult
from madeleine.evaluation.tables import show
from madeleine.parser import whole_number

DEFAULT_MODEL = "madeleine"
EXAMPLES = f"""examples:
  madeleine eval photographs                     photographs/cup/*.jpg, photographs/pen/*.jpg ...
  madeleine eval photographs --sheet asked.png   every asked picture, in the colour of the answer
  madeleine eval photographs --unrelated hands   pictures of things that nobody teaches: do they get a name?
  madeleine eval sets --model mbnet751-feature own.kmodel --compare mbnet751-feature --plot eval.png
                                                 sets/kitchen/cup/*.jpg ..., two models side by side
  madeleine eval sets --model net.npz net.npz{SYMMETRIC}
                                                 float networks of Keras' weights, padded as trained or evenly
  madeleine eval photographs --rule nearest fit  the nearest example names, or least squares (*rule fit)

names of pictures and folders:
  train/cup/..., test/cup/...                    all of train/ is taught, all of test/ is asked
  g012_...                                       a group: never taught and asked in the same lesson
  a_..., b_...                                   taught, asked (where all pictures of a set are named so)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Teaches a few photographs of each thing and asks others, many times over, as the camera would. "
        "Two photographs of each thing are enough to begin with."
    )
    parser.epilog = EXAMPLES
    whole, limit = whole_number(1), whole_number(1, int(LIMITS[-1]))
    parser.add_argument("folders", metavar="DIR", type=Path, nargs="+", help="a folder for each class, or such folders")
    parser.add_argument(
        "--model",
        metavar="NAME|FILE",
        nargs="+",
        default=[DEFAULT_MODEL],
        help=f"the models to measure (default: {DEFAULT_MODEL})",
    )
    parser.add_argument(
        "--compare", metavar="NAME|FILE", help="give the others limits that mean what this model's limit means"
    )
    parser.add_argument("--unrelated", metavar="DIR", type=Path, help="pictures of other things, which nobody teaches")
    parser.add_argument(
        "--shots", metavar="N", type=whole, nargs="+", help="examples a class (1 3 5 10, or what the pictures allow)"
    )
    parser.add_argument(
        "--episodes", metavar="N", type=whole_number(2), default=200, help="lessons of each set (%(default)s)"
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=limit,
        default=constants.USUAL_LIMIT,
        help="the greatest distance that counts as seen (%(default)s)",
    )
    parser.add_argument(
        "--seed", metavar="N", type=whole_number(0), default=1, help="seed of the random lessons (%(default)s)"
    )
    parser.add_argument("--unrounded", action="store_true", help="float features as they are: what do bytes cost?")
    parser.add_argument(
        "--rule",
        choices=RULES,
        nargs="+",
        default=[RULES[0]],
        help=f"the rule that names; both: side by side (default: {RULES[0]})",
    )
    parser.add_argument(
        "--details", action="store_true", help="also how known and unknown part, and which class is taken for which"
    )
    parser.add_argument("--jobs", metavar="N", type=whole, default=os.cpu_count(), help="processes (%(default)s)")
    parser.add_argument("--json", action="store_true", help="all numbers, for programs")
    parser.add_argument(
        "--sheet", metavar="FILE.png", type=Path, help="draw the asked pictures of one lesson with their answers"
    )
    parser.add_argument("--font", metavar="FILE", type=Path, help="a TrueType font for the names on the sheet")
    parser.add_argument("--plot", metavar="FILE.png", type=Path, help="draw accuracy and distances")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Measures and prints; ToolError when there is too little to measure."""
    console = Console(soft_wrap=arguments.json, markup=False)
    plot.check_name(arguments.plot, "plot")
    plot.check_name(arguments.sheet, "sheet")
    names = dict.fromkeys([*arguments.model, *([arguments.compare] if arguments.compare else [])])
    models = {name: ModelFile.find(name) for name in names}
    sets = [pictures for folder in arguments.folders for pictures in find_sets(folder)]
    if arguments.sheet:
        sheet.typeface(_names(sets), arguments.font)
    unrelated = pictures_in(arguments.unrelated) if arguments.unrelated else []
    plan, tasks, notes = _planned(sets, unrelated, arguments)
    with progress(console, bars=not arguments.json) as begin:
        features, damaged = _features(begin, models, tasks, arguments.jobs)
        if damaged:
            left = [path for path in unrelated if path not in damaged]
            plan, tasks, notes = _planned([pictures.without(damaged) for pictures in sets], left, arguments)
        outcomes = _outcomes(begin, models, features, tasks, plan, arguments.rule)
    if arguments.compare:
        outcomes = {
            row: compared(one, outcomes[arguments.compare, row[1]], plan.limit) for row, one in outcomes.items()
        }
    results = [outcome.result for outcome in outcomes.values()]
    _print(console, results, plan, [*damaged.values(), *notes], arguments)
    if arguments.sheet:
        first = next(iter(models))
        _sheet(console, outcomes[first, arguments.rule[0]], features[first], tasks, plan, arguments)
    if arguments.plot:
        plot.draw(list(outcomes.values()), tasks, plan, arguments.plot)
    return 0


def _names(sets: Sequence[PictureSet]) -> list[str]:
    return [name for pictures in sets for name in (pictures.name, *pictures.classes)]


def _planned(
    sets: Sequence[PictureSet], unrelated: Sequence[Path], arguments: argparse.Namespace
) -> tuple[Plan, list[Task], list[str]]:
    shots = tuple(sorted(set(arguments.shots))) if arguments.shots else shots_for(sets)
    plan = Plan(shots, arguments.episodes, arguments.limit, arguments.seed, not arguments.unrounded, arguments.rule[0])
    return plan, *tasks_of(sets, plan, unrelated)


def _features(
    begin: Tasks, models: dict[str, ModelFile], tasks: Sequence[Task], jobs: int
) -> tuple[dict[str, dict[Path, Features]], dict[Path, str]]:
    """What every model makes of every picture, and what is wrong with those that cannot be read."""
    paths = list(dict.fromkeys(path for task in tasks for path in task.paths))
    features: dict[str, dict[Path, Features]] = {}
    damaged: dict[Path, str] = {}
    for name, model in models.items():
        features[name], bad = features_of(model, paths, jobs, begin(f"{model.name}: pictures", len(paths)))
        damaged.update(bad)
    return features, damaged


def _outcomes(
    begin: Tasks,
    models: dict[str, ModelFile],
    features: dict[str, dict[Path, Features]],
    tasks: Sequence[Task],
    plan: Plan,
    rules: Sequence[str],
) -> dict[tuple[str, str], Outcome]:
    """By model and rule."""
    outcomes = {}
    for name, model in models.items():
        for rule in rules:
            title = f"{model.name}, {rule}" if len(rules) > 1 else model.name
            advance = begin(f"{title}: lessons", sum(task.lessons for task in tasks))
            own = replace(plan, rule=rule)
            outcomes[name, rule] = evaluate(title, model.scale(), features[name], tasks, own, advance)
    return outcomes


def _print(
    console: Console, results: Sequence[ModelResult], plan: Plan, notes: Sequence[str], arguments: argparse.Namespace
) -> None:
    if arguments.json:
        printed = {"plan": asdict(plan), "models": [asdict(result) for result in results], "left_out": notes}
        console.print(json.dumps(printed, indent=1, ensure_ascii=False), highlight=False)
        return
    show(results, arguments.details)
    camera = results[0].camera
    sentences = [f"{one.name}, {one.ways}: {advice(one, arguments.rule[0])}" for one in camera]
    sentences += [warning] if (warning := how_sure(camera)) else []
    for line in [*sentences, *(f"left out: {note}" for note in notes)]:
        console.print(line, highlight=False, soft_wrap=True)


def _sheet(
    console: Console,
    outcome: Outcome,
    features: dict[Path, Features],
    tasks: Sequence[Task],
    plan: Plan,
    arguments: argparse.Namespace,
) -> None:
    """Of the first model and rule: the first lesson of each set, with all of its classes."""
    whole = [task for task in tasks if task.ways == len(task.pictures.classes)]
    sets = []
    for task in whole:
        show_again = show_of(task, vectors_of(task, features, plan), plan)
        answers = show_again.first(outcome.scale, plan.limit, task.unrelated)
        sets.append((f"{task.pictures.name}, {outcome.result.name}, limit {plan.limit}", answers))
    typeface = sheet.typeface(_names([task.pictures for task in tasks]), arguments.font)
    for path in sheet.draw(sets, outcome.scale, typeface, arguments.sheet):
        if not arguments.json:
            console.print(f"The answers of the first lesson are in {path}", highlight=False, soft_wrap=True)

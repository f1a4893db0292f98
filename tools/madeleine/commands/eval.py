"""`madeleine eval`: how well a feature model tells things apart, measured on folders of photographs."""

import argparse
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from madeleine.device import constants
from madeleine.evaluation import plot
from madeleine.evaluation.evaluate import Plan, Task, compared, evaluate, tasks_of
from madeleine.evaluation.features import features_of
from madeleine.evaluation.limits import LIMITS
from madeleine.evaluation.models import SYMMETRIC, Features, ModelFile
from madeleine.evaluation.naming import RULES
from madeleine.evaluation.sets import find_sets
from madeleine.evaluation.summary import ModelResult
from madeleine.evaluation.tables import show

DEFAULT_MODEL = "madeleine"
EXAMPLES = f"""examples:
  madeleine eval photographs                     photographs/cup/*.jpg, photographs/pen/*.jpg ...
  madeleine eval sets --model mbnet751-feature own.kmodel --compare mbnet751-feature --plot eval.png
                                                 sets/kitchen/cup/*.jpg ..., two models side by side
  madeleine eval sets --model net.npz net.npz{SYMMETRIC}
                                                 float networks of Keras' weights, padded as trained or evenly
  madeleine eval photographs --rule nearest fit  the nearest example names, or least squares (*rule fit)

names of pictures:
  g012_...                                       a group: never taught and asked in the same episode
  a_..., b_...                                   taught, asked (where all pictures of a set are named so)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Teaches a few photographs of each thing and asks others, many times over, as the camera would."
    )
    parser.epilog = EXAMPLES
    whole, limit = _whole(1), _whole(1, int(LIMITS[-1]))
    parser.add_argument("folders", metavar="DIR", type=Path, nargs="+", help="a folder for each class, or such folders")
    parser.add_argument(
        "--model", metavar="NAME|FILE", nargs="+", default=[DEFAULT_MODEL], help=f"(default: {DEFAULT_MODEL})"
    )
    parser.add_argument("--compare", metavar="NAME|FILE", help="the limits of the others in terms of this one")
    parser.add_argument("--shots", metavar="N", type=whole, nargs="+", default=[1, 3, 5, 10], help="examples a class")
    parser.add_argument("--episodes", metavar="N", type=_whole(2), default=200, help="of each set (%(default)s)")
    parser.add_argument(
        "--limit", metavar="N", type=limit, default=constants.USUAL_LIMIT, help="what counts as seen (%(default)s)"
    )
    parser.add_argument("--seed", metavar="N", type=_whole(0), default=1, help="of the episodes (%(default)s)")
    parser.add_argument("--unrounded", action="store_true", help="float features as they are: what do bytes cost?")
    parser.add_argument(
        "--rule", choices=RULES, nargs="+", default=[RULES[0]], help=f"which names, one or both (default: {RULES[0]})"
    )
    parser.add_argument("--confusion", action="store_true", help="also tell which class is taken for which")
    parser.add_argument("--jobs", metavar="N", type=whole, default=os.cpu_count(), help="processes (%(default)s)")
    parser.add_argument("--json", action="store_true", help="all numbers, for programs")
    parser.add_argument("--plot", metavar="FILE", type=Path, help="draw accuracy and distances: a .png, .svg or .pdf")
    parser.set_defaults(func=run)


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A number of the command line, within bounds."""

    def number(text: str) -> int:
        value = int(text)
        if value < least or (most is not None and value > most):
            raise argparse.ArgumentTypeError(f"{value} is not {least}" + (f"..{most}" if most else " or more"))
        return value

    number.__name__ = "whole number"  # as argparse calls it in its message
    return number


def run(arguments: argparse.Namespace) -> int:
    """Measures and tells; ToolError when there is too little to measure."""
    console = Console(soft_wrap=arguments.json)
    if arguments.plot:
        plot.check(arguments.plot)
    plan = Plan(
        tuple(sorted(set(arguments.shots))),
        arguments.episodes,
        arguments.limit,
        arguments.seed,
        not arguments.unrounded,
    )
    asked = dict.fromkeys([*arguments.model, *([arguments.compare] if arguments.compare else [])])
    models = {name: ModelFile.find(name) for name in asked}
    sets = [pictures for folder in arguments.folders for pictures in find_sets(folder)]
    tasks, notes = tasks_of(sets, plan)
    features, damaged = _features(console, models, tasks, arguments)
    if damaged:
        tasks, notes = tasks_of([pictures.without(damaged) for pictures in sets], plan)
    outcomes = {
        (name, rule): evaluate(
            f"{model.name}, {rule}" if len(arguments.rule) > 1 else model.name,
            model.scale(),
            features[name],
            tasks,
            replace(plan, rule=rule),
        )
        for name, model in models.items()
        for rule in arguments.rule
    }
    if arguments.compare:
        outcomes = {
            row: compared(one, outcomes[arguments.compare, row[1]], plan.limit) for row, one in outcomes.items()
        }
    results = [outcome.result for outcome in outcomes.values()]
    _tell(console, results, plan, [*damaged.values(), *notes], arguments)
    if arguments.plot:
        plot.draw(list(outcomes.values()), tasks, plan, arguments.plot)
    return 0


def _features(
    console: Console, models: dict[str, ModelFile], tasks: Sequence[Task], arguments: argparse.Namespace
) -> tuple[dict[str, dict[Path, Features]], dict[Path, str]]:
    """What every model makes of every picture, and what is wrong with those that cannot be read."""
    paths = list(dict.fromkeys(path for task in tasks for path in task.pictures.paths))
    features: dict[str, dict[Path, Features]] = {}
    damaged: dict[Path, str] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=arguments.json or not console.is_terminal) as progress:
        for name, model in models.items():
            bar = progress.add_task(model.name, total=len(paths))
            advance = partial(progress.advance, bar)
            features[name], bad = features_of(model, paths, arguments.jobs, advance)
            damaged.update(bad)
    return features, damaged


def _tell(
    console: Console, results: Sequence[ModelResult], plan: Plan, notes: Sequence[str], arguments: argparse.Namespace
) -> None:
    if arguments.json:
        told = {"plan": asdict(plan), "models": [asdict(result) for result in results], "left_out": notes}
        console.print(json.dumps(told, indent=1, ensure_ascii=False), highlight=False, markup=False)
        return
    show(results, arguments.confusion)
    for note in notes:
        console.print(f"left out: {note}", highlight=False, markup=False, soft_wrap=True)

"""What a lesson from photographs comes to, as tables and one sentence."""

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from madeleine.device import settings
from madeleine.evaluation import tables
from madeleine.evaluation.as_the_camera import advice, how_sure
from madeleine.evaluation.showing import Answer
from madeleine.evaluation.summary import ModelResult
from madeleine.teaching.lesson import Camera, Material, Named

SILENT = "silent"


def show(model: str, material: Material, camera: Camera, layers: Sequence[Named]) -> None:
    """Prints all of it: what the camera does, who names how much, who is taken for whom, and what to do."""
    console = Console(width=tables.WIDTH, markup=False)
    results = [
        ModelResult(f"{model}, {rule}", (), (), (camera.results[rule],)) for rule in (settings.NEAREST, settings.FIT)
    ]
    tables.show_camera(console, results)
    title = f"Named right without a limit, % of {len(material.asked)} pictures that nobody learned from"
    tables.titled(console, title, _named([*camera.named, *layers]))
    classes = material.pictures.classes
    known = [answer for answer in camera.answers if answer.true]
    asked = sorted({answer.true for answer in known}, key=classes.index)
    title = f"With *rule {camera.rule} and the limit {camera.results[camera.rule].now.limit}, % answered as"
    tables.titled(console, title, tables.confusion(classes, _counts(classes, known), [SILENT]))
    if len(asked) < len(classes):
        missing = ", ".join(name for name in classes if name not in asked)
        console.print(f"Too few pictures to judge: {missing}", highlight=False, soft_wrap=True)
    console.print(sentence(camera), highlight=False, soft_wrap=True)


def sentence(camera: Camera) -> str:
    """What to do next; and a warning where the pictures are few."""
    result = camera.results[camera.rule]
    said = advice(result, camera.rule)
    if camera.rule == settings.FIT:
        said = f"Show the camera the card `*rule fit`; then {said[0].lower()}{said[1:]}"
    return " ".join([said, *([warning] if (warning := how_sure([result])) else [])])


def _named(several: Sequence[Named]) -> Table:
    table = tables.blank(["who names"], ["pictures", "right"])
    for one in several:
        value, low, high = one.share()
        table.add_row(one.who, str(one.pictures), f"{100 * value:.1f} ({100 * low:.0f}-{100 * high:.0f})")
    return table


def _counts(classes: Sequence[str], answers: Sequence[Answer]) -> list[list[int]]:
    """(classes, classes and silent): how often each was answered as each."""
    counts = np.zeros((len(classes), len(classes) + 1), np.int64)
    for answer in answers:
        said = classes.index(answer.said) if answer.said else len(classes)
        counts[classes.index(answer.true), said] += 1
    return [[int(count) for count in row] for row in counts]

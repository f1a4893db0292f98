"""An evaluation as tables, in Markdown: for the terminal, and for a document as they are."""

from collections.abc import Sequence

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from madeleine.device import decision
from madeleine.evaluation.as_the_camera import Behaviour, CameraResult, Share, wilson
from madeleine.evaluation.summary import Comparison, ModelResult, Score, SetResult, shots_for_unknown

WIDTH = 500  # characters: a table is never cut to fit a terminal


TERMS = {
    "right": "the name of the thing, sure: green on the screen",
    "probable": 'the name of the thing, with a "?": amber',
    "wrong": 'the name of another thing, sure or with a "?"',
    "silent": "no name: nothing that was taught is near enough",
    "similar": "how many pictures of a thing of the same folder get a name while that thing is not taught",
    "unrelated": "how many pictures of other things get a name",
    "no limit": "right, sure or not, if every picture had to get a name",
}
TRY = "try        a limit that suits the taught pictures, each asked as if it were new; no asked picture had a say"
NOTES = """\
In brackets: where the figure lies among other pictures of this kind, with a certainty of 95 %.
Each picture is asked as a still view of {frames} frames, after a view of nothing.
"""


def show(results: Sequence[ModelResult], details: bool) -> None:
    """All models side by side, set by set: what the camera does, then what its features can do."""
    console = Console(width=WIDTH, markup=False)
    shots = [score.shots for score in results[0].mean]
    index = shots_for_unknown(shots)
    limit = results[0].mean[index].rejection.limit
    show_camera(console, results)
    titled(console, "Named right without a limit, %, by examples a class", _accuracy(results, shots))
    beside = [result.comparison for result in results if result.comparison]
    if details or beside:
        title = f"With {shots[index]} examples a class, one class unknown, limit {limit}: %"
        titled(console, title, _unknown(results, index))
    if beside:
        titled(console, f"Next to {beside[0].reference}, mean of the sets, %", _comparison(results, beside, shots))
    for result in results if details else ():
        for one in result.sets:
            title = f"{result.name}, {one.name}, {one.ways} ways, {shots[index]} examples: % answered as"
            titled(console, title, _confusion(one, index))


def show_camera(console: Console, results: Sequence[ModelResult]) -> None:
    """The headline, and its words."""
    camera = results[0].camera
    lessons = "1 lesson" if camera[0].lessons == 1 else f"{camera[0].lessons} random lessons"
    title = f"What the camera does, % of the pictures: {lessons}, {camera[0].taught} of each thing taught"
    titled(console, title, _camera(results))
    for word, meaning in TERMS.items():
        if word != "unrelated" or camera[0].now.unrelated:
            console.print(f"{word:<10} {meaning}", highlight=False)
    if any(one.recommended for one in camera):
        console.print(TRY, highlight=False)
    console.print(NOTES.format(frames=decision.FRAMES), highlight=False)


def show_answers(console: Console, asked: Sequence[tuple[str, str | None, bool]]) -> None:
    """The headline in short, thing by thing: what was asked for, the answer, and was it sure?"""
    words = ["right", "probable", "wrong", "silent"]
    table = blank(["thing"], ["asked", *words])
    for name in dict.fromkeys(wanted for wanted, _, _ in asked):
        own = [one for one in asked if one[0] == name]
        table.add_row(name, str(len(own)), *(str(sum(_word(*one) == word for one in own)) for word in words))
    shares = [sum(_word(*one) == word for one in asked) / len(asked) for word in words]
    cells = [
        f"{100 * share:.0f} ({100 * low:.0f}-{100 * high:.0f}) %"
        for share, low, high in ((share, *wilson(share, len(asked))) for share in shares)
    ]
    table.add_row("all", str(len(asked)), *cells)
    console.print(table, highlight=False)
    for word in words:
        console.print(f"{word:<10} {TERMS[word]}", highlight=False)


def _word(wanted: str, answer: str | None, sure: bool) -> str:
    if answer is None:
        return "silent"
    if answer != wanted:
        return "wrong"
    return "right" if sure else "probable"


def _camera(results: Sequence[ModelResult]) -> Table:
    """Per cent with intervals, at the limit that is judged and at the recommended one; the mean of sets without."""
    unrelated = results[0].camera[0].now.unrelated is not None
    words = [word for word in TERMS if unrelated or word != "unrelated"]
    table = blank(["set, ways", "model"], ["limit", *words])
    for index, one in enumerate(results[0].camera):
        for result in results:
            own = result.camera[index]
            name = f"{one.name}, {one.ways}" if result is results[0] else ""
            table.add_row(name, result.name, str(own.now.limit), *_cells(own.now), _share(own.without_limit))
            if own.recommended and own.recommended.limit != own.now.limit:
                table.add_row("", "", f"try {own.recommended.limit}", *_cells(own.recommended), "")
    for result in results if len(results[0].camera) > 1 else ():
        name = "mean" if result is results[0] else ""
        table.add_row(name, result.name, str(result.camera[0].now.limit), *_means(result.camera))
    return table


def _cells(found: Behaviour) -> list[str]:
    return [_share(share) for share in _shares(found)]


def _share(share: Share) -> str:
    return f"{100 * share.value:.0f} ({100 * share.low:.0f}-{100 * share.high:.0f})"


def _means(camera: Sequence[CameraResult]) -> list[str]:
    """Of the sets at the judged limit, each with the same weight."""
    names = [one.name for one in camera]
    weights = [1 / names.count(name) for name in names]
    rows = [[share.value for share in (*_shares(one.now), one.without_limit)] for one in camera]
    return [f"{100 * share:.1f}" for share in np.average(rows, axis=0, weights=weights)]


def _shares(found: Behaviour) -> list[Share]:
    shares = (found.right, found.probable, found.wrong, found.silent, found.similar, found.unrelated)
    return [share for share in shares if share]


def titled(console: Console, title: str, table: Table) -> None:
    """Prints a table under its title."""
    console.print(title, style="bold", highlight=False)
    console.print(table, highlight=False)


def blank(names: Sequence[str], numbers: Sequence[str]) -> Table:
    """A table with columns of words, then columns of numbers."""
    table = Table(box=box.MARKDOWN)
    for name in names:
        table.add_column(name, no_wrap=True)
    for number in numbers:
        table.add_column(number, no_wrap=True, justify="right")
    return table


def _accuracy(results: Sequence[ModelResult], shots: Sequence[int]) -> Table:
    """Per cent right, +- 95 %."""
    table = blank(["set, ways", "model"], [str(count) for count in shots])
    for name, scores in _rows(results):
        for result, row in zip(results, scores, strict=True):
            cells = [f"{100 * score.accuracy:.1f} ±{100 * score.interval:.1f}" for score in row]
            table.add_row(name if result is results[0] else "", result.name, *cells)
    for result in results:
        cells = [f"{100 * score.above_chance:.1f}" for score in result.mean]
        table.add_row("above chance" if result is results[0] else "", result.name, *cells)
    return table


def _unknown(results: Sequence[ModelResult], index: int) -> Table:
    """Per cent: unknown things that are seen, known ones that are not, or as another's; where both errors are equal."""
    table = blank(["set, ways", "model"], ["AUROC", "false seen", "not seen", "misnamed", "equal error", "at limit"])
    for name, scores in _rows(results):
        for result, row in zip(results, scores, strict=True):
            found = row[index].rejection
            shares = (found.auroc, found.false_accept, found.false_reject, found.misnamed, found.equal_error)
            cells = [f"{100 * share:.1f}" for share in shares]
            table.add_row(name if result is results[0] else "", result.name, *cells, str(found.equal_limit))
    return table


def _rows(results: Sequence[ModelResult]) -> list[tuple[str, list[tuple[Score, ...]]]]:
    """Each set's name and the scores of every model in it; the mean last, where there are several sets."""
    sets = list(zip(*(result.sets for result in results), strict=True))
    rows = [(f"{one[0].name}, {one[0].ways}", [result.scores for result in one]) for one in sets]
    return [*rows, ("mean", [result.mean for result in results])] if len(rows) > 1 else rows


def _comparison(results: Sequence[ModelResult], beside: Sequence[Comparison], shots: Sequence[int]) -> Table:
    """The limit that means what the reference's means, its errors, and the gain in accuracy by examples."""
    head = [f"limit like {beside[0].reference_limit}", "not seen", "false seen"]
    gains = [f"gain at {count}" for count in shots]
    table = blank(["model"], [*head, *gains, "of what is above chance"])
    for result, one in zip(results, beside, strict=True):
        errors = [f"{100 * one.false_reject:.1f}", f"{100 * one.false_accept:.1f}"]
        gained = [f"{100 * a:+.1f} ±{100 * b:.1f}" for a, b in zip(one.gain, one.gain_interval, strict=True)]
        shares = ", ".join("-" if share is None else f"{100 * share:.1f}" for share in one.above_chance)
        table.add_row(result.name, str(one.limit), *errors, *gained, shares)
    return table


def _confusion(one: SetResult, index: int) -> Table:
    return confusion(one.classes, one.scores[index].confusion)


def confusion(classes: Sequence[str], counts: Sequence[Sequence[int]], more: Sequence[str] = ()) -> Table:
    """Per cent of each class's queries; the columns are numbered as the rows, and then called `more`."""
    names = [f"{number} {name}" for number, name in enumerate(classes, 1)]
    columns = [*(str(number) for number in range(1, len(names) + 1)), *more]
    return answered(list(zip(names, counts, strict=True)), columns)


def answered(rows: Sequence[tuple[str, Sequence[int]]], columns: Sequence[str]) -> Table:
    """Per cent of each row's counts."""
    table = blank([""], columns)
    for name, row in rows:
        table.add_row(name, *(f"{100 * count / sum(row):.0f}" if count else "·" for count in row))
    return table

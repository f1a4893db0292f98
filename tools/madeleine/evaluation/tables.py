"""An evaluation as tables, in Markdown: for the terminal, and for a document as they are."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from madeleine.evaluation.summary import Comparison, ModelResult, Score, SetResult, shots_for_unknown

WIDTH = 500  # characters: a table is never cut to fit a terminal


def show(results: Sequence[ModelResult], confusion: bool) -> None:
    """All models side by side, set by set."""
    console = Console(width=WIDTH)
    shots = [score.shots for score in results[0].mean]
    index = shots_for_unknown(shots)
    limit = results[0].mean[index].rejection.limit
    _print(console, "Named right, %, by examples a class", _accuracy(results, shots))
    title = f"With {shots[index]} examples a class, one class unknown, limit {limit}: %"
    _print(console, title, _unknown(results, index))
    beside = [result.comparison for result in results if result.comparison]
    if beside:
        _print(console, f"Beside {beside[0].reference}, mean of the sets, %", _comparison(results, beside, shots))
    for result in results if confusion else ():
        for one in result.sets:
            title = f"{result.name}, {one.name}, {one.ways} ways, {shots[index]} examples: % answered as"
            _print(console, title, _confusion(one, index))


def _print(console: Console, title: str, table: Table) -> None:
    console.print(title, style="bold", highlight=False, markup=False)
    console.print(table, highlight=False)


def _table(names: Sequence[str], numbers: Sequence[str]) -> Table:
    """With columns of words, then columns of numbers."""
    table = Table(box=box.MARKDOWN)
    for name in names:
        table.add_column(name, no_wrap=True)
    for number in numbers:
        table.add_column(number, no_wrap=True, justify="right")
    return table


def _accuracy(results: Sequence[ModelResult], shots: Sequence[int]) -> Table:
    """Per cent right, +- 95 %."""
    table = _table(["set, ways", "model"], [str(count) for count in shots])
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
    table = _table(["set, ways", "model"], ["AUROC", "false seen", "not seen", "misnamed", "equal error", "at limit"])
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
    table = _table(["model"], [*head, *gains, "of what is above chance"])
    for result, one in zip(results, beside, strict=True):
        errors = [f"{100 * one.false_reject:.1f}", f"{100 * one.false_accept:.1f}"]
        gained = [f"{100 * a:+.1f} ±{100 * b:.1f}" for a, b in zip(one.gain, one.gain_interval, strict=True)]
        shares = ", ".join("-" if share is None else f"{100 * share:.1f}" for share in one.above_chance)
        table.add_row(result.name, str(one.limit), *errors, *gained, shares)
    return table


def _confusion(one: SetResult, index: int) -> Table:
    """Per cent of each class's queries; the columns are numbered as the rows."""
    names = [f"{number} {name}" for number, name in enumerate(one.classes, 1)]
    table = _table([""], [str(number) for number in range(1, len(names) + 1)])
    for name, row in zip(names, one.scores[index].confusion, strict=True):
        table.add_row(name, *(f"{100 * count / sum(row):.0f}" if count else "·" for count in row))
    return table

"""An evaluation as a picture: accuracy against examples for each set, and how far known and unknown things lie."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from madeleine.errors import ToolError, UsageError
from madeleine.evaluation.evaluate import Outcome, Plan, Task
from madeleine.evaluation.summary import Score, shots_for_unknown
from madeleine.evaluation.trials import Numbers

COLUMNS = 4
PANEL_INCHES = (3.4, 2.7)
SUFFIXES = (".png", ".svg", ".pdf")
KNOWN, UNKNOWN = "tab:blue", "tab:orange"
BINS = 60


def check(path: Path) -> None:
    """ToolError for what would go wrong only after all is measured."""
    _figure_module()
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"{path} is not a valid name of a picture; give one that ends in {', '.join(SUFFIXES)} with --plot"
        )
    if not path.resolve().parent.is_dir():
        raise ToolError(f"{path.parent} is not a folder; make it, or give another --plot")


def draw(outcomes: Sequence[Outcome], tasks: Sequence[Task], plan: Plan, path: Path) -> None:
    """Writes the picture: one panel a set and one for their mean, then one a model."""
    curves = [
        (f"{task.name} ways", [outcome.result.sets[index].scores for outcome in outcomes])
        for index, task in enumerate(tasks)
    ]
    if len(tasks) > 1:
        curves.append(("mean of the sets", [outcome.result.mean for outcome in outcomes]))
    upper, lower = (-(-count // COLUMNS) for count in (len(curves), len(outcomes)))
    columns = min(COLUMNS, max(len(curves), len(outcomes)))
    size = (PANEL_INCHES[0] * columns, PANEL_INCHES[1] * (upper + lower))
    figure = _figure_module().Figure(figsize=size, layout="constrained")
    panels = figure.subplots(upper + lower, columns, squeeze=False)
    names = [outcome.result.name for outcome in outcomes]
    for panel, (title, scores) in zip(panels[:upper].flat, curves, strict=False):
        _curves(panel, title, names, scores)
    for panel, outcome in zip(panels[upper:].flat, outcomes, strict=False):
        _distances(panel, outcome, plan)
    for panel in (*panels[:upper].flat[len(curves) :], *panels[upper:].flat[len(outcomes) :]):
        panel.set_axis_off()
    panels.flat[0].legend(fontsize="small", loc="lower right")
    try:
        figure.savefig(path, dpi=120)
    except OSError as error:
        raise ToolError(f"{path} cannot be written ({error.strerror}); give another --plot") from error


def _figure_module() -> Any:
    try:
        from matplotlib import figure
    except ImportError as error:
        raise ToolError("--plot needs matplotlib; run in Madeleine's folder: pip install '.[plot]'") from error
    return figure


def _curves(panel: Any, title: str, names: Sequence[str], several: Sequence[Sequence[Score]]) -> None:
    """Accuracy with its interval; chance as a dotted line."""
    for name, scores in zip(names, several, strict=True):
        shots = [score.shots for score in scores]
        accuracy, interval = ([100 * getattr(score, what) for score in scores] for what in ("accuracy", "interval"))
        panel.errorbar(shots, accuracy, interval, marker="o", markersize=3, capsize=2, label=name)
        panel.set_xticks(shots)
    chance = several[0][0].accuracy - several[0][0].above_chance
    panel.axhline(100 * chance, color="grey", linestyle=":", linewidth=1)
    panel.set(title=title, xlabel="examples a class", ylabel="% named right", ylim=(0, 102))


def _distances(panel: Any, outcome: Outcome, plan: Plan) -> None:
    """How far the nearest example is, over all sets, each with the same weight."""
    index = shots_for_unknown(plan.shots)
    runs = [runs[index] for runs in outcome.runs]
    known, unknown = (
        [np.asarray(outcome.scale.tenths(getattr(run, kind))) / 10 for run in runs] for kind in ("known", "unknown")
    )
    far = max(float(np.percentile(np.concatenate([*known, *unknown]), 99)), 1.5 * plan.limit)
    edges = np.linspace(0, far, BINS)
    for label, several, color in (("known", known, KNOWN), ("unknown", unknown, UNKNOWN)):
        panel.stairs(_share(several, edges, outcome.weights), edges, fill=True, alpha=0.55, color=color, label=label)
    panel.axvline(plan.limit, color="black", linewidth=1, linestyle="--", label=f"limit {plan.limit}")
    panel.set(title=outcome.result.name, xlabel="distance of the nearest example", ylabel="share of queries, %")
    panel.legend(fontsize="small")


def _share(several: Sequence[Numbers], edges: Numbers, weights: Sequence[float]) -> Numbers:
    """Per cent of the queries in each bin, mean over the sets."""
    shares = [100 * np.histogram(distances, edges)[0] / len(distances) for distances in several]
    return np.asarray(np.average(shares, axis=0, weights=weights))

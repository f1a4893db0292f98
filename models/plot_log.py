"""Draws the log of a training run: the losses, step by step, phase after phase.

python models/plot_log.py RUN/log.jsonl -o models/training.png
"""

import argparse
import json
from pathlib import Path

from matplotlib.figure import Figure

CURVES = ("hint 0", "hint 1", "hint 2", "hint 3", "hint 4", "features")


def main() -> None:
    """Reads the command line and writes the picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("log", type=Path, help="log.jsonl of a run")
    parser.add_argument("-o", "--output", type=Path, default=Path("training.png"))
    arguments = parser.parse_args()
    lines = [json.loads(line) for line in arguments.log.read_text("utf-8").splitlines()]
    figure = Figure(figsize=(8, 4.2), layout="constrained")
    panel = figure.add_subplot()
    steps, borders = _steps(lines)
    for name in CURVES:
        width = 2.0 if name == "features" else 1.0
        panel.plot(steps, [line[name] for line in lines], label=name, linewidth=width)
    for phase, step in borders.items():
        panel.axvline(step, color="grey", linewidth=0.7)
        panel.text(step, 2.0, f" {phase}", va="top", fontsize=9)
    panel.set(yscale="log", ylim=(0.05, 2.2), xlabel="step", ylabel="error / variance of what is wanted")
    panel.legend(fontsize=8, ncols=2)
    panel.grid(alpha=0.3)
    figure.savefig(arguments.output, dpi=110)


def _steps(lines: list[dict[str, float | str]]) -> tuple[list[int], dict[str, int]]:
    """Steps counted from the start of the run, and where each phase begins."""
    steps: list[int] = []
    borders: dict[str, int] = {}
    for line in lines:
        start = borders.setdefault(str(line["phase"]), steps[-1] if steps else 0)
        steps.append(start + int(line["step"]))
    return steps, borders


if __name__ == "__main__":
    main()

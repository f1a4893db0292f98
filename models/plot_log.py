"""Draws the log of a training run: the losses by the number of pictures seen.

python models/plot_log.py RUN/log.jsonl -o training.png
"""

import argparse
import json
from pathlib import Path

from matplotlib.figure import Figure

NO_LOSS = {"step", "seen", "per_s", "rate", "start"}


def main() -> None:
    """Reads the command line and writes the picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("log", type=Path, help="log.jsonl of a run")
    parser.add_argument("-o", "--output", type=Path, default=Path("training.png"))
    arguments = parser.parse_args()
    lines = [json.loads(line) for line in arguments.log.read_text("utf-8").splitlines()]
    figure = Figure(figsize=(8, 4.2), layout="constrained")
    panel = figure.add_subplot()
    learned = [line for line in lines if "step" in line]
    for name in sorted(learned[0].keys() - NO_LOSS):
        panel.plot([line["seen"] / 1e6 for line in learned], [line[name] for line in learned], label=name)
    for line in lines:
        if "start" in line:
            panel.axvline(line["seen"] / 1e6, color="grey", linewidth=0.7)
    panel.set(yscale="log", xlabel="pictures seen, millions (grey: a start with a new optimiser)", ylabel="loss")
    figure.legend(loc="outside upper center", fontsize=8, ncols=3)
    panel.grid(alpha=0.3)
    figure.savefig(arguments.output, dpi=110)


if __name__ == "__main__":
    main()

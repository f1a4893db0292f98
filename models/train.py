"""Trains the project's feature model: a student of two teachers, on the CPU, for as many days as it takes.

    python models/train.py go RUN PHOTOGRAPHS... --teacher MOBILENET.npz --start STUDENT.npz
    python models/train.py keep RUN FOLDER

`go` goes on from RUN's checkpoint, or begins from --start where there is none. Stop it at any time. It runs at a
constant rate; `--decay STEPS` lets the rate fall to nothing within so many steps and ends the run. `keep` writes the
averaged student and the log, a few MB, from which a new RUN can begin. See "Training" in models/README.md.
"""

import argparse
import json
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from training import keeping, memory, photographs
from training.learner import Learner, Pupil
from training.lessons import BATCH, Lessons, batch
from training.networks import Network
from training.teachers import Teachers

LOG_EVERY = 50  # steps
SAVE_EVERY_S = 300


def main() -> None:
    """Reads the command line and does what it says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(required=True)
    go = commands.add_parser("go", help="train, from where the run was")
    go.add_argument("run", type=Path, help="folder of the run: checkpoint, log, decoded photographs")
    go.add_argument("photographs", type=Path, nargs="+", help="folders with JPEG files, unlabelled")
    go.add_argument("--teacher", type=Path, required=True, help="npz of Keras' MobileNet v1 0.75 weights")
    go.add_argument("--start", type=Path, help="npz or kmodel of a student (default: random numbers)")
    go.add_argument("--seen", type=int, help="pictures the student of --start has seen, where its file does not say")
    go.add_argument("--steps", type=int, help="stop after so many steps (default: when told to)")
    go.add_argument("--decay", type=int, metavar="STEPS", help="end the run within so many steps")
    go.set_defaults(do=train)
    keep = commands.add_parser("keep", help="write the small files that begin another run")
    keep.add_argument("run", type=Path)
    keep.add_argument("folder", type=Path, help="gets student.npz and log.jsonl")
    keep.set_defaults(do=keep_files)
    arguments = parser.parse_args()
    arguments.do(arguments)


def train(arguments: argparse.Namespace) -> None:
    """From the checkpoint or the start until the run ends or is stopped."""
    torch.set_num_threads(1)  # one for the student, one for the lessons: nobody waits for the slower half
    memory.keep_freed()
    arguments.run.mkdir(parents=True, exist_ok=True)
    pictures = photographs.read(arguments.photographs, arguments.run)
    learner = _resumed(arguments.run) or _begun(arguments, pictures)
    lessons = Lessons(pictures, Teachers(arguments.teacher))
    progress = learner.progress
    if arguments.decay and progress.decay is None:
        progress.decay = (progress.steps, progress.steps + arguments.decay)
    Run(learner, lessons, arguments.run).until(progress.steps + arguments.steps if arguments.steps else None)


def keep_files(arguments: argparse.Namespace) -> None:
    """student.npz and log.jsonl of a run, small enough to travel."""
    learner = _resumed(arguments.run)
    if learner is None:
        raise SystemExit(f"{arguments.run} has no {keeping.CHECKPOINT}; give the folder of a run that has been saved")
    keeping.keep(learner, arguments.folder / keeping.STUDENT)
    shutil.copy(arguments.run / keeping.LOG, arguments.folder / keeping.LOG)


def _resumed(folder: Path) -> Learner | None:
    state = keeping.load(folder)
    if state is None:
        return None
    learner = Learner(Pupil(Network()))
    learner.restore(state)
    return learner


def _begun(arguments: argparse.Namespace, pictures: Tensor) -> Learner:
    """A learner from the start given, and the first line of its log."""
    pupil, seen = _start(arguments.start, pictures)
    learner = Learner(pupil)
    learner.progress.seen = seen if arguments.seen is None else arguments.seen
    log = arguments.run / keeping.LOG
    earlier = arguments.start and arguments.start.with_name(keeping.LOG)
    if seen and earlier.exists():  # it lies beside what `keep` wrote
        shutil.copy(earlier, log)
    _write(log, {"start": arguments.start.name if arguments.start else "random numbers", "seen": learner.progress.seen})
    return learner


def _start(path: Path | None, pictures: Tensor) -> tuple[Pupil, int]:
    """The pupil to begin with, and how many pictures it has seen."""
    if path is None:
        return Pupil(Network()), 0
    if path.suffix == ".npz":
        return keeping.kept(path)
    from training import from_kmodel  # which needs the package `madeleine`

    return Pupil(from_kmodel.network(path, batch(pictures, 0))), 0


class Run:
    """Step after step, with a line in the log now and then and a checkpoint every few minutes."""

    def __init__(self, learner: Learner, lessons: Lessons, folder: Path) -> None:
        self._learner, self._lessons, self._folder = learner, lessons, folder
        self._losses: list[dict[str, float]] = []
        self._logged = self._saved = time.monotonic()
        self._stopped = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def until(self, last: int | None) -> None:
        """Up to this many steps in all, the end of the decay, or a signal; the checkpoint is written in every case."""
        progress = self._learner.progress
        for lesson in self._lessons.after(progress.number):
            if self._stopped or progress.left == 0 or progress.steps == last:
                break
            self._losses.append(self._learner.learn(lesson, self._lessons.means))
            if len(self._losses) == LOG_EVERY:
                self._log()
            if time.monotonic() - self._saved > SAVE_EVERY_S:
                self._save()
        self._save()

    def _stop(self, *_: object) -> None:
        self._stopped = True

    def _save(self) -> None:
        keeping.save(self._learner, self._folder)
        self._saved = time.monotonic()

    def _log(self) -> None:
        """The mean losses since the last line."""
        progress, now = self._learner.progress, time.monotonic()
        speed = LOG_EVERY * BATCH / (now - self._logged)
        line: dict[str, float] = {"step": progress.number, "seen": progress.seen, "per_s": round(speed, 1)}
        for name in self._losses[0]:
            line[name] = round(sum(losses[name] for losses in self._losses) / LOG_EVERY, 4)
        if progress.decay:
            line["rate"] = round(progress.rate, 4)
        _write(self._folder / keeping.LOG, line)
        self._losses, self._logged = [], now


def _write(log: Path, line: dict[str, Any]) -> None:
    with log.open("a") as file:
        print(json.dumps(line), file=file)


if __name__ == "__main__":
    main()

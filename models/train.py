"""Trains the project's own feature model: a student from random numbers, which learns to see from a teacher.

    python models/train.py TEACHER.npz PHOTOGRAPHS... --output RUN     (`pip install '.[train]'` first)

Phases, in order (PHASES below): `stages` shows every stage of the student what the teacher made before it, and asks
for the teacher's next map (hints: FitNets, Romero et al. 2015); `whole` feeds the student its own maps; `large` does so
at the size of the camera; `rounded` computes as the chip does, in 8 bits. Stop it at any time: it goes on where it was.
The run's folder holds student.npz for `madeleine model build`, log.jsonl, and the checkpoint.
"""

import argparse
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor
from torch.nn import functional
from training import networks, photographs

SEED = 20
LOG_EVERY = 25
SAVE_EVERY = 50
LINEAR_SHARE = 0.05  # of the loss before ReLU6: it also reaches the units that ReLU6 silences


@dataclass(frozen=True)
class Phase:
    """Some steps of one kind: pictures a step, their side in pixels, and the greatest learning rate."""

    name: str
    steps: int
    batch: int
    side_px: int
    rate: float


PHASES = (
    Phase("stages", 1300, 64, 128, 3e-3),
    Phase("whole", 500, 64, 128, 1.5e-3),
    Phase("large", 600, 32, 224, 7e-4),
    Phase("rounded", 100, 32, 224, 1e-4),
)


def main() -> None:
    """Reads the command line and trains to the end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("teacher", type=Path, help="npz of Keras' MobileNet v1 0.75 weights")
    parser.add_argument("photographs", type=Path, nargs="+", help="folders with JPEG files, unlabelled")
    parser.add_argument("--output", type=Path, required=True, help="folder of the run")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    Training(arguments.teacher, photographs.read(arguments.photographs), arguments.output).run()


class Training:
    """A run: the two networks, the optimiser, and where they are in PHASES."""

    def __init__(self, teacher: Path, pictures: Tensor, folder: Path) -> None:
        torch.manual_seed(SEED)
        self.teacher = networks.load(teacher).eval().requires_grad_(False).to(memory_format=torch.channels_last)
        self.student = networks.Network().to(memory_format=torch.channels_last)
        self.pictures, self.folder = pictures, folder
        self.optimiser = torch.optim.AdamW(self.student.parameters(), weight_decay=1e-4)
        self.phase, self.step = 0, 0
        self._resume()

    def run(self) -> None:
        """Through all phases that are left."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns) as progress:
            while self.phase < len(PHASES):
                phase = PHASES[self.phase]
                task = progress.add_task(phase.name, total=phase.steps, completed=self.step)
                self._prepare(phase)
                while self.step < phase.steps:
                    losses = self._learn(phase)
                    self.step += 1
                    progress.update(task, completed=self.step, description=f"{phase.name} {losses['features']:.4f}")
                    self._keep(phase, losses)
                self.phase, self.step = self.phase + 1, 0
                self._save()
        networks.save(self.student.eval(), self.folder / "student.npz")

    def _prepare(self, phase: Phase) -> None:
        if phase.name == "rounded":
            self.student.round()
        self.student.train()

    def _learn(self, phase: Phase) -> dict[str, float]:
        """One step; the losses by name."""
        generator = torch.Generator().manual_seed(SEED * 1_000_003 + self.phase * 100_003 + self.step)
        seen = photographs.batch(self.pictures, phase.batch, phase.side_px, generator)
        with torch.no_grad():
            wanted = self.teacher.hints(seen)
        if phase.name == "stages":
            given = [seen, *(networks.clip(hint) for hint in wanted[:-1])]
            made = [self.student.stage(index, maps) for index, maps in enumerate(given)]
        else:
            made = self.student.hints(seen)
        losses = {f"hint {i}": hint_loss(a, b) for i, (a, b) in enumerate(zip(made, wanted, strict=True))}
        losses["features"] = feature_loss(networks.features_of(made[-1]), networks.features_of(wanted[-1]))
        for group in self.optimiser.param_groups:
            group["lr"] = rate(phase, self.step)
        self.optimiser.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 5.0)
        self.optimiser.step()
        return {name: loss.item() for name, loss in losses.items()}

    def _keep(self, phase: Phase, losses: dict[str, float]) -> None:
        if self.step % LOG_EVERY == 0:
            line = {"phase": phase.name, "step": self.step} | {name: round(value, 5) for name, value in losses.items()}
            with (self.folder / "log.jsonl").open("a") as log:
                print(json.dumps(line), file=log)
        if self.step % SAVE_EVERY == 0:
            self._save()

    def _save(self) -> None:
        """The checkpoint: complete before it gets its name."""
        part = self.folder / "checkpoint.part"
        state = {
            "student": self.student.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "phase": self.phase,
            "step": self.step,
            "phases": [asdict(phase) for phase in PHASES],
        }
        torch.save(state, part)
        part.replace(self.folder / "checkpoint.pt")

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.student.load_state_dict(state["student"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.phase, self.step = state["phase"], state["step"]


def rate(phase: Phase, step: int) -> float:
    """A cosine down to a hundredth, after a short rise."""
    return phase.rate * min(1, (step + 1) / 50) * (0.505 + 0.495 * math.cos(math.pi * step / phase.steps))


def hint_loss(made: Tensor, wanted: Tensor) -> Tensor:
    """Squared error of the maps after ReLU6, over the wanted map's variance."""
    a, b = networks.clip(made), networks.clip(wanted)
    linear = functional.mse_loss(made.clamp(-4, 10), wanted.clamp(-4, 10))
    return (functional.mse_loss(a, b) + LINEAR_SHARE * linear) / b.var()


def feature_loss(made: Tensor, wanted: Tensor) -> Tensor:
    """Squared error of the features, and of all their distances within the batch, relative to what they are."""
    spread = (wanted - wanted.mean(0)).square().sum(1).mean()
    own = (made - wanted).square().sum(1).mean() / spread
    distances = [torch.cdist(features, features) for features in (made, wanted)]
    return own + functional.mse_loss(*distances) / spread


if __name__ == "__main__":
    main()

"""The student with its heads, the optimiser, and the average of their weights over the last steps: all that learns."""

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from training import networks
from training.lessons import BATCH, Lesson, mean_of
from training.losses import Heads, Neighbours, map_losses

RATE, HEADS_RATE = 7e-4, 1.4e-3  # AdamW's, once warm
WARM_STEPS = 200
AVERAGE_STEPS = 2000  # over which the weights are averaged
ROUNDED_SHARE = 0.15  # of the decay, at its end: with the chip's rounding
NORM_LIMIT = 5.0


@dataclass
class Progress:
    """Where a run is."""

    seen: int = 0  # pictures, those of earlier runs included
    steps: int = 0  # since the optimiser was new
    decay: tuple[int, int] | None = None  # its first step and its end

    @property
    def number(self) -> int:
        """Of the next lesson."""
        return self.seen // BATCH

    @property
    def left(self) -> float:
        """The share of the decay that is left; 1 before it begins."""
        if self.decay is None:
            return 1.0
        first, end = self.decay
        return max(0.0, (end - self.steps) / (end - first))

    @property
    def rate(self) -> float:
        """The learning rate as a share of the greatest: it rises, stays, and falls in the end."""
        return min(1.0, (self.steps + 1) / WARM_STEPS) * self.left


class Pupil(nn.Module):
    """What learns: the student and the heads."""

    def __init__(self, student: networks.Network) -> None:
        super().__init__()
        self.student, self.heads = student, Heads()


class Learner:
    """A pupil at work. `average` is the one to measure and to export."""

    def __init__(self, pupil: Pupil) -> None:
        self.pupil = pupil.to(memory_format=torch.channels_last).train()
        self.average = copy.deepcopy(self.pupil).eval().requires_grad_(False)
        self.neighbours = Neighbours()
        self.progress = Progress()
        groups = [
            {"params": self.pupil.student.parameters(), "top": RATE},
            {"params": self.pupil.heads.parameters(), "top": HEADS_RATE},
        ]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=1e-4)

    def learn(self, lesson: Lesson, means: dict[str, Tensor]) -> dict[str, float]:
        """One step; the losses by name."""
        for group in self.optimiser.param_groups:
            group["lr"] = group["top"] * self.progress.rate
        if self.progress.left < ROUNDED_SHARE and not self.pupil.student.rounded:
            self.pupil.student.round()
        losses = self._losses(lesson, means)
        self.optimiser.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(self.pupil.parameters(), NORM_LIMIT)
        self.optimiser.step()
        self.progress.seen += len(lesson.pictures)
        self.progress.steps += 1
        self._follow()
        return {name: loss.item() for name, loss in losses.items()}

    def _losses(self, lesson: Lesson, means: dict[str, Tensor]) -> dict[str, Tensor]:
        student = self.pupil.student
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=networks.HALVED and not student.rounded):
            map_ = student.last_map(lesson.pictures)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=networks.HALVED):
            made = {name: predicted.float() for name, predicted in self.pupil.heads(map_).items()}
        return map_losses(made, lesson, means) | self.neighbours.losses(mean_of(map_), lesson.joint)

    @torch.no_grad()
    def _follow(self) -> None:
        """Moves the average towards the pupil: the mean of all steps, and later of about the last AVERAGE_STEPS."""
        weight = 1 / min(self.progress.steps, AVERAGE_STEPS)
        for average, latest in zip(self.average.state_dict().values(), self.pupil.state_dict().values(), strict=True):
            if average.is_floating_point():
                average.lerp_(latest, weight)

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs to go on as if nothing had happened."""
        return {
            "pupil": self.pupil.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "neighbours": vars(self.neighbours),
            "progress": vars(self.progress),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """The opposite of `state`."""
        self.pupil.load_state_dict(state["pupil"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        vars(self.neighbours).update(state["neighbours"])
        self.progress = Progress(**state["progress"])

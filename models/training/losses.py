"""What the student is asked for: its teachers' maps place by place, their mean vectors, and who is near whom."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training import networks
from training.lessons import Lesson, centred, mean_of

TEACHERS = {"mobilenet": networks.FEATURES, "lite0": 1280}  # channels of their last maps
QUEUE = 512  # pictures of earlier steps, with which those of a step are compared
TEMPERATURE = 0.1
COSINES = 10.0  # the weight of the squared differences of cosines, which are small numbers
FOLLOW = 0.02  # how fast the student's mean vector follows it


class Heads(nn.ModuleDict):
    """1x1 convolutions that predict each teacher's map from the student's; thrown away after training.

    They are linear: what they predict of each place they predict of the mean, too.
    """

    def __init__(self) -> None:
        super().__init__({name: nn.Conv2d(networks.FEATURES, size, 1) for name, size in TEACHERS.items()})

    def forward(self, map_: Tensor) -> dict[str, Tensor]:
        """The predicted maps by the teachers' names."""
        return {name: head(map_) for name, head in self.items()}


class Neighbours:
    """Who is near whom: the student's cosines to the pictures of this step and of earlier ones, against the teachers'.

    As distributions (SEED, Fang et al. 2021; CompRess, Koohpayegani et al. 2020), and within the step as they are.
    """

    def __init__(self) -> None:
        self.mean = torch.zeros(networks.FEATURES)
        self.own = torch.zeros(0, networks.FEATURES)
        self.taught = torch.zeros(0, sum(TEACHERS.values()))

    def losses(self, features: Tensor, joint: Tensor) -> dict[str, Tensor]:
        """Both losses; `joint` are the teachers' vectors."""
        self._follow(features.detach())
        vectors = centred(features, self.mean)
        own, taught = torch.cat([vectors, self.own]), torch.cat([joint, self.taught])
        self.own, self.taught = own[:QUEUE].detach(), taught[:QUEUE]
        itself = torch.eye(len(vectors), len(own), dtype=torch.bool)
        wanted, made = (
            functional.log_softmax((a @ b.T / TEMPERATURE).masked_fill(itself, -1e4), 1)
            for a, b in ((joint, taught), (vectors, own))
        )
        return {
            "neighbours": functional.kl_div(made, wanted, reduction="batchmean", log_target=True),
            "cosines": COSINES * functional.mse_loss(vectors @ vectors.T, joint @ joint.T),
        }

    def _follow(self, features: Tensor) -> None:
        mean = functional.normalize(features, dim=1).mean(0)
        self.mean = torch.lerp(self.mean, mean, FOLLOW) if self.mean.any() else mean


def map_losses(made: dict[str, Tensor], lesson: Lesson, means: dict[str, Tensor]) -> dict[str, Tensor]:
    """For each teacher: the squared error of the map over its variance, and 1 - cosine of the centred mean vectors."""
    losses = {}
    for name, wanted in lesson.maps.items():
        map_ = wanted.float()
        losses[f"map {name}"] = functional.mse_loss(made[name], map_) / map_.var()
        vectors = centred(mean_of(made[name]), means[name])
        losses[f"mean {name}"] = (1 - (vectors * lesson.vectors[name]).sum(1)).mean()
    return losses

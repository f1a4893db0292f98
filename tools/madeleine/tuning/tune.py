"""Teaches a network's last block to tell classes apart, by additive angular margins, without forgetting the rest.

ArcFace: Deng et al. 2019, https://arxiv.org/abs/1801.07698. What it would forget is kept by pictures of nothing: their
features, and the angles between these and all others, have to stay as the network gave them at the beginning. Without
them all distances between other things shrank by 3 to 6 %, and the camera's limit let in more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from madeleine.evaluation.sets import Indices

from .block import Block

# Chosen on rps_janken of the development photographs, with fork_scissors, grocery and trashnet as what must not suffer.
MARGIN, SCALE = 0.3, 16.0  # radians; what cosines are multiplied by
KEEP, ANGLES = 8.0, 10.0  # the weight of what is to be kept, and of the angles in it
OWN = 0.5  # how much of that holds for the pictures of the classes
STRANGERS = 64  # in a step
RATE, CENTRES_RATE = 3e-4, 3e-3  # AdamW's
BATCH, EPOCHS, PATIENCE = 32, 12, 2
GAIN = 0.005  # of the share named right: less is not worth another epoch
SHOTS, DRAWS = 5, 60  # examples a class, and how often they are drawn, in a check
EDGE = 1e-6  # from where the arc cosine has no slope
Maps = NDArray[np.float16]


@dataclass(frozen=True)
class Material:
    """Maps, (n, channels, height, width), and the class of each; `checked_*`: of pictures that nobody learns from.

    `strangers`: maps of pictures of nothing.
    """

    maps: Maps
    classes: Indices
    checked_maps: Maps
    checked_classes: Indices
    strangers: Maps


@dataclass
class Course:
    """What became of it: the share of checked pictures named right before and after each epoch, the one that counts."""

    right: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    best: int = 0


def tune(block: Block, material: Material, epoch_done: Callable[[int], None], seed: int = 1) -> Course:
    """Trains the block until the checked pictures are named no better, and leaves it as it was at its best."""
    torch.manual_seed(seed)
    lessons = _Lessons(block, material)
    course = Course([lessons.check()])
    best = block.state()
    for epoch in range(1, EPOCHS + 1):
        course.losses.append(lessons.epoch())
        course.right.append(lessons.check())
        if course.right[-1] >= course.right[course.best] + GAIN:
            course.best, best = epoch, block.state()
        epoch_done(1)
        if epoch - course.best >= PATIENCE:
            break
    block.restore(best)
    return course


class _Lessons:
    """A block with a centre for each class, and what it was like at the beginning."""

    def __init__(self, block: Block, material: Material) -> None:
        self._block, self._material = block, material
        self._maps, self._classes = torch.from_numpy(material.maps), torch.from_numpy(material.classes)
        self._strangers = torch.from_numpy(material.strangers)
        self._before, self._strangers_before = self._unit(self._maps), self._unit(self._strangers)
        count = int(material.classes.max()) + 1
        means = [self._before[self._classes == number].mean(0) for number in range(count)]
        self._centres = torch.stack(means).requires_grad_()
        groups = [{"params": block.parameters, "lr": RATE}, {"params": [self._centres], "lr": CENTRES_RATE}]
        self._optimiser = torch.optim.AdamW(groups, weight_decay=1e-4)

    def _unit(self, maps: Tensor) -> Tensor:
        """Unit vectors of maps, from which nothing is learned."""
        with torch.no_grad():
            return torch.cat([functional.normalize(self._block(part.float()), dim=1) for part in maps.split(BATCH)])

    def epoch(self) -> float:
        """All pictures once; the mean loss."""
        losses = [self._step(part) for part in torch.randperm(len(self._maps)).split(BATCH)]
        return sum(losses) / len(losses)

    def _step(self, part: Tensor) -> float:
        chosen = torch.randint(len(self._strangers), (STRANGERS,))
        maps = torch.cat([self._maps[part], self._strangers[chosen]]).float()
        before = torch.cat([self._before[part], self._strangers_before[chosen]])
        vectors = functional.normalize(self._block(maps), dim=1)
        loss = self._margin_loss(vectors[: len(part)], self._classes[part]) + KEEP * _change(vectors, before, len(part))
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
        self._optimiser.step()
        return float(loss.detach())

    def _margin_loss(self, vectors: Tensor, classes: Tensor) -> Tensor:
        cosines = vectors @ functional.normalize(self._centres, dim=1).T
        angles = torch.acos(cosines.clamp(EDGE - 1, 1 - EDGE))
        wanted = functional.one_hot(classes, len(self._centres))
        return functional.cross_entropy(SCALE * torch.cos(angles + MARGIN * wanted), classes)

    def check(self) -> float:
        """The share of checked pictures that the nearest of a few learned ones names right, over many draws."""
        learned = self._unit(self._maps).numpy()
        checked = self._unit(torch.from_numpy(self._material.checked_maps)).numpy()
        classes, random = self._material.classes, np.random.default_rng(1)
        places = [np.flatnonzero(classes == number) for number in np.unique(classes)]
        shares = []
        for _ in range(DRAWS):
            taught = np.concatenate([random.choice(own, min(SHOTS, len(own)), replace=False) for own in places])
            answers = classes[taught][(checked @ learned[taught].T).argmax(1)]
            shares.append(np.mean(answers == self._material.checked_classes))
        return float(np.mean(shares))


def _change(vectors: Tensor, before: Tensor, own: int) -> Tensor:
    """How far unit vectors have moved, and the angles between them; the first `own` are of the classes."""
    moved = 1 - (vectors * before).sum(1)
    turned = (vectors @ vectors.T - before @ before.T) ** 2
    strangers = moved[own:].mean() + ANGLES * turned[own:].mean()
    return strangers + OWN * (moved[:own].mean() + ANGLES * turned[:own, :own].mean())

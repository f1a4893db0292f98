"""A run on disk: the checkpoint, from which it goes on exactly, and the small student that travels with the project."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training import networks
from training.learner import Learner, Pupil

CHECKPOINT, STUDENT, LOG = "checkpoint.pt", "student.npz", "log.jsonl"


def save(learner: Learner, folder: Path) -> None:
    """The checkpoint: complete, and on the disk, before it gets its name."""
    part = folder / "checkpoint.part"
    with part.open("wb") as file:
        torch.save(learner.state(), file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / CHECKPOINT)


def load(folder: Path) -> dict[str, Any] | None:
    """The state of the checkpoint in the folder, if there is one."""
    path = folder / CHECKPOINT
    state: dict[str, Any] | None = torch.load(path, weights_only=True) if path.exists() else None
    return state


def keep(learner: Learner, path: Path) -> None:
    """The averaged student with its heads and the number of pictures it has seen, kernels in float16.

    `madeleine model build` reads this file as it is.
    """
    arrays = networks.arrays_of(learner.average.student)
    arrays |= {f"heads.{name}": value.numpy() for name, value in learner.average.heads.state_dict().items()}
    small = {name: array.astype(np.float16) if array.ndim == 4 else array for name, array in arrays.items()}
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, seen=np.int64(learner.progress.seen), **small)
    part.replace(path)


def kept(path: Path) -> tuple[Pupil, int]:
    """The pupil that `keep` wrote and what it had seen; a student alone gets new heads and has seen 0."""
    pupil = Pupil(networks.load(path))
    with np.load(path) as arrays:
        heads = {
            name.removeprefix("heads."): torch.from_numpy(arrays[name].astype(np.float32))
            for name in arrays.files
            if name.startswith("heads.")
        }
        seen = int(arrays["seen"]) if "seen" in arrays else 0
    if heads:
        pupil.heads.load_state_dict(heads)
    return pupil, seen

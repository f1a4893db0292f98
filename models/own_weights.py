"""Are a student's weights its own, or the teacher's? Says how alike the kernels of the two networks are.

    python models/own_weights.py STUDENT.npz TEACHER.npz

For every layer: the mean correlation of the student's kernels with the teacher's at the same place, with the most alike
one at any place, and what the latter is for random numbers. Depthwise kernels are nine numbers: some are alike anyway.
"""

import sys
from pathlib import Path

import torch
from torch import Tensor
from training import networks


def main() -> None:
    """Reads the command line and prints the table."""
    student, teacher = (networks.load(Path(name)) for name in sys.argv[1:3])
    torch.manual_seed(0)
    layers = zip(student.layers(), teacher.layers(), networks.Network().layers(), strict=True)
    print("layer  kernels             same place  any place  any place, random")
    for index, three in enumerate(layers):
        own, other, random = (_unit(layer.convolution.weight.detach()) for layer in three)
        place, best, chance = (own * other).sum(1).mean(), _best(own, other), _best(random, other)
        shape = "x".join(map(str, three[0].convolution.weight.shape))
        print(f"{index:5}  {shape:18}  {place:10.2f}  {best:9.2f}  {chance:9.2f}")


def _unit(kernels: Tensor) -> Tensor:
    """Kernels as rows of mean 0 and length 1."""
    rows = kernels.flatten(1)
    rows = rows - rows.mean(1, keepdim=True)
    return rows / rows.norm(dim=1, keepdim=True).clamp_min(1e-9)


def _best(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T).amax(1).mean()


if __name__ == "__main__":
    main()

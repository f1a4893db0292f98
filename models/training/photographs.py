"""The photographs a network learns from: read once, then cut, turned, coloured and mixed anew for every step."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from rich.progress import track
from torch import Tensor
from torch.nn import functional

CANVAS_PX = 256  # a photograph lies in the middle of a square of this side; what is left over mirrors it
SIDE_PX = 192


def read(folders: Iterable[Path], cache: Path) -> Tensor:
    """All photographs below the folders, uint8 (n, 3, CANVAS_PX, CANVAS_PX), in the order of their names.

    They are decoded once: `cache` is a folder for the result (200 kB a photograph), which is mapped from there.
    """
    paths = [path for folder in folders for path in sorted(folder.rglob("*.jpg"))]
    digest = hashlib.sha256("\n".join(map(str, paths)).encode()).hexdigest()
    file = cache / f"photographs-{digest[:8]}.npy"
    if not file.exists():
        part = file.with_suffix(".part.npy")
        _decode(paths, part)
        part.replace(file)
    return torch.from_numpy(np.load(file, mmap_mode="c"))


def _decode(paths: Sequence[Path], file: Path) -> None:
    shape = (len(paths), 3, CANVAS_PX, CANVAS_PX)
    photographs = np.lib.format.open_memmap(file, "w+", np.uint8, shape)
    for index, path in enumerate(track(paths, "reading photographs")):
        photographs[index] = _canvas(Image.open(path).convert("RGB"))
    photographs.flush()


def _canvas(photograph: Image.Image) -> np.ndarray:
    scale = SIDE_PX / min(photograph.size)
    size = [min(CANVAS_PX, round(side * scale)) for side in photograph.size]
    pixels = np.asarray(photograph.resize((size[0], size[1]), Image.Resampling.BILINEAR))
    margins = [(CANVAS_PX - side, (CANVAS_PX - side) // 2) for side in pixels.shape[:2]]
    pad = [(before, whole - before) for whole, before in margins]
    return np.pad(pixels, [*pad, (0, 0)], mode="symmetric").transpose(2, 0, 1)


def batch(photographs: Tensor, count: int, side_px: int, generator: torch.Generator) -> Tensor:
    """Pictures as the network sees them, (count, 3, side_px, side_px) of pixels / 127.5 - 1."""
    chosen = torch.randint(len(photographs), (count,), generator=generator)
    pictures = _cut(photographs[chosen].float() / 255, side_px, generator)
    pictures = _mixed(_coloured(_sharpened(pictures, generator), generator), generator)
    drawn = max(1, count // 16)
    pictures[:drawn] = _drawn(drawn, side_px, generator)
    noise = torch.randn(pictures.shape, generator=generator) * 0.03 * _uniform(generator, count, 0, 1)
    pixels = torch.round((pictures + noise).clamp(0, 1) * 255)
    return (pixels / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def _uniform(generator: torch.Generator, count: int, low: float, high: float) -> Tensor:
    """(count, 1, 1, 1) numbers."""
    return torch.rand(count, 1, 1, 1, generator=generator) * (high - low) + low


def _cut(canvases: Tensor, side_px: int, generator: torch.Generator) -> Tensor:
    """A square of half the canvas or more, anywhere, turned up to 20 degrees, every other one mirrored."""
    count = len(canvases)
    half = _uniform(generator, count, 0.5, 0.9)[:, 0, 0, 0]
    stretch = torch.exp(_uniform(generator, count, -0.2, 0.2)[:, 0, 0, 0])
    angle = _uniform(generator, count, -math.pi / 9, math.pi / 9)[:, 0, 0, 0]
    mirror = torch.randint(2, (count,), generator=generator) * 2.0 - 1
    shift = (torch.rand(count, 2, generator=generator) * 2 - 1) * (1 - half)[:, None]
    cos, sin = torch.cos(angle) * half, torch.sin(angle) * half
    rows = [
        torch.stack([mirror * cos * stretch, -sin, shift[:, 0]], 1),
        torch.stack([mirror * sin, cos, shift[:, 1]], 1),
    ]
    grid = functional.affine_grid(torch.stack(rows, 1), [count, 3, side_px, side_px], align_corners=False)
    return functional.grid_sample(canvases, grid, padding_mode="reflection", align_corners=False)


def _sharpened(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Half of them with stronger edges: the photographs are small, and cutting blurs them."""
    amount = _uniform(generator, len(pictures), -1.5, 1.5).clamp_min(0)
    blurred = functional.avg_pool2d(functional.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return (pictures + amount * (pictures - blurred)).clamp(0, 1)


def _coloured(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Other light, contrast and colour."""
    count = len(pictures)
    tint = torch.rand(count, 3, 1, 1, generator=generator) * 0.3 + 0.85
    grey = pictures.mean(1, keepdim=True)
    saturation = _uniform(generator, count, 0.3, 1.5)
    pictures = grey + (pictures - grey) * saturation
    contrast, level = _uniform(generator, count, 0.6, 1.4), _uniform(generator, count, -0.15, 0.15)
    return ((pictures * tint - 0.5) * contrast + 0.5 + level).clamp(0, 1)


def _mixed(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """A third of them with the picture before them shining through, a sixth with a part cut out of it.

    The teachers look at the mixture, too: they say what they see in any picture, not what a photograph shows
    (function matching: Beyer et al. 2022).
    """
    count, side = len(pictures), pictures.shape[-1]
    share = _uniform(generator, count, 0.5, 1)
    line = torch.arange(side).float() / side
    centre, width = _uniform(generator, count, 0, 1), _uniform(generator, count, 0.1, 0.4)
    row, column = line[None, None, :, None], line[None, None, None, :]
    hole = ((row - centre).abs() < width) & ((column - (1 - centre)).abs() < width)
    kind = torch.randint(6, (count, 1, 1, 1), generator=generator)
    keep = torch.where(kind < 2, share, torch.where((kind == 2) & hole, torch.zeros(()), torch.ones(())))
    return pictures * keep + pictures.roll(1, 0) * (1 - keep)


def _drawn(count: int, side_px: int, generator: torch.Generator) -> Tensor:
    """Pictures of nothing: coloured patches of all sizes over one another."""
    pictures = torch.zeros(count, 3, side_px, side_px)
    for cells in (2, 5, 11, 23, 47):
        patches = torch.rand(count, 3, cells, cells, generator=generator)
        mode = "nearest" if cells % 4 == 3 else "bicubic"
        weight = torch.rand(count, 1, 1, 1, generator=generator)
        pictures = pictures * (1 - weight) + functional.interpolate(patches, (side_px, side_px), mode=mode) * weight
    return pictures

"""A printed card photographed as the camera does it: perspective, uneven light, blur, noise, RGB565, 224x224."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

SIDE_PX = 224
FOCAL_PX = 307  # of the M5StickV's lens, as madeleine.cards.size has it
RGB565 = np.array([0xF8, 0xFC, 0xF8], np.uint8)


@dataclass(frozen=True)
class Conditions:
    """How badly a card is held and lit."""

    tilt_degrees: float  # out of the plane, at most
    turn_degrees: float  # in the plane, at most
    blur_px: float  # radius, at most
    noise: float  # standard deviation of a pixel, of 255, at most
    shade: float  # how much darker one side is, at most


EASY = Conditions(tilt_degrees=8, turn_degrees=10, blur_px=0.6, noise=5, shade=0.2)
HARD = Conditions(tilt_degrees=25, turn_degrees=45, blur_px=1.0, noise=12, shade=0.45)


def photograph(
    card: NDArray[np.uint8], card_mm: float, distance_mm: float, how: Conditions, chance: np.random.Generator
) -> NDArray[np.uint8]:
    """A grey picture of a square card, `card_mm` wide, seen from `distance_mm`: uint8 (224, 224, 3)."""
    height, width = card.shape
    corners = _corners(card_mm, distance_mm, how, chance)
    desk = Image.new("L", (SIDE_PX * 2, SIDE_PX * 2), int(chance.integers(60, 200)))
    ends = [(0, 0), (width, 0), (width, height), (0, height)]
    coefficients = _homography(2 * corners, ends)  # from where a pixel is to where it comes from
    paper = Image.fromarray(card).transform(
        desk.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC
    )
    mask = Image.new("L", (width, height), 255).transform(desk.size, Image.Transform.PERSPECTIVE, coefficients)
    desk.paste(paper, mask=mask)
    picture = desk.resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX)
    picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, how.blur_px)))
    return _sensor(np.asarray(picture, np.float64), how, chance)


def _corners(card_mm: float, distance_mm: float, how: Conditions, chance: np.random.Generator) -> NDArray[np.float64]:
    """Where the four corners of the card come to lie, in pixels."""
    pitch, yaw = np.radians(chance.uniform(-how.tilt_degrees, how.tilt_degrees, 2))
    roll = np.radians(chance.uniform(-how.turn_degrees, how.turn_degrees))
    half = card_mm / 2
    flat = np.array([[-half, -half, 0], [half, -half, 0], [half, half, 0], [-half, half, 0]])
    held = flat @ _turn(roll, 0, 1).T @ _turn(yaw, 0, 2).T @ _turn(pitch, 1, 2).T
    depth = held[:, 2:] + distance_mm
    shift = chance.uniform(-6, 6, 2)
    return held[:, :2] * FOCAL_PX / depth + SIDE_PX / 2 + shift


def _turn(angle: float, first: int, second: int) -> NDArray[np.float64]:
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = np.cos(angle)
    matrix[first, second], matrix[second, first] = -np.sin(angle), np.sin(angle)
    return matrix


def _homography(seen: NDArray[np.float64], flat: list[tuple[int, int]]) -> list[float]:
    """The eight numbers of Pillow's PERSPECTIVE that bring `seen` points to `flat` ones."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return list(np.linalg.solve(np.array(rows), np.array(values)))


def _sensor(light: NDArray[np.float64], how: Conditions, chance: np.random.Generator) -> NDArray[np.uint8]:
    """Uneven light, limited contrast, noise, and five or six bits a colour."""
    direction = chance.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1 : 1 : SIDE_PX * 1j, -1 : 1 : SIDE_PX * 1j]
    slope = 1 - chance.uniform(0, how.shade) * (1 + x * np.cos(direction) + y * np.sin(direction)) / 2
    exposed = (25 + light * chance.uniform(0.65, 0.85)) * slope
    colours = exposed[..., None] + chance.normal(0, chance.uniform(2, how.noise), (SIDE_PX, SIDE_PX, 3))
    return np.clip(colours, 0, 255).astype(np.uint8) & RGB565

"""Frames with the skeletons of their people, as a picture or, of several, an animation."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from madeleine.errors import UsageError
from madeleine.pictures import Frame

from .frames import Shot
from .people import Person
from .skeleton import BONES

FORMATS = {".png": "PNG", ".gif": "GIF", ".webp": "WEBP"}
SIDE_PX, FILM_SIDE_PX = 1280, 480  # the longer side, of one picture and of each of several
FILM_LIMIT = 600  # frames; Pillow has all of an animation in memory, half a megabyte each
FRAME_MS = 100
SURE = 0.3  # a point with less score is not drawn
COLOURS = ("#00e5ff", "#ffb300", "#ff4081", "#76ff03", "#b388ff")


def check(path: Path | None, count: int) -> None:
    """UsageError for a name that does not say which kind of picture it is to be, or for too many frames."""
    if path is None:
        return
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"--draw {path}: the name has to end in {', '.join(FORMATS)}")
    if count > FILM_LIMIT:
        raise UsageError(f"--draw {path}: {count} frames are more than {FILM_LIMIT}; leave it out, or give fewer")


def drawn(frames: Iterator[tuple[Shot, Sequence[Person]]], count: int, path: Path) -> bytes:
    """The file of all frames, one after another; those of an animation are as large as the first."""
    side = SIDE_PX if count == 1 else FILM_SIDE_PX
    pictures = (_skeletons(shot.frame, people, side) for shot, people in frames)
    first = next(pictures)
    file = io.BytesIO()
    others = [_sized(picture, first.size) for picture in pictures]
    options = {"save_all": True, "append_images": others, "duration": FRAME_MS, "loop": 0} if count > 1 else {}
    first.save(file, FORMATS[path.suffix.lower()], **options)
    return file.getvalue()


def _skeletons(frame: Frame, people: Sequence[Person], side: int) -> Image.Image:
    scale = min(1.0, side / max(frame.width_px, frame.height_px))
    size = max(1, round(frame.width_px * scale)), max(1, round(frame.height_px * scale))
    picture = frame.colours.resize(size, Image.Resampling.BILINEAR)
    pen, width = ImageDraw.Draw(picture), max(2, max(size) // 250)
    for number, person in enumerate(people):
        colour = COLOURS[number % len(COLOURS)]
        places = [(float(x * scale), float(y * scale)) for x, y in person.points]
        seen = {place for place, score in enumerate(person.scores) if score >= SURE}
        for ends in BONES:
            if seen.issuperset(ends):
                pen.line([places[end] for end in ends], colour, width)
        for place in seen:
            pen.circle(places[place], 1.5 * width, colour, "black")
    return picture


def _sized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    around = Image.new("RGB", size)
    picture.thumbnail(size)
    around.paste(picture, ((size[0] - picture.width) // 2, (size[1] - picture.height) // 2))
    return around

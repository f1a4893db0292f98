"""Where the frames come from: a picture, an animation, a folder of either."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from madeleine.errors import ToolError
from madeleine.pictures import Frame, frame_count, frames, is_photograph

LEAST_PX = 1024  # a JPEG is reduced to no less while it is read
VIDEOS = frozenset(".3gp .avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .ts .webm .wmv".split())


@dataclass(frozen=True)
class Shot:
    """A frame, the file that it is from, and its place there."""

    file: Path
    place: int
    frame: Frame


def files_in(path: Path) -> list[Path]:
    """The file itself, or the pictures of a folder by name; ToolError when there is nothing to read."""
    if path.is_dir():
        found = sorted(filter(is_photograph, path.iterdir()))
        if not found:
            raise ToolError(f"{path} has no pictures; give a folder of frames, a picture or an animation")
        return found
    if path.suffix.lower() in VIDEOS:
        raise ToolError(
            f"{path} is a video, which this toolbox cannot read; make a folder of frames of it: "
            f"ffmpeg -i {path.name} frames/%06d.jpg"
        )
    return [path]


def counted(files: Sequence[Path], leave_out: Callable[[str], object]) -> dict[Path, int]:
    """How many frames each file has; `leave_out` gets the sentence about each that cannot be read."""
    found = {}
    for file in files:
        try:
            found[file] = frame_count(file)
        except ToolError as error:
            leave_out(str(error))
    return found


def shots(files: Sequence[Path], leave_out: Callable[[str], object]) -> Iterator[Shot]:
    """All frames in order; what cannot be read ends its file, and `leave_out` gets the sentence about it."""
    for file in files:
        try:
            for place, frame in enumerate(frames(file, LEAST_PX)):
                yield Shot(file, place, frame)
        except ToolError as error:
            leave_out(str(error))

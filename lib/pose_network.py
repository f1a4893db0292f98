"""The pose network on the KPU: whether flash has one, and the points in a picture. Names MaixPy's KPU, as vision.py."""

import KPU as kpu
from micropython import const

import model_errors
import pose
from constants import POSE_ADDRESS
from vision import PartError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from typing import Any

    import image

    from pose import Point

NO_MODEL = 'No pose model: madeleine setup --with pose'
_NOTES_OUTPUT = const(2)


def is_there() -> bool:
    """Is there a model, as far as kpu.load finds out next to the feature model?

    From v0.5.0 on it has no memory for both, and says so after a look at the head of the file. v0.4.0 gives no reason,
    but has memory for both (docs/MEASURED.md, "Bodies").
    """
    try:
        kpu.load(POSE_ADDRESS)
    except (ValueError, OSError, MemoryError) as error:
        return model_errors.is_memory(str(error))
    return True


class PoseNetwork:
    """Keep one, for ever: dropping it frees the model."""

    def load(self, picture: 'image.Image') -> None:
        """Load it, and look at it with any picture. PartError when it is not there, or is another one."""
        try:
            self._task = kpu.load(POSE_ADDRESS)  # type: Any
            output = kpu.forward(self._task, picture, _NOTES_OUTPUT)
            notes = bytes(memoryview(output)[: len(pose.NOTES)])
            kpu.fmap_free(output)
            # Every run leaves its maps where they were (docs/MEASURED.md); these builds count one byte too many.
            self._heat = self._place(picture, 0)[: pose.HEAT_BYTES]
            self._offsets = self._place(picture, 1)[: pose.OFFSET_BYTES]
        except (ValueError, OSError, MemoryError):  # no such output, or other pictures
            raise PartError(NO_MODEL)
        if notes != pose.NOTES:
            raise PartError(NO_MODEL)

    def points(self, picture: 'image.Image') -> 'list[Point]':
        """Where the points of the body are."""
        output = kpu.forward(self._task, picture)
        found = pose.points(self._heat, self._offsets)
        kpu.fmap_free(output)
        return found

    def _place(self, picture: 'image.Image', index: int) -> memoryview:
        """Where an output lies."""
        output = kpu.forward(self._task, picture, index)
        view = memoryview(output)
        kpu.fmap_free(output)
        return view

"""The HuskyLens of a camera that looks for bodies: each point that is seen is a block. Ids begin with 1, the nose."""

from micropython import const

from constants import SIDE_PX
from husky import ALGORITHM, BUSY, NEED_PRO, OK, Husky
from pose import POINTS, SURE

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from pose import Point
    from pose_app import PoseApp

_BLOCK_PX = const(16)  # a cell of the network's map
_RECOGNITION = const(2)  # of objects: a HuskyLens's algorithm that shows several blocks


class PoseHusky(Husky):
    """Nothing can be taught to it."""

    def __init__(self, app: 'PoseApp') -> None:
        Husky.__init__(self, app)
        self._app = app  # type: PoseApp

    def blocks(self, id: 'int | None') -> 'list[tuple[int, int, int, int, int]]':
        """Of points that are no guess, those within the picture."""
        return [
            (point[0], point[1], _BLOCK_PX, _BLOCK_PX, number + 1)
            for number, point in enumerate(self._app.session.points)
            if point[2] >= SURE and _inside(point) and id in (None, number + 1)
        ]

    def learned(self) -> int:
        return POINTS

    def obey(self, command: int, data: bytes) -> None:
        if command == ALGORITHM:
            self.say(OK if data == bytes((_RECOGNITION, 0)) else NEED_PRO)
        else:
            self.say(BUSY)


def _inside(point: 'Point') -> bool:
    return 0 <= point[0] < SIDE_PX and 0 <= point[1] < SIDE_PX

"""Draws a skeleton onto the middle of the camera's picture, and a line of text under it."""

from micropython import const

import typeface
from battery import OK
from constants import SIDE_PX, battery_percent
from letters import LINES_PX, SMALL
from pose import BONES, SURE
from screen import BATTERY_PX, BLACK, BLUE, GREEN, WHITE, draw_battery

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Sequence

    from image import Image

    from files import Files
    from letters import Color
    from pose import Point
    from pose_session import PoseStatus

_BONE_PX, _POINT_PX = const(3), const(3)
_EDGE_PX = const(4)


class PoseScreen:
    """For a panel that shows so many rows from the middle of the picture."""

    def __init__(self, image: 'type[Image]', files: 'Files', height: int) -> None:
        self._face = typeface.choose(image, files, 0, 0)  # on the heap, where there is room
        self._height = height

    def draw(self, picture: 'Image', points: 'Sequence[Point]', text: str, status: 'PoseStatus | None') -> None:
        """`picture`: the rows that are shown; `status`: the battery goes beside a text that says what buttons do."""
        self._skeleton(picture, points)
        y = self._height - LINES_PX[SMALL] - _EDGE_PX
        picture.draw_rectangle(0, y - 2, SIDE_PX, LINES_PX[SMALL] + 6, color=BLACK, fill=True)
        self._face.draw(picture, _EDGE_PX, y, (text, SMALL, BLUE if status else WHITE, BLACK))
        if not status or not status.battery_mv:
            return

        def box(x: int, y: int, width: int, height: int, color: 'Color', fill: bool) -> None:
            picture.draw_rectangle(x, y, width, height, color=color, fill=fill)

        x, low = SIDE_PX - BATTERY_PX[0] - _EDGE_PX, status.level != OK
        draw_battery(box, x, y + 2, battery_percent(status.battery_mv), low, bool(status.usb))

    def _skeleton(self, picture: 'Image', points: 'Sequence[Point]') -> None:
        top = (SIDE_PX - self._height) // 2
        for near, far in BONES if points else ():
            a, b = points[near], points[far]
            if a[2] >= SURE and b[2] >= SURE:
                picture.draw_line(a[0], a[1] - top, b[0], b[1] - top, color=GREEN, thickness=_BONE_PX)
        for x, y, score in points:
            if score >= SURE:
                picture.draw_circle(x, y - top, _POINT_PX, color=WHITE, fill=True)

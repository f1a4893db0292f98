"""When to look for a QR card: often while the view changes, seldom while it does not. Knows no camera and no clock.

A search costs more than all else in a turn. A card that comes into view makes another view of it: 2 - 2 cos of the two
feature vectors is 0.31 to 0.51 when the card takes two fifths of the picture, and 0.055 and more when it is too small
to be read. Noise and a hand that holds the camera make at most 0.02 (docs/BOARD.md, Cards).
"""

from micropython import const

import features
from engines import RIGHT_ANGLE

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from engines import Engine, Query

EVERY_MS = 350  # a card should be read within about half a second, a tenth of which decoding takes
STILL_MS = 1000  # so long after the last change of the view, and then as seldom as this
_CHANGED = RIGHT_ANGLE // 40  # as a gap: 2 - 2 cos = 0.05


class Lookout:
    """Remembers the view in which a card was last looked for."""

    def __init__(self, engine: 'Engine') -> None:
        self._engine = engine
        self._view = bytearray(features.LENGTH)
        self._norm = 0  # of the view
        self._looked_ms = self._changed_ms = 0

    def due(self, query: 'Query', now_ms: int) -> bool:
        """Is it time to look in this view? If so, it is remembered."""
        since_ms = now_ms - self._looked_ms
        if since_ms < EVERY_MS:
            return False
        if self._engine.gap(query, self._view, self._norm) > _CHANGED:
            self._changed_ms = now_ms
        if now_ms - self._changed_ms >= STILL_MS > since_ms:
            return False
        self._looked_ms = now_ms
        self._view[:] = query.vector
        self._norm = query.norm
        return True

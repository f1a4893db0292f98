"""The menu: a list and a cursor. B moves on, A chooses; what destroys stands at the end."""

from micropython import const

import settings

_TYPING = const(0)
if _TYPING:
    from class_list import ClassList

IGNORE = 'ignore'
WHY = 'why'
CLASSES = 'classes'
ZERO, FULL = 'set 0', 'set 100'
ABOUT = 'about'
CLOSE = 'close'
SET = 'set'
FORGET = 'forget class'
FORGET_IGNORED = 'forget ignored'
FORGET_GAUGE = 'forget gauge'
FORGET_ALL = 'forget all'

#        item             what the screen says ('%s': the value of the setting of that name, or the class)
ITEMS = (
    (IGNORE, 'ignore this view'),
    (WHY, 'why?'),
    (CLASSES, 'classes'),
    (ZERO, 'set 0'),
    (FULL, 'set 100'),
    ('limit', 'limit %s'),
    ('sound', 'sound %s'),
    ('brightness', 'brightness %s'),
    ('grove', 'grove %s'),
    ('rule', 'rule %s'),
    ('language', 'language %s'),
    ('turn', 'turn %s'),
    (ABOUT, 'about'),
    (CLOSE, 'close'),
    (FORGET, 'forget %s'),
    (FORGET_IGNORED, 'forget ignored views'),
    (FORGET_GAUGE, 'forget gauge'),
    (FORGET_ALL, 'forget all'),
)  # type: tuple[tuple[str, str], ...]
WITH_SETS = ITEMS[:12] + ((SET, 'in set %s'),) + ITEMS[12:]  # of a camera with more than one
IDLE_MS = 20000  # a menu that nobody uses closes by itself


class Menu:
    """Open or closed, with a cursor; the session does what an item asks for."""

    def __init__(self) -> None:
        self.opened = False
        self.cursor = 0
        self.items = ITEMS
        self.classes = None  # type: ClassList | None  # while that is open in its place
        self._used_ms = 0

    def open(self, now_ms: int, sets: bool = False, classes: 'ClassList | None' = None) -> None:
        self.items = WITH_SETS if sets else ITEMS
        self.opened, self.cursor, self.classes, self._used_ms = True, 0, classes, now_ms

    def close(self) -> None:
        self.opened, self.classes = False, None

    def next(self, now_ms: int) -> None:
        self.cursor = (self.cursor + 1) % len(self.classes.labels if self.classes else self.items)
        self._used_ms = now_ms

    def choose(self, now_ms: int) -> str:
        """The item under the cursor, or the class."""
        self._used_ms = now_ms
        return self.classes.labels[self.cursor] if self.classes else self.items[self.cursor][0]

    def hint(self) -> str:
        """What the buttons do."""
        if self.classes:
            return 'A: select   B: next'
        item = self.items[self.cursor][0]
        return 'A: change   B: next' if item == SET or settings.known(item) else 'A: choose   B: next'

    def idle(self, now_ms: int) -> bool:
        return self.opened and now_ms - self._used_ms > IDLE_MS

"""The menu: a list and a cursor. B moves on, A chooses; what destroys stands at the end."""

IGNORE = 'ignore'
WHY = 'why'
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
    (ZERO, 'set 0'),
    (FULL, 'set 100'),
    ('limit', 'limit %s'),
    ('sound', 'sound %s'),
    ('brightness', 'brightness %s'),
    ('grove', 'grove %s'),
    ('rule', 'rule %s'),
    (ABOUT, 'about'),
    (CLOSE, 'close'),
    (FORGET, 'forget %s'),
    (FORGET_IGNORED, 'forget ignored views'),
    (FORGET_GAUGE, 'forget gauge'),
    (FORGET_ALL, 'forget all'),
)  # type: tuple[tuple[str, str], ...]
WITH_SETS = ITEMS[:9] + ((SET, 'in set %s'),) + ITEMS[9:]  # of a camera with more than one
IDLE_MS = 20000  # a menu that nobody uses closes by itself


class Menu:
    """Open or closed, with a cursor; the session does what an item asks for."""

    def __init__(self) -> None:
        self.opened = False
        self.cursor = 0
        self.items = ITEMS
        self._used_ms = 0

    def open(self, now_ms: int, sets: bool = False) -> None:
        self.items = WITH_SETS if sets else ITEMS
        self.opened, self.cursor, self._used_ms = True, 0, now_ms

    def close(self) -> None:
        self.opened = False

    def next(self, now_ms: int) -> None:
        self.cursor = (self.cursor + 1) % len(self.items)
        self._used_ms = now_ms

    def choose(self, now_ms: int) -> str:
        """The item under the cursor."""
        self._used_ms = now_ms
        return self.items[self.cursor][0]

    def idle(self, now_ms: int) -> bool:
        return self.opened and now_ms - self._used_ms > IDLE_MS

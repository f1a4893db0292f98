"""The menu: a list, a cursor, and what the chosen line asks for. B moves on, A chooses."""

#        what it asks for      what the screen says ('%s': the value of the setting of that name)
ITEMS = (
    ('forget class', 'forget %s'),
    ('forget all', 'forget all'),
    ('ignore', 'ignore this view'),
    ('set 0', 'set 0'),
    ('set 100', 'set 100'),
    ('limit', 'limit %s'),
    ('sound', 'sound %s'),
    ('brightness', 'brightness %s'),
    ('about', 'about'),
    ('close', 'close'),
)
IDLE_MS = 20000  # a menu that nobody uses closes by itself
LIMITS = (50, 100, 150, 200, 250, 300, 400)


class Menu:
    """Open or closed, with a cursor; the session does what `chosen` names."""

    def __init__(self):
        self.opened = False
        self.cursor = 0
        self._used_ms = 0

    def open(self, now_ms):
        self.opened, self.cursor, self._used_ms = True, 0, now_ms

    def close(self):
        self.opened = False

    def next(self, now_ms):
        self.cursor = (self.cursor + 1) % len(ITEMS)
        self._used_ms = now_ms

    def choose(self, now_ms):
        """What the line under the cursor asks for."""
        self._used_ms = now_ms
        return ITEMS[self.cursor][0]

    def idle(self, now_ms):
        return self.opened and now_ms - self._used_ms > IDLE_MS


def next_limit(limit):
    """The next of LIMITS, the first after the last."""
    for value in LIMITS:
        if value > limit:
            return value
    return LIMITS[0]

"""The menu's list, cursor and clock."""

import pytest
from menu import IDLE_MS, ITEMS, Menu


def test_the_cursor_goes_round_and_a_new_opening_starts_at_the_top():
    menu = Menu()
    menu.open(0)
    seen = []
    for _ in range(len(ITEMS) + 1):
        seen.append(menu.choose(0))
        menu.next(0)
    assert seen == [item for item, _ in ITEMS] + [ITEMS[0][0]]
    menu.close()
    menu.open(0)
    assert menu.choose(0) == ITEMS[0][0]


@pytest.mark.parametrize("use", ["open", "next", "choose"])
def test_it_is_idle_only_when_nobody_uses_it(use):
    menu = Menu()
    assert not menu.idle(10 * IDLE_MS)
    menu.open(0)
    getattr(menu, use)(1000)
    assert not menu.idle(1000 + IDLE_MS)
    assert menu.idle(1001 + IDLE_MS)


def test_the_hint_says_what_the_buttons_do_here():
    menu = Menu()
    menu.open(0)
    hints = {}
    for item, _ in ITEMS:
        hints.setdefault(menu.hint(), []).append(item)
        menu.next(0)
    settings = ["limit", "sound", "brightness", "grove", "rule", "language", "turn"]
    assert hints.pop("A: change   B: next") == settings
    assert list(hints) == ["A: choose   B: next"]

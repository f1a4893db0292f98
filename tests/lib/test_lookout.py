"""When a QR card is looked for."""

import itertools

import features
import pytest
from engines import Plain
from lookout import EVERY_MS, STILL_MS, Lookout

TURN_MS = 80
THING, CARD = bytes([40]) * features.LENGTH, bytes([90, 10]) * (features.LENGTH // 2)
NOISE = bytes([40, 41]) * (features.LENGTH // 2)  # nearly the direction of the thing


class Life:
    """A camera that looks at one view after another."""

    def __init__(self) -> None:
        self.engine = Plain()
        self.lookout = Lookout(self.engine)
        self.now_ms = 10_000

    def watch(self, view: bytes, ms: int) -> list[int]:
        """Look at a view for so long: the times, from its beginning, at which a card was looked for."""
        began_ms, looked = self.now_ms, []
        while self.now_ms < began_ms + ms:
            if self.lookout.due(self.engine.query(view), self.now_ms):
                looked.append(self.now_ms - began_ms)
            self.now_ms += TURN_MS
        return looked


@pytest.fixture
def life() -> Life:
    return Life()


def test_the_first_view_is_looked_at(life: Life) -> None:
    assert life.watch(THING, 100) == [0]


def test_a_view_that_has_changed_is_looked_at_soon_and_for_a_while(life: Life) -> None:
    life.watch(THING, 5000)
    looked = life.watch(CARD, 1200)
    assert looked[0] < EVERY_MS + TURN_MS
    assert len(looked) >= 3, "the first one may be blurred"
    assert all(EVERY_MS <= b - a <= EVERY_MS + TURN_MS for a, b in itertools.pairwise(looked))


@pytest.mark.parametrize("view", [THING, NOISE])
def test_a_still_view_is_looked_at_seldom(life: Life, view: bytes) -> None:
    life.watch(THING, 2000)
    looked = life.watch(view, 10_000)
    assert 8 <= len(looked) <= 10
    assert all(STILL_MS <= b - a <= STILL_MS + TURN_MS for a, b in itertools.pairwise(looked))


def test_a_changing_view_is_looked_at_often(life: Life) -> None:
    looked = [at for _ in range(10) for at in (life.watch(THING, 480), life.watch(CARD, 480))]
    assert sum(map(len, looked)) >= 20


def test_slow_change_adds_up(life: Life) -> None:
    """A card that comes in slowly is compared with the view of the last look, not with that of the last turn."""
    life.watch(THING, 5000)
    looked = []
    for step in range(40):
        view = bytes([40 + 2 * step, 40 - step]) * (features.LENGTH // 2)
        looked += [step * TURN_MS + at for at in life.watch(view, TURN_MS)]
    apart_ms = [b - a for a, b in itertools.pairwise(looked)]
    assert min(apart_ms) <= EVERY_MS + TURN_MS, "a still view is looked at once a second"

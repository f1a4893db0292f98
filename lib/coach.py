"""Is this lesson good enough, and what would help? Imported for a lesson and dropped again: no frame pays for it.

`fault` looks at the picture, `advice` at the examples. docs/MEASURED.md says how often they are right.
"""

from micropython import const

from command_error import CommandError
from constants import SIDE_PX

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from distance import Scale
    from engines import Buffer
    from examples import Examples
    from messages import Message
    from session import Session

    Advice = tuple[str, str]

BLANK = 'blank'  # nothing is in view: a lens cap, a wall
DARK = 'dark'
BRIGHT = 'bright'
BLURRED = 'blurred'
SAME = 'same'  # as an example that its class has
CLOSE = 'close'  # to another class
SINGLE = 'single'  # example of its class

SENTENCES = {
    BLANK: 'Nothing is in view. Again to learn it all the same',
    DARK: 'Too dark: give it more light',
    BRIGHT: 'Too bright: give it less light',
    BLURRED: 'Blurred: hold it still, or farther away',
    SAME: 'The same view as before: turn it a little',
    CLOSE: 'Close to %s: two more of %s',
    SINGLE: 'Show it another side, too',
}
SAME_VIEW = 10  # of the distance people read: an unmoved view is nearer to itself in another frame
ENOUGH = 5  # views of a class
ASKED = 3  # examples of a class, whether another would win them
FAR = 1 << 40  # no two examples are so far apart
AGAIN_MS = 10000  # a blank view that is taught a second time within them is learned

_LINE_PX = const(32)  # from one line to the next, from half of it on: 7 rows and 7 columns
_STEP_PX = const(2)  # from one pixel of a line to the next
_SAMPLES = const(14 * 112)
_LEVELS = const(64)  # of green, the finest of RGB565's colours and most of what is light
_WHITE = const(62)
# Of the levels: on photographs these keep false alarms below 1 % (bench/coach.py).
_BLANK_SPREAD = const(8)  # between the darkest and the brightest hundredth
_DARK_LEVEL = const(20)  # of the twentieth that is brightest
_BRIGHT_SAMPLES = const(_SAMPLES * 35 // 100)  # that are white
_SHARP = const(21)  # per cent of the spread, which the steepest two hundredth of the steps has


class Coach:
    """Looks after one lesson: `look` before the view is learned, `advise` after it."""

    def __init__(self, session: 'Session') -> None:
        self._session = session
        self._fault = None  # type: str | None  # of the view

    def look(self, pixels: 'Buffer') -> None:
        """Look at the view, as `fault` does. CommandError if it is blank and was not taught a moment ago."""
        session = self._session
        self._fault = fault(pixels)
        if self._fault == BLANK:
            self._fault = None
            if session.now_ms > session.blank_until_ms:
                session.blank_until_ms = session.now_ms + AGAIN_MS
                raise CommandError(BLANK, SENTENCES[BLANK])
        session.blank_until_ms = 0

    def advise(self) -> None:
        """Say what would help, if something would: the newest example is this lesson's."""
        session = self._session
        examples = session.memory.examples
        found = (self._fault, '') if self._fault else advice(examples, session.scale, session.limit())
        if found is None:
            return
        code, near = found
        name = examples.label_of[examples.count - 1]
        text = SENTENCES[code]
        message = ('lesson', 'code', code, 'name', name)  # type: Message
        if code == CLOSE:
            text = text % (near or 'an ignored view', name)
            message += ('near', near)
        session.send(message + ('text', text))
        session.show_message('%s. %s' % (session.message, text))


def fault(pixels: 'Buffer') -> 'str | None':
    """What is wrong with a picture, SIDE_PX squared, RGB565 with the high byte first: BLANK .. BLURRED, or None."""
    levels = [0] * _LEVELS
    steps = [0] * _LEVELS
    row_bytes = 2 * SIDE_PX
    for line in range(_LINE_PX // 2, SIDE_PX, _LINE_PX):
        _scan(pixels, line * row_bytes, 2 * _STEP_PX, levels, steps)
        _scan(pixels, line * 2, row_bytes * _STEP_PX, levels, steps)
    spread = _at(levels, _SAMPLES * 99 // 100) - _at(levels, _SAMPLES // 100)
    if spread < _BLANK_SPREAD:
        return BLANK
    if _at(levels, _SAMPLES * 95 // 100) < _DARK_LEVEL:
        return DARK
    if sum(levels[_WHITE:]) > _BRIGHT_SAMPLES:
        return BRIGHT
    if 100 * _at(steps, _SAMPLES * 199 // 200) < _SHARP * spread:
        return BLURRED
    return None


def _scan(pixels: 'Buffer', at: int, stride: int, levels: 'list[int]', steps: 'list[int]') -> None:
    """Count the levels along one line, and the steps from each of its samples to the next."""
    before = -1
    for _ in range(SIDE_PX // _STEP_PX):
        level = (pixels[at] & 7) << 3 | pixels[at + 1] >> 5
        levels[level] += 1
        steps[abs(level - before) if before >= 0 else 0] += 1
        before = level
        at += stride


def _at(counts: 'list[int]', rank: int) -> int:
    """The value that has this rank (from 0) among all that were counted, the smallest first."""
    for value in range(len(counts)):
        rank -= counts[value]
        if rank < 0:
            return value
    return len(counts)


def advice(examples: 'Examples', scale: 'Scale', limit: int) -> 'Advice | None':
    """What would help the class of the newest example: (SAME, CLOSE or SINGLE, the class it is close to); or None.

    limit: as people set it. The newest examples of the class are asked as if they had not been learned: would another
    class win most of them?
    """
    newest = examples.count - 1
    label = examples.label_of[newest]
    own, rival, apart = _neighbours(examples, newest)
    if own <= _gap(scale.steps(SAME_VIEW)):
        return SAME, ''
    if own == FAR:
        return (CLOSE, rival) if apart <= _gap(scale.sure_steps(limit)) else (SINGLE, '')
    seen = _gap(scale.steps(limit))
    lost = []
    asked, at = 1, newest
    while True:
        if apart < own and apart <= seen:
            lost.append(rival)
        at = _previous(examples, label, at)
        if at < 0 or asked == ASKED:
            break
        asked += 1
        own, rival, apart = _neighbours(examples, at)
    return (CLOSE, lost[0]) if 2 * len(lost) > asked else None


def views(examples: 'Examples', scale: 'Scale', label: str) -> int:
    """How many views of a class differ, up to ENOUGH."""
    engine, vectors, norms = examples.engine, examples.vectors, examples.norms
    same = _gap(scale.steps(SAME_VIEW))
    different = []  # type: list[int]
    at = _previous(examples, label, examples.count)
    while at >= 0 and len(different) < ENOUGH:
        query = engine.query(vectors[at])
        if not any([engine.gap(query, vectors[other], norms[other]) <= same for other in different]):
            different.append(at)
        at = _previous(examples, label, at)
    return len(different)


def _gap(steps: int) -> int:
    """A distance as the engines' gap, which is fast: 25 * 2^18 of them are what 2^19 steps are."""
    return steps * 25 // 2


def _previous(examples: 'Examples', label: str, at: int) -> int:
    """The class's newest example before `at`, or -1."""
    at -= 1
    while at >= 0 and examples.label_of[at] != label:
        at -= 1
    return at


def _neighbours(examples: 'Examples', index: int) -> 'tuple[int, str, int]':
    """(gap to the nearest other example of its class, the nearest other class, the gap to that) of an example."""
    vectors, norms, label_of, gap = examples.vectors, examples.norms, examples.label_of, examples.engine.gap
    label = label_of[index]
    query = examples.engine.query(vectors[index])
    own, rival, apart = FAR, '', FAR
    for at in range(examples.count):
        if at == index:
            continue
        found = gap(query, vectors[at], norms[at])
        if label_of[at] == label:
            own = min(own, found)
        elif found < apart:
            rival, apart = label_of[at], found
    return own, rival, apart

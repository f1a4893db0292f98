"""Is this lesson good enough, and what would help? Imported for a lesson and dropped again: no frame pays for it.

`fault` looks at the picture, `advice` at the examples. docs/MEASURED.md says how often they are right.
"""

from micropython import const

from constants import SIDE_PX
from distance import FAR

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from engines import Buffer, Engine
    from examples import Examples

    Advice = tuple[str, str | None]

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

_LINE_PX = const(32)  # from one line to the next, from half of it on: 7 rows and 7 columns
_STEP_PX = const(2)  # from one pixel of a line to the next
_SAMPLES = const(14 * 112)
_LEVELS = const(64)  # of green, the finest of RGB565's colours and most of what is light
_WHITE = const(62)
# Of the levels: on photographs these keep false alarms below 1 % (tests/bench/coach.py).
_BLANK_SPREAD = const(8)  # between the darkest and the brightest hundredth
_DARK_LEVEL = const(20)  # of the twentieth that is brightest
_BRIGHT_SAMPLES = const(_SAMPLES * 30 // 100)  # that are white
_SHARP_NINTHS = const(2)  # of the spread: the two hundredth of the steps that is steepest


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
    if 9 * _at(steps, _SAMPLES * 199 // 200) < _SHARP_NINTHS * spread:
        return BLURRED
    return None


def _scan(pixels: 'Buffer', at: int, stride: int, levels: 'list[int]', steps: 'list[int]') -> None:
    """Count the levels along one line, and the steps from each of its samples to the next."""
    before = -1
    for at in range(at, at + SIDE_PX // _STEP_PX * stride, stride):
        level = (pixels[at] & 7) << 3 | pixels[at + 1] >> 5
        levels[level] += 1
        steps[abs(level - before) if before >= 0 else 0] += 1
        before = level


def _at(counts: 'list[int]', rank: int) -> int:
    """The value that has this rank (from 0) among all that were counted, the smallest first."""
    for value in range(len(counts)):
        rank -= counts[value]
        if rank < 0:
            return value
    return len(counts)


def advice(examples: 'Examples', engine: 'Engine', same: int, sure: int, seen: int) -> 'Advice | None':
    """What would help the class of the newest example: SAME, CLOSE or SINGLE with the class it is close to; or None.

    same, sure, seen: the greatest distances of the same view, of a sure answer and of any answer. Each of the class's
    newest examples is asked as if it had not been learned: would another class win it?
    """
    newest = examples.count - 1
    label = examples.label_of[newest]
    own, rival, distance = _neighbours(examples, engine, newest)
    if own <= same:
        return SAME, None
    if own == FAR:
        return (CLOSE, rival) if distance <= sure else (SINGLE, None)
    asked, lost, at = 0, 0, newest
    closest = None
    while at >= 0 and asked < ENOUGH:
        if examples.label_of[at] == label:
            own, rival, distance = _neighbours(examples, engine, at)
            asked += 1
            if distance < own and distance <= seen:
                lost += 1
                closest = closest or rival
        at -= 1
    return (CLOSE, closest) if 2 * lost > asked else None


def _neighbours(examples: 'Examples', engine: 'Engine', index: int) -> 'tuple[int, str | None, int]':
    """(distance of the nearest other example of its class, the nearest other class, its distance) of an example."""
    label = examples.label_of[index]
    query = engine.query(examples.vectors[index])
    own, rival, nearest = FAR, None, FAR
    for at in range(examples.count):
        distance = engine.distance(query, examples.vectors[at], examples.norms[at])
        if examples.label_of[at] != label:
            if distance < nearest:
                rival, nearest = examples.label_of[at], distance
        elif at != index and distance < own:
            own = distance
    return own, rival, nearest


def views(examples: 'Examples', engine: 'Engine', label: str, same: int) -> int:
    """How many views of a class are not the same, up to ENOUGH."""
    different = []  # type: list[int]
    for at in range(examples.count):
        if examples.label_of[at] == label and len(different) < ENOUGH:
            query = engine.query(examples.vectors[at])
            for other in different:
                if engine.distance(query, examples.vectors[other], examples.norms[other]) <= same:
                    break
            else:
                different.append(at)
    return len(different)

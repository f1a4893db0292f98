"""How far two examples are from one another, in whole numbers, and the number that people read.

Only the direction of a vector says what is seen; its length says how much contrast the view has. So vectors are
compared as if their length were one: d = |p/|p| - q/|q||^2 = 2 - 2 cos, the squared L2 distance of the two. A distance
here is d in steps of 2^-19, made of the inner product and the squared lengths of the bytes by whole numbers alone:
the same on every interpreter, to the last digit.

What people read is d times a constant that belongs to the model, so that USUAL_LIMIT means the same with each:
of unrelated things 1 % count as seen (models/limits.py measures it). It goes about in tenths.
"""

from math import sqrt

from constants import MODEL_SCALES, OTHER_SCALE, USUAL_LIMIT

ONE = 1 << 19  # what d = 1 is
RIGHT_ANGLE = 2 * ONE  # no two vectors of bytes are farther apart
FAR = 4 * ONE  # farther than any example
PARTS = 256  # of d = 1: the unit in which a model's notes and constants.py give its limit


def square_root(number: int) -> int:
    """The greatest whole number whose square is not above `number`, however few digits the board's floats have."""
    if not number:
        return 0
    root = int(sqrt(number))
    root = (root + number // root) >> 1  # Newton's step doubles a float's 24 bits
    while root * root > number:
        root -= 1
    while (root + 1) * (root + 1) <= number:
        root += 1
    return root


def between(product: int, norm: int, other_norm: int) -> int:
    """The distance of two vectors of bytes that have this inner product and these squared lengths.

    A vector of zeros has no direction: it is at 0 from another one, and at a right angle to the rest.
    """
    norms = norm * other_norm
    if not norms:
        return 0 if norm == other_norm else RIGHT_ANGLE
    return RIGHT_ANGLE - square_root((product * product << 40) // norms)


class Scale:
    """From distances to the numbers people read, and from a limit to the greatest distance within it."""

    def __init__(self, limit_parts: int, sure: int) -> None:
        """limit_parts: the distance that reads USUAL_LIMIT, in PARTS. sure: the strict mark, as people read it."""
        self._limit = limit_parts * (ONE // PARTS)
        self._sure = sure

    def tenths(self, distance: int) -> int:
        """A distance as people read it, in tenths."""
        return (distance * 10 * USUAL_LIMIT + self._limit // 2) // self._limit

    def steps(self, limit: int) -> int:
        """The greatest distance that counts as seen at a limit that people set."""
        return limit * self._limit // USUAL_LIMIT

    def sure_steps(self, limit: int) -> int:
        """The greatest distance that is sure at such a limit: the strict mark moves with the limit."""
        return self.steps(limit) * self._sure // USUAL_LIMIT


def scale_of(model: str, limit_parts: int, sure: int) -> Scale:
    """The scale of a model: as its notes give it, or, where these are 0, as constants.py knows it by its name."""
    return Scale(limit_parts, sure) if limit_parts else Scale(*MODEL_SCALES.get(model, OTHER_SCALE))

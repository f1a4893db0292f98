"""The rule `fit`: least squares on unit vectors name what is seen, with all examples of a class and against all others.

With one unit vector a row in X, K = X Xt + 0.1 I and y_c = 1 for the examples of class c and 0 for the others, the
weights of a class are w_c = Xt inverse(K) y_c, and the class with the greatest w_c . p names the unit vector p. An
ignored view is a class like the others.

The inverse is kept as the sum of what the lessons have added to it. A lesson borders inverse(K) with a row, by
b = X x, u = inverse(K) b, d = 1 / (1.1 - b . u) and z = (u, -1): it adds d z zt, and d (z . y_c) Xt z to the weights.
So row k of a triangle is the z of example k, and inverse(K) v is the sum of d (z . v) z. To forget the newest is to
drop its row. To forget another, its row is worked into those below it, one after the other, until it is what that
example would have added as the newest (`_forget`). All terms stay positive, and errors of float32 do not grow with
the number of lessons (docs/MEASURED.md); `_mix` looks whether they do.

All this is done in steps of a bounded length, some in each turn: `work`. A step yields how long it is (rows.py). It
compares what it has with the examples there are, so nobody has to say what has changed; until it is done nobody is
named, and the nearest example has to do.
"""

from array import array
from math import sqrt

from micropython import const

from features import LENGTH
from rows import raw

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Generator, Iterator
    from typing import Any

    from engines import Buffer
    from examples import Examples
    from plain_rows import Plain
    from rows import Row, Ulab
    from triangle import Triangle

RIDGE = 0.03
DRIFT = 0.001  # what an equation may be off by; 0.00001 was the most in 20,000 lessons (docs/MEASURED.md)
PATIENCE = const(100)  # turns in which the heap lacks a piece of 3 KB
_STRIDE = const(64)  # numbers by which rows grow: those of short rows need not be as long as the longest
_COSINE_0 = const(50 << 18)  # a score of 50, times 2^18: whole numbers leave no garbage
_SIZE = 1048576.0  # of a weight vector, as a whole number of 2^-20


class Restart(Exception):
    """The inverse is to be built again: errors have added up, or few of its examples are left."""


class Weights:
    """The weights of one class, the place of which is its number."""

    def __init__(self, label: str, int8: bytearray, stale: bool) -> None:
        self.label = label
        self.int8 = int8
        self.size = 0  # of the weights, in 2^-20
        self.stale = stale  # to be computed from the inverse


class Fit:
    """The least squares of `examples`; `rows` computes, `triangle` is memory for it."""

    def __init__(self, examples: 'Examples', rows: 'Ulab | Plain', triangle: 'Triangle') -> None:
        self.full = False  # the examples are too many, or the heap is too small
        self._examples = examples
        self._rows = rows
        self._triangle = triangle
        self._scales = array('f', bytes(4 * rows.capacity))  # one over their lengths; 0 for a length of 0
        self._factors = array('f', bytes(4 * rows.capacity))  # d of each row
        self._class_of = bytearray(rows.capacity)  # where in _classes
        self._clear()
        self._revision = -1  # of the examples, when all of them were in
        self._steps = None  # type: Iterator[int] | None  # of the update that is going on
        self._lacks = 0  # updates in a row that have ended for lack of heap

    def _clear(self) -> None:
        self.count = 0  # examples in the inverse
        self._classes = []  # type: list[Any]  # Weights, or None for a place that is free
        self._many = False  # changes in this update, so that weights wait for its end
        self._halfway = False  # of forgetting an example
        self._looked_at = 0  # the example whose equation was looked at last

    # -- each turn --------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Go on with what the examples call for, as long as a turn has time for it."""
        if self._revision == self._examples.revision:
            return
        if self._steps is None:
            self._steps = self._update()
        try:
            work = self._rows.work
            while work > 0:
                work -= next(self._steps)
        except StopIteration:
            self._steps, self._lacks = None, 0
        except Restart:
            self._clear()
            self._steps = None
        except MemoryError:
            self._steps = None
            self._try_again()

    def _try_again(self) -> None:
        """In the next turn; the inverse stays, and the weights will be computed from it."""
        self._lacks += 1
        if self._lacks > PATIENCE:
            return self._give_up()
        if self._halfway:
            self._clear()
        self._postpone(True)

    def _give_up(self) -> None:
        self._clear()
        self._lacks = 0
        self.full = True
        self._revision = self._examples.revision

    def ready(self) -> bool:
        """Are all examples in?"""
        return not self.full and self._revision == self._examples.revision

    def name(self, vector: 'Buffer') -> 'str | None':
        """The label of the class that fits a vector, which must not be zero, best; None while that is not known."""
        if not self.ready():
            return None
        best, label, compare = -1 << 60, None, self._rows.compare
        for weights in self._classes:
            if weights and weights.size:
                score = (int(compare(weights.int8, vector) * 262144.0) - _COSINE_0) * weights.size
                if score > best:
                    best, label = score, weights.label
        return label

    # -- an update --------------------------------------------------------------------------------------------

    def _update(self) -> 'Iterator[int]':
        """Bring in what is new and take out what is gone. Changes meanwhile are seen by the next update."""
        examples = self._examples
        revision, count = examples.revision, examples.count
        if count > self._rows.capacity or not self._triangle.fits(count, len(examples.labels)):
            return self._give_up()
        self.full = False
        gone, new = bytearray(self.count), bytearray(count)
        yield from self._match(gone, new)
        if revision != examples.revision:
            return
        if 3 * sum(gone) > self.count:
            raise Restart
        self._postpone(sum(gone) + sum(new) > len(examples.labels))
        for i in range(self.count - 1, -1, -1):
            if gone[i]:
                yield from self._forget(i)
        for i in range(count):
            if new[i] and revision == examples.revision:
                yield from self._learn(i)
        if revision == examples.revision:
            yield from self._refresh()
        if revision == examples.revision:
            self._revision = revision

    def _match(self, gone: bytearray, new: bytearray) -> 'Iterator[int]':
        """Mark what is not among the examples any more, and what of these is new. Others may have another label now."""
        examples = self._examples
        for i in range(len(new)):
            new[i] = 1
        i = 0  # most are still in the order in which they were learned
        for k in range(self.count):
            known, gone[k] = self._triangle.example(k), 1
            for _ in range(len(new)):
                if new[i] and examples.vectors[i] == known:
                    gone[k] = new[i] = 0
                    self._relabel(k, examples.label_of[i])
                i = (i + 1) % len(new)
                if not gone[k]:
                    break
            yield 1

    def _postpone(self, many: bool) -> None:
        """With more changes than classes it is less work to compute the weights at the end."""
        self._many = many
        for weights in self._classes:
            if weights and many:
                weights.stale = True

    def _relabel(self, k: int, label: str) -> None:
        old = self._classes[self._class_of[k]]
        if old.label != label:
            number = self._class(label)
            old.stale = self._classes[number].stale = True
            self._class_of[k] = number

    def _class(self, label: str) -> int:
        """The number of a class, which may be new: its weights are 0 then, as befits a class without examples."""
        for number, weights in enumerate(self._classes):
            if weights and weights.label == label:
                return number
        number = self._classes.index(None) if None in self._classes else len(self._classes)
        if number == len(self._classes):
            self._classes.append(None)
        if not self._triangle.fits(self.count, len(self._classes)):
            raise Restart
        self._clear_weights(number)
        self._classes[number] = Weights(label, self._triangle.int8(number, 0, LENGTH), self._many)
        return number

    def _clear_weights(self, number: int) -> None:
        size = self._rows.part_size
        for start in range(0, LENGTH, size):
            self._triangle.weights(number, start, size)[:] = raw(self._rows.numbers(self._part()), size)

    def _learn(self, i: int) -> 'Iterator[int]':
        """Border the inverse with an example."""
        rows, triangle, n = self._rows, self._triangle, self.count
        self._class_of[n] = self._class(self._examples.label_of[i])
        if not triangle.fits(n + 1, len(self._classes)):
            raise Restart
        example = triangle.example(n)
        example[:] = self._examples.vectors[i]
        self._scales[n] = scale = self._scale(n)
        cosines = rows.zeros(n + 1)
        values = rows.numbers(cosines)
        for k in range(n):
            if scale and self._scales[k]:
                values[k] = rows.compare(example, triangle.example(k)) * 0.02 - 1.0
            yield 1
        z = yield from self._solve(cosines)
        s = (1.0 if scale else 0.0) + RIDGE - rows.dot(cosines, z)
        if not s > RIDGE / 2:
            raise Restart
        rows.numbers(z)[n] = -1.0
        triangle.row(n)[:] = raw(rows.numbers(z), n + 1)
        self._factors[n] = 1.0 / s
        self.count = n + 1
        yield from self._reweigh(z, n, 1.0 / s)

    def _forget(self, i: int) -> 'Iterator[int]':
        """Make example i the newest, and take it out.

        p is its row, with factor d; a row y below it, with factor f, has the number e in column i, where p has -1.
        With y' = y + e p and p' = p - e f / d' y' for d' = d + e e f, and with f d / d' for the factor of y', the
        two terms have the same sum as before, and y' has a 0 there.
        """
        rows, triangle, factors, count = self._rows, self._triangle, self._factors, self.count
        self._halfway = True
        p, d = self._row(i, i + 1), factors[i]
        for k in range(i + 1, count):
            p, y = self._longer(p, k + 1), self._row(k, k + 1)
            e, factor = rows.numbers(y)[i], factors[k]
            y = rows.plus(y, p, e)
            grown = d + e * e * factor
            p = rows.plus(p, y, -e * factor / grown)
            triangle.row(k)[:] = raw(rows.numbers(y), k + 1)
            factors[k] = factor * d / grown
            d = grown
            yield 4
        yield from self._reweigh(self._longer(p, count), i, -d)
        for k in range(i + 1, count):
            triangle.move_up(k, i)
            self._scales[k - 1] = self._scales[k]
            self._class_of[k - 1] = self._class_of[k]
            factors[k - 1] = factors[k]
            yield 1
        self.count, self._halfway = count - 1, False

    def _refresh(self) -> 'Iterator[int]':
        """Compute the weights that are stale from the inverse; classes without examples go."""
        counts = [0] * len(self._classes)
        for k in range(self.count):
            counts[self._class_of[k]] += 1
        yield 1
        for number, weights in enumerate(self._classes):
            if not counts[number]:
                self._classes[number] = None
            elif weights.stale:
                yield from self._weigh_again(number)
                weights.stale = False
        while self._classes and self._classes[-1] is None:
            self._classes.pop()

    def _weigh_again(self, number: int) -> 'Iterator[int]':
        """The weights of a class, from nothing."""
        right = self._rows.zeros(self.count)
        values = self._rows.numbers(right)
        for k in range(self.count):
            values[k] = 1.0 if self._class_of[k] == number else 0.0
        yield 1
        z = yield from self._solve(right)
        yield from self._mix(z, right)
        self._clear_weights(number)
        yield from self._weigh(number, 1.0, self._part(), self._part())

    # -- algebra ----------------------------------------------------------------------------------------------

    def _scale(self, k: int) -> float:
        """One over the length of an example."""
        rows, size, squared = self._rows, self._rows.part_size, 0.0
        for start in range(0, LENGTH, size):
            rows.part_view[:] = self._triangle.part(k, start, size)
            squared += rows.dot(rows.plus(self._part(), rows.part, 1.0), rows.part)
        return 1.0 / sqrt(squared) if squared else 0.0

    def _part(self) -> 'Row':
        return self._rows.zeros(self._rows.part_size)

    def _row(self, i: int, count: int) -> 'Row':
        """Row i with zeros up to `count` numbers."""
        row = self._rows.zeros(count)
        raw(self._rows.numbers(row), i + 1)[:] = self._triangle.row(i)
        return row

    def _longer(self, row: 'Row', count: int) -> 'Row':
        """The first `count` numbers of a row, and zeros if it has fewer."""
        longer = self._rows.zeros(count)
        both = min(count, len(row))
        raw(self._rows.numbers(longer), both)[:] = raw(self._rows.numbers(row), both)
        return longer

    def _solve(self, right: 'Row') -> 'Generator[int, None, Row]':
        """Returns the inverse times a row, which may have more numbers than the inverse has rows."""
        rows, triangle = self._rows, self._triangle
        size = min(_STRIDE, len(right))
        z, row, head = rows.zeros(size), rows.zeros(size), self._longer(right, size)
        into = raw(rows.numbers(row), size)
        for i in range(self.count):
            if i == size:
                size = min(i + _STRIDE, len(right))
                z, row, head = self._longer(z, size), rows.zeros(size), self._longer(right, size)
                into = raw(rows.numbers(row), size)
            into[: 4 * i + 4] = triangle.row(i)  # what follows is still 0
            z = rows.add_multiple(z, row, head, self._factors[i])
            yield 1 + (i >> 7)
        return self._longer(z, len(right))

    def _reweigh(self, z: 'Row', i: int, factor: float) -> 'Iterator[int]':
        """What adding factor z zt to the inverse means to the weights, for the example whose number in z is -1."""
        rows = self._rows
        kept = [number for number, weights in enumerate(self._classes) if weights and not weights.stale]
        if not kept:
            return
        right = rows.zeros(self.count)
        rows.numbers(right)[i] = -1.0 / abs(factor)
        yield from self._mix(z, right)
        values, changes = rows.numbers(z), [0.0] * len(self._classes)
        for k in range(self.count):
            changes[self._class_of[k]] += values[k]
        yield 1
        part, summed = self._part(), self._part()
        for number in kept:
            yield from self._weigh(number, factor * changes[number], part, summed)

    def _mix(self, factors: 'Row', right: 'Row') -> 'Iterator[int]':
        """Sum up the examples, each with its factor; K times the factors has to be `right`, and one row of it is."""
        rows, triangle, size = self._rows, self._triangle, self._rows.part_size
        values, k = rows.numbers(factors), (self._looked_at + 1) % self.count
        error = RIDGE * values[k] - rows.numbers(right)[k]
        for start in range(0, LENGTH, size):
            total = rows.zeros(size)
            for i in range(self.count):
                rows.part_view[:] = triangle.part(i, start, size)
                total = rows.plus(total, rows.part, values[i] * self._scales[i])
                yield 1 + size // 384
            rows.part_view[:] = triangle.part(k, start, size)
            error += rows.dot(total, rows.part) * self._scales[k]
            triangle.sum(start, size)[:] = raw(rows.numbers(total), size)
        self._looked_at = k
        if not -DRIFT < error < DRIFT:
            raise Restart

    def _weigh(self, number: int, factor: float, part: 'Row', summed: 'Row') -> 'Iterator[int]':
        """Add a multiple of the sum to a class's weights, and write them as int8. The rows are to work with."""
        rows, triangle, size = self._rows, self._triangle, self._rows.part_size
        most = squared = 0.0
        for start in range(0, LENGTH, size):
            raw(rows.numbers(part), size)[:] = triangle.weights(number, start, size)
            raw(rows.numbers(summed), size)[:] = triangle.sum(start, size)
            total = rows.plus(part, summed, factor)
            triangle.weights(number, start, size)[:] = raw(rows.numbers(total), size)
            yield 2 + size // 384
            most = max(most, rows.most(total))
            squared += rows.dot(total, total)
            yield 2 + size // 384
        for start in range(0, LENGTH, size):
            raw(rows.numbers(part), size)[:] = triangle.weights(number, start, size)
            rows.int8(part, 127.0 / most if most else 0.0, triangle.int8(number, start, size))
            yield 2 + size // 384
        self._classes[number].size = int(sqrt(squared) * _SIZE)

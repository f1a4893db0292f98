"""A softmax layer by gradient descent, as a first lesson in transfer learning has it.

A dense layer over the network's features, cross entropy, Adam and Glorot's weights with what Keras takes when nothing
is said: batches of 32, a rate of 0.001. (D. P. Kingma, J. Ba, Adam, ICLR 2015; X. Glorot, Y. Bengio, AISTATS 2010.)
"""

from dataclasses import dataclass, field

import numpy as np

from madeleine.evaluation.sets import Indices
from madeleine.teaching.layers import Numbers

BATCH, RATE, MEANS, TINY = 32, 0.001, (0.9, 0.999), 1e-7


@dataclass(frozen=True)
class Point:
    """At so many epochs: the mean loss, and the share named right."""

    epochs: float
    loss: float
    right: float


@dataclass
class Course:
    """How it went: each batch before it was learned from, and the judged pictures before and after each epoch."""

    learned: list[Point] = field(default_factory=list)
    judged: list[Point] = field(default_factory=list)


class Softmax:
    """The layer: weights (features, classes) and a bias."""

    def __init__(self, size: int, classes: int, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        bound = np.sqrt(6 / (size + classes))
        self._values = [self._random.uniform(-bound, bound, (size, classes)), np.zeros(classes)]
        self._first = [np.zeros_like(value) for value in self._values]
        self._second = [np.zeros_like(value) for value in self._values]
        self._steps = 0

    def answers(self, vectors: Numbers) -> Indices:
        """The class of each vector."""
        return np.asarray(self._scores(vectors).argmax(axis=1))

    def learn(self, vectors: Numbers, classes: Indices, judged: tuple[Numbers, Indices], epochs: int) -> Course:
        """Takes all vectors (n, features) `epochs` times, in a random order; `judged` are only looked at."""
        course = Course([], [self._point(0.0, *judged)])
        batches = -(-len(vectors) // BATCH)
        for epoch in range(epochs):
            order = self._random.permutation(len(vectors))
            for number, batch in enumerate(np.array_split(order, range(BATCH, len(order), BATCH))):
                at = epoch + number / batches
                course.learned.append(self._point(at, vectors[batch], classes[batch]))
                self._step(vectors[batch], classes[batch])
            course.judged.append(self._point(epoch + 1.0, *judged))
        return course

    def _scores(self, vectors: Numbers) -> Numbers:
        return np.asarray(vectors @ self._values[0] + self._values[1])

    def _shares(self, vectors: Numbers) -> Numbers:
        scores = self._scores(vectors)
        grown = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True))

    def _point(self, epochs: float, vectors: Numbers, classes: Indices) -> Point:
        shares = self._shares(vectors)
        own = shares[np.arange(len(classes)), classes].clip(TINY)
        return Point(epochs, float(-np.log(own).mean()), float(np.mean(shares.argmax(axis=1) == classes)))

    def _step(self, vectors: Numbers, classes: Indices) -> None:
        """One step of Adam."""
        errors = (self._shares(vectors) - np.eye(len(self._values[1]))[classes]) / len(vectors)
        self._steps += 1
        rate = RATE * np.sqrt(1 - MEANS[1] ** self._steps) / (1 - MEANS[0] ** self._steps)
        for index, slope in enumerate((vectors.T @ errors, errors.sum(axis=0))):
            self._first[index] += (1 - MEANS[0]) * (slope - self._first[index])
            self._second[index] += (1 - MEANS[1]) * (slope**2 - self._second[index])
            self._values[index] -= rate * self._first[index] / (np.sqrt(self._second[index]) + TINY)

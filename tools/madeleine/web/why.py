"""Why the camera says what it says of the present picture: computed while somebody has asked the camera for it.

The heat is that of the device's own modules; the lead shares out by how much the answer is nearer than the runner-up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from madeleine.camera.fields import Fields
from madeleine.device import distance, examples, heat, means
from madeleine.explain.maps import SHAPE, Numbers, View, lead

Words = dict[str, Any]  # for the page, as JSON


@dataclass(frozen=True)
class Nearest:
    """The nearest example of a name; `distance` as people read it."""

    index: int
    name: str
    distance: float


class Why:
    """Follows what the camera says of `why`; a model without a map has no reasons."""

    def __init__(self, model: str, scale: distance.Scale, upside_down: bool) -> None:
        self._model, self._upside_down = model, upside_down
        self._points = scale.tenths(distance.ONE) / 10  # of a distance of 1
        self.restart()

    def restart(self) -> None:
        """The board has just been switched on: nobody has asked."""
        self._shown = False

    def listen(self, message: Fields) -> None:
        """A message of the camera on USB."""
        event = message.text("event")
        if event == "ready":
            self.restart()
        elif event in ("why", "good"):  # each ends the other one
            self._shown = event == "why" and message.flag("on") is True

    def turn(self, view: View, known: examples.Examples, distances: Sequence[float], name: str | None) -> Words | None:
        """The reasons of a turn, None while nobody asks. `name` is what the camera sees."""
        if not self._shown:
            return None
        first = _nearest(known, distances, lambda label: label == name)
        if first is None:
            return {"nearest": None}
        warm = self._heat(view, known, first)
        rival = _nearest(known, distances, lambda label: label != name)
        words: Words = {
            "nearest": vars(first),
            "cells": list(warm.cells),
            "top_px": warm.top_px,
            "box": list(warm.box()),
            "centre": list(warm.centre()),
            "rival": None,
        }
        if rival is not None:
            vectors = [bytes(known.vectors[one.index]) for one in (first, rival)]
            words |= {"rival": vars(rival), "lead": self._lead(view, *vectors).round(2).ravel().tolist()}
        return words

    def _heat(self, view: View, known: examples.Examples, first: Nearest) -> heat.Heat:
        found = heat.Heat(heat.Sums(), self._upside_down)
        mean = means.mean_of(self._model, known, first.name)
        found.aim(known.vectors[first.index], known.norms[first.index], mean)
        found.look(view.last_map)
        return found

    def _lead(self, view: View, winner: bytes, other: bytes) -> Numbers:
        """Of each cell its share of the rival's distance less the winner's, as people read it; their sum is that.

        With p the mean of the cells z at length one, that difference is 2 p . (q_w - q_o).
        """
        length = np.linalg.norm(np.frombuffer(view.last_map, np.uint8).reshape(SHAPE).mean(axis=(1, 2))) or 1.0
        cells = lead(winner, other, view) * 2 * self._points / (heat.CELLS * length)
        return cells[::-1] if self._upside_down else cells


def _nearest(known: examples.Examples, distances: Sequence[float], wanted: Callable[[str], bool]) -> Nearest | None:
    pairs = [(far, index) for index, far in enumerate(distances) if wanted(known.label_of[index])]
    if not pairs:
        return None
    far, index = min(pairs)
    return Nearest(index, known.label_of[index], far)

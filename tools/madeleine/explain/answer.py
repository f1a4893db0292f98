"""What a camera that was taught photographs says of one more, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from madeleine.device import constants, distance, heat
from madeleine.errors import ToolError
from madeleine.examples.collection import Example
from madeleine.explain.maps import Model, Numbers, View, cells_of, grad_cam, lead, squared_length
from madeleine.explain.picture import Panel
from madeleine.pictures import Pixels, photograph


@dataclass(frozen=True)
class Found:
    """The nearest example of a name; `tenths`: how far it is, as people read it."""

    example: Example
    tenths: int


class Answer:
    """The nearest example of each name, the nearest name first, and the heat towards the first."""

    def __init__(self, model: Model, examples: Sequence[Example], picture: Pixels) -> None:
        self.model, self.picture, self.view = model, picture, model.see(picture)
        nearest: dict[str, Found] = {}
        for example in examples:
            found = Found(example, model.scale.tenths(_distance(self.view, example)))
            if example.label not in nearest or found.tenths < nearest[example.label].tenths:
                nearest[example.label] = found
        self.found = sorted(nearest.values(), key=lambda one: one.tenths)
        self.heat: heat.Heat = model.heat(self.found[0].example.vector, self.view)

    def rival(self, name: str | None) -> Found | None:
        """The runner-up, or the nearest example of a name; ToolError when nobody taught that."""
        others = self.found[1:]
        if name is None:
            return others[0] if others else None
        for one in others:
            if one.example.label == name:
                return one
        raise ToolError(f"--not {name}: that is not another taught thing; choose one of {_names(others)}")

    def panels(self, rival: Found | None) -> list[Panel]:
        """The heat, the lead over a rival, and Grad-CAM of the same distance."""
        first, top_px = self.found[0], self.heat.top_px
        name = first.example.label
        shown = [
            Panel(f"{name}, {said(first)}", self.picture, box=self.heat.box()),
            Panel(f"where {name} is", self.picture, cells_of(self.heat), top_px, self.heat.box()),
        ]
        if rival:
            cells = lead(first.example.vector, rival.example.vector, self.view)
            caption = f"why {name} and not {rival.example.label},\nwhose distance is {rival.tenths / 10:.1f}"
            shown.append(Panel(caption, self.picture, self._warm(cells), top_px))
        example, last_map = (np.frombuffer(data, np.uint8) for data in (first.example.vector, self.view.last_map))
        shown.append(Panel("Grad-CAM of the distance", self.picture, self._warm(grad_cam(example, last_map)), top_px))
        return shown

    def _warm(self, cells: Numbers) -> Numbers:
        return self.model.upright(np.maximum(cells, 0))


def said(found: Found) -> str:
    """A distance and what the camera makes of it at the usual limit."""
    seen = "within the limit" if found.tenths <= 10 * constants.USUAL_LIMIT else "too far to be named"
    return f"distance {found.tenths / 10:.1f}, {seen}"


def taught(model: Model, photographs: dict[str, list[Path]]) -> list[Example]:
    """Examples of photographs by their names."""
    return [Example(name, model.see(photograph(path)).vector) for name, paths in photographs.items() for path in paths]


def _distance(view: View, example: Example) -> int:
    one, two = (np.frombuffer(vector, np.uint8).astype(np.int64) for vector in (view.vector, example.vector))
    return distance.between(int(one @ two), squared_length(view.vector), squared_length(example.vector))


def _names(found: Sequence[Found]) -> str:
    return ", ".join(one.example.label for one in found) or "nothing"

"""Heat maps over the last map of a network: the camera's own, and Grad-CAM by the chain rule.

A map is float or uint8 (768, 7, 7), a heat (7, 7), the top row first as people see the picture.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from madeleine.device import distance, engines, examples, features, heat, means
from madeleine.errors import ToolError
from madeleine.kpu import Network
from madeleine.kpu.emulator.notes import has_notes, wants_upside_down
from madeleine.kpu.format.feature_outputs import MAP_OUTPUT
from madeleine.model.identity import name_of_model, scale_of_model
from madeleine.pictures import Pixels
from madeleine.sim.eyes import HostEyes
from madeleine.sim.world import Scene

Numbers = NDArray[np.float64]
SHAPE = (features.LENGTH, heat.SIDE, heat.SIDE)
NOBODY = examples.Examples(engines.Plain(), ())  # when no example but one counts


@dataclass(frozen=True)
class View:
    """What the network makes of a picture: the bytes that are compared, and the map whose means they are."""

    vector: bytes
    last_map: bytes


class Model:
    """A model with a map, as the camera uses it; ToolError of one without."""

    def __init__(self, path: Path) -> None:
        self._network = Network.load(path)
        if not has_notes(self._network.model):
            raise ToolError(f"{path} gives no map; madeleine model edit --byte-features makes one that does")
        self._upside_down = wants_upside_down(self._network)
        eyes = HostEyes()
        black = eyes.forward(eyes.load(path), Scene("black", np.zeros(self._network.input_shape, np.uint8)))
        self.name: str = name_of_model(black)
        self.scale: distance.Scale = scale_of_model(black)

    def see(self, picture: Pixels) -> View:
        """Run the network on a picture, uint8 (224, 224, 3)."""
        outputs = self._network.outputs_bytes(np.ascontiguousarray(picture[::-1] if self._upside_down else picture))
        return View(bytes(outputs[0]), bytes(outputs[MAP_OUTPUT]))

    def heat(self, example: bytes, view: View, mean: bytes | None = None) -> heat.Heat:
        """The camera's heat of a view towards an example; `mean` of the model unless another one is given."""
        found = heat.Heat(heat.Sums(), self._upside_down)
        found.aim(example, squared_length(example), means.mean_of(self.name, NOBODY, "") if mean is None else mean)
        found.look(view.last_map)
        return found

    def upright(self, cells: Numbers) -> Numbers:
        """A heat of the network's map as people see the picture."""
        return cells[::-1] if self._upside_down else cells


def squared_length(vector: bytes) -> int:
    """Of a vector of bytes."""
    return sum(value * value for value in vector)


def cells_of(found: heat.Heat) -> Numbers:
    """The heat of the cells as numbers."""
    return np.frombuffer(bytes(found.cells), np.uint8).reshape(heat.SIDE, heat.SIDE).astype(np.float64)


def grad_cam(example: NDArray[np.generic], last_map: NDArray[np.generic]) -> Numbers:
    """Grad-CAM of minus the distance 2 - 2 cos between the means of the map and the example.

    By the chain rule: of a cell z_l the gradient is (2 / 49) (q - (p . q) p) / |mean|, with p the means and q the
    example at length one; it is the same in all cells, so its mean is the channel's weight.
    """
    maps = last_map.reshape(SHAPE).astype(np.float64)
    means_ = maps.mean(axis=(1, 2))
    length = np.linalg.norm(means_) or 1.0
    p, q = means_ / length, example.astype(np.float64) / (np.linalg.norm(example.astype(np.float64)) or 1.0)
    weights = 2 / heat.CELLS * (q - (p @ q) * p) / length
    return np.maximum(np.tensordot(weights, maps, 1), 0)


def lead(winner: bytes, other: bytes, view: View) -> Numbers:
    """What of a view speaks for one example and not for another: z . (q_w - q_o), above 0 for the winner."""
    one, two = (np.frombuffer(vector, np.uint8).astype(np.float64) for vector in (winner, other))
    weights = one / (np.linalg.norm(one) or 1.0) - two / (np.linalg.norm(two) or 1.0)
    return np.asarray(
        np.tensordot(weights, np.frombuffer(view.last_map, np.uint8).reshape(SHAPE).astype(np.float64), 1)
    )

"""Reads the notes of a feature model (format/feature_notes.py): runs it once, on black."""

import numpy as np

from ..format.feature_notes import LIMIT_PARTS, NOTES_BYTES, NOTES_OUTPUT, NOTES_VERSION, Marks
from ..format.kmodel import Kmodel
from .network import Network


def has_notes(model: Kmodel) -> bool:
    """Whether there is a third output that can be notes."""
    return len(model.outputs) > NOTES_OUTPUT and model.outputs[NOTES_OUTPUT].size == NOTES_BYTES


def wants_upside_down(network: Network) -> bool:
    """Whether the notes say so; without notes: no. Runs the network once, on black."""
    return notes(network)[1] == 1


def marks_of(network: Network) -> Marks | None:
    """The marks in the notes, if there are any. Runs the network once, on black."""
    _, _, parts, sure = notes(network)
    return Marks(parts / LIMIT_PARTS, sure) if parts else None


def notes(network: Network) -> bytes:
    """NOTES_BYTES bytes: the notes; zeros of a model without."""
    if has_notes(network.model) and len(network.input_shape) == 3:
        found = network.outputs_bytes(np.zeros(network.input_shape, np.uint8))[NOTES_OUTPUT]
        if found[0] == NOTES_VERSION:
            return bytes(found)
    return bytes(NOTES_BYTES)

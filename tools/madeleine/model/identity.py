"""What the app makes of a model by what it gives for a black picture: its name, and how its distances are read."""

import zlib
from array import array

from madeleine.device import distance, features
from madeleine.kpu.format.feature_notes import NOTES_BYTES, NOTES_OUTPUT, NOTES_VERSION
from madeleine.kpu.format.feature_outputs import MAP_OUTPUT
from madeleine.sim.eyes import Outputs


def vector_of(outputs: Outputs) -> bytes:
    """What the app makes of the network's first output."""
    example = bytearray(features.LENGTH)
    features.reader(memoryview(array(*outputs[0])), features.quantise)(example)
    return bytes(example)


def name_of_model(outputs_of_black: Outputs) -> str:
    """How the app calls a model (lib/vision.py, Network.identity)."""
    known_by = outputs_of_black[MAP_OUTPUT][1] if _notes(outputs_of_black) else vector_of(outputs_of_black)
    return f"{zlib.crc32(known_by):08x}"


def scale_of_model(outputs_of_black: Outputs) -> distance.Scale:
    """How the app reads its distances (lib/vision.py, Network.scale)."""
    notes = _notes(outputs_of_black) or bytes(NOTES_BYTES)
    return distance.scale_of(name_of_model(outputs_of_black), notes[2], notes[3])


def is_upside_down(outputs_of_black: Outputs) -> bool:
    """Whether the model wants its pictures upside down (lib/vision.py, Network.wants_upside_down)."""
    return _notes(outputs_of_black)[1:2] == b"\1"


def _notes(outputs: Outputs) -> bytes:
    """Those of a model made for the board; b"" of any other."""
    notes = outputs[NOTES_OUTPUT][1] if len(outputs) > NOTES_OUTPUT else b""
    return notes if len(notes) == NOTES_BYTES and notes[0] == NOTES_VERSION else b""

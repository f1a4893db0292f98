"""What the benches of a long life and of the start put onto a flash (bench/long_life.py)."""

import engines
import features
from madeleine.model import find_model

from bench.long_life import NAMES, taught

EXAMPLES = 3


def test_a_camera_is_taught_with_settings_or_without():
    model = find_model("madeleine").read_bytes()
    plain = taught(model, EXAMPLES)
    for content in plain.values():
        assert all(name.encode() in content for name in NAMES[:EXAMPLES])
        assert b"limit" not in content
    assert all(b"limit\x00150" in content for content in taught(model, EXAMPLES, {"limit": "150"}).values())


def test_examples_are_measured_as_quickly_as_those_of_pictures():
    """Longer vectors are measured in pieces, and a start with a hundred of them took 1 s longer."""
    for content in taught(find_model("madeleine").read_bytes(), EXAMPLES).values():
        for name in NAMES[:EXAMPLES]:
            at = content.index(name.encode()) + len(name)
            vector = content[at : at + features.LENGTH]
            assert 0 < sum(value * value for value in vector) < engines._MEASURABLE / 2

"""Which class button A teaches, as the page is told: what the device itself would say after the same lines."""

import pytest
from madeleine.camera.fields import Fields
from madeleine.device import engines, examples
from madeleine.web.selection import Selection

LENGTH = 768


def known(*names):
    them = examples.Examples(engines.Plain(), [bytearray(LENGTH) for _ in names])
    for name in names:
        them.learn(name, bytes(LENGTH))
    return them


@pytest.mark.parametrize(
    "said, selected",
    [
        ([], "cup"),
        ([{"event": "selected", "name": "pen"}], "pen"),
        ([{"event": "learned", "name": "new"}], "new"),
        ([{"event": "learned", "name": "pen"}, {"event": "renamed", "name": "pen", "to": "ink"}], "ink"),
        ([{"event": "selected", "name": "pen"}, {"event": "renamed", "name": "cup", "to": "mug"}], "pen"),
        ([{"event": "selected", "name": "pen"}, {"event": "forgot", "name": "pen"}], "cup"),
        ([{"event": "selected", "name": "pen"}, {"event": "forgot", "name": "cup"}], "pen"),
        ([{"event": "selected", "name": "pen"}, {"event": "undone", "what": "rename", "name": "ink"}], "ink"),
        ([{"event": "selected", "name": "pen"}, {"event": "undone", "what": "learn", "name": "ink"}], "pen"),
        ([{"event": "selected", "name": "pen"}, {"event": "reset"}], "cup"),
        ([{"event": "selected", "name": 7}], "cup"),
    ],
)
def test_what_a_teaches(said, selected):
    selection = Selection()
    for message in said:
        selection.listen(Fields(message))
    assert selection.name(known("", "cup", "pen")) == selected
    selection.restart()
    assert selection.name(known()) == "A"

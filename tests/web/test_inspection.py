"""Oddness as the page is told it."""

import pytest
from madeleine.camera.fields import Fields
from madeleine.web.inspection import Inspection


def after(*messages):
    inspection = Inspection()
    for message in messages:
        inspection.listen(Fields(message))
    return inspection.state


ASKED = {"event": "good", "on": True}


def test_the_last_value():
    assert after(ASKED) == {"oddness": None, "odd": None}
    assert after(ASKED, {"event": "oddness", "value": 63, "odd": True}) == {"oddness": 63, "odd": True}


@pytest.mark.parametrize("end", [{"event": "good", "on": False}, {"event": "why", "on": True}, {"event": "ready"}])
def test_what_ends_it(end):
    assert after(ASKED, end) is None
    assert after(ASKED, end, {"event": "oddness", "value": 70, "odd": True}) is None


def test_nothing_unless_it_is_asked():
    assert after({"event": "oddness", "value": 70, "odd": True}) is None

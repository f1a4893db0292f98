"""Why, as the page is told it: the device's own heat, shares that add up to the lead, nothing unless it is asked."""

import numpy as np
import pytest
from madeleine.camera.fields import Fields
from madeleine.device import distance, engines, examples, features, heat, means, vectors
from madeleine.explain.maps import SHAPE, View
from madeleine.web.why import Why

SCALE = distance.Scale(128, 110)
random = np.random.default_rng(3)


def taught(*labels):
    """Examples whose vectors are by chance."""
    known = examples.Examples(engines.Plain(), vectors.on_heap(len(labels)))
    for label in labels:
        known.learn(label, random.integers(0, 128, features.LENGTH, dtype=np.uint8).tobytes())
    return known


def seen():
    """A view whose vector is the mean of its map, which is even: no byte is rounded."""
    vector = random.integers(0, 128, features.LENGTH, dtype=np.uint8)
    last_map = np.repeat(vector, heat.CELLS).reshape(SHAPE)
    last_map[:, 0, 0] += last_map[:, 6, 6] // 2
    last_map[:, 6, 6] -= last_map[:, 6, 6] // 2
    return View(vector.tobytes(), last_map.tobytes())


def tenths(view, known):
    """What the page is told as distances."""
    query = known.engine.query(view.vector)
    found = [known.engine.distance(query, known.vectors[i], known.norms[i]) for i in range(known.count)]
    return [SCALE.tenths(steps) / 10 for steps in found]


def asked(upside_down=False):
    reasons = Why("unknown", SCALE, upside_down)
    say(reasons, event="why", on=True)
    return reasons


def say(reasons, **message):
    reasons.listen(Fields(message))


def told(reasons, known, view, name):
    """What the page is told."""
    return reasons.turn(view, known, tenths(view, known), name)


def test_nothing_unless_it_is_asked():
    known, view = taught("cup"), seen()
    reasons = Why("unknown", SCALE, False)
    assert told(reasons, known, view, "cup") is None
    say(reasons, event="why", on=True)
    assert told(reasons, known, view, "cup")["nearest"]["name"] == "cup"
    assert told(reasons, known, view, None) == {"nearest": None}
    say(reasons, event="why", on=False)
    assert told(reasons, known, view, "cup") is None


@pytest.mark.parametrize("event", ["ready", "good"])
def test_what_ends_it(event):
    reasons = asked()
    say(reasons, event=event, on=True)
    assert told(reasons, taught("cup"), seen(), "cup") is None


def test_the_heat_is_the_cameras():
    known, view = taught("pen", "cup", "cup"), seen()
    why = told(asked(), known, view, "cup")
    index = why["nearest"]["index"]
    assert index == min((1, 2), key=lambda at: tenths(view, known)[at]), "of the name that is seen, whoever is nearer"
    camera = heat.Heat(heat.Sums(), False)
    camera.aim(known.vectors[index], known.norms[index], means.mean_of("unknown", known, "cup"))
    camera.look(view.last_map)
    assert (why["cells"], why["box"], why["centre"]) == (
        list(camera.cells),
        list(camera.box()),
        list(camera.centre()),
    )


def test_the_shares_of_the_lead_add_up_to_it():
    known, view = taught("cup", "pen", ""), seen()
    why = told(asked(), known, view, "cup")
    lead = why["rival"]["distance"] - why["nearest"]["distance"]
    assert why["rival"]["name"] != "cup" and len(why["lead"]) == heat.CELLS
    assert sum(why["lead"]) == pytest.approx(lead, abs=0.5)  # both are rounded


def test_one_class_has_no_rival():
    assert told(asked(), taught("cup", "cup"), seen(), "cup")["rival"] is None


def test_rows_of_a_network_that_sees_upside_down():
    known, view = taught("cup", "pen"), seen()
    upright, turned = (told(asked(upside_down=turn), known, view, "cup")["lead"] for turn in (False, True))
    assert np.allclose(np.reshape(upright, (7, 7))[::-1], np.reshape(turned, (7, 7)))

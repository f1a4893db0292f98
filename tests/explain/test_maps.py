"""Heat maps on the desk: Grad-CAM against numbers, the camera's own heat, and what speaks for one thing."""

import numpy as np
import pytest
from madeleine.errors import ToolError
from madeleine.examples.collection import Example
from madeleine.explain.answer import Answer
from madeleine.explain.maps import SHAPE, Model, View, cells_of, grad_cam, lead
from madeleine.explain.picture import overlay, sheet, smooth
from madeleine.model import find_model
from madeleine.sim.scenes import PLACES, scene


@pytest.fixture(scope="module")
def model():
    return Model(find_model("madeleine"))


def distance(maps, q):
    p = maps.mean(axis=(1, 2))
    return 2 - 2 * (p / np.linalg.norm(p)) @ q


def test_grad_cam_is_the_gradient():
    """Against differences: the channel's weight is the mean of the gradient over the cells."""
    random = np.random.default_rng(3)
    maps, q = random.uniform(0, 200, SHAPE), random.uniform(0, 100, SHAPE[0])
    unit, step = q / np.linalg.norm(q), 1e-3
    weights = np.zeros(SHAPE[0])
    for channel in range(SHAPE[0]):
        more, less = maps.copy(), maps.copy()
        more[channel, 2, 3] += step
        less[channel, 2, 3] -= step
        weights[channel] = -(distance(more, unit) - distance(less, unit)) / (2 * step)  # the same in every cell
    expected = np.maximum(np.tensordot(weights, maps, 1), 0)
    assert np.allclose(grad_cam(q, maps), expected, rtol=1e-4, atol=expected.max() * 1e-4)


def test_the_lead_adds_up_to_the_difference_of_the_distances():
    random = np.random.default_rng(4)
    one, two, last_map = (
        random.integers(0, top, size, np.uint8) for top, size in ((128, 768), (128, 768), (256, SHAPE))
    )
    found = lead(one.tobytes(), two.tobytes(), View(b"", last_map.tobytes()))
    means = last_map.mean(axis=(1, 2))
    cosines = [means @ q / np.linalg.norm(q.astype(float)) for q in (one, two)]
    assert found.mean() == pytest.approx(cosines[0] - cosines[1])


@pytest.mark.parametrize("place", PLACES)
def test_a_leaf_is_where_it_is(model, place):
    answer = Answer(model, [Example("leaf", model.see(scene("leaf")).vector)], scene(f"leaf {place}", 2))
    assert abs(answer.heat.centre()[0] - PLACES[place]) <= 32
    assert answer.rival(None) is None
    cells = cells_of(answer.heat)
    assert cells.shape == SHAPE[1:] and cells.max() == 255


def test_the_rival(model):
    examples = [Example(name, model.see(scene(name)).vector) for name in ("leaf", "cup", "ball")]
    answer = Answer(model, examples, scene("leaf", 3))
    assert answer.found[0].example.label == "leaf"
    assert answer.rival("ball").example.label == "ball"
    assert answer.rival(None).tenths == min(one.tenths for one in answer.found[1:])
    with pytest.raises(ToolError, match="choose one of"):
        answer.rival("leaf")
    page = sheet(answer.panels(answer.rival(None)))
    assert len(answer.panels(answer.rival(None))) == 4 and page.width > page.height


def test_another_example_makes_another_map(model):
    """The sanity check of such maps: what it shows depends on what it is asked for."""
    both = scene("leaf left", 1).copy()
    both[:, 112:] = scene("star right", 1)[:, 112:]
    view = model.see(both)
    leaf, star = (model.heat(model.see(scene(name)).vector, view) for name in ("leaf", "star"))
    assert leaf.centre()[0] < 112 < star.centre()[0]
    assert np.corrcoef(cells_of(leaf).ravel(), cells_of(star).ravel())[0, 1] < 0.7


def test_a_model_without_a_map_is_refused():
    with pytest.raises(ToolError, match="gives no map"):
        Model(find_model("tour"))


def test_colours_lie_where_it_is_warm():
    cells = np.zeros((7, 7))
    cells[3, 3] = 1
    grey = np.full((224, 224, 3), 128, np.uint8)
    seen = overlay(grey, cells)
    assert (seen[:60] == grey[:60]).all() and seen[96, 96, 0] > 200 > seen[96, 96, 2]
    assert smooth(cells)[96, 96] == 1 and smooth(cells, 31)[127, 96] == 1

"""People drawn into maps, and found there again."""

import numpy as np
import pytest
from madeleine.pose.people import STRIDE_PX, Maps, find_people, find_person
from madeleine.pose.skeleton import BONES, POINTS

ROWS, COLUMNS = 20, 30
BODY = np.array(  # x and y of each point, from the nose
    [
        *((0, 0), (5, -5), (-5, -5), (12, -2), (-12, -2), (22, 30), (-22, 30), (30, 62), (-31, 60)),
        *((28, 90), (-30, 92), (14, 95), (-15, 96), (16, 140), (-17, 141), (18, 182), (-19, 184)),
    ],
    np.float32,
)


def body_at(x: int, y: int) -> np.ndarray:
    return BODY + np.array((x, y), np.float32)


def maps_of(*bodies: np.ndarray, sure: float = 4.0) -> Maps:
    """What a network would say of bodies (17, 2): each cell speaks of the body that is nearest there."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS] * float(STRIDE_PX)
    cells = np.stack([columns, rows], -1)

    def nearest(kind: int) -> tuple[np.ndarray, np.ndarray]:
        away = np.stack([np.linalg.norm(cells - body[kind], axis=-1) for body in bodies])
        return away.min(0), np.array(bodies)[away.argmin(0)]

    heat, short, ahead, back = [], [], [], []
    for kind in range(len(POINTS)):
        away, body = nearest(kind)
        heat.append(sure - away / 4)
        short.append((body[..., kind, :] - cells)[..., ::-1])
    for near, far in BONES:
        for start, end, into in ((near, far, ahead), (far, near, back)):
            body = nearest(start)[1]
            into.append((body[..., end, :] - body[..., start, :])[..., ::-1])
    one, *pairs = (np.array(some, np.float32) for some in (heat, short, ahead, back))
    return Maps(one, *(pair.transpose(3, 0, 1, 2) for pair in pairs))


@pytest.mark.parametrize("corner", [(100, 50), (203, 61), (331, 57)])
def test_one_body(corner: tuple[int, int]) -> None:
    body = body_at(*corner)
    maps = maps_of(body)
    (person,) = find_people(maps, 5, 0.2)
    np.testing.assert_allclose(person.points, body, atol=0.01)
    np.testing.assert_allclose(find_person(maps).points, body, atol=0.01)
    assert person.score == pytest.approx(person.scores.mean()) and 0.5 < person.score < 1


def test_bodies_side_by_side() -> None:
    bodies = [body_at(*place) for place in ((70, 40), (190, 60), (330, 90))]
    found = find_people(maps_of(*bodies), 5, 0.2)
    assert len(found) == 3
    for body in bodies:
        assert min(np.abs(person.points - body).max() for person in found) < 0.01
    assert [person.score for person in found] == sorted((person.score for person in found), reverse=True)


def test_no_more_than_wanted_and_none_that_is_unsure() -> None:
    maps = maps_of(body_at(70, 40), body_at(190, 60))
    assert len(find_people(maps, 1, 0.2)) == 1
    assert find_people(maps, 5, 0.999) == []
    assert find_people(maps_of(body_at(70, 40), sure=-3), 5, 0.0) == []


def test_noise_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many roots are tried, and no more."""
    monkeypatch.setattr("madeleine.pose.people.ROOTS_LIMIT", 3)
    random = np.random.default_rng(1)
    maps = Maps(*(random.normal(0, 50, shape).astype("float32") for shape in _shapes()))
    assert len(find_people(maps, 20, 0.0)) <= 3


def _shapes() -> list[tuple[int, ...]]:
    plane = (ROWS, COLUMNS)
    return [(17, *plane), (2, 17, *plane), (2, 16, *plane), (2, 16, *plane)]


def test_points_leave_the_picture_unharmed() -> None:
    random = np.random.default_rng(2)
    maps = Maps(*(random.normal(0, 900, shape).astype("float32") for shape in _shapes()))
    assert all(np.isfinite(person.points).all() for person in find_people(maps, 20, 0.0))


def test_a_body_is_a_tree() -> None:
    assert len(POINTS) == 17 and len(set(BONES)) == 16
    assert {0, *(far for _, far in BONES)} == set(range(17))

"""How labelled pictures are parted and shown; no network and no torch."""

from pathlib import Path

import numpy as np
import pytest
from madeleine.errors import ToolError
from madeleine.evaluation.sets import PictureSet
from madeleine.tuning.lessons import LEAST, parts_of, to_judge
from madeleine.tuning.views import stranger, views

SIDE = 64


def pictures(**counts: int) -> PictureSet:
    """A set of so many pictures a class; two of each group."""
    kinds = {
        name: [Path(name, f"g{at // 2 + 100 * number:03}_{at}.jpg") for at in range(count)]
        for number, (name, count) in enumerate(counts.items())
    }
    return PictureSet.of("things", kinds)


def test_three_parts_that_share_no_group() -> None:
    both = pictures(cup=40, pen=30)
    parts = parts_of(both)
    each = [parts.learned, parts.checked, parts.asked]
    assert sorted(np.concatenate(each)) == list(range(70))
    groups = [set(both.group_of[part]) for part in each]
    assert not groups[0] & groups[1] and not groups[0] & groups[2] and not groups[1] & groups[2]
    assert [len(part) for part in each] == [42, 14, 14]
    assert (parts_of(both).learned == parts.learned).all()


def test_a_film_that_shows_several_things_is_in_one_part() -> None:
    films = {name: [Path(name, f"g{film:03}_{at}.jpg") for film in range(20) for at in range(2)] for name in "abc"}
    both = PictureSet.of("films", films)
    parts = parts_of(both)
    each = [set(both.group_of[part]) for part in (parts.learned, parts.checked, parts.asked)]
    assert [len(groups) for groups in each] == [12, 4, 4]
    assert set.union(*each) == set(range(20))


def test_what_is_asked_is_what_the_folders_say() -> None:
    halves = [
        {name: [Path(half, name, f"{at}.jpg") for at in range(20)] for name in "ab"} for half in ("train", "test")
    ]
    both = PictureSet.in_two("things", *halves)
    parts = parts_of(both)
    assert {both.paths[at].parts[0] for at in parts.asked} == {"test"} and len(parts.asked) == 40
    assert {both.paths[at].parts[0] for at in [*parts.learned, *parts.checked]} == {"train"}
    assert len(parts.checked) == 10


def test_what_it_has_learned_is_taught_and_what_is_new_is_asked() -> None:
    both = pictures(cup=40, pen=30)
    parts = parts_of(both)
    judged = to_judge(both, parts)
    assert (np.flatnonzero(judged.may_query) == parts.asked).all()
    assert not judged.may_support[parts.asked].any() and judged.may_support.sum() == 56


@pytest.mark.parametrize(
    ("counts", "says"),
    [({"cup": 40}, "one class"), ({"cup": 40, "pen": 2 * LEAST - 2}, "pen has 7 pictures; 8 are needed")],
)
def test_too_little(counts: dict[str, int], says: str) -> None:
    with pytest.raises(ToolError, match=says):
        parts_of(pictures(**counts))


def test_views_are_of_the_same_thing_and_strangers_are_not() -> None:
    random = np.random.default_rng(1)
    ramp = np.linspace(0, 255, SIDE, dtype=np.uint8)
    picture = np.repeat(np.stack([ramp, ramp[::-1], 0 * ramp + 90], -1)[None], SIDE, 0)
    shown = views(picture, random, 5)
    assert len(shown) == 5 and (shown[0] == picture).all()
    for view in shown[1:]:
        red = view[..., 0].astype(float).mean(0)
        assert view.shape == picture.shape and view.dtype == np.uint8
        assert (np.diff(red) >= -1).all(), "not mirrored: red still rises from left to right"
    others = [stranger(picture, shown[1], random) for _ in range(8)]
    assert {other.shape for other in others} == {picture.shape}
    assert len({other.tobytes() for other in others}) == 8

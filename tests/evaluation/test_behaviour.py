"""The headline: shares, their intervals, and the sentence."""

import numpy as np
import pytest
from madeleine.device import distance
from madeleine.evaluation.as_the_camera import Behaviour, CameraResult, Share, advice, camera_result, how_sure, wilson
from madeleine.evaluation.showing import Asked, Showing

SCALE = distance.Scale(128, 100)  # sure up to half the limit


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [
        (5, 10, 0.2366, 0.7634),
        (0, 10, 0, 0.2775),
        (10, 10, 0.7225, 1),
        (1, 2, 0.0945, 0.9055),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilsons_interval(right, count, low, high):
    """81 of 263: R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    assert wilson(right / count, count) == pytest.approx((low, high), abs=1e-4)


def asked(far, right, lesson=None, picture=None) -> Asked:
    count = len(far)
    return Asked(
        np.array(lesson or [0] * count),
        np.array(picture or range(count), int),
        np.array([SCALE.steps(one) for one in far], float),
        np.array(right, bool),
    )


def test_four_shares_make_one():
    known = asked([50, 150, 50, 150, 250], [1, 1, 0, 0, 1])
    showing = Showing(3, known, asked([150, 250], [0, 0]), asked([], []), None)
    result = camera_result("things", 2, showing, SCALE, 200)
    now = result.now
    assert [share.value for share in (now.right, now.probable, now.wrong, now.silent)] == [0.2, 0.2, 0.4, 0.2]
    assert now.similar.value == 0.5 and now.unrelated is None and now.named_right == 0.4
    assert result.without_limit.value == 0.6 and result.recommended is None and result.lessons == 1


def test_the_recommended_limit_is_judged_lesson_by_lesson():
    known = asked([50, 50, 50], [1, 1, 1], lesson=[0, 1, 2])
    showing = Showing(3, known, asked([90], [0], lesson=[2]), asked([], []), np.array([40, 60, 100]))
    then = camera_result("things", 2, showing, SCALE, 200).recommended
    assert then.limit == 60 and then.silent.value == pytest.approx(1 / 3) and then.similar.value == 1


def test_a_picture_that_is_asked_again_is_one_picture():
    known = asked([50] * 40, [1] * 40, picture=[0, 1] * 20)
    showing = Showing(3, known, asked([90], [0]), asked([], []), None)
    assert camera_result("things", 2, showing, SCALE, 200).now.right == Share(1, *wilson(1, 2), 2)


def behaviour(limit, right=0.7, probable=0.2, wrong=0.1, similar=0.5, of=100) -> Behaviour:
    values = right, probable, wrong, 1 - right - probable - wrong, similar
    return Behaviour(limit, *(Share(value, 0, 1, of) for value in values), None)


@pytest.mark.parametrize(
    ("now", "then", "rule", "sentence"),
    [
        ({}, None, "nearest", "Leave the limit at 200 and teach more than one picture of each thing"),
        ({}, {}, "nearest", "Leave the limit at 200: no other one suits these things better."),
        (
            {},
            {"limit": 120, "right": 0.6, "similar": 0.1},
            "nearest",
            "Show the camera the card `*limit 120` (named right 80 % instead of 90, similar 10 % instead of 50).",
        ),
        (
            {},
            {"limit": 120, "right": 0.3, "similar": 0.1},
            "nearest",
            "Leave the limit at 200; if things that were not taught get names too often, show the camera the card "
            "`*limit 120` (named right 50 % instead of 90, similar 10 % instead of 50).",
        ),
        ({"right": 0.4}, {"right": 0.4}, "fit", "teach more pictures of each thing: too many are not near enough"),
        ({"right": 0.5, "wrong": 0.3}, {}, "nearest", "or show it the card `*rule fit`: too many are confused."),
        ({"right": 0.5, "wrong": 0.3}, {}, "fit", "teach more pictures of each thing: too many are confused."),
    ],
)
def test_one_sentence(now, then, rule, sentence):
    recommended = None if then is None else behaviour(**{"limit": 200, **then})
    result = CameraResult("things", 3, 5, 200, behaviour(200, **now), recommended, Share(0.9, 0, 1, 100))
    found = advice(result, rule)
    assert sentence in found and found.count("`*") <= 1 and found[0].isupper() and found.endswith((".", "then."))


def test_few_pictures_are_said():
    def result(of):
        return CameraResult("things", 3, 5, 200, behaviour(200, of=of), None, Share(0.9, 0, 1, of))

    assert how_sure([result(100), result(20)]) is None
    assert how_sure([result(100), result(6)]).startswith("Only 6 pictures were asked: a figure may be off by 31 points")

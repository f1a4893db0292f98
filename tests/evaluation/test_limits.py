"""Known and unknown: the measures against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.device import distance
from madeleine.evaluation.evaluate import Outcome, compared
from madeleine.evaluation.limits import LIMITS, Errors, auroc
from madeleine.evaluation.summary import ModelResult, mean_score, set_result, shots_for_unknown
from madeleine.evaluation.trials import Trials

SCALE = distance.Scale(128, 110)
distances = st.lists(st.integers(0, 9), min_size=1, max_size=12).map(lambda values: np.array(values, float))


def tried(known, unknown, named_right=None, accuracy=(0.5, 0.7)) -> Trials:
    right = np.ones(len(known), bool) if named_right is None else np.array(named_right)
    counts = np.array([[3, 1], [2, 2]])
    return Trials(5, np.array(accuracy), counts, np.array(known, float), right, np.array(unknown, float))


@given(distances, distances)
def test_auroc_is_the_chance_that_the_known_is_nearer(known, unknown):
    pairs = [1.0 if k < u else 0.5 if k == u else 0.0 for k in known for u in unknown]
    assert auroc(known, unknown) == pytest.approx(np.mean(pairs))


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=20), st.integers(1, 500))
def test_the_errors_are_the_boards_decision(values, limit):
    """`Decision.frame` takes a distance of at most scale.steps(limit)."""
    errors = Errors.of(tried(values, values), SCALE)
    seen = np.mean([value <= SCALE.steps(limit) for value in values])
    assert errors.false_accept[limit - 1] == pytest.approx(seen)
    assert errors.false_reject[limit - 1] == pytest.approx(1 - seen)


def far(*shown: float) -> list[int]:
    """Distances in steps, from what the board would show."""
    return [SCALE.steps(limit) for limit in shown]


def test_the_equal_error_lies_where_both_are_the_same():
    errors = Errors.of(tried(far(100, 110, 120, 500), far(90, 400, 410, 420)), SCALE)
    limit, share = errors.equal()
    assert 120 <= limit < 400 and share == 0.25


def test_a_models_own_limit_means_what_it_means():
    errors = Errors.of(tried(far(*range(50, 400)), far(500)), SCALE)
    assert all(errors.like(errors, limit) == limit for limit in (60, 200, 399))


def test_a_limit_grows_with_the_distances():
    random = np.random.default_rng(1)
    shown = random.gamma(9, 30, 20_000)
    unit = SCALE.steps(1_000_000) / 1_000_000
    one, other = (Errors.of(tried(shown * factor * unit, [1]), SCALE) for factor in (1.0, 1.25))
    assert abs(other.like(one, 200) - 250) <= 1
    assert abs(one.like(other, 250) - 200) <= 1


def test_a_score_of_a_set():
    runs = [tried(far(100, 150, 250), far(120, 300), [True, False, True])]
    (score,) = set_result("things", 2, ["cup", "pen"], runs, 200, SCALE).scores
    assert score.accuracy == pytest.approx(0.6) and score.above_chance == pytest.approx(0.1)
    assert score.interval == pytest.approx(1.96 * 0.1)
    assert score.confusion == ((3, 1), (2, 2))
    found = score.rejection
    assert (found.limit, found.false_accept) == (200, 0.5)
    assert (found.false_reject, found.misnamed) == pytest.approx((1 / 3, 1 / 3))


def test_the_mean_of_sets():
    runs = [tried(far(100, 300), far(200)), tried(far(100), far(100, 300), accuracy=(0.9, 0.9))]
    scores = [set_result("things", 2, ["cup", "pen"], [run], 150, SCALE).scores[0] for run in runs]
    mean = mean_score(scores, [Errors.of(run, SCALE) for run in runs], [1, 1])
    assert mean.accuracy == pytest.approx(0.75) and mean.interval == pytest.approx(1.96 * 0.1 / 2)
    assert mean.rejection.false_reject == 0.25 and mean.rejection.false_accept == 0.25
    assert mean.rejection.equal_error == 0.25 and mean.confusion == ()
    assert mean_score(scores, [Errors.of(run, SCALE) for run in runs], [1, 3]).accuracy == pytest.approx(0.825)


def outcome(name: str, run: Trials) -> Outcome:
    result = set_result("things", 2, ["cup", "pen"], [run], 200, SCALE)
    return Outcome(ModelResult(name, (result,), result.scores), SCALE, ((run,),), (1.0,))


def test_a_model_beside_a_reference():
    known, unknown = far(100, 150, 250), far(120, 300)
    one = outcome("one", tried(known, unknown, accuracy=(0.8, 0.6)))
    other = outcome("other", tried(known, unknown, accuracy=(0.7, 0.5)))
    found = compared(one, other, 200).result.comparison
    assert (found.reference, found.reference_limit) == ("other", 200) and 150 <= found.limit < 250
    assert found.false_accept == found.reference_false_accept == 0.5
    assert found.false_reject == pytest.approx(1 / 3)
    assert found.gain == pytest.approx((0.1,)) and found.gain_interval == pytest.approx((0,), abs=1e-9)
    assert found.above_chance == pytest.approx((2,))
    by_chance = outcome("chance", tried(known, unknown, accuracy=(0.4, 0.6)))
    assert compared(one, by_chance, 200).result.comparison.above_chance == (None,)
    assert compared(one, by_chance, 200).result.comparison.gain_interval == pytest.approx((1.96 * 0.2,))


def test_which_shots_stand_for_the_unknown():
    assert [shots_for_unknown(shots) for shots in ((1, 3, 5, 10), (1, 3, 4), (7, 9))] == [2, 2, 0]


def test_limits_are_those_of_the_board():
    import settings

    assert (LIMITS[0], LIMITS[-1]) == (1, settings.LIMIT_MAX)

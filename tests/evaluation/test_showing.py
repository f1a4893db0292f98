"""What the camera would show, against the camera's own parts; and who has a say in the recommended limit."""

from pathlib import Path

import features
import numpy as np
import pytest
from examples import CAPACITY
from hypothesis import given, settings
from hypothesis import strategies as st
from madeleine.device import distance
from madeleine.evaluation import trials
from madeleine.evaluation.distances import distances
from madeleine.evaluation.limits import keeping
from madeleine.evaluation.sets import PictureSet
from madeleine.evaluation.showing import PROBABLE, SILENT, SURE, Asked, Show, certainty

from tests.evaluation.test_trials import Board, numbered

SCALE = distance.Scale(256, 110)  # 200 reads d = 1: the classes here are nearer to each other
LIMIT = 200


def clouds(pictures: PictureSet, random: np.random.Generator, spread: int = 40) -> np.ndarray:
    """Vectors of bytes: those of a class lie round one of its own."""
    middles = random.integers(0, 128, (len(pictures.classes), features.LENGTH))
    moved = middles[pictures.class_of] + random.integers(-spread, spread + 1, (len(pictures.paths), features.LENGTH))
    return moved.clip(0, 127).astype(float)


def shown(pictures: PictureSet, vectors: np.ndarray, shots: int, count: int = 3, rule: str = "nearest"):
    drawn = list(trials.episodes(pictures, len(pictures.classes), shots, count, 1))
    return Show(pictures, vectors, drawn, shots, rule).run(SCALE, LIMIT)


@pytest.mark.parametrize("limit", [1, 110, 200, 9999])
def test_sure_probable_and_silent_begin_where_the_camera_lets_them(limit):
    edges = SCALE.sure_steps(limit), SCALE.steps(limit)
    far = np.array([0, edges[0], edges[0] + 1, edges[1], edges[1] + 1, edges[1] * 2], float)
    assert certainty(far, SCALE, limit).tolist() == [SURE, SURE, PROBABLE, PROBABLE, SILENT, SILENT]


def test_each_lesson_has_its_limit():
    far = np.full(3, float(SCALE.steps(150)))
    asked = Asked(np.array([0, 1, 2]), np.arange(3), far, np.ones(3, bool))
    assert asked.certainty(SCALE, np.array([100, 160, 9999])).tolist() == [SILENT, PROBABLE, SURE]


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_what_is_asked_is_answered_as_on_the_board(seed):
    random = np.random.default_rng(seed)
    pictures = numbered(8)
    vectors = random.integers(0, 128, (len(pictures.paths) + 2, features.LENGTH)).astype(float)  # two show other things
    (episode,) = trials.episodes(pictures, 3, 3, 1, 1)
    showing = Show(pictures, vectors, [episode], 3, "nearest").run(SCALE, LIMIT)
    learned, asked = episode.support.T.ravel().tolist(), episode.query.ravel().tolist()
    board = Board(vectors.astype(np.uint8), pictures, learned)

    def found(numbers, board):
        return [board.find(vectors[number].astype(np.uint8)) for number in numbers]

    assert showing.taught == 3 and showing.known.picture.tolist() == asked
    assert showing.known.far.tolist() == [far for _, far in found(asked, board)]
    names = [pictures.classes[pictures.class_of[number]] for number in asked]
    assert showing.known.right.tolist() == [
        name == own for (name, _), own in zip(found(asked, board), names, strict=True)
    ]
    assert showing.unrelated.far.tolist() == [far for _, far in found([24, 25], board)]
    assert not showing.unrelated.right.any()
    left_out = pictures.class_of[episode.query[episode.left_out, 0]]
    others = Board(vectors.astype(np.uint8), pictures, [one for one in learned if pictures.class_of[one] != left_out])
    own = [one for one in asked if pictures.class_of[one] == left_out]
    assert showing.similar.picture.tolist() == own
    assert showing.similar.far.tolist() == [far for _, far in found(own, others)]


@pytest.mark.parametrize("rule", ["nearest", "fit"])
def test_asked_pictures_have_no_say_in_the_limit(rule):
    random = np.random.default_rng(3)
    pictures = PictureSet.in_two("things", halves("train", 4), halves("test", 6))
    vectors = clouds(pictures, random)
    limits = shown(pictures, vectors, 3, rule=rule).own_limits
    vectors[pictures.may_query] = random.integers(0, 128, (18, features.LENGTH))
    assert limits.tolist() == shown(pictures, vectors, 3, rule=rule).own_limits.tolist()
    vectors[pictures.may_support] = clouds(pictures, random, spread=80)[pictures.may_support]
    assert limits.tolist() != shown(pictures, vectors, 3, rule=rule).own_limits.tolist()


def test_a_limit_that_suits_keeps_the_right_answers_and_turns_strangers_away():
    random = np.random.default_rng(5)
    pictures = numbered(12)
    vectors = clouds(pictures, random)
    between = distances(vectors, vectors)
    own = pictures.class_of[:, None] == pictures.class_of
    within, apart = np.sort(between[own])[-1], between[~own].min()
    assert within < apart < SCALE.steps(LIMIT)
    showing = shown(pictures, vectors, 5)
    for limit in showing.own_limits:
        assert SCALE.steps(int(limit)) < apart
    assert (showing.known.certainty(SCALE, showing.own_limits) != SILENT).mean() > 0.9
    assert (showing.similar.certainty(SCALE, showing.own_limits) == SILENT).all()


@pytest.mark.parametrize(
    "pictures",
    [
        numbered(4),
        PictureSet.of("films", {f"c{i}": [Path(f"g{i}{j}_{k}") for j in range(4) for k in range(5)] for i in range(3)}),
    ],
)
def test_one_picture_or_one_film_of_a_class_gives_no_limit(pictures):
    vectors = clouds(pictures, np.random.default_rng(2))
    assert shown(pictures, vectors, 1).own_limits is None


def test_a_film_is_not_compared_with_itself():
    """The frames of a film are alike; the limit has to suit another film of the thing."""
    pictures = PictureSet.of(
        "films", {f"c{i}": [Path(f"g{i}{j}_{k}") for j in range(4) for k in range(5)] for i in range(2)}
    )
    random = np.random.default_rng(2)
    films = clouds(pictures, random, 60)[::5].repeat(5, axis=0)
    vectors = (films + random.integers(0, 2, films.shape)).clip(0, 127)
    limits = shown(pictures, vectors, 8).own_limits
    between = distances(vectors, vectors)
    other_film = (pictures.group_of[:, None] != pictures.group_of) & (pictures.class_of[:, None] == pictures.class_of)
    assert all(SCALE.steps(int(limit)) >= between[other_film].min() for limit in limits)


def test_the_limit_that_keeps_nearly_all_right_answers():
    far = np.array([SCALE.steps(limit) for limit in range(1, 101)], float)
    assert keeping(far, SCALE) == 95
    assert keeping(np.array([float(SCALE.steps(70))]), SCALE) == 70
    assert keeping(np.array([0.0]), SCALE) == 1


def halves(half: str, count: int, classes: int = 3) -> dict[str, list[Path]]:
    return {f"c{i}": [Path(f"things/{half}/c{i}/{j}.jpg") for j in range(count)] for i in range(classes)}


def test_all_of_train_is_taught_in_turns_and_all_of_test_is_asked():
    pictures = PictureSet.in_two("things", halves("train", 100), halves("test", 2, classes=4))
    assert [path.parent.name for path in pictures.untaught] == ["c3", "c3"]
    vectors = clouds(pictures, np.random.default_rng(1))
    show = Show(pictures, np.concatenate([vectors, vectors[:2]]), [], 5, "nearest")
    showing = show.run(SCALE, LIMIT)
    assert showing.taught == round(CAPACITY / 3) and len(showing.known.far) == len(showing.similar.far) == 6
    answers = show.first(SCALE, LIMIT, pictures.untaught)
    assert [answer.true for answer in answers] == ["c0", "c0", "c1", "c1", "c2", "c2", "", ""]
    assert [answer.path.parts[1] for answer in answers] == ["test"] * 8
    assert all(answer.said == answer.true for answer in answers[:6])
    assert [answer.said for answer in answers[6:]] == ["c0", "c0"]  # they are pictures of it


def test_the_first_lesson_asks_every_picture_that_may_be_asked():
    pictures = PictureSet.of(
        "films", {f"c{i}": [Path(f"g{i}{j}_{k}") for j in range(4) for k in range(5)] for i in range(3)}
    )
    drawn = list(trials.episodes(pictures, 3, 2, 1, 1))
    show = Show(pictures, clouds(pictures, np.random.default_rng(1)), drawn, 2, "nearest")
    asked = {answer.path for answer in show.first(SCALE, LIMIT, ())}
    films = set(pictures.group_of[drawn[0].support.ravel()])
    assert asked == {path for path, film in zip(pictures.paths, pictures.group_of, strict=True) if film not in films}

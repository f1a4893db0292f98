"""Sets, episodes, and the search in one matrix product against the board's own."""

from pathlib import Path

import features
import numpy as np
import pytest
from engines import Plain
from examples import Examples
from hypothesis import given, settings
from hypothesis import strategies as st
from madeleine.errors import ToolError
from madeleine.evaluation import trials
from madeleine.evaluation.distances import distances
from madeleine.evaluation.sets import PictureSet, find_sets
from madeleine.evaluation.trials import QUERIES, Episode
from search import Match, Search
from vectors import on_heap


def named(*names: str, classes: int = 3) -> PictureSet:
    """A set of some classes, each with pictures of these names."""
    return PictureSet.of("things", {f"c{i}": [Path(f"things/c{i}/{name}") for name in names] for i in range(classes)})


def numbered(count: int, classes: int = 3) -> PictureSet:
    return named(*(f"{i:03}.jpg" for i in range(count)), classes=classes)


class Board:
    """The camera's memory, for one episode."""

    def __init__(self, vectors, pictures: PictureSet, learned: list[int]) -> None:
        self.engine = Plain()
        self.examples = Examples(self.engine, on_heap(len(learned)))
        for index in learned:
            self.examples.learn(pictures.classes[pictures.class_of[index]], bytes(vectors[index]))
        self.search = Search(self.examples, self.engine)

    def find(self, vector) -> tuple[str, int]:
        match = Match()
        self.search.nearest(self.engine.query(bytes(vector)), match)
        return match.label, match.distance


def learned_in(episode: Episode, shots: int) -> list[int]:
    """One picture of each class after the other."""
    return [int(row[shot]) for shot in range(shots) for row in episode.support]


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 3]), st.integers(2, 3), st.sampled_from([2, 30, 128]))
def test_an_episode_comes_out_as_on_the_board(seed, shots, ways, values):
    """With few values many examples are equally near: the first learned one answers."""
    random = np.random.default_rng(seed)
    pictures = numbered(14)
    vectors = np.zeros((len(pictures.paths), features.LENGTH), np.uint8)
    vectors[:, : 4 if values == 2 else None] = random.integers(
        0, values, vectors[:, : 4 if values == 2 else None].shape
    )
    (episode,) = trials.episodes(pictures, ways, 3, 1, seed)
    (result,) = trials.run(pictures, vectors.astype(np.float64), [episode], [shots], "nearest")

    learned, asked = learned_in(episode, shots), [int(i) for i in episode.query.ravel()]
    board = Board(vectors, pictures, learned)
    confusion = np.zeros((3, 3), int)
    for index in asked:
        confusion[pictures.class_of[index], pictures.classes.index(board.find(vectors[index])[0])] += 1
    assert (result.confusion == confusion).all()
    assert result.accuracy.tolist() == [np.trace(confusion) / len(asked)]

    left_out = pictures.class_of[episode.support[episode.left_out, 0]]
    board = Board(vectors, pictures, [index for index in learned if pictures.class_of[index] != left_out])
    found = {index: board.find(vectors[index]) for index in asked}
    known = [index for index in asked if pictures.class_of[index] != left_out]
    assert result.known.tolist() == [found[index][1] for index in known]
    assert result.unknown.tolist() == [found[index][1] for index in asked if index not in known]
    named_right = [found[index][0] == pictures.classes[pictures.class_of[index]] for index in known]
    assert result.named_right.tolist() == named_right


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 4, 128]))
def test_distances_are_the_boards_to_the_last_digit(seed, values):
    """With few values many are equal, or of one direction, where a float's last digit decides."""
    random = np.random.default_rng(seed)
    vectors = random.integers(0, values, (12, 3 if values < 128 else features.LENGTH), np.uint8)
    engine = Plain()
    rows = [vector.tobytes() for vector in vectors]
    norms = [engine.query(row).norm for row in rows]
    expected = [[engine.distance(engine.query(row), *other) for other in zip(rows, norms, strict=True)] for row in rows]
    assert distances(vectors.astype(float), vectors.astype(float)).tolist() == expected


@pytest.mark.parametrize("ways", [2, 3])
def test_what_an_episode_draws(ways):
    pictures = numbered(15)
    drawn = list(trials.episodes(pictures, ways, 5, 50, seed=3))
    assert len(drawn) == 50 and {episode.left_out for episode in drawn} == set(range(ways))
    classes = set()
    for episode in drawn:
        assert episode.support.shape == (ways, 5) and episode.query.shape == (ways, QUERIES)
        both = np.concatenate([episode.support, episode.query], axis=1)
        assert len(np.unique(both)) == both.size
        rows = pictures.class_of[both]
        assert (rows == rows[:, :1]).all() and len(set(rows[:, 0])) == ways
        classes.add(tuple(sorted(rows[:, 0])))
    assert len(classes) == 3 if ways == 2 else 1
    again = list(trials.episodes(pictures, ways, 5, 50, seed=3))
    assert all((a.support == b.support).all() and (a.query == b.query).all() for a, b in zip(drawn, again, strict=True))
    other = next(trials.episodes(pictures, ways, 5, 1, seed=4))
    assert (other.support != drawn[0].support).any()


def test_groups_are_never_in_both_not_even_of_different_classes():
    pictures = named(*(f"g{i // 2:03}_{i:03}.jpg" for i in range(40)))
    for episode in trials.episodes(pictures, 3, 3, 50, seed=0):
        shown, asked = (set(pictures.group_of[part.ravel()]) for part in (episode.support, episode.query))
        assert not shown & asked
    assert len(set(pictures.group_of)) == 20


def test_support_from_a_and_query_from_b():
    pictures = named(*(f"{side}_{i:02}.jpg" for side in "ab" for i in range(12)))
    for episode in trials.episodes(pictures, 3, 10, 20, seed=0):
        assert {pictures.paths[i].name[:2] for i in episode.support.ravel()} == {"a_"}
        assert {pictures.paths[i].name[:2] for i in episode.query.ravel()} == {"b_"}


def test_names_count_only_when_all_are_so():
    assert named("a_1.jpg", "b_1.jpg", "c_1.jpg").may_query.all()


@pytest.mark.parametrize(
    ("pictures", "shots", "message"),
    [
        (numbered(30, classes=1), 5, "things has one class; put the pictures of another thing"),
        (
            numbered(14),
            14,
            "things: c0 has 14 pictures, 15 are needed for 14 shots; add pictures, or give smaller --shots",
        ),
        (named(*(f"b_{i}" for i in range(20)), "a_0"), 5, "c0 has 21 pictures, 5 to teach and 1 to ask are needed"),
        (named(*(f"g1_{i}" for i in range(40))), 5, "its groups leave too few queries next to 5 shots"),
    ],
)
def test_too_little_is_said(pictures, shots, message):
    with pytest.raises(ToolError, match=message):
        next(trials.episodes(pictures, len(pictures.classes), shots, 1, seed=0))


def test_ways():
    assert numbered(1, classes=10).ways == (10,)
    assert numbered(1, classes=11).ways == (5, 11)


def test_a_set_without_a_picture():
    pictures = named("g1_1.jpg", "2.jpg")
    gone = [path for path in pictures.paths if path.parent.name == "c1" or path.name == "2.jpg"]
    left = pictures.without(gone)
    assert left.classes == ("c0", "c2") and len(left.paths) == 2 and left.class_of.tolist() == [0, 1]


def test_sets_on_disk(tmp_path):
    with pytest.raises(ToolError, match="is not a folder"):
        find_sets(tmp_path / "none")
    with pytest.raises(ToolError, match=r"has no classes: give a folder with a sub-folder of pictures"):
        find_sets(tmp_path)
    for name in ("kitchen/cup/1.JPG", "kitchen/pen/1.png", "tools/saw/1.webp", "texts/licence/MIT.txt"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    found = find_sets(tmp_path)
    assert [(one.name, one.classes) for one in found] == [("kitchen", ("cup", "pen")), ("tools", ("saw",))]
    assert [one.classes for one in find_sets(tmp_path / "kitchen")] == [("cup", "pen")]

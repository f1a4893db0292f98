"""What is kept back to judge: a share of each class, whole groups, and no copy of what is taught."""

from pathlib import Path

import numpy as np
from madeleine.evaluation.held_out import held_out, is_parted, parts, with_copies_together
from madeleine.evaluation.sets import PictureSet


def of(**names: list[str]) -> PictureSet:
    return PictureSet.of("things", {kind: [Path(kind, name) for name in own] for kind, own in names.items()})


def test_a_share_of_each_class_and_one_seed_one_answer():
    pictures = of(cup=[f"{i}.jpg" for i in range(50)], pen=[f"{i}.jpg" for i in range(10)], key=["1.jpg", "2.jpg"])
    asked = held_out(pictures, 0.2, 1)
    assert list(np.bincount(pictures.class_of[asked])) == [10, 2, 1]
    assert (asked == held_out(pictures, 0.2, 1)).all()
    assert (asked != held_out(pictures, 0.2, 2)).any()


def test_groups_stay_together_even_over_classes():
    names = [f"g{i // 4:03}_{i}.jpg" for i in range(40)]
    pictures = of(cup=names, pen=names)
    taught, asked = parts(pictures, 0.2, 3)
    assert not set(pictures.group_of[taught]) & set(pictures.group_of[asked])
    assert sorted([*taught, *asked]) == list(range(80))
    assert list(np.bincount(pictures.class_of[asked])) == [8, 8]


def test_a_single_picture_and_a_single_group_are_taught():
    pictures = of(cup=["1.jpg"], pen=["g001_1.jpg", "g001_2.jpg"], key=["1.jpg", "2.jpg"])
    assert list(pictures.class_of[held_out(pictures, 0.5, 1)]) == [2]


def test_folders_and_names_that_part_are_respected():
    halves = PictureSet.in_two(
        "things", {"cup": [Path("1")], "pen": [Path("2")]}, {"cup": [Path("3")], "pen": [Path("4")]}
    )
    sided = of(cup=["a_1.jpg", "b_1.jpg"], pen=["a_2.jpg", "b_2.jpg"])
    assert is_parted(halves) and is_parted(sided) and not is_parted(of(cup=["1.jpg"]))
    assert [list(part) for part in parts(sided, 0.2, 1)] == [[0, 2], [1, 3]]


def test_copies_are_one_group():
    pictures = of(cup=["1.jpg", "2.jpg", "g007_1.jpg", "g007_2.jpg"], pen=["1.jpg"])
    vectors = np.array([[1.0, 2], [3, 4], [1, 2], [5, 6], [3, 4]])
    groups = with_copies_together(pictures, vectors).group_of
    assert groups[0] == groups[2] == groups[3] and groups[1] == groups[4] != groups[0]

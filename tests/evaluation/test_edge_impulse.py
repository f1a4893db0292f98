"""Folders of Edge Impulse: labels of names, and of the file that comes with an export."""

import json

import pytest
from madeleine.evaluation import edge_impulse
from madeleine.evaluation.sets import find_sets


@pytest.fixture
def folder(tmp_path):
    for half, names in (("training", ["cup.1.jpg", "cup.2.jpg", "pen.1.jpg"]), ("testing", ["cup.9.jpg", "pen.8.jpg"])):
        (tmp_path / half).mkdir()
        for name in names:
            (tmp_path / half / name).write_bytes(b"")
    return tmp_path


def test_labels_of_the_names(folder):
    (found,) = find_sets(folder)
    assert found.classes == ("cup", "pen") and found.in_halves
    assert [path.name for path in found.paths] == ["cup.1.jpg", "cup.2.jpg", "cup.9.jpg", "pen.1.jpg", "pen.8.jpg"]
    assert list(found.may_support) == [True, True, False, True, False]


def test_labels_of_the_file_win(folder):
    rows = [{"path": "training/cup.2.jpg", "category": "training", "label": {"type": "label", "label": "pen"}}]
    (folder / "info.labels").write_text(json.dumps({"version": 1, "files": rows}))
    taught, asked = edge_impulse.kinds_in(folder)
    assert [path.name for path in taught["pen"]] == ["cup.2.jpg", "pen.1.jpg"] and len(asked["cup"]) == 1


@pytest.mark.parametrize(
    "text",
    ["", "[1]", "[" * 10_000, '{"files": 3}', '{"files": [{"path": 1, "label": {"label": 2}}]}', '{"files": [1]}'],
)
def test_a_file_without_sense_is_none(text, folder):
    (folder / "info.labels").write_text(text)
    assert list(edge_impulse.kinds_in(folder)[0]) == ["cup", "pen"]


def test_other_folders_are_not_of_edge_impulse(tmp_path):
    assert edge_impulse.kinds_in(tmp_path) is None
    (tmp_path / "training").mkdir()
    assert edge_impulse.kinds_in(tmp_path) is None

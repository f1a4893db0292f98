"""Which class button A teaches."""

import pytest
from classes import Classes


class Labels:
    """Examples of which only the labels matter."""

    def __init__(self, *labels):
        self.labels = list(labels)


@pytest.mark.parametrize(
    ("labels", "selected", "current", "following"),
    [
        ([], None, "A", "A"),
        ([""], None, "A", "A"),
        (["cup"], None, "cup", "A"),
        (["", "cup", "A"], None, "cup", "A"),
        (["cup", "A"], "A", "A", "B"),
        (["cup", "A"], "new", "new", "cup"),
        ([chr(65 + n) for n in range(26)], "Z", "Z", "A1"),
        ([chr(65 + n) for n in range(26)] + ["A1"], "A1", "A1", "B1"),
    ],
)
def test_the_current_class_and_the_one_after_it(labels, selected, current, following):
    classes = Classes(Labels(*labels))
    classes.select(selected)
    assert (classes.current(), classes.following()) == (current, following)


def test_a_class_that_went_is_not_selected_any_more():
    classes = Classes(Labels("cup", "pen"))
    classes.select("pen")
    classes.forget("cup")
    assert classes.current() == "pen"
    classes.forget("pen")
    assert classes.current() == "cup"

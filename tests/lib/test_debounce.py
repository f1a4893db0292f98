"""The answer over time: tables of what frames say and what is answered."""

import pytest
from debounce import AGREE, FRAMES, GONE_FRAMES, Debounce
from hypothesis import given
from hypothesis import strategies as st

LIMIT, SURE = 200, 100
# What a letter is: a name, and its distance. Capitals are sure; the signs are "a" a little within or beyond a border.
FRAME = {"-": ("", 0), "a": ("a", 150), "A": ("a", 50), "b": ("b", 150), "B": ("b", 50), "c": ("c", 150)}
FRAME |= {"+": ("a", 250), "x": ("a", 251), "/": ("a", 125), "|": ("a", 126)}


def answers(frames: str) -> str:
    """What is answered after each frame; '-' is nothing, a capital is a sure name."""
    debounce = Debounce()
    told = []
    for frame in frames:
        debounce.frame(*FRAME[frame], LIMIT, SURE)
        name = debounce.name or "-"
        told.append(name.upper() if debounce.sure else name)
    return "".join(told)


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ("----", "----"),
        ("aaa", "-aa"),
        ("a-a", "--a"),
        ("a--a--a", "-------"),  # never two of three
        ("ababab", "--aaaa"),  # the first stays while it is there
        ("aaabaabaaabbaaa", "-aaaaaaaaaaaaaa"),
        ("aabbb", "-aaab"),
        ("aab-b", "-aaab"),
        ("aab-c-b", "-aaaa--"),
        ("aa----", "-aaaa-"),
        ("aa---a---a----", "-aaaaaaaaaaaa-"),
        ("+++", "---"),  # a name appears within the limit ...
        ("aa++++", "-aaaaa"),  # ... and stays a quarter beyond it
        ("aaxxxx", "-aaaa-"),
        ("aabb+b+b", "-aaaaaaa"),
        ("AAA", "-AA"),
        ("aAa", "-aa"),
        ("aaAA", "-aaA"),
        ("AA////", "-AAAAA"),  # sure stays likewise
        ("AA||||", "-AAAaa"),
        ("AAa-a", "-AAAa"),
        ("AA-BBB", "-AAABB"),
        ("AA-A-A-A", "-AAAAAAA"),
    ],
)
def test_a_name_appears_and_goes(frames, expected):
    assert answers(frames) == expected


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", None]), st.integers(0, 300)), max_size=60))
def test_frame_tells_each_change_and_nothing_else(frames):
    debounce = Debounce()
    for at, frame in enumerate(frames):
        before = debounce.name, debounce.sure
        assert debounce.frame(*frame, LIMIT, SURE) == ((debounce.name, debounce.sure) != before)
        last = frames[max(0, at + 1 - FRAMES) : at + 1]
        if debounce.name != before[0] and debounce.name is not None:
            assert [label for label, _ in last].count(debounce.name) >= AGREE
            assert frame[0] == debounce.name and frame[1] <= LIMIT
        if debounce.name is None:
            assert not debounce.sure
        elif at + 1 >= GONE_FRAMES:
            shown = [distance for label, distance in frames[at + 1 - GONE_FRAMES : at + 1] if label == debounce.name]
            assert min(shown) <= LIMIT * 5 / 4

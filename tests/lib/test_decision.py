"""The answer over time: tables of what frames say and what is answered."""

import pytest
from decision import AGREE, FRAMES, GONE_FRAMES, Decision
from hypothesis import given
from hypothesis import strategies as st

LIMIT, SURE = 200, 100
# What a letter is: a name, and its distance. Capitals are sure; the signs are "a" a little within or beyond a border.
FRAME = {"-": ("", 0), "a": ("a", 150), "A": ("a", 50), "b": ("b", 150), "B": ("b", 50), "c": ("c", 150)}
FRAME |= {"+": ("a", 250), "x": ("a", 251), "/": ("a", 125), "|": ("a", 126)}


def answers(frames: str) -> str:
    """What is answered after each frame; '-' is nothing, a capital is a sure name."""
    decision = Decision()
    told = []
    for frame in frames:
        decision.frame(*FRAME[frame], LIMIT, SURE)
        name = decision.name or "-"
        told.append(name.upper() if decision.sure else name)
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
    decision = Decision()
    for at, frame in enumerate(frames):
        before = decision.name, decision.sure
        assert decision.frame(*frame, LIMIT, SURE) == ((decision.name, decision.sure) != before)
        last = frames[max(0, at + 1 - FRAMES) : at + 1]
        if decision.name != before[0] and decision.name is not None:
            assert [label for label, _ in last].count(decision.name) >= AGREE
            assert frame[0] == decision.name and frame[1] <= LIMIT
        if decision.name is None:
            assert not decision.sure
        elif at + 1 >= GONE_FRAMES:
            shown = [distance for label, distance in frames[at + 1 - GONE_FRAMES : at + 1] if label == decision.name]
            assert min(shown) <= LIMIT * 5 / 4

"""The answer over time: tables of what frames say and what is answered."""

import pytest
from answer import GONE_FRAMES, HOLD_FRAMES, Answer
from hypothesis import given
from hypothesis import strategies as st


def answers(frames: str) -> str:
    """What is answered after each frame; '-' is nothing."""
    answer = Answer()
    told = []
    for frame in frames:
        answer.frame(None if frame == "-" else frame)
        told.append(answer.name or "-")
    return "".join(told)


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ("---", "---"),
        ("aaa", "--a"),
        ("aa-aa-aa-", "---------"),
        ("ababababab", "----------"),
        ("aaabaabaaabbaaa", "--aaaaaaaaaaaaa"),
        ("aaabbb", "--aaab"),
        ("aaa--a---", "--aaaaaa-"),
        ("aaabb-bbb", "--aaaaaab"),
        ("aaab-b-b-b-b-", "--aaaaaaaa---"),  # gone for long, though nothing holds
        ("aaabcbcbcab-b-b-b", "--aaaaaaaaaaaaaaa"),  # one look at it, and it stays
    ],
)
def test_a_name_appears_or_goes_only_when_it_holds(frames, expected):
    assert answers(frames) == expected


@given(st.lists(st.sampled_from([None, "a", "b"]), max_size=60))
def test_frame_tells_each_change_and_nothing_else(frames):
    answer = Answer()
    for at, frame in enumerate(frames):
        before = answer.name
        assert answer.frame(frame) == (answer.name != before)
        if answer.name != before and answer.name is not None:
            assert frames[at + 1 - HOLD_FRAMES : at + 1] == [answer.name] * HOLD_FRAMES
        if len(frames[: at + 1]) >= GONE_FRAMES and answer.name is not None:
            assert answer.name in frames[at + 1 - GONE_FRAMES : at + 1]

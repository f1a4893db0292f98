"""The debounce over time: tables of what frames say and what is debounceed."""

import pytest
from debounce import GONE_FRAMES, HOLD_FRAMES, Debounce
from hypothesis import given
from hypothesis import strategies as st


def debounces(frames: str) -> str:
    """What is debounceed after each frame; '-' is nothing."""
    debounce = Debounce()
    told = []
    for frame in frames:
        debounce.frame(None if frame == "-" else frame)
        told.append(debounce.name or "-")
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
    assert debounces(frames) == expected


@given(st.lists(st.sampled_from([None, "a", "b"]), max_size=60))
def test_frame_tells_each_change_and_nothing_else(frames):
    debounce = Debounce()
    for at, frame in enumerate(frames):
        before = debounce.name
        assert debounce.frame(frame) == (debounce.name != before)
        if debounce.name != before and debounce.name is not None:
            assert frames[at + 1 - HOLD_FRAMES : at + 1] == [debounce.name] * HOLD_FRAMES
        if len(frames[: at + 1]) >= GONE_FRAMES and debounce.name is not None:
            assert debounce.name in frames[at + 1 - GONE_FRAMES : at + 1]

"""All that was taught: what goes in comes out of changes(), which is what the store writes."""

import features
import pytest
from change import ANCHOR, FORGET, FORGET_GAUGE, LEARN, RESET, SETTING, UNDO, Change
from engines import Plain
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import Memory
from nearest import MemoryFull, on_heap


def vector(number: int) -> bytes:
    return bytes([number]) * features.LENGTH


def records(memory: Memory) -> list[tuple]:
    """Everything in memory, as (what, key, value)."""
    changes = list(memory.changes())
    assert all(isinstance(change, Change) and change.id is None and not change.draft for change in changes)
    return [(change.what, change.key, change.value if change.what == SETTING else bytes(change.value)) for change in changes]


def empty() -> Memory:
    return Memory(Plain(), on_heap())


def taught() -> Memory:
    memory = empty()
    for change in (
        Change(LEARN, "cup", vector(1)),
        Change(ANCHOR, 100, vector(9)),
        Change(SETTING, "limit", "150"),
        Change(LEARN, "", vector(2)),
        Change(ANCHOR, 0, vector(8)),
        Change(SETTING, "sound", "off"),
        Change(SETTING, "limit", "300"),
    ):
        assert memory.apply(change) is None
    return memory


def test_changes_hold_everything_with_the_last_value_of_a_setting():
    assert records(taught()) == [
        ("setting", "limit", "300"),
        ("setting", "sound", "off"),
        ("anchor", 0, vector(8)),
        ("anchor", 100, vector(9)),
        ("learn", "cup", vector(1)),
        ("learn", "", vector(2)),
    ]


def test_reset_keeps_the_settings_and_nothing_else():
    memory = taught()
    assert memory.apply(Change(RESET)) is None
    assert records(memory) == [("setting", "limit", "300"), ("setting", "sound", "off")]
    assert not memory.gauge.ready()


def test_forget_gauge_keeps_the_examples():
    memory = taught()
    assert memory.apply(Change(FORGET_GAUGE)) is None
    assert [what for what, _, _ in records(memory)] == ["setting", "setting", "learn", "learn"]
    assert not memory.gauge.ready()


def test_clear_leaves_nothing():
    memory = taught()
    memory.clear()
    assert records(memory) == []
    memory.apply(Change(SETTING, "limit", "1"))
    assert records(memory) == [("setting", "limit", "1")]


@settings(max_examples=30)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just(LEARN), st.sampled_from(["a", "b", ""]), st.integers(0, 127).map(vector)),
            st.tuples(st.just(ANCHOR), st.sampled_from([0, 100]), st.integers(0, 127).map(vector)),
            st.tuples(st.just(SETTING), st.sampled_from(["limit", "sound"]), st.text(max_size=3)),
            st.tuples(st.just(UNDO)),
            st.tuples(st.just(FORGET), st.sampled_from(["a", ""])),
            st.tuples(st.just(FORGET_GAUGE)),
            st.tuples(st.just(RESET)),
        ),
        max_size=15,
    )
)
def test_a_memory_filled_from_changes_has_the_same_changes(changes):
    memory, again = empty(), empty()
    for change in changes:
        memory.apply(Change(*change))
    for change in memory.changes():
        again.apply(change)
    assert records(again) == records(memory)


def test_undo_and_forget_tell_what_they_dropped():
    memory = taught()
    assert memory.apply(Change(UNDO)) == ""
    assert memory.apply(Change(FORGET, "pen")) == 0
    assert memory.apply(Change(FORGET, "cup")) == 1
    assert memory.apply(Change(UNDO)) is None


@pytest.mark.parametrize("what", ["begin", "commit", "drop", "fly"])
def test_what_belongs_to_flash_alone_does_not_come_here(what):
    with pytest.raises(KeyError):
        empty().apply(Change(what))


def test_a_full_memory_says_so_and_stays_as_it_is():
    memory = empty()
    for _ in range(memory.examples.capacity):
        memory.apply(Change(LEARN, "a", vector(0)))
    with pytest.raises(MemoryFull):
        memory.apply(Change(LEARN, "b", vector(1)))
    assert memory.examples.labels == ["a"] and memory.examples.full()

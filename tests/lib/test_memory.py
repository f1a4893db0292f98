"""All that was taught: what goes in comes out of changes(), which is what the store writes."""

import change as changes
import features
import pytest
from change import Change
from engines import Plain, Query
from examples import MemoryFull
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import Memory
from vectors import on_heap


def vector(number: int) -> bytes:
    return bytes([number]) * features.LENGTH


def contents(memory: Memory) -> list[tuple]:
    return [
        (change.what, change.key, bytes(change.value) if change.what != "setting" else change.value)
        for change in memory.changes()
    ]


def taught() -> Memory:
    memory = Memory(Plain(), on_heap())
    for what, key, value in (
        ("learn", "cup", vector(1)),
        ("anchor", 100, vector(9)),
        ("setting", "limit", "150"),
        ("learn", "", vector(2)),
        ("anchor", 0, vector(8)),
        ("setting", "sound", "off"),
        ("setting", "limit", "300"),
    ):
        memory.apply(Change(what, key, value))
    return memory


SETTINGS = [("setting", "limit", "300"), ("setting", "sound", "off")]
ANCHORS = [("anchor", 0, vector(8)), ("anchor", 100, vector(9))]
EXAMPLES = [("learn", "cup", vector(1)), ("learn", "", vector(2))]


def test_changes_hold_everything_with_the_last_value_of_a_setting():
    assert contents(taught()) == SETTINGS + ANCHORS + EXAMPLES


def test_reset_keeps_the_settings_and_nothing_else():
    memory = taught()
    memory.apply(Change(changes.RESET))
    assert contents(memory) == SETTINGS
    assert memory.gauge.read(Query(), 1 << 30) is None


def test_the_gauge_is_forgotten_by_itself():
    memory = taught()
    memory.apply(Change(changes.FORGET_GAUGE))
    assert contents(memory) == SETTINGS + EXAMPLES


def test_clear_forgets_settings_too():
    memory = taught()
    memory.clear()
    assert contents(memory) == [] and memory.settings.value("limit") == "200"


@settings(max_examples=30)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("learn"), st.sampled_from(["a", "b", ""]), st.integers(0, 127)),
            st.tuples(st.just("anchor"), st.sampled_from([0, 100]), st.integers(0, 127)),
            st.tuples(st.just("setting"), st.sampled_from(["limit", "sound"]), st.text(max_size=3)),
            st.tuples(st.just("undo")),
            st.tuples(st.just("forget"), st.sampled_from(["a", ""])),
            st.tuples(st.just("rename"), st.sampled_from(["a", "b"]), st.sampled_from(["a", "b", "c"])),
            st.tuples(st.just("forget gauge")),
        ),
        max_size=15,
    )
)
def test_a_memory_filled_from_changes_has_the_same_changes(done):
    memory, again = Memory(Plain(), on_heap()), Memory(Plain(), on_heap())
    for what, *arguments in done:
        if what in ("learn", "anchor"):
            arguments[1] = vector(arguments[1])
        memory.apply(Change(what, *arguments))
    for change in memory.changes():
        again.apply(change)
    assert contents(again) == contents(memory)


def test_undo_and_forget_return_what_they_dropped():
    memory = taught()
    assert memory.apply(Change(changes.UNDO)) == ""
    assert memory.apply(Change(changes.FORGET, "pen")) == 0
    assert memory.apply(Change(changes.FORGET, "cup")) == 1
    assert memory.apply(Change(changes.UNDO)) is None


def test_a_full_memory_says_so_and_stays_as_it_is():
    memory = Memory(Plain(), on_heap())
    for _ in range(memory.examples.capacity):
        memory.apply(Change(changes.LEARN, "a", vector(0)))
    with pytest.raises(MemoryFull):
        memory.apply(Change(changes.LEARN, "b", vector(1)))
    assert memory.examples.labels == ["a"] and memory.examples.full()

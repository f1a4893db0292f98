"""All that was taught: what goes in comes out of records(), which is what the store writes."""

import features
import pytest
from engines import Plain, Query
from examples import MemoryFull
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import Memory
from vectors import on_heap


def vector(number: int) -> bytes:
    return bytes([number]) * features.LENGTH


def records(memory: Memory) -> list[tuple]:
    return [(what, key, bytes(value) if what != "setting" else value) for what, key, value in memory.records()]


def taught() -> Memory:
    memory = Memory(Plain(), on_heap())
    memory.learn("cup", vector(1))
    memory.anchor(100, vector(9))
    memory.setting("limit", "150")
    memory.learn("", vector(2))
    memory.anchor(0, vector(8))
    memory.setting("sound", "off")
    memory.setting("limit", "300")
    return memory


def test_records_hold_everything_with_the_last_value_of_a_setting():
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
    memory.reset()
    assert records(memory) == [("setting", "limit", "300"), ("setting", "sound", "off")]
    assert memory.gauge.read(Query(), 1 << 30) is None


@settings(max_examples=30)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("learn"), st.sampled_from(["a", "b", ""]), st.integers(0, 127)),
            st.tuples(st.just("anchor"), st.sampled_from([0, 100]), st.integers(0, 127)),
            st.tuples(st.just("setting"), st.sampled_from(["limit", "sound"]), st.text(max_size=3)),
            st.tuples(st.just("undo")),
            st.tuples(st.just("forget"), st.sampled_from(["a", ""])),
        ),
        max_size=15,
    )
)
def test_a_memory_filled_from_records_has_the_same_records(changes):
    memory, again = Memory(Plain(), on_heap()), Memory(Plain(), on_heap())
    for what, *arguments in changes:
        if what in ("learn", "anchor"):
            arguments[1] = vector(arguments[1])
        getattr(memory, what)(*arguments)
    for what, key, value in memory.records():
        getattr(again, what)(key, value)
    assert records(again) == records(memory)


def test_undo_and_forget_tell_what_they_dropped():
    memory = taught()
    assert memory.undo() == ""
    assert memory.forget("pen") == 0
    assert memory.forget("cup") == 1
    assert memory.undo() is None


def test_a_full_memory_says_so_and_stays_as_it_is():
    memory = Memory(Plain(), on_heap())
    for _ in range(memory.examples.capacity):
        memory.learn("a", vector(0))
    with pytest.raises(MemoryFull):
        memory.learn("b", vector(1))
    assert memory.examples.labels == ["a"] and memory.examples.full()

"""Which examples live."""

from hypothesis import given
from hypothesis import strategies as st
from living import LiveExamples

LABELS = st.sampled_from(["", "cup", "key", "りんご"])
STEPS = st.lists(st.tuples(st.just("add"), LABELS) | st.tuples(st.just("forget"), LABELS) | st.just(("undo", None)))


@given(STEPS)
def test_the_living_are_those_of_a_plain_list(steps):
    """Blocks of 64 and label numbers against pairs in a list."""
    examples, plain, serial = LiveExamples(), [], 0
    for what, label in steps * 3:
        if what == "add":
            examples.add(serial, label)
            plain.append((serial, label))
            serial += 1
        elif what == "forget":
            examples.forget(label)
            plain = [each for each in plain if each[1] != label]
        elif plain:
            assert examples.undo(plain[-1][0]) == 1
            plain.pop()
        assert (examples.count, examples.newest()) == (len(plain), plain[-1][0] if plain else -1)
        assert examples.newest_label() == (plain[-1][1] if plain else None)
    assert [number for number in range(serial) if examples.has(number)] == [number for number, _ in plain]


def test_many_examples_take_several_blocks():
    examples = LiveExamples()
    for serial in range(200):
        examples.add(serial, "even" if serial % 2 == 0 else "odd")
    examples.forget("even")
    assert (examples.count, examples.newest(), examples.has(100), examples.has(101)) == (100, 199, False, True)
    assert examples.undo(150) == 25, "that one and any later"


def test_an_equal_label_is_the_one_that_is_there():
    examples, label = LiveExamples(), "".join(["c", "up"])
    examples.add(0, label)
    assert examples.known("".join(["cu", "p"])) is label and examples.known("key") == "key"

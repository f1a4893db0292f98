"""Which examples live, and which of several files counts."""

import itertools

import pytest
from generation import SEAL, FileSummary, LiveExamples
from hypothesis import given
from hypothesis import strategies as st
from journal import HEADER, Journal

from tests.fakes.flash import Flash

LEARN = 0x4C
NAME = "examples.0"
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


def summary(*records: tuple[int, bytes], torn: bytes = b"") -> FileSummary:
    """Of a file with these records and half of another."""
    flash = Flash({NAME: b""})
    journal, size = Journal(flash, b"identity", bytearray(200)), 0
    for kind, body in records:
        size = journal.append(NAME, size, kind, body)
    flash.files[NAME] += torn
    found = FileSummary(NAME, journal)
    found.read()
    return found


def header(number: int) -> tuple[int, bytes]:
    return HEADER, bytes(11) + number.to_bytes(4, "little")


def seal(number: int) -> tuple[int, bytes]:
    return SEAL, number.to_bytes(4, "little")


def learn(serial: int) -> tuple[int, bytes]:
    return LEARN, serial.to_bytes(4, "little") + b"cup" + bytes(8)


def test_a_whole_file():
    found = summary(header(3), learn(0), seal(3), learn(1))
    assert (found.number, found.sealed, found.records, found.damaged, found.torn) == (3, True, 4, 0, False)
    assert found.sound()


def test_half_of_the_last_change_leaves_a_file_sound():
    assert summary(header(3), seal(3), torn=b"\xa7\x4c").sound()


@pytest.mark.parametrize(
    "records",
    [
        [header(3), seal(4)],
        [header(3), seal(3), seal(3), learn(0)],
        [header(3), learn(5), learn(4), seal(3)],
    ],
    ids=["a seal of another generation", "two seals", "serials that fall"],
)
def test_a_page_of_another_file_is_damage(records):
    found = summary(*records)
    assert found.damaged == 1 and not found.sound()


BY_RANK = [  # each counts more than those before it
    summary(),
    summary(header(9), learn(0)),  # cut short: the older of two unsealed ones
    summary(header(8), learn(0)),
    summary(header(8), learn(0), learn(1)),
    summary(header(3), seal(9), seal(3), torn=b"?"),  # sealed, and damaged
    summary(header(3), seal(3)),
    summary(header(3), seal(3), learn(0)),
    summary(header(4), seal(4)),
]


def test_which_file_counts():
    for less, more in itertools.combinations(BY_RANK, 2):
        assert less.rank() < more.rank()

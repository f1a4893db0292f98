"""How much of a file is whole, and which of several counts."""

import itertools

import pytest
from journal import HEADER, Journal
from store_records import LEARN, SEAL
from store_summary import FileSummary

from tests.fakes.flash import Flash

NAME = "examples.0"


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

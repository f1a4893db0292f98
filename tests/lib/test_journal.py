"""Records in a file: written, read back, told from damage and from another identity's."""

import pytest
from journal import HEADER, OVERHEAD, Journal

from tests.fakes.flash import Flash

NAME, KIND = "examples.0", 0x4C
BODIES = [b"first", b"", b"x" * 50, b"last"]


def journal_of(flash: Flash, identity: bytes = b"ours") -> Journal:
    return Journal(flash, identity, bytearray(64))


def written(bodies=BODIES) -> tuple[Flash, Journal]:
    """A file with these records, appended one after the other."""
    flash = Flash({NAME: b""})
    journal, size = journal_of(flash), 0
    for body in bodies:
        size = journal.append(NAME, size, KIND, body)
    assert size == flash.size(NAME) == sum(OVERHEAD + len(body) for body in bodies)
    return flash, journal


def scanned(journal: Journal, name: str = NAME):
    """The bodies that are found, and (end of the last one, damaged places, size)."""
    found = []
    return found, journal.scan(name, lambda kind, body, offset: found.append(bytes(body)))


def test_what_was_written_is_found():
    flash, journal = written()
    assert scanned(journal) == (BODIES, (flash.size(NAME), 0, flash.size(NAME)))


def test_a_record_may_come_in_parts():
    _, journal = written([])
    journal.append(NAME, 0, KIND, b"in ", b"", b"parts")
    assert scanned(journal)[0] == [b"in parts"]


def test_each_flipped_bit_costs_its_record_and_no_other():
    flash, journal = written()
    whole = bytes(flash.files[NAME])
    ends = [sum(OVERHEAD + len(body) for body in BODIES[: i + 1]) for i in range(len(BODIES))]
    for bit in range(8 * len(whole)):
        spoiled = bytearray(whole)
        spoiled[bit // 8] ^= 1 << bit % 8
        flash.files[NAME] = spoiled
        hurt = next(i for i, end in enumerate(ends) if bit // 8 < end)
        found, (_, damaged, _) = scanned(journal)
        assert (found, damaged) == (BODIES[:hurt] + BODIES[hurt + 1 :], 1)


def test_half_a_record_at_the_end_is_one_damaged_place():
    flash, journal = written()
    for length in range(1, OVERHEAD + len(BODIES[-1])):
        flash.files[NAME] = flash.files[NAME][:-1]
        found, (end, damaged, size) = scanned(journal)
        assert (found, damaged, size - end) == (BODIES[:-1], 1, OVERHEAD + len(BODIES[-1]) - length)


def test_a_lost_page_is_damage_and_what_follows_is_found():
    flash, journal = written()
    flash.lost[NAME] = range(3, 10)
    found, (_, damaged, _) = scanned(journal)
    assert found[-1] == b"last" and damaged == 1


def test_what_a_visitor_refuses_is_damage():
    _, journal = written()

    def visit(kind, body, offset):
        if body == b"first":
            raise ValueError

    assert journal.scan(NAME, visit)[1] == 1


def test_a_record_of_another_identity_is_none_but_its_header_can_be_read():
    flash, journal = written([])
    size = journal.append(NAME, 0, HEADER, b"who I am")
    journal.append(NAME, size, KIND, b"mine")
    other = journal_of(flash, b"theirs")
    assert other.header(NAME) == journal.header(NAME) == b"who I am"
    assert scanned(other)[0] == [b"who I am"]
    flash.files[NAME][5] ^= 1
    assert journal.header(NAME) is None


@pytest.mark.parametrize("fault", ["worn", "broken_read", "broken_closes"])
def test_an_append_that_is_not_on_flash_is_an_error(fault):
    flash, journal = written()
    setattr(flash, fault, 1)
    with pytest.raises(OSError):
        journal.append(NAME, flash.size(NAME), KIND, b"more")


def test_an_append_elsewhere_than_at_the_end_is_an_error_and_writes_nothing():
    flash, journal = written()
    before = bytes(flash.files[NAME])
    with pytest.raises(OSError):
        journal.append(NAME, len(before) - 1, KIND, b"more")
    assert flash.files[NAME] == before


def test_a_copy_is_equal_byte_by_byte():
    flash, journal = written(BODIES * 5)
    flash.files[NAME] += b"and rubbish"
    journal.copy(NAME, "examples.1")
    assert flash.files["examples.1"] == flash.files[NAME]

"""The count of faults on flash: what ends a row of restarts."""

import pytest
from faults import COUNT_FILE, TEXT_FILE, TOO_MANY, Faults

from tests.fakes.flash import Flash


def test_three_in_a_row_are_too_many():
    flash = Flash()
    for number in range(TOO_MANY):
        faults = Faults(flash)
        assert (faults.count, faults.too_many()) == (number, False)
        faults.add(f"fault {number} ü")
    assert Faults(flash).too_many()
    assert flash.files == {COUNT_FILE: b"3", TEXT_FILE: "fault 2 ü".encode()}


def test_when_the_app_runs_well_the_count_starts_anew_but_the_text_stays():
    flash = Flash()
    faults = Faults(flash)
    faults.add("x")
    faults.clear()
    assert faults.count == 0 and flash.files == {TEXT_FILE: b"x"}
    assert Faults(flash).count == 0
    faults.clear()


def test_the_count_stays_one_digit():
    flash = Flash({COUNT_FILE: b"9"})
    Faults(flash).add("x")
    assert flash.files[COUNT_FILE] == b"9" and Faults(flash).too_many()


@pytest.mark.parametrize("content", [b"", b"x", b"\xff", b"-1", b"\0\0", b":"])
def test_a_damaged_count_is_none(content):
    assert Faults(Flash({COUNT_FILE: content})).count == 0


def test_flash_that_cannot_be_read_or_written_changes_nothing():
    flash = Flash({COUNT_FILE: b"2"})
    flash.broken_read = True
    assert Faults(flash).count == 0
    flash.broken_read = False
    faults = Faults(flash)
    with flash.open("held", "wb"):  # no other file can be opened meanwhile
        assert not faults.add("x")
    assert faults.too_many() and flash.files == {COUNT_FILE: b"2", "held": b""}
    flash.broken_remove = True
    faults.clear()
    assert faults.count == 0


def test_a_full_flash_may_lack_room_for_the_text_but_still_counts():
    flash = Flash(capacity=1)
    assert Faults(flash).add("a long text")
    assert flash.files[COUNT_FILE] == b"1" and len(flash.files[TEXT_FILE]) == 0

"""The count of faults on flash: what ends a row of restarts."""

from io import BytesIO

import pytest
from faults import COUNT_FILE, TEXT_FILE, TOO_MANY, Faults


class Flash:
    """Files in memory; `broken` names what fails: 'read', 'write', 'remove', or the name of a file."""

    def __init__(self, **contents: bytes):
        self.contents = {"faults.count": contents["count"]} if contents else {}
        self.broken = ""

    def open(self, name, mode):
        if self.broken in (name, "read" if mode == "rb" else "write") or (mode == "rb" and name not in self.contents):
            raise OSError(5)
        return BytesIO(self.contents[name]) if mode == "rb" else Written(self.contents, name)

    def remove(self, name):
        if self.broken == "remove" or name not in self.contents:
            raise OSError(2)
        del self.contents[name]


class Written(BytesIO):
    def __init__(self, contents, name):
        super().__init__()
        self._contents, self._name = contents, name

    def __exit__(self, *_):
        self._contents[self._name] = self.getvalue()


def test_three_in_a_row_are_too_many():
    flash = Flash()
    for number in range(TOO_MANY):
        faults = Faults(flash)
        assert (faults.count, faults.too_many()) == (number, False)
        faults.add(f"fault {number} ü")
    assert Faults(flash).too_many()
    assert flash.contents == {COUNT_FILE: b"3", TEXT_FILE: "fault 2 ü".encode()}


def test_when_the_app_runs_well_the_count_starts_anew_but_the_text_stays():
    flash = Flash()
    faults = Faults(flash)
    faults.add("x")
    faults.clear()
    assert faults.count == 0 and flash.contents == {TEXT_FILE: b"x"}
    assert Faults(flash).count == 0
    faults.clear()


def test_the_count_stays_one_digit():
    flash = Flash(count=b"9")
    Faults(flash).add("x")
    assert flash.contents[COUNT_FILE] == b"9" and Faults(flash).too_many()


@pytest.mark.parametrize("content", [b"", b"x", b"\xff", b"-1", b"\0\0", b":"])
def test_a_damaged_count_is_none(content):
    assert Faults(Flash(count=content)).count == 0


def test_flash_that_cannot_be_read_or_written_changes_nothing():
    flash = Flash(count=b"2")
    flash.broken = "read"
    assert Faults(flash).count == 0
    flash.broken = "write"
    faults = Faults(flash)
    faults.add("x")
    assert faults.too_many() and flash.contents == {COUNT_FILE: b"2"}
    flash.broken = "remove"
    faults.clear()
    assert faults.count == 0


def test_a_full_flash_may_lack_room_for_the_text_but_still_counts():
    flash = Flash()
    flash.broken = TEXT_FILE
    Faults(flash).add("a long text")
    assert flash.contents == {COUNT_FILE: b"1"}

"""A change as bytes, and the checksum that a host can compute too."""

import zlib

import pytest
from change import LEARN, MARK, SETTING, Change, checksum, encoded


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        (Change(LEARN, "りんご", b"\1\2"), "りんご".encode(), b"\1\2"),
        (Change(LEARN, "", b"\1"), b"", b"\1"),
        (Change(MARK, 100, b"\3"), b"\x64", b"\3"),
        (Change(SETTING, "limit", "150"), b"limit\0", b"150"),
    ],
)
def test_key_and_value(change, key, value):
    assert encoded(change) == (key, value)
    assert checksum(change, 7) == zlib.crc32(key + value, 7)


def test_the_order_counts_and_where_a_key_ends():
    first, second = Change(LEARN, "a", b"1"), Change(LEARN, "b", b"2")
    assert checksum(second, checksum(first, 0)) != checksum(first, checksum(second, 0))
    assert checksum(Change(SETTING, "ab", "c"), 0) != checksum(Change(SETTING, "a", "bc"), 0)

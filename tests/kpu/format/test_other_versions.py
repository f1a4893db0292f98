"""Files of versions 4 and 5: what their headers say, and that damaged ones end in one line."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.kpu import KmodelError
from madeleine.kpu.format.kmodel import PADDING_BYTES
from madeleine.kpu.format.other_versions import firmware_for, is_other, read_other

BODIES = (0x2001, 24), (0x2002, 40), (0x2002, 48), (3, 16), (0x999, 8)
CONSTANTS = bytes(64)


def version_4():
    head = struct.pack("<4s9I", b"LDMK", 4, 0, 1, len(CONSTANTS), 188160, len(BODIES), 1, 2, 0)
    inputs = struct.pack("<4I", 2, 1, 0, 3 * 240 * 320) + struct.pack("<4i", 1, 3, 240, 320)
    outputs = struct.pack("<4I", 1, 0, 64, 4000) + struct.pack("<4I", 1, 1, 4096, 100)
    nodes = b"".join(struct.pack("<2I", *body) for body in BODIES)
    return head + inputs + outputs + CONSTANTS + nodes + bytes(sum(size for _, size in BODIES))


def version_5():
    head = struct.pack("<4s7I", b"LDMK", 5, 32, 0, 8, 2, 0, 0)
    modules = [
        struct.pack("<16s8I", name, 1, 48, size, 0, 0, 0, 1, 0) for name, size in ((b"stackvm", 80), (b"k210", 60))
    ]
    return head + modules[0] + bytes(32) + modules[1] + bytes(12)


def test_version_4():
    data = version_4()
    found = read_other(data, "x.kmodel")
    assert is_other(data) and found.file_bytes == len(data) and found.version == 4
    assert found.inputs == ("uint8 240x320x3",)
    assert found.outputs == ("float32, 4000 bytes", "uint8, 100 bytes")
    assert found.main_memory_bytes == 188160
    assert found.contents == {"kpu_upload": 1, "kpu_conv2d": 2, "dequantize": 1, "operation 0x999": 1}
    assert "v0.5.0_42" in found.firmware


def test_version_5():
    found = read_other(version_5(), "x.kmodel")
    assert (found.version, found.contents) == (5, {"stackvm": 1, "k210": 1})
    assert found.main_memory_bytes is None and found.firmware.startswith("no MaixPy v1")


def test_later_versions():
    found = read_other(b"LDMK" + struct.pack("<I", 6), "x.kmodel")
    assert (found.version, found.contents) == (6, {})
    assert firmware_for(3) == "every MaixPy v1"


@pytest.mark.parametrize(("whole", "padding"), [(version_4(), PADDING_BYTES), (version_5(), 0)], ids=["v4", "v5"])
def test_cut_anywhere(whole, padding):
    """Published files of version 4 lack the padding of their last body."""
    assert read_other(whole[: len(whole) - padding], "cut").contents == read_other(whole, "cut").contents
    for size in range(4, len(whole) - padding):
        with pytest.raises(KmodelError, match=r"^cut: \d+ bytes at \d+ pass its end at \d+; fetch the file again$"):
            read_other(whole[:size], "cut")


@given(st.sampled_from([version_4(), version_5()]), st.data())
def test_damaged_anywhere(whole, data):
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(4, len(whole) - 4))
        changed[at : at + 4] = data.draw(st.binary(min_size=4, max_size=4))
    try:
        found = read_other(bytes(changed), "bad")
    except KmodelError as error:
        assert str(error).startswith("bad: ") and "\n" not in str(error)
    else:
        assert sum(found.contents.values()) <= 4096


@given(st.binary(max_size=300))
def test_noise(noise):
    try:
        read_other(b"LDMK" + noise, "noise")
    except KmodelError as error:
        assert str(error).startswith("noise: ")

"""Packages: what is made is read again, by us and as kflash reads it; what is damaged is named."""

import hashlib
import io
import json
import re
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.board.flash.package import FILES_ADDRESS, FLASH_BYTES, Part, check, pack, read
from madeleine.errors import ToolError

FIRMWARE = Part("firmware.bin", 0, b"f" * 5000, firmware=True)
MODEL = Part("model.kmodel", 0x300000, b"m" * 3000, firmware=False)


def as_kflash(data):
    """What kflash 1.1.6 makes of a package: its regular expression, then JSON."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = re.sub(r'"address": (.*),', r'"address": "\1",', archive.read("flash-list.json").decode())
        rows = json.loads(text)["files"]
        return [Part(row["bin"], int(row["address"], 0), archive.read(row["bin"]), row["sha256Prefix"]) for row in rows]


def as_kflash_gui(data):
    """... and kflash_gui when it merges: plain JSON, and every other name of the archive is in the list."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rows = {row["bin"]: row for row in json.loads(archive.read("flash-list.json"))["files"]}
        names = archive.namelist()
        names.remove("flash-list.json")
        return [Part(name, rows[name]["address"], archive.read(name), rows[name]["sha256Prefix"]) for name in names]


parts = st.lists(
    st.builds(
        Part,
        st.from_regex(r"[a-z][a-z0-9_.+-]{0,20}", fullmatch=True),
        st.integers(0, 0xEF).map(lambda block: block << 16),
        st.binary(min_size=1, max_size=300),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
    unique_by=(lambda part: part.name, lambda part: part.address),
)


@given(parts)
def test_what_is_packed_is_read(tmp_path_factory, some):
    path = tmp_path_factory.mktemp("package") / "some.kfpkg"
    path.write_bytes(pack(some))
    assert read(path) == some == as_kflash(path.read_bytes()) == as_kflash_gui(path.read_bytes())


def test_the_same_parts_make_the_same_bytes():
    assert pack([FIRMWARE, MODEL]) == pack([FIRMWARE, MODEL])


def test_a_firmware_gets_what_the_boot_rom_asks_for():
    image = FIRMWARE.image()
    assert image[:5] == struct.pack("<BI", 2, 5000) and image[5:5005] == FIRMWARE.data
    assert image[5005:] == hashlib.sha256(image[:5005]).digest() and FIRMWARE.end == 5037
    assert MODEL.image() == MODEL.data and MODEL.end == 0x300000 + 3000


def test_a_plain_firmware(tmp_path):
    (tmp_path / "maixpy.bin").write_bytes(b"code")
    assert read(tmp_path / "maixpy.bin") == [Part("maixpy.bin", 0, b"code", firmware=True)]


@pytest.mark.parametrize(
    ("some", "words"),
    [
        ([], "nothing to write"),
        ([Part("../x", 0, b"x", False)], "is not a valid name in a package"),
        ([Part("", 0, b"x", False)], "is not a valid name in a package"),
        ([Part("flash-list.json", 0, b"x", False)], "two files of the package are called flash-list.json"),
        ([FIRMWARE, Part("firmware.bin", 0x300000, b"x", False)], "two files of the package are called firmware.bin"),
        ([Part("x", 0, b"", True)], "x is empty"),
        ([Part("x", FLASH_BYTES - 1, b"xx", False)], "does not fit; the flash ends at 0xffffff"),
        ([Part("x", -1, b"xx", False)], "does not fit"),
        ([Part("x", FLASH_BYTES - 40, b"xxxx", True)], "does not fit"),
        ([MODEL, Part("x", 0x2FFFFF, b"xx", False)], "x at 0x2fffff to 0x300000 runs into model.kmodel at 0x300000"),
        ([FIRMWARE, Part("x", 5036, b"x", False)], "runs into x"),
    ],
)
def test_what_cannot_be_packed(some, words):
    with pytest.raises(ToolError, match=words):
        check(some)
    with pytest.raises(ToolError, match=words):
        pack(some)


def zipped(listed, **files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if listed is not None:
            archive.writestr("flash-list.json", listed)
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def row(**changes):
    return json.dumps({"files": [{"address": 0, "bin": "a", "sha256Prefix": True, **changes}]})


NESTED = "[" * 60_000
BROKEN = {
    "no list": (zipped(None, a=b"x"), "is a zip with 0 files flash-list.json"),
    "no JSON": (zipped("{", a=b"x"), "is not valid"),
    "no text": (zipped(b"\xff\xfe", a=b"x"), "is not valid"),
    "too deep": (zipped(NESTED, a=b"x"), "is not valid"),
    "no files": (zipped("{}", a=b"x"), r"is not valid \('files'\)"),
    "files are none": (zipped('{"files": 3}', a=b"x"), "is not valid"),
    "no prefix": (zipped('{"files": [{"address": 0, "bin": "a"}]}', a=b"x"), r"is not valid \('sha256Prefix'\)"),
    "an empty list": (zipped('{"files": []}', a=b"x"), "nothing to write"),
    "address of words": (zipped(row(address="here"), a=b"x"), "has a row that is not valid"),
    "no address": (zipped(row(address=None), a=b"x"), "has a row that is not valid"),
    "half an address": (zipped(row(address=1.5), a=b"x"), "has a row that is not valid"),
    "true as an address": (zipped(row(address=True), a=b"x"), "has a row that is not valid"),
    "prefix of words": (zipped(row(sha256Prefix="no"), a=b"x"), "has a row that is not valid"),
    "name of numbers": (zipped(row(bin=7), a=b"x"), "has a row that is not valid"),
    "file missing": (zipped(row(bin="b"), a=b"x"), "lists 'b' but does not hold it"),
    "file empty": (zipped(row(), a=b""), "a is empty"),
    "beyond the flash": (zipped(row(address=FLASH_BYTES), a=b"x"), "does not fit"),
    "one file many times": (
        zipped(json.dumps({"files": [json.loads(row())["files"][0]] * 400}), a=bytes(15 << 20)),
        "has a file twice",
    ),
    "turned bytes": (zipped(row(reverse4Bytes=True), a=b"x"), "wants the bytes of 'a' turned"),
    "a long list": (zipped(" " * (65 << 10) + row(), a=b"x"), "have room"),
    "a bomb": (zipped(row(), a=bytes(FLASH_BYTES + 1)), "for another board"),
    "cut short": (pack([FIRMWARE])[:-30], "is damaged"),
    "damaged inside": (pack([FIRMWARE]).replace(b"ff", b"", 1)[:60] + pack([FIRMWARE])[70:], "damaged|is not valid"),
    "elf": (b"\x7fELF...", "is an ELF file, which no flash can start; take the .bin"),
    "a model": (b"\x03\0\0\0\1\0\0\0", "is a model and no firmware; give it with --model"),
    "empty": (b"", "is empty"),
    "far too long": (b"x" * (FLASH_BYTES + 1), "does not fit"),
}


@pytest.mark.parametrize(("data", "words"), BROKEN.values(), ids=BROKEN)
def test_broken_files_are_named(tmp_path, data, words):
    path = tmp_path / "some.kfpkg"
    path.write_bytes(data)
    with pytest.raises(ToolError, match=words) as broken:
        read(path)
    assert "\n" not in str(broken.value)


@given(st.data())
def test_damage_is_a_sentence_or_harmless(tmp_path_factory, data):
    good = bytearray(pack([FIRMWARE, MODEL]))
    position = data.draw(st.integers(0, len(good) - 1))
    good[position] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.kfpkg"
    path.write_bytes(good)
    with suppress(ToolError):
        read(path)


def test_packages_of_others(tmp_path):
    """Bare hexadecimals, quoted ones, folders in names."""
    listed = """{"version": "0.1.0", "files": [
      {"address": 0x00000000, "bin": "out/a.bin", "sha256Prefix": true},
      { "address" :0X300000, "bin": "b.bin", "sha256Prefix": false},
      {"address": "0xD00000", "bin": "c.bin", "sha256Prefix": false}]}"""
    path = tmp_path / "other.kfpkg"
    path.write_bytes(zipped(listed, **{"out/a.bin": b"a", "b.bin": b"b", "c.bin": b"c"}))
    assert [(part.name, part.address, part.data, part.firmware) for part in read(path)] == [
        ("a.bin", 0, b"a", True),
        ("b.bin", 0x300000, b"b", False),
        ("c.bin", FILES_ADDRESS, b"c", False),
    ]
    assert as_kflash(pack(read(path))) == read(path)


@pytest.mark.parametrize(
    "listed",
    [
        '{"files": [{"address": 0, "bin": "a", "sha256Prefix": true,},],}',
        '\ufeff{"files": [{"address": 0, "bin": "a", "sha256Prefix": true}]}',
        '// made by hand\n{"files": [{"address": 0x0, "bin": "a", "sha256Prefix": true, "reverse4Bytes": false}]}',
        "{files: [{address: 0, bin: 'a', sha256Prefix: true}]} /* as people write it */",
    ],
)
@pytest.mark.parametrize("folder", ["", "package/"])
def test_lists_as_people_write_them(tmp_path, listed, folder):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(folder + "flash-list.json", listed)
        archive.writestr(folder + "a", b"code")
    (tmp_path / "some.kfpkg").write_bytes(buffer.getvalue())
    assert read(tmp_path / "some.kfpkg") == [Part("a", 0, b"code", firmware=True)]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ToolError, match=r"cannot be read \(No such file"):
        read(tmp_path / "none.kfpkg")

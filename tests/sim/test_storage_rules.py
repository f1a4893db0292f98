"""The file systems keep the rules of SPIFFS and FAT, and burn their fuse at every byte."""

from pathlib import Path

import pytest
from madeleine.sim.power import PowerCut
from madeleine.sim.storage import BLOCK_BYTES, PAGE_BYTES, Storage


@pytest.fixture
def flash() -> Storage:
    return Storage(None, "spiffs")


@pytest.fixture
def card() -> Storage:
    return Storage(None, "fat")


def put(storage: Storage, name: str, data: bytes) -> None:
    with storage.open(name, "wb") as file:
        file.write(data)


def get(storage: Storage, name: str) -> bytes:
    with storage.open(name, "rb") as file:
        return file.read()


def failure(action, *arguments) -> int:
    with pytest.raises(OSError) as error:
        action(*arguments)
    return error.value.args[0]


def test_writes_and_reads_back(flash):
    put(flash, "a", b"one\ntwo\nthree")
    with flash.open("a", "rb") as file:
        assert file.readline() == b"one\n"
        assert file.tell() == 4
        buffer = bytearray(3)
        assert file.readinto(buffer) == 3 and buffer == b"two"
        file.seek(-5, 2)
        assert file.read(2) == b"th" and file.read() == b"ree"
    with flash.open("a") as file:
        assert list(file) == ["one\n", "two\n", "three"]


def test_text_is_utf8(flash):
    with flash.open("t", "w") as file:
        assert file.write("né") == 2
    assert get(flash, "t") == b"n\xc3\xa9"
    with flash.open("t") as file:
        assert file.read(1) == "n" and file.read() == "é"
    put(flash, "t", b"\xff")
    with flash.open("t") as file, pytest.raises(UnicodeError):
        file.read()


def test_writing_in_the_middle_and_beyond_the_end(flash):
    put(flash, "a", b"0123456789")
    with flash.open("a", "r+b") as file:
        file.seek(3)
        file.write(b"ab")
        file.seek(12)
        file.write(b"z")
    assert get(flash, "a") == b"012ab56789\0\0z"


def test_only_two_files_are_open_at_once(flash):
    put(flash, "a", b"")
    first, second = flash.open("a", "rb"), flash.open("a", "rb")
    assert failure(flash.open, "a", "rb") == 2
    first.close()
    flash.open("a", "rb").close()
    second.close()


def test_every_failed_open_is_error_2_on_spiffs(flash):
    for name, mode in (("none", "rb"), ("none", "ab"), ("n" * 127, "wb"), ("a", "q"), ("../a", "wb"), ("", "wb")):
        assert failure(flash.open, name, mode) == 2


def test_append_needs_the_file_on_spiffs_and_makes_it_on_fat(flash, card):
    assert failure(flash.open, "log", "ab") == 2
    for storage in (flash, card):
        if storage is flash:
            put(storage, "log", b"")
        for line in (b"1", b"2"):
            with storage.open("log", "ab") as file:
                file.write(line)
        assert get(storage, "log") == b"12"


def test_x_empties_the_file_on_spiffs(flash, card):
    for storage in (flash, card):
        put(storage, "a", b"full")
    flash.open("a", "xb").close()
    assert get(flash, "a") == b""
    assert failure(card.open, "a", "xb") == 17


def test_spiffs_has_one_flat_name_space(flash):
    put(flash, "lib/a.py", b"1")
    assert flash.listdir() == ["lib/a.py"] == flash.listdir("lib")
    assert failure(flash.stat, "lib") == 2
    with pytest.raises(NotImplementedError):
        flash.mkdir("lib")


def test_fat_has_folders(card):
    assert failure(card.open, "voice/a.wav", "wb") == 2
    card.mkdir("voice")
    put(card, "voice/a.wav", b"1")
    assert card.listdir() == ["voice"] and card.listdir("voice") == ["a.wav"]
    assert failure(card.rmdir, "voice") == 39
    card.remove("voice/a.wav")
    card.rmdir("voice")
    assert card.listdir() == []


def test_rename_replaces(flash):
    put(flash, "new", b"n")
    put(flash, "old", b"o")
    flash.rename("new", "old")
    assert flash.listdir() == ["old"] and get(flash, "old") == b"n"
    assert failure(flash.rename, "new", "old") == 2


def test_a_full_disk_takes_a_part_and_says_28(flash):
    room = (flash.rules.pages - 1) * PAGE_BYTES
    with flash.open("a", "wb") as file:
        with pytest.raises(OSError) as error:
            file.write(bytes(room + 1))
        assert error.value.args[0] == 28
    assert flash.stat("a")[6] == room
    assert failure(flash.open, "b", "wb") == 2
    flash.remove("a")
    put(flash, "b", b"1")


def test_free_space_is_told_in_128_kb_blocks(flash):
    size, _, total, free = flash.statvfs()[:4]
    assert size == BLOCK_BYTES and total == free == 21
    put(flash, "a", bytes(BLOCK_BYTES))
    assert flash.statvfs()[3] == 20


def test_what_is_not_flushed_is_lost_with_the_power(flash):
    file = flash.open("a", "wb")
    file.write(b"kept")
    assert failure(file.flush) == 5  # on SPIFFS: the data arrive all the same
    file.flush()  # nothing is waiting
    file.write(b"lost")
    flash.unplug()
    file.close()
    flash.power_on()
    assert get(flash, "a") == b"kept"


@pytest.mark.parametrize("fuse", range(8))
def test_the_fuse_leaves_a_prefix(flash, fuse):
    """Creating the file counts as one, then each byte."""
    flash.cut_after(fuse)
    with pytest.raises(PowerCut), flash.open("a", "wb") as file:
        file.write(b"1234567")
    with pytest.raises(PowerCut):
        flash.listdir()
    flash.power_on()
    assert flash.listdir() == (["a"] if fuse else [])
    if fuse:
        assert get(flash, "a") == b"1234567"[: fuse - 1]


def test_the_fuse_cuts_between_the_two_steps_of_rename(flash):
    put(flash, "old", b"o")
    put(flash, "new", b"n")
    flash.cut_after(1)
    with pytest.raises(PowerCut):
        flash.rename("new", "old")
    flash.power_on()
    assert flash.listdir() == ["new"]


def test_the_folder_is_the_flash(tmp_path: Path):
    flash = Storage(tmp_path, "spiffs")
    put(flash, "lib/a.py", b"1")
    assert (tmp_path / "lib" / "a.py").read_bytes() == b"1"
    (tmp_path / "b").write_bytes(b"2")
    flash.power_on()
    assert sorted(flash.listdir()) == ["b", "lib/a.py"]
    flash.remove("b")
    assert not (tmp_path / "b").exists()


def test_a_closed_file_cannot_be_used(flash):
    file = flash.open("a", "wb")
    file.close()
    with pytest.raises(OSError):
        file.write(b"1")


def test_a_file_is_read_or_written_as_it_was_opened(flash):
    put(flash, "a", b"1")
    with flash.open("a", "rb") as file:
        assert failure(file.write, b"1") == 9
    with flash.open("a", "wb") as file:
        assert failure(file.read) == 9
        with pytest.raises(TypeError):
            file.write("text")

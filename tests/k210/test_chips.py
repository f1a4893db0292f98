"""The chips around the processor, each by itself: flash, panel, memory card, I2C chips."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from k210 import clock, fat
from k210.flash import NorFlash
from k210.i2c import Axp192, Ov7740
from k210.lcd import St7789
from k210.sdcard import SdCard

from tests.k210 import needs_unicorn  # noqa: F401

WRITE_ENABLE, READ_STATUS, ERASE, PROGRAM, READ = b"\x06", b"\x05", b"\x20", b"\x02", b"\x03"


def tell(flash, *parts):
    flash.select(True)
    flash.transfer(b"".join(parts))
    flash.select(False)


def ask(flash, command, count):
    flash.select(True)
    flash.transfer(command)
    answer = flash.read(count)
    flash.select(False)
    return answer


class Held:
    """A pace that the test decides."""

    def __init__(self):
        self.busy, self.started = False, []

    def start(self, microseconds):
        self.started.append(microseconds)

    def look(self):
        return self.busy


class TestFlash:
    def test_programming_clears_bits_and_erasing_sets_them(self):
        flash = NorFlash()
        for data in (b"\xf0\x0f", b"\x3c\x3c"):
            tell(flash, WRITE_ENABLE)
            tell(flash, PROGRAM, b"\x01\x00\x00", data)
        assert ask(flash, READ + b"\x01\x00\x00", 3) == b"\x30\x0c\xff"
        tell(flash, WRITE_ENABLE)
        tell(flash, ERASE, b"\x01\x00\x07")
        assert ask(flash, READ + b"\x01\x00\x00", 3) == b"\xff\xff\xff"
        assert (flash.erases, flash.programs) == (1, 2)

    def test_nothing_is_written_without_permission(self):
        flash = NorFlash()
        tell(flash, PROGRAM, b"\0\0\0", b"\0")
        assert flash.data[0] == 0xFF

    def test_a_page_goes_on_at_its_start(self):
        flash = NorFlash()
        tell(flash, WRITE_ENABLE)
        tell(flash, PROGRAM, b"\x00\x01\xfe", b"abcd")
        assert flash.data[0x1FE:0x200] == b"ab"
        assert flash.data[0x100:0x102] == b"cd"

    def test_operations_take_their_time(self):
        flash = NorFlash()
        flash.busy = Held()
        tell(flash, WRITE_ENABLE)
        tell(flash, ERASE, b"\0\0\0")
        tell(flash, WRITE_ENABLE)
        tell(flash, PROGRAM, b"\0\0\0", b"x")
        assert flash.busy.started == [clock.ERASE_US[4096], clock.PROGRAM_US]

    def test_a_busy_chip_answers_nothing_but_that_it_is_busy(self):
        flash = NorFlash()
        flash.data[:4] = b"good"
        flash.busy = Held()
        flash.busy.busy = True
        assert ask(flash, READ_STATUS, 1)[0] & 1
        assert ask(flash, READ + b"\0\0\0", 4) == b"\xff" * 4
        tell(flash, WRITE_ENABLE)
        flash.busy.busy = False
        assert not ask(flash, READ_STATUS, 1)[0] & 3, "it did not even hear that it may write"

    @pytest.mark.parametrize(("fuse", "torn", "zeros"), [(0, 0.25, 0x40), (1, 0.5, 0x180), (2, 0.5, 0x280)])
    def test_power_fails_in_the_middle_of_an_operation(self, fuse, torn, zeros):
        flash, cuts = NorFlash(), []
        flash.fuse, flash.torn, flash.on_power_cut = fuse, torn, lambda: cuts.append(1)
        for page in range(4):
            tell(flash, WRITE_ENABLE)
            tell(flash, PROGRAM, bytes([0, page, 0]), bytes(256))
        assert flash.data.count(0, 0, 0x400) == zeros
        assert (flash.dead, cuts) == (True, [1])

    def test_its_file(self, tmp_path):
        flash = NorFlash(tmp_path / "flash.bin")
        flash.data[100:104] = b"kept"
        flash.save()
        assert NorFlash(tmp_path / "flash.bin").data[100:104] == b"kept"


class Panel:
    """An LCD whose data pin the test holds."""

    def __init__(self):
        self.level = 0
        self.lcd = St7789(lambda: self.level)

    def command(self, number, *arguments):
        self.level = 0
        self.lcd.transfer(bytes([number]))
        self.level = 1
        self.lcd.transfer(b"".join(value.to_bytes(2, "big") for value in arguments))

    def window(self, x, y, width, height):
        self.command(0x2A, x, x + width - 1)
        self.command(0x2B, y, y + height - 1)
        self.command(0x2C)


class TestPanel:
    def test_pixels_fill_a_window_row_by_row(self):
        panel = Panel()
        panel.window(60, 50, 2, 2)
        panel.lcd.transfer(b"\xf8\x00\x07\xe0\x00\x1f\xff")
        panel.lcd.transfer(b"\xff")
        shown = panel.lcd.image()[10:12, 8:10]
        assert shown.tolist() == [[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]]

    def test_a_full_window_begins_again(self):
        panel = Panel()
        panel.window(60, 50, 1, 2)
        panel.lcd.transfer(b"\0\0\0\0\xff\xff")
        assert panel.lcd.image()[10, 8].tolist() == [255, 255, 255]

    @pytest.mark.parametrize(
        ("rotation", "shape", "first"),
        [*((by, (240, 135), (52, 40)) for by in (0x00, 0xC0)), *((by, (135, 240), (40, 52)) for by in (0x60, 0xA0))],
    )
    def test_every_rotation_shows_the_same_window_upright(self, rotation, shape, first):
        panel = Panel()
        panel.command(0x36)
        panel.lcd.transfer(bytes([rotation]))
        panel.window(*first, 1, 1)
        panel.lcd.transfer(b"\xff\xff")
        lit = panel.lcd.image().any(axis=2)
        assert lit.shape == shape
        assert np.argwhere(lit).tolist() == [[0, 0]]


PATHS = st.text("ABCabc09 ._-é", min_size=1, max_size=20).filter(lambda name: name.strip(". "))


class TestCards:
    @settings(max_examples=25)
    @given(st.dictionaries(PATHS, st.binary(max_size=3000), max_size=6))
    def test_files_come_back(self, files):
        files = {"/" + name.strip(): content for name, content in files.items()}
        assert fat.read_fat(fat.make_fat(files)) == files

    def test_folders(self):
        files = {"/a/b/deep.txt": b"1", "/a/two.txt": b"22", "/BOOT.PY": b"", "/a long name.bin": bytes(100_000)}
        assert fat.read_fat(fat.make_fat(files)) == files

    def test_what_does_not_fit(self):
        with pytest.raises(ValueError, match="do not fit"):
            fat.make_fat({"/big": bytes(70 << 20)})
        with pytest.raises(ValueError, match="FAT16"):
            fat.make_fat({}, size=1 << 20)
        with pytest.raises(ValueError, match="too many files"):
            fat.make_fat({f"/A{number}": b"" for number in range(600)})

    def command(self, card, number, argument=0):
        card.transfer(bytes([0x40 | number]) + argument.to_bytes(4, "big") + b"\x95")

    def test_blocks(self):
        card = SdCard(bytes(range(256)) * 4096, lambda: 0)
        self.command(card, 17, 3)
        assert card.read(3 + 512) == b"\x00\xff\xfe" + bytes(range(256)) * 2
        self.command(card, 24, 1)
        assert card.read(1) == b"\0"
        card.transfer(b"\xfe" + b"x" * 512 + b"\0\0")
        assert card.read(1)[0] & 0x1F == 5
        assert card.data[512:1024] == b"x" * 512
        self.command(card, 18, 1)
        assert card.read(1 + 2 + 512 + 2)[3:5] == b"xx"
        self.command(card, 12)

    def test_a_card_that_is_not_selected(self):
        card = SdCard(bytes(1024), lambda: 1)
        assert card.transfer(b"\x40\0\0\0\0\x95") == b"\xff" * 6
        assert card.read(2) == b"\xff\xff"


def test_the_power_chip_clears_what_is_written_as_ones():
    chip = Axp192()
    chip.power_key()
    chip.start()
    chip.write(0x46)
    chip.write(0x02)
    assert chip.regs[0x46] == 0
    chip.start()
    chip.write(0x78)
    high, low = chip.read(), chip.read()
    assert abs((high << 4 | low) * 1.1 - 4000) < 2


def test_the_sensor_gives_at_most_58_frames_a_second_to_maixpy():
    sensor = Ov7740()
    sensor.regs[sensor.DIVIDER] = 0  # MaixPy's
    ticks, blank = sensor.frame_ticks
    assert 57.9 < 416e6 / 18 / ticks < 58.1
    assert blank * 21 == ticks, "24 of 504 lines"

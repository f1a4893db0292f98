"""What the camera sees: pictures, the network's features of them, cards. One of three that name MaixPy's modules."""

import KPU as kpu
import sensor
import ubinascii
import uctypes
import uio
import uos
from micropython import const

import distance
import engines
import features
from constants import MODEL_ADDRESS, MODEL_FILE, SIDE_PX

try:
    import ulab
except ImportError:  # v0.4.0, and "minimum" builds
    ulab = None  # type: ignore[assignment]
try:
    from Maix import utils
except ImportError:  # v0.4.0: its heap has one size
    utils = None  # type: ignore[assignment]

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable
    from typing import Any

    import image

    from heat import Sums, UlabSums
    from plain_rows import Plain
    from rows import Ulab

SNAPSHOT_TRIES = 3
# Of the camera; the firmware makes 20.8 MHz of it. A turn takes whole periods of the camera, which are longer than with
# the usual 23.1 MHz, but one fewer of them (docs/BOARD.md, "Speed"). Builds that would take 12 MHz gain more.
CLOCK_HZ = 20000000
ROOMY_BYTES = 350000  # a heap in which pieces of 3 KB are always to be had
MAP_OUTPUT = 1  # of models made for the board: the last map, as the KPU makes it
NOTES_OUTPUT = 2  # of these, too: 1 (the notes' version), 1 if the picture is wanted upside down, limit, strict mark
NOTES_BYTES = 4
NOTES_VERSION = b'\x01'
UPSIDE_DOWN = b'\x01\x01'
_OV7740 = const(0x7742)
# The first edition went by the features, to which a firmware that rounds gives another name than one that does not.
# Its own model, which this edition has replaced:
OWN_MODEL, OWN_MODEL_FORMERLY = 'c80742f6', ('77f24dac', '8dbed2eb')


class PartError(Exception):
    """A part does not work: what to show, and what to do about it."""


def fastest_engine() -> 'engines.Engine':
    """The best of engines.py that this firmware has."""
    if hasattr(kpu, 'face_compare'):
        return engines.Compare(kpu.face_compare, features.LENGTH)
    return engines.Ulab(ulab, features.LENGTH) if ulab else engines.Plain()


def fastest_rows() -> 'Ulab | Plain':
    """The best arithmetic for fit.py that this firmware has."""
    if ulab and hasattr(kpu, 'face_compare'):
        from rows import Ulab

        roomy = (heap_bytes() or 0) > ROOMY_BYTES
        return Ulab(ulab, kpu.face_compare, features.LENGTH if roomy else features.LENGTH // 2)
    from plain_rows import Plain

    return Plain(getattr(kpu, 'face_compare', None))


def fastest_sums() -> 'Sums | UlabSums':
    """The best arithmetic for heat.py that this firmware has."""
    import heat

    try:
        return heat.UlabSums(ulab)
    except (AttributeError, ValueError):  # no ulab, or another one
        return heat.Sums()


def _exists(path: str) -> bool:
    try:
        uos.stat(path)
    except OSError:
        return False
    return True


class Camera:
    """The OV7740 at QVGA with the top left 224x224 as its window (the window's place is fixed: MaixPy #191)."""

    def __init__(self, turned: bool) -> None:
        self._turned = turned
        self._upside_down = False  # what the network gets; what people see is upright

    def start(self) -> None:
        """One try; PartError when the sensor does not answer (a loose ribbon, mostly)."""
        try:
            sensor.reset(freq=CLOCK_HZ)
            sensor.set_pixformat(sensor.RGB565)
            sensor.set_framesize(sensor.QVGA)
            sensor.set_windowing((SIDE_PX, SIDE_PX))
            sensor.set_vflip(self._turned != self._upside_down)
            if self._turned:
                _mirror(True)
            sensor.run(1)
        except (OSError, RuntimeError, ValueError) as error:
            raise PartError('camera: %s' % error)

    def turn_over(self) -> None:
        """From the next picture on the network gets them upside down. A new start would cost 72 KB of system heap."""
        self._upside_down = True
        sensor.set_vflip(not self._turned)

    def turn(self) -> None:
        """By 180 degrees, from the next picture on, for people and for the network."""
        self._turned = not self._turned
        try:
            sensor.set_vflip(self._turned != self._upside_down)
            _mirror(self._turned)
        except ValueError:
            pass  # it is silent: its next start does this

    def snapshot(self) -> 'image.Image':
        """The next picture: a view of the one frame buffer, overwritten by the next call."""
        for _ in range(SNAPSHOT_TRIES):
            try:
                picture = sensor.snapshot()
            except (OSError, RuntimeError) as error:
                reason = error
                continue
            if self._upside_down:
                picture.replace(vflip=True)  # the pixels, in place; the KPU keeps what the sensor gave
            # Taking a picture frees low pieces of the heap. From there on all larger than one block are looked for, for
            # 30,000 instructions each, until one block is taken (gc_alloc of py/gc.c, 1.11); a call takes a larger one.
            bytearray(1)
            return picture
        raise PartError('camera: %s' % reason)


def _mirror(on: bool) -> None:
    """Left and right change places, for people and for the network, as MaixPy does it from v0.6.2 on (ov7740.c).

    Its set_hmirror spoils the colours on v0.4 (sipeed/MaixPy, issue 135), and on v0.5 the network does not get it.
    """
    if sensor.get_id() != _OV7740:
        return sensor.set_hmirror(on)
    # The bit that mirrors, and those by which a line begins a pixel later, or the colours change places.
    for register, bits in ((0x0C, 0x40), (0x16, 0x11)):
        value = sensor.__read_reg(register) & ~bits
        sensor.__write_reg(register, value | bits if on else value)


class Network:
    """The feature model on the KPU. Keep one, for ever: dropping it frees the model."""

    def __init__(self) -> None:
        self._to_bytes = features.Ulab(ulab).quantise if ulab else features.quantise
        self.task = None  # type: Any
        self._place = ''  # where the model is
        self._read = None  # type: Callable[[bytearray], None] | None  # known when there is an output to look at
        self._notes = None  # type: bytes | None  # known likewise
        self._name = ''
        self.last_map = None  # type: memoryview | None  # of every run, where the model gives it; after `identity`

    def load(self) -> None:
        """Load the memory card's model, or else the one in flash. PartError says why that cannot be."""
        card = _exists(MODEL_FILE)
        self._place = MODEL_FILE if card else '0x%x' % MODEL_ADDRESS
        try:
            self.task = kpu.load(MODEL_FILE if card else MODEL_ADDRESS)
        except (ValueError, OSError, MemoryError) as error:
            import model_errors

            head = None if card or not hasattr(utils, 'flash_read') else utils.flash_read(MODEL_ADDRESS, 8)
            raise PartError(model_errors.of_load(self._place, str(error), head, heap_bytes()))

    def features(self, picture: 'image.Image', example: bytearray) -> None:
        """Run the network on a picture and write its features into the bytes of `example` (features.LENGTH)."""
        try:
            output = kpu.forward(self.task, picture)
        except ValueError:
            import model_errors

            raise PartError(model_errors.of_picture(self._place))
        if self._read is None:
            try:
                self._read = features.reader(memoryview(output), self._to_bytes)
            except ValueError as error:
                import model_errors

                raise PartError(model_errors.of_features(self._place, str(error)))
        self._read(example)
        kpu.fmap_free(output)

    def wants_upside_down(self, picture: 'image.Image') -> bool:
        """Does the network want its pictures upside down?"""
        return self._read_notes(picture)[:2] == UPSIDE_DOWN

    def identity(self, picture: 'image.Image') -> str:
        """8 hex digits of what the network makes of a black picture: equal for equal networks, whatever their file.

        Draws on `picture`. Black is the same in every colour format of every build, upright or flipped. Of a model made
        for the board it is the checksum of the last map: that comes from the KPU alone, while the bytes of the features
        come from the firmware, and builds differ in whether they round. Of any other model it is that of the features.
        """
        _blacken(picture)
        if self._read_notes(picture)[:1] == NOTES_VERSION:
            output = kpu.forward(self.task, picture, MAP_OUTPUT)
            view = memoryview(output)
            # v0.4.0 and v0.5.0_9 count one byte too many. Every run leaves its map there (docs/MEASURED.md).
            self.last_map = view[: len(view) // features.LENGTH * features.LENGTH]
            self._name = _checksum(self.last_map)
            kpu.fmap_free(output)
        else:
            self._name = self._feature_checksum(picture)
        return self._name

    def scale(self) -> distance.Scale:
        """How its distances are read. After `identity`."""
        notes = self._notes if self._notes and self._notes[:1] == NOTES_VERSION else b'\0\0\0\0'
        return distance.scale_of(self._name, notes[2], notes[3])

    def former_identities(self, picture: 'image.Image') -> 'list[str]':
        """What the first edition called the model, where that differs. After `identity`: `picture` has to be black."""
        if not self._notes:
            return []
        names = [self._feature_checksum(picture)]
        if self._name == OWN_MODEL:
            names += OWN_MODEL_FORMERLY
        return [name for at, name in enumerate(names) if name != self._name and name not in names[:at]]

    def _read_notes(self, picture: 'image.Image') -> bytes:
        """The notes of a model made for the board; b'' of any other."""
        if self._notes is None:
            try:
                output = kpu.forward(self.task, picture, NOTES_OUTPUT)  # kpu.get_output came with v0.5.0_42
            except (OSError, ValueError):
                self._notes = b''
            else:
                self._notes = bytes(memoryview(output)[:NOTES_BYTES])
                kpu.fmap_free(output)
        return self._notes

    def _feature_checksum(self, picture: 'image.Image') -> str:
        example = bytearray(features.LENGTH)
        self.features(picture, example)
        return _checksum(example)


def _blacken(picture: 'image.Image') -> None:
    picture.draw_rectangle(0, 0, SIDE_PX, SIDE_PX, color=(0, 0, 0), fill=True)
    picture.pix_to_ai()


def _checksum(data: 'bytearray | memoryview') -> str:
    return '%08x' % (ubinascii.crc32(data) & 0xFFFFFFFF)


def pixels(picture: 'image.Image') -> bytearray:
    """The pixels of a picture themselves: RGB565, high byte first."""
    return uctypes.bytearray_at(uctypes.addressof(picture), 2 * SIDE_PX * SIDE_PX)


def find_card(picture: 'image.Image') -> 'str | None':
    """The payload of a QR code in the picture, or None. PartError without a decoder or its memory (716,800 bytes)."""
    if not hasattr(picture, 'find_qrcodes'):  # "minimum" builds
        raise PartError('cards are off: this firmware cannot read them')
    try:
        codes = picture.find_qrcodes()
    except MemoryError:
        raise PartError('cards are off: too little memory is left: run madeleine install, or take a smaller model')
    return codes[0].payload() if codes else None


def heap_bytes() -> 'int | None':
    """The size of the GC heap; None when this firmware has but one."""
    return utils.gc_heap_size() if utils else None


def set_heap(size_bytes: int) -> None:
    """Counts from the next start. A cut while it is written can keep the firmware from starting: seldom, then."""
    utils.gc_heap_size(size_bytes)


def free_memory_kb() -> 'int | None':
    """What is free of the firmware's memory, beside the GC heap; None when it does not say. It says so on USB, too."""
    text = uio.StringIO()
    try:
        uos.dupterm(text)
        kpu.memtest()  # ... "free sys heap memory: 780 KB"
        return int(text.getvalue().split()[-2])
    except (AttributeError, IndexError, ValueError):
        return None
    finally:
        if hasattr(uos, 'dupterm'):
            uos.dupterm(None)

"""What the camera sees: pictures, the network's features of them, cards. It and device.py alone name MaixPy's modules."""

import KPU as kpu
import sensor
import ubinascii
import uos

import engines
import features
from constants import MODEL_ADDRESS, SIDE_PX

try:
    import ulab
except ImportError:  # v0.4.0, and "minimum" builds
    ulab = None

MODEL_FILE = '/sd/model.kmodel'  # wins when there is one
SNAPSHOT_TRIES = 3
NOTES_OUTPUT = 2  # of models made for the board: 1 (the notes' version), 1 if the picture is wanted upside down, 0, 0
UPSIDE_DOWN = b'\x01\x01'


class PartError(Exception):
    """A part does not work: what to show, and what to do about it."""


def fastest_engine():
    """The best of engines.py that this firmware has."""
    if hasattr(kpu, 'face_compare'):
        return engines.Compare(kpu.face_compare, features.LENGTH)
    return engines.Ulab(ulab, features.LENGTH) if ulab else engines.Plain()


def _exists(path):
    try:
        uos.stat(path)
    except OSError:
        return False
    return True


class Camera:
    """The OV7740 at QVGA with the top left 224x224 as its window (the window's place is fixed: MaixPy #191)."""

    def __init__(self, turned):
        self._turned = turned
        self._upside_down = False  # what the network gets; what people see is upright

    def start(self):
        """One try; PartError when the sensor does not answer (a loose ribbon, mostly)."""
        try:
            sensor.reset()
            sensor.set_pixformat(sensor.RGB565)
            sensor.set_framesize(sensor.QVGA)
            sensor.set_windowing((SIDE_PX, SIDE_PX))
            if self._turned != self._upside_down:
                sensor.set_vflip(1)
            if self._turned:
                sensor.set_hmirror(1)
            sensor.run(1)
        except (OSError, RuntimeError, ValueError) as error:
            raise PartError('camera: %s' % error)

    def turn_over(self):
        """From the next picture on the network gets them upside down. A new start would cost 72 KB of system heap."""
        self._upside_down = True
        sensor.set_vflip(not self._turned)

    def snapshot(self):
        """The next picture: a view of the one frame buffer, overwritten by the next call."""
        for _ in range(SNAPSHOT_TRIES):
            try:
                picture = sensor.snapshot()
            except (OSError, RuntimeError) as error:
                reason = error
                continue
            if self._upside_down:
                picture.replace(vflip=True)  # the pixels, in place; the KPU keeps what the sensor gave
            return picture
        raise PartError('camera: %s' % reason)


class Network:
    """The feature model on the KPU. Keep one, for ever: dropping it frees the model."""

    def __init__(self):
        source = MODEL_FILE if _exists(MODEL_FILE) else MODEL_ADDRESS
        place = source if source == MODEL_FILE else '0x%x' % source
        try:
            self._task = kpu.load(source)
        except (ValueError, OSError, MemoryError) as error:
            reason = str(error)
            if isinstance(error, ValueError) and 'kpu' not in reason:  # v0.4.0: whatever lies where its text was (seen)
                reason = 'it does not load'
            raise PartError('no model at %s (%s)' % (place, reason))
        self._to_bytes = features.Ulab(ulab).quantise if ulab else features.quantise
        self._read = None  # known when there is an output to look at

    def features(self, picture, example):
        """Run the network on a picture and write its features into the bytes of `example` (features.LENGTH)."""
        try:
            output = kpu.forward(self._task, picture)
        except ValueError as error:
            raise PartError('model: wants another picture (%s)' % error)
        if self._read is None:
            try:
                self._read = features.reader(memoryview(output), self._to_bytes)
            except ValueError as error:
                raise PartError('model: %s' % error)
        self._read(example)
        kpu.fmap_free(output)

    def wants_upside_down(self, picture):
        """Does the network want its pictures upside down? Models that are not ours have no such notes."""
        try:
            output = kpu.forward(self._task, picture, NOTES_OUTPUT)  # kpu.get_output came with v0.5.0_42
        except (OSError, ValueError):
            return False
        wanted = bytes(memoryview(output)[:4])[:2] == UPSIDE_DOWN
        kpu.fmap_free(output)
        return wanted

    def identity(self, picture):
        """8 hex digits of what the network makes of a black picture: equal for equal networks, whatever their file.

        Draws on `picture`. Black is the same in every colour format of every build, upright or flipped.
        """
        picture.draw_rectangle(0, 0, SIDE_PX, SIDE_PX, color=(0, 0, 0), fill=True)
        picture.pix_to_ai()
        example = bytearray(features.LENGTH)
        self.features(picture, example)
        return '%08x' % (ubinascii.crc32(example) & 0xFFFFFFFF)


def find_card(picture):
    """The payload of a QR code in the picture, or None. PartError without a decoder or its memory (716,800 bytes)."""
    if not hasattr(picture, 'find_qrcodes'):  # "minimum" builds
        raise PartError('cards are off: this firmware cannot read them')
    try:
        codes = picture.find_qrcodes()
    except MemoryError:
        raise PartError('cards are off: the heap is not set for them')
    return codes[0].payload() if codes else None

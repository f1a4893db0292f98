"""Sounds: beeps made of a few numbers, and the files voice/NAME.wav, both while the app goes on. Loaded when wanted.

I2S0 plays what it is given by itself; giving it more waits until that is over. The firmware's own player of WAV files
holds the app as long as a sound lasts, plays some blocks twice and leaves out the last ones (v0.4.0_47, v0.5.0_9).

/flash allows one open file, and the loop needs it: so a voice is opened for each block.
"""

from array import array
from math import pi, sin

import ustruct
from micropython import const

import settings
from files import Files

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator

    from device import Speaker
    from missing import NoSpeaker

WAIT_MS = const(50)  # at most, for a block to end; a turn is longer
FOLDER = 'voice/'
WAV = '.wav'
HEADER_BYTES = const(44)  # of the plain kind: RIFF, a chunk of the format, the samples
BEEP_HZ = const(8000)  # samples a second: no amplifier of these takes fewer
TOP_HZ = const(16000)  # with more a block ends within a turn
_REST_MS = const(20)  # a block of a voice lasts that much longer than a turn, which waits for the rest of it
_BLOCK_MS = const(140)  # at most: two blocks take 9 KB at 8 kHz
_PART = const(256)  # samples that are read at once
_PAIR = const(0x10001)  # times a sample: left and right
_LOUDNESS = const(9000)  # of 32767

# Tones: samples of a period (0: silence), and how many periods; of a silence, samples.
_BEEPS = (
    ('learned', ((10, 48), (7, 90))),
    ('refused', ((22, 45),)),
    ('seen', ((8, 50),)),
    ('odd', ((7, 60), (0, 300), (7, 60))),
)


def beep(name: str) -> 'Iterator[bytes]':
    """The tones of a beep as words: 16 bits for the left and 16 for the right. KeyError for a name without one."""
    for samples, times in dict(_BEEPS)[name]:
        wave = [int(_LOUDNESS * sin(2 * pi * i / samples)) & 0xFFFF for i in range(samples)] if samples else [0]
        yield bytes(array('I', [value * _PAIR for value in wave])) * times


def _listed() -> 'list[tuple[str, Files, str]]':
    """All voices, as name, folder and file, the card's first: to look for a missing file costs as much as half a turn.

    A card has folders; on flash 'voice/cup.wav' is a flat name.
    """
    found = []  # type: list[tuple[str, Files, str]]
    for folder, start in (('/sd/voice', ''), ('/flash', FOLDER)):
        files = Files(folder)
        try:
            names = files.names()
        except OSError:
            continue
        for name in names:
            if name.startswith(start) and name.endswith(WAV):
                found.append((name[len(start) : -len(WAV)], files, name))
    return found


class Sound:
    """A sound that is being played. Its blocks stay in memory for as long as they are played."""

    def __init__(
        self, speaker: 'Speaker | NoSpeaker', rate_hz: int, blocks: 'Iterator[bytes | bytearray | array[int]]'
    ) -> None:
        speaker.tune(rate_hz)
        self._speaker, self._rate_hz, self._blocks = speaker, rate_hz, blocks
        self._played = b''  # type: bytes | bytearray | array[int]
        self._until_ms = 0

    def turn(self, now_ms: int) -> bool:
        """Go on. False when all has been heard; OSError or ValueError when the file fails, PartError if I2S does."""
        left_ms = self._until_ms - now_ms
        if left_ms > WAIT_MS:
            return True
        for block in self._blocks:
            self._speaker.play(block)
            self._played = block
            words = len(block) if isinstance(block, array) else len(block) // 4
            self._until_ms = max(self._until_ms, now_ms) + words * 1000 // self._rate_hz
            return True
        return left_ms > 0


def wanted(
    speaker: 'Speaker | NoSpeaker', setting: str, beep_name: str, name: 'str | None', turn_ms: int
) -> 'Sound | None':
    """The voice of a name if there is one, else the beep, as far as the setting `sound` has them; errors as of turn."""
    if name is not None and setting in (settings.ON, settings.VOICE):
        if speaker.voices is None:
            speaker.voices = _listed()
        for voice in speaker.voices:
            if voice[0] == name:
                return _voice(speaker, voice, min(turn_ms + _REST_MS, _BLOCK_MS))
    if setting in (settings.ON, settings.BEEP):
        return Sound(speaker, BEEP_HZ, beep(beep_name))
    return None


def _voice(speaker: 'Speaker | NoSpeaker', voice: 'tuple[str, Files, str]', block_ms: int) -> Sound:
    """ValueError for what cannot be played, which is then forgotten until the next start."""
    _, files, name = voice
    with files.open(name, 'rb') as file:
        head = file.read(HEADER_BYTES)
    try:
        channels, rate_hz, size = format_of(head)
    except ValueError:
        speaker.voices.remove(voice)  # type: ignore[union-attr]  # it is listed
        raise
    count = rate_hz * block_ms // 1000
    return Sound(speaker, rate_hz, (_both if channels == 2 else _doubled)(files, name, count, size))


def format_of(head: bytes) -> 'tuple[int, int, int]':
    """Channels, samples a second and bytes of samples, from the first bytes of a WAV file; ValueError if not such."""
    if len(head) == HEADER_BYTES and head[:4] == b'RIFF' and head[8:16] == b'WAVEfmt ' and head[36:40] == b'data':
        size, kind, channels, rate_hz, _, _, bits = ustruct.unpack('<IHHIIHH', head[16:36])
        if (size, kind, bits) == (16, 1, 16) and channels in (1, 2) and BEEP_HZ <= rate_hz <= TOP_HZ:
            return channels, rate_hz, ustruct.unpack('<I', head[40:])[0]
    raise ValueError('not a WAV file of 16 bits, 8 to 16 kHz')


def _doubled(files: 'Files', name: str, count: int, size: int) -> 'Iterator[array[int]]':
    """The samples of a file with one channel, for both sides. One block is filled while the other is played."""
    samples = array('H', bytes(2 * _PART))
    blocks = [array('I', bytes(4 * count)) for _ in range(2)]
    for place in range(0, size, 2 * count):
        end = (size - place) // 2
        with files.open(name, 'rb') as file:
            file.seek(HEADER_BYTES + place)
            for i in range(count):
                if i % _PART == 0:
                    got = file.readinto(samples) // 2
                    end = end if got == _PART else min(end, i + got)
                blocks[0][i] = samples[i % _PART] * _PAIR if i < end else 0
        yield blocks[0]
        blocks.reverse()


def _both(files: 'Files', name: str, count: int, size: int) -> 'Iterator[bytearray]':
    """The samples of a file with two channels."""
    blocks = [bytearray(4 * count) for _ in range(2)]
    for place in range(0, size, 4 * count):
        with files.open(name, 'rb') as file:
            file.seek(HEADER_BYTES + place)
            got = min(file.readinto(blocks[0]), size - place)
        for i in range(got, 4 * count):
            blocks[0][i] = 0
        yield blocks[0]
        blocks.reverse()

"""`audio`: WAV files through the loudspeaker. Playing takes the time the sound takes."""

from Maix import FPIOA as _FPIOA
from madeleine.sim.world import world as _world
from uio import open as _open
from ustruct import unpack as _unpack

_CHUNK_BYTES = 4096
_SPEAKER_PINS = {17: _FPIOA.I2S0_OUT_D1, 15: _FPIOA.I2S0_SCLK, 14: _FPIOA.I2S0_WS}


class Audio:
    """A WAV file, 16 bit PCM; it stays open until `finish`."""

    def __init__(self, *, path):
        if _world.troubles['sound_broken']:
            raise OSError(5)
        self._path = path
        self._file = _open(path, 'rb')

    def volume(self, level):
        if not 0 <= level <= 100:
            raise ValueError('volume is 0 to 100')

    def play_process(self, device):
        """[channels, sample rate, bytes a second, bytes a frame, bits]"""
        header = self._file.read(44)
        if len(header) < 44 or header[:4] != b'RIFF' or header[8:16] != b'WAVEfmt ':
            raise ValueError('not a WAV file')
        channels, rate, self._bytes_per_second, frame, bits = _unpack('<HIIHH', header[22:36])
        self._device = device
        if self._audible():
            _world.sounds.append(self._path.split('/')[-1])
        return [channels, rate, self._bytes_per_second, frame, bits]

    def _audible(self):
        for pin in _SPEAKER_PINS:
            if _world.pins.get(pin) != _SPEAKER_PINS[pin]:
                return False
        amplifier = _world.board.amplifier
        return amplifier is not None and _world.gpio_out.get(amplifier) == 1

    def play(self):
        """Play a chunk; None when it was the last."""
        data = self._file.read(_CHUNK_BYTES)
        if not data:
            return None
        _world.sleep_ms(len(data) * 1000 // self._bytes_per_second)
        return 1

    def finish(self):
        self._file.close()

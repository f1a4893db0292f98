"""WAV files as the camera plays them: 16 bits, one channel, 8 to 16 kHz, and nothing in them but the samples."""

import io
import struct
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from madeleine.device import sounds
from madeleine.errors import ToolError
from madeleine.inputs import read

RATE_HZ = 8000  # as a telephone: more takes more of the camera's heap, of which little is free
SECONDS_MAX = 10
FILE_MAX_BYTES = 16 << 20
PEAK = 0.9  # of full scale, for the loudest sample
FADE_SAMPLES = 64  # at both ends: a step would click

Samples = NDArray[np.float64]  # -1..1


def of_camera(path: Path) -> bytes:
    """A WAV file of PCM, any rate and number of channels, as one that the camera plays; ToolError otherwise."""
    try:
        data = read(path, FILE_MAX_BYTES)
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error
    return written(*samples_of(data, path.name))


def samples_of(data: bytes, name: str) -> tuple[Samples, int]:
    """The mean of the channels, and samples a second. ToolError if the data are not such a file."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            width, channels, rate_hz = file.getsampwidth(), file.getnchannels(), file.getframerate()
            if width not in (1, 2, 3, 4) or not 1000 <= rate_hz <= 400_000:
                raise ToolError(f"{name} has samples of {8 * width} bits at {rate_hz} Hz; save it with 16 bits, 16 kHz")
            if file.getnframes() > SECONDS_MAX * rate_hz:
                raise ToolError(f"{name} is longer than {SECONDS_MAX} seconds; cut it, please")
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError, struct.error) as error:
        raise ToolError(f"{name} is not a WAV file of PCM samples; save it as one with 16 bits ({error})") from error
    whole = np.frombuffer(frames[: len(frames) // (width * channels) * width * channels], np.uint8)
    return _floats(whole.reshape(-1, width)).reshape(-1, channels).mean(axis=1), rate_hz


def _floats(samples: NDArray[np.uint8]) -> Samples:
    """Of bytes, the lowest first: 8 bits have no sign, the others have one."""
    if samples.shape[1] == 1:
        return (samples[:, 0].astype(np.float64) - 128) / 128
    padded = np.zeros((len(samples), 4), np.uint8)
    padded[:, 4 - samples.shape[1] :] = samples
    return padded.view("<i4")[:, 0].astype(np.float64) / 2**31


def written(samples: Samples, rate_hz: int) -> bytes:
    """A file for the camera, at RATE_HZ and as loud as it may be. ToolError for one without a sound."""
    trimmed = _trimmed(samples)
    peak = np.abs(trimmed).max(initial=0)
    if not peak:
        raise ToolError("the sound is silence; take another file")
    resampled = _resampled(trimmed / peak * PEAK, rate_hz)
    fade = np.minimum(np.arange(len(resampled)) / FADE_SAMPLES, 1)
    shaped = resampled * fade * fade[::-1]
    return in_wav(np.round(shaped * 32767).astype("<i2").tobytes(), RATE_HZ, 1)


def _trimmed(samples: Samples) -> Samples:
    """Without the silence at both ends: below a hundredth of the loudest."""
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max(initial=0) / 100)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def _resampled(samples: Samples, rate_hz: int) -> Samples:
    """At RATE_HZ; what is too high for it is taken out first, by the spectrum."""
    count = max(1, round(len(samples) * RATE_HZ / rate_hz))
    spectrum = np.fft.rfft(samples)
    kept = np.zeros(count // 2 + 1, spectrum.dtype)
    length = min(len(kept), len(spectrum))
    kept[:length] = spectrum[:length]
    return np.clip(np.fft.irfft(kept, count) * count / len(samples), -1, 1)


def in_wav(samples: bytes, rate_hz: int, channels: int = 2) -> bytes:
    """Samples of 16 bits as a file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((channels, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(samples)
    return made.getvalue()


def seconds(data: bytes) -> float:
    """How long a file of the camera's lasts; ToolError if the camera cannot play it."""
    try:
        channels, rate_hz, size = sounds.format_of(data[: sounds.HEADER_BYTES])
    except ValueError as error:
        raise ToolError(f"{error}") from error
    return min(size, len(data) - sounds.HEADER_BYTES) / (2 * channels * rate_hz)

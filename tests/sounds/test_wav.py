"""WAV files of any kind become such as the camera plays."""

import io
import wave

import numpy as np
import pytest
from madeleine.device import sounds
from madeleine.errors import ToolError
from madeleine.sounds.wav import PEAK, RATE_HZ, in_wav, of_camera, samples_of, seconds, written

TONE_HZ = 1000


def recorded(width: int = 2, channels: int = 1, rate_hz: int = 44100, length_s: float = 0.5) -> bytes:
    """A tone, with silence before and after it."""
    tone = np.sin(2 * np.pi * TONE_HZ / rate_hz * np.arange(int(length_s * rate_hz)))
    samples = np.concatenate([np.zeros(rate_hz // 10), tone, np.zeros(rate_hz // 10)])
    whole = np.round(samples * (2 ** (8 * width - 1) - 1)).astype(np.int64) + (128 if width == 1 else 0)
    data = np.repeat(whole, channels).astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width].tobytes()
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((channels, width, rate_hz, 0, "NONE", ""))
        file.writeframes(data)
    return made.getvalue()


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize(("channels", "rate_hz"), [(1, 8000), (2, 22050), (2, 48000)])
def test_any_recording_becomes_one_of_the_cameras(tmp_path, width, channels, rate_hz):
    (tmp_path / "cup.wav").write_bytes(recorded(width, channels, rate_hz))
    data = of_camera(tmp_path / "cup.wav")
    assert sounds.format_of(data[: sounds.HEADER_BYTES]) == (1, RATE_HZ, len(data) - sounds.HEADER_BYTES)
    assert seconds(data) == pytest.approx(0.5, abs=0.01), "without the silence"
    samples, _ = samples_of(data, "cup")
    assert np.abs(samples).max() == pytest.approx(PEAK, abs=0.05) and samples[0] == samples[-1] == 0
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.argmax(spectrum) * RATE_HZ / len(samples) == pytest.approx(TONE_HZ, abs=5)


def test_what_is_too_high_does_not_come_back_as_a_low_tone():
    high = np.sin(2 * np.pi * 6500 / 44100 * np.arange(44100))
    low = np.sin(2 * np.pi * 500 / 44100 * np.arange(44100))
    samples, _ = samples_of(written(low + high, 44100), "x")
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.sort(spectrum)[-1] > 50 * spectrum[1500:2500].max()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a WAV file"),
        (b"ID3\x03" * 100, "not a WAV file"),
        (recorded()[:30], "not a WAV file"),
        (in_wav(bytes(4000), 8000, 1), "silence"),
        (recorded(rate_hz=8000, length_s=11), "longer than 10 seconds"),
    ],
)
def test_what_is_not_a_sound(tmp_path, data, why):
    (tmp_path / "cup.wav").write_bytes(data)
    with pytest.raises(ToolError, match=why):
        of_camera(tmp_path / "cup.wav")


def test_what_the_camera_does_not_play_has_no_length():
    with pytest.raises(ToolError, match="16 bits"):
        seconds(recorded(rate_hz=44100))

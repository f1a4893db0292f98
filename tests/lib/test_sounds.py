"""Sounds: beeps made of numbers, voices read block by block, and a loop that goes on meanwhile."""

import builtins
import struct
import sys

import pytest
import sounds

from tests.fakes.desk import CUP, PEN, Desk
from tests.fakes.flash import Flash

RATE_HZ = 16000


def wav(samples: bytes, channels: int = 1, rate_hz: int = RATE_HZ, bits: int = 16) -> bytes:
    form = struct.pack("<IHHIIHH", 16, 1, channels, rate_hz, 0, 0, bits)
    riff = struct.pack("<4sI8s", b"RIFF", 36 + len(samples), b"WAVEfmt ")
    head = riff + form + struct.pack("<4sI", b"data", len(samples))
    return head + samples


@pytest.fixture
def desk(monkeypatch):
    return Desk(monkeypatch)


def with_voice(desk, data: bytes, name: str = "cup"):
    desk.board.speaker.voices = [(name, Flash({f"voice/{name}.wav": data}), f"voice/{name}.wav")]


def seen(desk):
    """What is heard of a thing, newly seen, that is called cup."""
    desk.say(do="learn", name="cup")
    desk.turn(20)
    desk.board.view = PEN
    desk.turn(20)
    desk.board.speaker.sounds.clear()
    desk.board.view = CUP
    desk.turn(40)
    return desk.board.speaker.sounds


@pytest.mark.parametrize(("name", "ms"), [("learned", 138), ("refused", 123), ("seen", 50), ("odd", 142)])
def test_beeps_are_short_and_small(name, ms):
    tones = list(sounds.beep(name))
    words = struct.unpack(f"<{sum(map(len, tones)) // 2}h", b"".join(tones))
    assert max(map(len, tones)) <= 4000, "of the heap, in one piece"
    assert words[::2] == words[1::2], "left and right"
    assert len(words) // 2 * 1000 // sounds.BEEP_HZ == ms
    assert 8000 < max(words) <= 9000 and abs(sum(words)) < len(words)


def test_a_lesson_a_refusal_and_what_is_newly_seen_are_heard(desk):
    desk.press("A")
    desk.turn(40)
    desk.say(do="forget", name="unknown")
    desk.turn(10)
    heard = [words for words, _ in desk.board.speaker.sounds]
    assert heard == [*sounds.beep("learned"), *sounds.beep("seen"), *sounds.beep("refused")]
    assert max(waited for _, waited in desk.board.speaker.sounds) <= sounds.WAIT_MS


def test_no_room_for_the_module_is_silence_once(desk, monkeypatch):
    """MicroPython 1.11 leaves half a module after a failed import (v0.5.0_9): it must not be used the next time."""
    real = builtins.__import__

    def half(name, *rest):
        if name == "sounds":
            sys.modules[name] = type(sys)(name)
            raise MemoryError
        return real(name, *rest)

    with monkeypatch.context() as full:
        full.setattr(builtins, "__import__", half)
        desk.press("A")
        desk.turn(10)
    assert desk.board.speaker.sounds == []
    desk.say(do="forget", name="unknown")
    desk.turn(10)
    assert [words for words, _ in desk.board.speaker.sounds] == [*sounds.beep("refused")]


def test_a_voice_takes_the_place_of_a_beep(desk):
    samples = bytes(range(1, 251)) * 10
    with_voice(desk, wav(samples))
    said = b"".join(words for words, _ in seen(desk))
    assert said.rstrip(b"\0") == b"".join(samples[i : i + 2] * 2 for i in range(0, len(samples), 2))
    assert desk.board.speaker.rate_hz == RATE_HZ and desk.app.loudspeaker.sound is None


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000])
def test_the_loop_goes_on_meanwhile(desk, rate_hz):
    """A second of sound: nothing waits longer than WAIT_MS, a turn of 50 ms goes on between two blocks."""
    with_voice(desk, wav(bytes(2 * rate_hz), rate_hz=rate_hz))
    heard = seen(desk)
    assert 4 * rate_hz <= sum(len(words) for words, _ in heard) < 4 * 1.1 * rate_hz and len(heard) > 7
    assert 0 < max(waited for _, waited in heard) <= sounds.WAIT_MS


def test_both_sides_of_a_file_with_two(desk):
    samples = bytes(range(1, 251)) * 20
    with_voice(desk, wav(samples, channels=2))
    assert b"".join(words for words, _ in seen(desk)).rstrip(b"\0") == samples


@pytest.mark.parametrize(
    ("setting", "voice", "other"),
    [("on", True, True), ("beep", False, True), ("voice", True, False), ("off", False, False)],
)
def test_the_setting(desk, setting, voice, other):
    desk.say(do="sound", value=setting)
    with_voice(desk, wav(b"\1\2" * 50))
    heard = [words.rstrip(b"\0") for words, _ in seen(desk)]
    assert (heard == [b"\1\2" * 100]) == voice
    assert (heard == [words.rstrip(b"\0") for words in sounds.beep("seen")]) == (setting == "beep")
    desk.board.speaker.sounds.clear()
    desk.say(do="learn", name="cup")
    desk.turn(4)
    assert bool(desk.board.speaker.sounds) == other


@pytest.mark.parametrize(
    "data", [b"", wav(b"12")[:40], wav(b"12", rate_hz=44100), wav(b"12", bits=8), b"RIFX" + wav(b"12")[4:]]
)
def test_what_cannot_be_played_is_said_once(desk, data):
    with_voice(desk, data)
    seen(desk)
    assert desk.board.speaker.voices == [] and [seen(desk)[-1][0]] == list(sounds.beep("seen"))


def test_a_file_that_is_shorter_than_it_says(desk):
    with_voice(desk, wav(b"\1\0" * 3000)[:2044])
    assert b"".join(words for words, _ in seen(desk)).strip(b"\0") == (b"\1\0" * 2000).strip(b"\0")


def test_a_file_that_goes_away_ends_its_sound_alone(desk):
    with_voice(desk, wav(bytes(2 * RATE_HZ)))
    desk.say(do="learn", name="cup")
    while desk.app.loudspeaker.sound is None or desk.board.speaker.rate_hz != RATE_HZ:
        desk.turn()
    desk.board.speaker.voices[0][1].files.clear()
    told = desk.turn(10)
    assert [entry["code"] for entry in told if entry["event"] == "error"] == ["sound"]
    assert desk.app.loudspeaker.sound is None


def test_voices_are_those_of_the_card_before_those_on_flash(said, tmp_path):
    for folder in ("sd/voice", "flash/voice"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "cup.wav").write_bytes(b"")
    (tmp_path / "flash" / "cup.wav").write_bytes(b"")
    program = "import sounds\nprint([(name, file) for name, _, file in sounds._listed()])"
    assert said(program, card=tmp_path / "sd") == ["[('cup', 'cup.wav'), ('cup', 'voice/cup.wav')]"]

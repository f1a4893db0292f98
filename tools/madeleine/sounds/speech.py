"""Voices by espeak-ng, a speech synthesiser that is installed apart: a text in, a WAV file out."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from madeleine.errors import ToolError, UsageError
from madeleine.inputs import read
from madeleine.sounds.wav import FILE_MAX_BYTES

PROGRAM = "espeak-ng"
VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_-]{0,40}")
SPEAK_S = 30.0
TEXT_CHARS = 200


def speak(text: str, voice: str) -> bytes:
    """The text as a WAV file, as the program makes it. ToolError when it is not there or fails."""
    if not VOICE.fullmatch(voice):
        raise UsageError(f"{voice!r} is not a valid name of a voice; `{PROGRAM} --voices` lists them")
    if not 0 < len(text) <= TEXT_CHARS:
        raise UsageError(f"a text to be spoken has 1 to {TEXT_CHARS} characters")
    program = shutil.which(PROGRAM)
    if program is None:
        raise ToolError(
            f"{PROGRAM} is not installed: install the package {PROGRAM}, or put WAV files of your own on the camera"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        _run([program, "-v", voice, "-w", str(path), "--stdin"], text, voice)
        return read(path, FILE_MAX_BYTES)


def _run(command: list[str], text: str, voice: str) -> None:
    try:
        subprocess.run(command, input=text.encode(), capture_output=True, timeout=SPEAK_S, check=True)  # noqa: S603
    except subprocess.CalledProcessError as error:
        raise ToolError(
            f"{PROGRAM} cannot speak with the voice {voice!r}; `{PROGRAM} --voices` lists those there are"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{PROGRAM} took longer than {SPEAK_S:g} s; try a shorter text") from error

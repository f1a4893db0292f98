"""Starts a rule's program: a list of arguments, never a shell; a label is one argument, or in its environment."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from madeleine.monitor.items import Change
from madeleine.monitor.lane import ActionError
from madeleine.monitor.rules import Rule, Run, facts, fill

END_S = 2.0  # between asking a program to end and ending it
COMPLAINT_BYTES = 400
READ_BYTES = 1 << 16
LAST_WORDS_S = 0.5  # for them to come when the program has ended; what it has left running may hold the stream open
BATCH = (".bat", ".cmd")


def find_program(action: Run) -> str:
    """The program a rule starts, with its path; ActionError when there is none, or it cannot be started safely."""
    name = action.arguments[0]
    beside = action.folder / name
    found = shutil.which(str(beside) if os.sep in name or "/" in name else name)
    if found is None:
        raise ActionError(f"program {name!r} not found: install it, or give its path")
    if Path(found).suffix.lower() in BATCH:
        raise ActionError(f"{found} is a batch file: Windows hands its arguments to a shell; start a program instead")
    return found


def command_line(action: Run, change: Change) -> list[str]:
    """The arguments with their places filled in; ActionError when a value would be taken for an option."""
    line = [find_program(action)]
    for argument in action.arguments[1:]:
        filled = fill(argument, change)
        if filled != argument and filled.startswith("-") and "--" not in line:
            raise ActionError(f'{filled!r} would be taken for an option: put "--" before its place')
        line.append(filled)
    return line


class Programs:
    """Runs one program at a time, without input, for as long as its rule allows."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._mark = ""

    def __call__(self, rule: Rule, change: Change) -> None:
        """Starts it and waits for its end; ActionError when it fails or takes too long."""
        action = cast(Run, rule.action)
        line = command_line(action, change)
        self._mark = f"MADELEINE_RUN={secrets.token_hex(8)}"
        try:
            self._process = _start(line, action.folder, change, self._mark)
        except OSError as error:
            raise ActionError(f"{action.arguments[0]} cannot be started ({error.strerror})") from error
        complaints = Complaints(cast(IO[bytes], self._process.stderr))
        try:
            code = self._process.wait(rule.timeout_s)
        except subprocess.TimeoutExpired as error:
            self.close()
            raise ActionError(f"{action.arguments[0]} ran longer than {rule.timeout_s:g} s and was ended") from error
        if code:
            raise ActionError(f"{action.arguments[0]} failed with {code}{complaints.last_words()}")

    def close(self) -> None:
        """Ends the program that runs, and what it has started."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        _send(process, signal.SIGTERM)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            _send(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        for number in _marked(self._mark):  # a session of its own is no way out
            with contextlib.suppress(OSError):
                os.kill(number, signal.SIGKILL)


class Complaints:
    """What a program writes to stderr, the last of it: a thread reads on, so that the program never waits."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._last = b""
        self._thread = threading.Thread(target=self._read, name="madeleine complaints", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._stream:
            while data := os.read(self._stream.fileno(), READ_BYTES):
                self._last = (self._last + data)[-COMPLAINT_BYTES:]

    def last_words(self) -> str:
        """The last line, as the end of a sentence."""
        self._thread.join(LAST_WORDS_S)
        lines = self._last.decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""


def _start(line: list[str], folder: Path, change: Change, mark: str) -> "subprocess.Popen[bytes]":
    variables = {f"MADELEINE_{name.upper()}": value for name, value in facts(change).items()}
    name, _, value = mark.partition("=")
    return subprocess.Popen(  # noqa: S603 the rule's own list of arguments, no shell
        line,
        cwd=folder,
        env={**os.environ, **variables, name: value},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the monitor, and its children can be ended with it
    )


def _send(process: "subprocess.Popen[bytes]", number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        else:
            process.terminate()


def _marked(mark: str) -> Iterator[int]:
    """The processes with a mark in their environment, on Linux: those that a program has started, however."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # it has ended, or is somebody else's
            if mark.encode() in path.read_bytes().split(b"\0"):
                yield int(path.parent.name)

"""Starts a rule's program: a list of arguments, never a shell; a label is one argument, or in its environment."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO, cast

from madeleine.monitor.items import Change
from madeleine.monitor.lane import ActionError
from madeleine.monitor.rules import Rule, Run, facts, fill

END_S = 2.0  # between asking a program to end and ending it
COMPLAINT_BYTES = 400
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

    def __call__(self, rule: Rule, change: Change) -> None:
        """Starts it and waits for its end; ActionError when it fails or takes too long."""
        action = cast(Run, rule.action)
        line = command_line(action, change)
        with tempfile.TemporaryFile() as complaints:
            try:
                self._process = _start(line, action.folder, change, complaints)
                code = self._process.wait(rule.timeout_s)
            except OSError as error:
                raise ActionError(f"{action.arguments[0]} cannot be started ({error.strerror})") from error
            except subprocess.TimeoutExpired as error:
                self.close()
                raise ActionError(
                    f"{action.arguments[0]} ran longer than {rule.timeout_s:g} s and was ended"
                ) from error
            if code:
                raise ActionError(f"{action.arguments[0]} failed with {code}{_last_words(complaints)}")

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


def _start(line: list[str], folder: Path, change: Change, complaints: IO[bytes]) -> "subprocess.Popen[bytes]":
    variables = {f"MADELEINE_{name.upper()}": value for name, value in facts(change).items()}
    return subprocess.Popen(  # noqa: S603 the rule's own list of arguments, no shell
        line,
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        start_new_session=True,  # Ctrl-C is for the monitor, and its children can be ended with it
    )


def _send(process: "subprocess.Popen[bytes]", number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        else:
            process.terminate()


def _last_words(complaints: IO[bytes]) -> str:
    """The last line on stderr, as the end of a sentence."""
    size = complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, size - COMPLAINT_BYTES))
    lines = complaints.read().decode("utf-8", "replace").strip().splitlines()
    return f": {lines[-1]}" if lines else ""

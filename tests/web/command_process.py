"""`madeleine web` as its users start it: a process of its own, on a free port."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

END_S = 30.0


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """The command, which keeps nothing; gives the page's address. Ctrl-C ends it, and it has to end well."""
    command = [sys.executable, "-m", "madeleine", "web", "--port", "0", "--no-browser", "--fresh", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            told = process.stdout.readline()
            yield next(word for word in told.split() if word.startswith("http://"))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                ended = process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert ended == 0

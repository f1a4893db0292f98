"""The KPU's arithmetic for the next picture, in processes of their own, while the app is at the one before.

A picture takes most of a core's time for a turn, and the app waits for it. So a picture goes to a process that has
nothing to do as soon as it comes, and by the time the app asks much of it is done, on another core.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from madeleine.sim.builds import BUILDS, Row
from madeleine.sim.eyes import HostEyes, Model

PROCESSES = 2  # one for the picture that the app waits for, one for the picture that has come meanwhile
PATIENCE_S = 2.0  # with a process that was stopped; a picture takes 0.1 s, and several times that on a busy computer
READY = b""  # what a process says when it has loaded its model


def processes() -> int:
    """How many are of use here: on one core none is."""
    return PROCESSES if (os.cpu_count() or 1) >= PROCESSES else 0


def as_loaded(model: Model, build: Row) -> Model:
    """What a firmware makes of a model (sim/fakes/KPU.py)."""
    return model.rounded if build.rounds else model


def run(connection: Connection, model: Path, build: str) -> None:
    """What a process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is the server's to answer
    work(connection, model, build)


def work(connection: Connection, model: Path, build: str) -> None:
    """Gets pictures as the model takes them, and answers its outputs, until the other end is closed."""
    with suppress(EOFError, OSError, ValueError):  # the board tells what is wrong with the model
        loaded = as_loaded(HostEyes().load(model), BUILDS[build])
        connection.send(READY)
        while True:
            connection.send(loaded.outputs(connection.recv()))


class Ahead:
    """The board's side: hands pictures out, by their keys, and puts what comes back among the model's answers.

    While it waits, `hear` takes what comes from `other`; it returns False when no more will come.
    """

    def __init__(
        self, helpers: Iterable[Connection], model: Model, other: Connection, hear: Callable[[], bool]
    ) -> None:
        self.model = model
        self._idle: list[Connection] = []
        self._busy: dict[Connection, bytes] = dict.fromkeys(helpers, READY)
        self._other, self._hear = other, hear

    def begin(self, key: bytes, pixels: NDArray[np.uint8]) -> None:
        """Starts on a picture, unless it is known, not of the model's size, or all are busy."""
        if pixels.shape != self.model.network.input_shape:
            return
        self._collect(wait(list(self._busy), 0))
        if not self._idle or key in self.model.answers or key in self._busy.values():
            return
        connection = self._idle.pop()
        with suppress(OSError):  # the process has gone
            connection.send(pixels)
            self._busy[connection] = key

    def finish(self, key: bytes) -> None:
        """Waits for a picture, if it was started on; the app computes itself what takes longer than PATIENCE_S."""
        more, until_s = True, time.monotonic() + PATIENCE_S
        while key in self._busy.values():
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                self._dismiss(key)
                return
            ready = wait([*self._busy, self._other] if more else list(self._busy), left_s)
            self._collect(ready)
            if self._other in ready:
                more = self._hear()

    def _dismiss(self, key: bytes) -> None:
        """Does without the process that is at a picture."""
        for connection in [connection for connection in self._busy if self._busy[connection] == key]:
            del self._busy[connection]
            connection.close()

    def _collect(self, ready: Iterable[object]) -> None:
        for connection in [connection for connection in self._busy if connection in ready]:
            key = self._busy.pop(connection)
            with suppress(EOFError, OSError):  # the process has gone
                outputs = connection.recv()
                self._idle.append(connection)
                if key != READY:
                    self.model.answers[key] = outputs

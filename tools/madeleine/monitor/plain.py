"""The history as lines of text: for pipes, and for terminals that are none."""

from datetime import datetime
from typing import TextIO

from madeleine.monitor.items import Item, Told


def clock(at_s: float) -> str:
    """The time of day of a moment, here."""
    return datetime.fromtimestamp(at_s).strftime("%H:%M:%S")


class PlainView:
    """One line for everything there is to tell."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def take(self, item: Item, told: list[Told]) -> None:
        """Prints what there is to tell, at once."""
        for one in told:
            self._stream.write(f"{clock(one.at_s)}  {one.text}\n")
        if told:
            self._stream.flush()

    def close(self) -> None:
        """The stream is its owner's."""

"""Cameras on this computer that cannot be told apart: by the numbers of their ports, by their ids, by their names."""

from collections import Counter
from collections.abc import Iterable, Sequence

from madeleine.board.doctor.finding import Finding, hint
from madeleine.camera.events import Status, typed
from madeleine.camera.ports import Port
from madeleine.camera.usb import Board
from madeleine.errors import ToolError

ASK_S = 1.0  # for each


def twins(ports: Sequence[Port]) -> list[Finding]:
    """What several cameras have in common. Asks those that answer, if there are several."""
    if len(ports) < 2:
        return []
    said = _said(ports)
    found = [
        hint(
            "same-id",
            f"several cameras have the id {id}",
            "the flash of one was copied onto the other",
            "`madeleine install --new-id` on one of them",
        )
        for id in _several(one.uid for one in said)
    ]
    found += [
        hint(
            "same-name",
            f"several cameras are called {name!r}",
            "`madeleine bridge` adds the id to one of the names",
            "`madeleine install --name NAME`",
        )
        for name in _several(one.friendly_name for one in said)
    ]
    if len(said) == len(ports) and all(one.uid for one in said):
        return found  # then the numbers of the ports do not matter
    return found + [
        hint(
            "twins",
            f"several cameras have the serial number {serial}",
            "one of them has no id of its own, so `madeleine bridge` knows them by their ports, which change",
            "`madeleine install` gives each an id",
        )
        for serial in _several(port.serial_number for port in ports)
    ]


def _said(ports: Sequence[Port]) -> list[Status]:
    found = []
    for port in ports:
        try:
            with Board.open(port) as board:
                found.append(typed(board.ask("status", ASK_S), Status))
        except ToolError:  # another program has it, or it runs no app
            continue
    return found


def _several(texts: Iterable[str | None]) -> list[str]:
    """Texts that are there more than once."""
    return sorted(text for text, count in Counter(texts).items() if text and count > 1)

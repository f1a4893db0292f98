"""Starts the app, and is what is left when it cannot go on or fails: the screen says why, on every board.

Only what is imported here has to load for that; the app itself is imported inside the last-resort handler.
"""

import gc
import sys

import uio
from micropython import const

import device
from constants import POSE_FILE
from faults import TEXT_FILE, Faults
from files import Files
from vision import PartError

_TYPING = const(0)
if _TYPING:
    from typing import NoReturn

    from app import App
    from pose_app import PoseApp

RESERVE_BYTES = 36000  # of the heap in one piece, for what the examples need; loading modules would cut it up


def rescue(board: device.Board) -> None:
    """Button A held at power-on: no app, a prompt on USB."""
    board.panel.message(('Madeleine', 'rescue: no app', 'the prompt is on USB'))
    board.usb.write('Madeleine: rescue, the app was not started\n')


def stay(board: device.Board, lines: 'list[str]') -> 'NoReturn':
    """Show why the app cannot go on; button A starts again."""
    board.panel.message((lines + [''])[:6] + ['A: start again'])
    board.lights.show('red')
    while not board.buttons.a():
        device.sleep_ms(50)
    device.restart()


def wrapped(text: str, columns: int = 28) -> 'list[str]':
    """A text as five lines at most that fit the panel."""
    lines = ['']
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > columns:
            lines.append('')
        lines[-1] += ' ' + word if lines[-1] else word
    return lines[:5]


def app_of(files: Files) -> 'type[App] | type[PoseApp]':
    """The one that looks for bodies, or for things."""
    if files.size(POSE_FILE) > 0:  # a cut may leave it empty
        from pose_app import PoseApp

        return PoseApp
    from app import App

    return App


def run() -> None:
    """What boot.py calls."""
    if device.soft_reset():
        device.Usb().write('Madeleine: a soft reset; machine.reset() starts the app\n')
        return
    try:
        board = device.Board()
    except Exception as error:  # nothing to show it on
        device.describe_fault(error, sys.stdout)
        device.sleep_ms(3000)
        device.restart()
    if board.buttons.a():
        rescue(board)
        return
    files = Files('/flash')
    faults = Faults(files)
    if faults.too_many():
        faults.clear()  # so that A gives it another chance
        stay(board, ['Madeleine stopped:', 'three faults in a row', 'see /flash/' + TEXT_FILE])
    try:
        reserve = bytearray(RESERVE_BYTES)
        start = app_of(files)
        del reserve
        gc.collect()
        app = start(board, files)
        app.start()
        if hasattr(gc, 'threshold'):
            gc.threshold(-1)  # as the firmware has it: in a turn a collection costs more than holes do
        app.run(faults.clear)
    except PartError as error:
        board.usb.write('Madeleine: %s\n' % error)
        stay(board, ['Madeleine cannot go on'] + wrapped(str(error)))
    except Exception as error:
        last_resort(board, faults, error)


def last_resort(board: device.Board, faults: Faults, error: Exception) -> 'NoReturn':
    """A fault: on the screen, on USB and on flash; then a restart."""
    buffer = uio.StringIO()
    device.describe_fault(error, buffer)
    text = buffer.getvalue()
    counted = faults.add(text)
    board.usb.write(text)
    board.lights.show('red')
    reason = wrapped('%s: %s' % (type(error).__name__, error))
    if not counted:
        stay(board, ['Fault'] + reason)
    board.panel.message(['Fault %d, restarting' % faults.count] + reason)
    device.sleep_ms(3000)
    device.restart()

"""What the camera looks for: things, or bodies. A file on flash says so (mode_file.py), and a start obeys.

It outlasts the power, as everything does that was set: an exhibition is switched on each morning, and a camera that
restarts after a fault goes on with what it did. The way back is on the screen.
"""

from micropython import const

import device
import mode_file
import pose_network
import settings
from command_error import CommandError
from store import failure

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from app import App
    from change import Change
    from files import Files

_WRITTEN_MS = const(100)  # until the last bytes are out on USB


def apply(app: 'App', files: 'Files', change: 'Change') -> None:
    """From things to things, which is nothing, or to bodies, by a restart. CommandError, StoreError: all stays."""
    if change.key != mode_file.POSE:
        return
    if not pose_network.is_there():
        raise CommandError('model', pose_network.NO_MODEL)
    value = app.memory.settings.value
    try:
        kept = [value(name) for name in (settings.BRIGHTNESS, settings.TURN, settings.LANGUAGE, settings.LINK)]
        mode_file.keep(files, *kept)
    except OSError as error:
        raise failure(error, '')
    app.session.done(change, None)
    app.write_messages()
    app.board.panel.message(('Madeleine', 'looking for bodies'))
    device.sleep_ms(_WRITTEN_MS)
    device.restart()

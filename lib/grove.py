"""A host on the Grove port: its lines, and the answers, which go back there. Loaded when the first byte comes."""

from micropython import const

import command
import messages
from command import Command
from command_error import CommandError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from app import App
    from messages import Message
    from pose_app import PoseApp

LINE_MAX_BYTES = 255  # as many as wait while the camera is busy (device.Grove)
USB_ONLY = ('export', 'begin', 'commit', 'drop', 'watch', 'mode')  # streams, lines of a kilobyte, a restart


class Port:
    """Requests in, answers out. USB hears of them, too, as it hears of what buttons do: without the request's id."""

    def __init__(self, app: 'App | PoseApp') -> None:
        self._app = app
        self._lines = messages.Lines(LINE_MAX_BYTES)
        self._noisy = False  # the last lines were no requests

    def glance(self) -> None:
        """Answer at once what can be answered at any moment of a turn; of lines nothing."""

    def hear(self) -> None:
        """Do what has been asked for since the last call."""
        for line in self._lines.feed(self._app.board.grove.read().replace(b'\0', b'\n')):
            if line is not None:
                self._answer(line)

    def _answer(self, line: bytes) -> None:
        id = None
        try:
            request = command.parse_line(line)
            id, request.id = request.id, None
            self._noisy = False
            if request.word in USB_ONLY:
                raise CommandError('usb', 'This goes over USB alone')
            said = self.ask(request)
        except CommandError as error:
            noisy, self._noisy = self._noisy, error.code in command.NOISE
            if error.code in ('line', 'utf8') or (noisy and self._noisy):
                return  # meant for others; or an echo of ours, which would go on for ever
            said = [('refused', 'code', error.code, 'text', error.text)]
            id = error.id or id
        for message in said:
            self.tell(message, id)

    def tell(self, message: 'Message', id: 'str | int | None' = None) -> None:
        """Say something there."""
        self._app.board.grove.write(messages.json_line(messages.with_id(message, id))[:-2].encode() + b'\0')

    def ask(self, request: Command) -> 'list[Message]':
        """Have a request done; what was said meanwhile."""
        app = self._app
        said = []  # type: list[Message]
        app.said = said
        try:
            app.perform(app.session.command(request))
        finally:
            app.said = None
        return said

"""The behaviour while the camera looks for bodies: points, cards, lines and gestures in; changes and messages out.

To battery.py, grove.py and the app's loop it is what session.py is otherwise. It knows no examples: of the words of
cards and hosts it takes `mode` and `status`.
"""

from micropython import const

import battery
import change as changes
import command
import messages
import pose
import version
from change import Change
from command_error import CommandError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable

    from command import Command
    from messages import Message
    from pose import Point

REFUSED = 'Looking for bodies: first *mode things'
HINT = 'hold a button: things'
_MESSAGE_MS = const(2500)


class PoseStatus:
    """The app fills in what it knows of the board."""

    def __init__(self) -> None:
        self.board = ''
        self.battery_mv = None  # type: int | None
        self.usb = None  # type: bool | None  # gives power
        self.level = battery.OK
        self.turn_ms = 0
        self.identity = ()  # type: Message  # its fields of a message (device_id.py)

    def message(self, event: str) -> 'Message':
        """`ready` or `status`, with the fields that hosts expect: a camera that looks for bodies has no examples."""
        message = (event, 'app', version.APP, 'board', self.board, 'model', '')  # type: Message
        message += ('examples', 0, 'capacity', 0, 'limit', 0, 'battery_mv', self.battery_mv, 'usb', self.usb)
        return message + self.identity + ('mode', 'pose', 'turn_ms', self.turn_ms)


class PoseSession:
    """What the camera is doing."""

    def __init__(self) -> None:
        self.status = PoseStatus()
        self.points = []  # type: list[Point]  # of whoever is there
        self.messages = []  # type: list[Message]  # for the host, to be written
        self._now_ms = self._message_until_ms = 0
        self._message = ''  # on the screen
        self._card = None  # type: str | bytes | None  # in view
        self._noisy = False  # the last lines were no host's

    def frame(self, points: 'list[Point]', now_ms: int) -> 'tuple[Change, ...]':
        """The points of each picture with somebody go out; once none when they have gone."""
        self._now_ms = now_ms
        was_there = len(self.points)
        self.points = points if pose.is_person(points) else []
        if self.points or was_there:
            self.send(('pose', 'points', self.points))
        if now_ms > self._message_until_ms:
            self._message = ''
        return ()

    def gesture(self, gesture: str) -> 'tuple[Change, ...]':
        """'A', 'B', 'A held' or 'B held'."""
        return (Change(changes.MODE, command.MODES[0]),) if gesture.endswith('held') else ()

    def card(self, payload: 'str | bytes | None') -> 'tuple[Change, ...]':
        """What the search for cards found: the text of one, or None."""
        before, self._card = self._card, payload
        return () if payload is None or payload == before else self._obey(command.parse_card, payload)

    def line(self, line: 'bytes | None') -> 'tuple[Change, ...]':
        """A line of the host; None is one that was too long."""
        return () if line is None else self._obey(command.parse_line, line)

    def _obey(self, parse: 'Callable[..., Command]', text: 'str | bytes') -> 'tuple[Change, ...]':
        try:
            request = parse(text)
        except CommandError as error:
            noisy, self._noisy = self._noisy, error.code in command.NOISE
            if noisy and self._noisy:
                return ()  # an echo of ours would go on for ever
            return self.refuse(error.code, error.text, error.id)
        self._noisy = False
        return self.command(request)

    def command(self, request: 'Command') -> 'tuple[Change, ...]':
        """Do what a command asks for."""
        if request.word == 'status':
            self.send(self.status.message('status'), request.id)
        elif request.word != 'mode':
            self.refuse('mode', REFUSED, request.id)
        else:
            return (Change(changes.MODE, request.argument, id=request.id),)
        return ()

    # -- what there is to say ---------------------------------------------------------------------------------

    def send(self, message: 'Message', id: 'str | int | None' = None) -> None:
        """A message for the host."""
        self.messages.append(messages.with_id(message, id))

    def refuse(self, code: str, text: str, id: 'str | int | None' = None) -> 'tuple[Change, ...]':
        """A request that will not be done."""
        return self._complain('refused', code, text, id)

    def fail(self, code: str, text: str, id: 'str | int | None' = None) -> 'tuple[Change, ...]':
        """Something that should have worked did not."""
        return self._complain('error', code, text, id)

    def _complain(self, event: str, code: str, text: str, id: 'str | int | None') -> 'tuple[Change, ...]':
        self._message, self._message_until_ms = text, self._now_ms + _MESSAGE_MS
        self.send((event, 'code', code, 'text', text), id)
        return ()

    def text(self) -> 'tuple[str, bool]':
        """The line under the picture; is it what the buttons do?"""
        if self._message:
            return self._message, False
        return ('charge me', False) if self.status.level == battery.EMPTY else (HINT, True)

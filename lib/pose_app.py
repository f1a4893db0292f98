"""The app that looks for bodies: see, find the points, say, show. Stands in for app.py while flash has POSE_FILE.

It knows no examples: of the words of cards and hosts it takes `mode` and `status`.
"""

from micropython import const

import buttons
import command
import device
import device_id
import messages
import mode_file
import pose
import settings
import version
import vision
from command_error import CommandError
from pace import Pace
from pose_network import PoseNetwork
from vision import PartError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable

    from image import Image

    from command import Command
    from files import Files
    from messages import Message
    from pose import Point
    from pose_screen import PoseScreen
    from watchdog import Watchdog

WELL_AFTER = 100  # turns without a fault: faults are counted from zero again
_WATCHDOG_MS = const(20000)
_CARD_MS = const(1000)  # from one look for a card to the next: it takes as long as all else in a turn
_SHOWN_MS = const(2500)  # what was said
_WRITTEN_MS = const(100)  # until the last bytes are out on USB
HINT = 'hold a button: things'
REFUSED = 'Looking for bodies: first *mode things'


class PoseApp:
    """`start` once, then `run`, which is `turn` for ever."""

    def __init__(self, board: 'device.Board', files: 'Files') -> None:
        self._board, self._files = board, files
        self._network = PoseNetwork()
        self._lines = messages.Lines()
        self._gestures = (buttons.Button('A'), buttons.Button('B'))
        self._pace = Pace()
        self._watchdog = device.NoWatchdog()  # type: device.NoWatchdog | Watchdog
        self._screen = None  # type: PoseScreen | None
        self._say = _as_it_is  # type: Callable[[str], str]
        self._there = False  # somebody
        self._card = None  # type: str | None  # in view
        self._cards_work = True
        self._looked_ms = self._said_ms = 0
        self._said = ''
        self._noisy = False  # the last text was not a request

    def start(self) -> None:
        """Bring up camera, network and screen; PartError when the camera cannot go on: then it is for things again."""
        brightness, turn, language = mode_file.read(self._files)
        self._board.power.brightness(brightness)
        self._board.panel.message(('Madeleine', 'looking for bodies'))
        self._start_camera()
        if turn == settings.TURNED:
            self._board.panel.turn()
            self._board.camera.turn()
        picture = self._board.camera.snapshot()
        try:
            self._network.load(picture)
        except PartError:
            mode_file.leave(self._files)
            raise
        if self._board.panel.image is not None:
            self._furnish(self._board.panel.image, language)
        self._board.buttons.forget()
        self._pace.skip(device.now_ms())
        self._write(self._status('ready'))

    def _furnish(self, image: 'type[Image]', language: str) -> None:
        from language import Language
        from pose_screen import PoseScreen

        words = Language(self._files)
        words.use(language)
        self._say = words.say
        self._screen = PoseScreen(image, self._files, self._board.panel.height)

    def _start_camera(self) -> None:
        """Start the camera, however long it takes."""
        while True:
            try:
                return self._board.camera.start()
            except PartError as error:
                self._board.panel.message(('The camera is silent', str(error), 'power off, check', 'the ribbon'))
                self._write(('error', 'code', 'camera', 'text', str(error)))
            self._watchdog.feed()
            device.sleep_ms(1000)

    # -- the loop ---------------------------------------------------------------------------------------------

    def run(self, well: 'Callable[[], None]') -> None:
        """Turn for ever; well() is called once when all has gone well for a while."""
        try:
            self._watchdog = watchdog = device.watchdog(_WATCHDOG_MS)
            self._files.feed = watchdog.feed_long
            while True:
                self.turn()
                if self._pace.turns == WELL_AFTER:
                    well()
        finally:
            self._watchdog.stop()  # neither the prompt nor an error screen feeds it

    def turn(self) -> None:
        """One picture: see, find, say, show."""
        try:
            picture = self._board.camera.snapshot()
        except PartError:
            self._start_camera()
            return self._pace.skip(device.now_ms())
        now_ms = device.now_ms()
        self._pace.turn(now_ms)
        points = self._network.points(picture)
        self._tell(points)
        self._read_buttons(now_ms)
        self._look_for_card(picture, now_ms)
        for line in self._lines.feed(self._board.usb.read()):
            if line is not None:
                self._obey(command.parse_line, line)
        self._show(picture, points)
        self._watchdog.feed()

    def _tell(self, points: 'list[Point]') -> None:
        """The points of each picture with somebody; once none when they have gone."""
        was_there, self._there = self._there, pose.is_person(points)
        if self._there or was_there:
            self._write(('pose', 'points', points if self._there else []))

    def _read_buttons(self, now_ms: int) -> None:
        for button, down in zip(self._gestures, (self._board.buttons.a(), self._board.buttons.b())):
            gesture = button.update(down, now_ms)
            if gesture and gesture.endswith('held'):
                self._leave(None)

    def _look_for_card(self, picture: 'Image', now_ms: int) -> None:
        if not self._cards_work or now_ms - self._looked_ms < _CARD_MS:
            return
        self._looked_ms = now_ms
        try:
            payload = vision.find_card(picture)
        except PartError as error:
            self._cards_work = False  # the firmware has lost memory in the attempt: no second one
            return self._write(('error', 'code', 'cards', 'text', str(error)))
        if payload is not None and payload != self._card:
            self._obey(command.parse_card, payload)
        self._card = payload

    def _obey(self, parse: 'Callable[..., Command]', text: 'str | bytes') -> None:
        try:
            request = parse(text)
            self._noisy = False
            if request.word == 'status':
                return self._write(messages.with_id(self._status('status'), request.id))
            if request.word != 'mode':
                error = CommandError('mode', REFUSED)
                error.id = request.id
                raise error
        except CommandError as error:
            noisy, self._noisy = self._noisy, error.code in command.NOISE
            if noisy and self._noisy:
                return  # an echo of ours would go on for ever
            self._said, self._said_ms = error.text, device.now_ms()
            return self._write(messages.with_id(('refused', 'code', error.code, 'text', error.text), error.id))
        if request.argument == 'things':
            return self._leave(request.id)
        self._write(messages.with_id(('set', 'name', 'mode', 'value', 'pose'), request.id))

    def _show(self, picture: 'Image', points: 'list[Point]') -> None:
        self._board.lights.show('green' if self._there else None)
        shown = self._board.panel.canvas(picture)
        if shown is None or self._screen is None:
            return
        if self._said and device.now_ms() - self._said_ms > _SHOWN_MS:
            self._said = ''
        self._screen.draw(shown, points if self._there else (), self._say(self._said or HINT), not self._said)
        self._board.panel.show()

    def _status(self, event: str) -> 'Message':
        """With the fields that hosts expect: a camera that looks for bodies has no examples."""
        power = self._board.power
        message = (event, 'app', version.APP, 'board', self._board.name, 'model', '')  # type: Message
        message += ('examples', 0, 'capacity', 0, 'limit', 0, 'battery_mv', power.battery_mv(), 'usb', power.usb())
        return message + device_id.fields(self._files) + ('mode', 'pose', 'turn_ms', self._pace.turn_ms())

    # -- the way back -----------------------------------------------------------------------------------------

    def _leave(self, id: 'str | int | None') -> None:
        """Things again, by a restart."""
        if not mode_file.leave(self._files):
            text = 'Flash could not be written: try again or restart the camera.'
            return self._write(messages.with_id(('error', 'code', 'write', 'text', text), id))
        self._write(messages.with_id(('set', 'name', 'mode', 'value', 'things'), id))
        self._board.panel.message(('Madeleine', 'looking for things'))
        device.sleep_ms(_WRITTEN_MS)
        device.restart()

    def _write(self, message: 'Message') -> None:
        self._board.usb.write(messages.json_line(message))


def _as_it_is(text: str) -> str:
    return text

"""The app that looks for bodies: see, find the points, say, show. Stands in for app.py while flash has POSE_FILE."""

from micropython import const

import buttons
import change as changes
import device
import device_id
import messages
import mode_file
import settings
import vision
from battery import CHARGE_ME, Battery
from pace import Pace
from pose_network import PoseNetwork
from pose_session import PoseSession
from vision import PartError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable

    from image import Image

    from change import Change
    from files import Files
    from grove import Port
    from messages import Message
    from pose_screen import PoseScreen
    from watchdog import Watchdog

WELL_AFTER = 100  # turns without a fault: faults are counted from zero again
_WATCHDOG_MS = const(20000)
_CARD_MS = const(1000)  # from one look for a card to the next: it takes as long as all else in a turn
_WRITTEN_MS = const(100)  # until the last bytes are out on USB


class PoseApp:
    """`start` once, then `run`, which is `turn` for ever."""

    def __init__(self, board: 'device.Board', files: 'Files') -> None:
        self.board = board
        self.session = PoseSession()
        self.pace = Pace()
        self.said = None  # type: list[Message] | None  # while a request of the Grove port is done
        self._files = files
        self._network = PoseNetwork()
        self._lines = messages.Lines()
        self._gestures = (buttons.Button('A'), buttons.Button('B'))
        self._battery = Battery(board.power, files, self.session)
        self._watchdog = device.NoWatchdog()  # type: device.NoWatchdog | Watchdog
        self._screen = None  # type: PoseScreen | None
        self._say = _as_it_is  # type: Callable[[str], str]
        self._cards_work = True
        self._looked_ms = 0

    def start(self) -> None:
        """Bring up camera, network and screen; PartError when the camera cannot go on: then it is for things again."""
        brightness, turn, language, link = mode_file.read(self._files)
        self.board.power.brightness(brightness)
        self.board.panel.message(('Madeleine', 'looking for bodies'))
        self._port = self._open_port(link)
        self._start_camera()
        if turn == settings.TURNED:
            self.board.panel.turn()
            self.board.camera.turn()
        picture = self.board.camera.snapshot()
        try:
            self._network.load(picture)
        except PartError:
            mode_file.leave(self._files)
            raise
        if self.board.panel.image is not None:
            self._furnish(self.board.panel.image, language)
        self._battery.read()
        self.board.buttons.forget()
        self.pace.skip(device.now_ms())
        self._greet()

    def _open_port(self, link: str) -> 'Port':
        """What speaks on the Grove port."""
        if link in settings.HUSKY:
            from pose_husky import PoseHusky

            self.board.grove.open(settings.HUSKY[link])
            return PoseHusky(self)
        from grove import Port

        return Port(self)

    def _furnish(self, image: 'type[Image]', language: str) -> None:
        from language import Language
        from pose_screen import PoseScreen

        words = Language(self._files)
        words.use(language)
        self._say = words.say
        self._screen = PoseScreen(image, self._files, self.board.panel.height)

    def _start_camera(self) -> None:
        """Start the camera, however long it takes."""
        while True:
            try:
                return self.board.camera.start()
            except PartError as error:
                self.board.panel.message(('The camera is silent', str(error), 'power off, check', 'the ribbon'))
                self.perform(self.session.fail('camera', str(error)))
            self._watchdog.feed()
            device.sleep_ms(1000)

    def _greet(self) -> None:
        status = self.session.status
        status.board, status.identity = self.board.name, device_id.fields(self._files)
        self.session.send(status.message('ready'))
        self._battery.report()
        self.perform(())

    # -- the loop ---------------------------------------------------------------------------------------------

    def run(self, well: 'Callable[[], None]') -> None:
        """Turn for ever; well() is called once when all has gone well for a while."""
        try:
            self._watchdog = watchdog = device.watchdog(_WATCHDOG_MS)
            self._files.feed = watchdog.feed_long
            while True:
                self.turn()
                if self.pace.turns == WELL_AFTER:
                    well()
        finally:
            self._watchdog.stop()  # neither the prompt nor an error screen feeds it

    def turn(self) -> None:
        """One picture: see, find, say, show."""
        try:
            picture = self.board.camera.snapshot()
        except PartError:
            self._start_camera()
            return self.pace.skip(device.now_ms())
        now_ms = device.now_ms()
        self.pace.turn(now_ms)
        self.session.status.turn_ms = self.pace.turn_ms()
        self._battery.turn(self.pace.turns)
        self.perform(self.session.frame(self._network.points(picture), now_ms))
        self._port.glance()
        self._read_buttons(now_ms)
        self._look_for_card(picture, now_ms)
        for line in self._lines.feed(self.board.usb.read()):
            self.perform(self.session.line(line))
        self._port.hear()
        self._show(picture)
        self._port.glance()
        self._watchdog.feed()

    def _read_buttons(self, now_ms: int) -> None:
        for button, down in zip(self._gestures, (self.board.buttons.a(), self.board.buttons.b())):
            gesture = button.update(down, now_ms)
            if gesture:
                self.perform(self.session.gesture(gesture))

    def _look_for_card(self, picture: 'Image', now_ms: int) -> None:
        if not self._cards_work or now_ms - self._looked_ms < _CARD_MS:
            return
        self._looked_ms = now_ms
        try:
            self.perform(self.session.card(vision.find_card(picture)))
        except PartError as error:
            self._cards_work = False  # the firmware has lost memory in the attempt: no second one
            self.perform(self.session.fail('cards', str(error)))

    def _show(self, picture: 'Image') -> None:
        session = self.session
        self.board.lights.show('green' if session.points else None)
        shown = self.board.panel.canvas(picture)
        if shown is None or self._screen is None:
            return
        text, hint = session.text()
        self._screen.draw(shown, session.points, self._say(text), session.status if hint else None)
        self.board.panel.show()

    # -- what the session asks for ----------------------------------------------------------------------------

    def perform(self, wanted: 'tuple[Change, ...]') -> None:
        """Commit changes, and write what the session has to say."""
        for change in wanted:
            self._commit(change)
        self._write_messages()

    def _commit(self, change: 'Change') -> None:
        """Bodies as before, or things, by a restart."""
        things = change.key != mode_file.POSE
        if things and not mode_file.leave(self._files):
            code, text = 'write', 'Flash could not be written: try again or restart the camera.'
            if self._files.frozen:
                code, text = 'battery', CHARGE_ME
            self.session.fail(code, text, change.id)
            return
        self.session.send(('set', 'name', changes.MODE, 'value', change.key), change.id)
        if things:
            self._write_messages()
            self.board.panel.message(('Madeleine', 'looking for things'))
            device.sleep_ms(_WRITTEN_MS)
            device.restart()

    def _write_messages(self) -> None:
        """Write what the session has to say since the last call: to USB, and what nobody asked for to Grove."""
        waiting, self.session.messages = self.session.messages, []
        for message in waiting:
            if self.said is not None:
                self.said.append(message)
            self.board.usb.write(messages.json_line(message))
            if message[0] == 'pose':
                self._port.tell(message)


def _as_it_is(text: str) -> str:
    return text

"""Wires the parts and runs the loop: see, decide, say, show. The one place where a change is committed."""

import gc
import sys

from micropython import const

import buttons
import change as changes
import device
import features
import gauge
import messages
import screen
import settings
import store
import vision
from battery import Battery
from change import Change
from command_error import CommandError
from constants import GROVE_BAUD
from engines import Query
from lookout import Lookout
from loudspeaker import Loudspeaker
from memory import Memory
from pace import Pace
from rule import Rule
from search import Match, Search
from session import Session
from status import Status
from view import View

_TYPING = const(0)
if _TYPING:
    from collections.abc import Callable

    from image import Image

    from coach import Coach
    from files import Files
    from glow import Glow
    from grove import Port
    from language import Language
    from visitors import Visitors
    from watchdog import Watchdog

WELL_AFTER = 100  # turns without a fault: faults are counted from zero again
WATCHDOG_MS = 20000  # of the loop; a write to flash may take longer (watchdog.py)
# Modules whose memory is given back after each use, or
SETS_ONLY = ('sets', 'lock', 'set_catalogue', 'mode', 'mode_file', 'pose_network', 'pose', 'model_errors')
START_ONLY = ('start', 'sizing', 'heap', 'start_screen', 'vectors', 'missing', 'profiles', 'device_id')  # after start
CAMERA_TRIES = 20  # quick ones; then one a second, for ever


class App:
    """Everything at work: `start` once, then `run`, which is `turn` for ever."""

    def __init__(self, board: 'device.Board', files: 'Files') -> None:
        self.board = board
        self.encode = messages.json_line
        self.lines = messages.Lines()
        self.watchdog = device.NoWatchdog()  # type: device.NoWatchdog | Watchdog
        self.network = vision.Network()
        self.engine = vision.fastest_engine()
        self.memory = Memory(self.engine, ())
        self.search = Search(self.memory.examples, self.engine)
        self.rule = Rule(self.memory.examples, self.search, vision.fastest_rows)
        self.status = Status(self.memory)
        self.session = Session(self.memory, self.search, self.status)
        self.match = Match()
        self.language = None  # type: Language | None  # of the screen, if flash has one beside English
        self.view = View()
        self.screen = screen.Screen(0, 0, board.panel.width, board.panel.height)
        self.visitors = None  # type: Visitors | None  # while the camera is locked
        self.glow = None  # type: Glow | None  # while heat is shown
        self.loudspeaker = Loudspeaker()
        self.pace = Pace()
        self.battery = Battery(board.power, files, self.session)
        self.gestures = (buttons.Button('A'), buttons.Button('B'))
        self.vector = bytearray(features.LENGTH)  # of the last picture
        self.query = Query()  # from it; one object, filled again each turn
        self.picture = None  # type: Image | None  # the last one
        self.seeing = False  # picture and vector are what is in view
        self.lookout = Lookout(self.engine)  # for cards
        self.cards_work = True
        self.husky = ''  # the setting `link` while it makes a HuskyLens of the Grove port
        self.port = None  # type: Port | None  # a host on the Grove port, once it speaks
        self.said = None  # type: list[messages.Message] | None  # while its request is done
        self._files = files
        self._turned = False  # as the setting `turn` has it
        self.status.board = board.name

    # -- start ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Bring up camera, network and examples; PartError when the camera cannot go on."""
        import start

        start.run(self, self._files)
        for name in START_ONLY + SETS_ONLY:
            sys.modules.pop(name, None)

    def open(self, examples: store.Store) -> 'list[str]':
        """Take the store of the examples; what there is to say of what it holds."""
        self.store = examples
        return self.load()

    def load(self) -> 'list[str]':
        """Fill the empty memory from flash; what there is to say of that."""
        notes = self.store.load(self.memory)
        self._apply_settings()
        return notes

    def start_camera(self) -> None:
        """Start the camera, however long it takes; the host is answered meanwhile."""
        tries = 0
        self.seeing = False
        while True:
            try:
                self.board.camera.start()
                self.seeing = True
                return
            except vision.PartError as error:
                tries += 1
                lines = ('The camera is silent', 'try %d' % tries, str(error), 'power off, check', 'the ribbon')
                self.board.panel.message(lines)
                if tries in (1, CAMERA_TRIES):
                    self.session.send(('error', 'code', 'camera', 'text', str(error)))
                    self.write_messages()
            self.watchdog.feed()
            self.listen()
            device.sleep_ms(100 if tries < CAMERA_TRIES else 1000)

    # -- the loop ---------------------------------------------------------------------------------------------

    def run(self, well: 'Callable[[], None]') -> None:
        """Turn for ever; well() is called once when all has gone well for a while."""
        try:
            self.watchdog = watchdog = device.watchdog(WATCHDOG_MS)
            self._files.feed = watchdog.feed_long
            while True:
                self.turn()
                if self.pace.turns == WELL_AFTER:
                    well()
        finally:
            self.watchdog.stop()  # neither the prompt nor an error screen feeds it

    def turn(self) -> None:
        """One picture: see, decide, say, show."""
        try:
            picture = self.board.camera.snapshot()
        except vision.PartError as error:
            self.session.fail('camera', str(error))
            self.write_messages()
            self.start_camera()
            return self.pace.skip(device.now_ms())
        now_ms = device.now_ms()
        self.pace.turn(now_ms)
        self.status.turn_ms = self.pace.turn_ms()
        self.battery.turn(self.pace.turns)
        self.picture = picture
        self.network.features(picture, self.vector)
        self.query = self.engine.query(self.vector, self.query)
        self.rule.find(self.query, self.match)
        reading = self.memory.gauge.read(self.query, self.session.limit_steps())
        self.perform(self.session.frame(self.match, reading, now_ms))
        self._glance()
        self._read_buttons(now_ms)
        self._look_for_card(picture, now_ms)
        self.listen()
        self._export_line()
        self.show(picture)
        self._glance()
        self.loudspeaker.turn(self)
        if self.rule.work():
            self.session.fail('fit', 'Too many examples for the rule fit: the nearest names')
        self.status.fit = self.rule.state
        if self.visitors:
            self.visitors.turn(self)
        self.watchdog.feed()

    def _read_buttons(self, now_ms: int) -> None:
        for button, down in zip(self.gestures, (self.board.buttons.a(), self.board.buttons.b())):
            gesture = button.update(down, now_ms)
            if gesture:
                self.perform(self.session.gesture(gesture))

    def _look_for_card(self, picture: 'Image', now_ms: int) -> None:
        if not self.cards_work or not self.lookout.due(self.query, now_ms):
            return
        try:
            self.perform(self.session.card(vision.find_card(picture)))
        except vision.PartError as error:
            self.cards_work = False  # the firmware has lost memory in the attempt: no second one
            self.session.fail('cards', str(error))
            self.write_messages()

    def listen(self) -> None:
        """Do what hosts have asked for since the last call."""
        for line in self.lines.feed(self.board.usb.read()):
            self.perform(self.session.line(line))
        if self.port is None and self.board.grove.waiting():
            from grove import Port

            self.port = Port(self)
        if self.port is not None:
            self.port.hear()

    def _glance(self) -> None:
        """Twice a turn more: a HuskyLens's client waits for 100 ms, which is a turn and a message."""
        if self.port is not None:
            self.port.glance()

    def _export_line(self) -> None:
        """One line a turn, so that the camera goes on seeing."""
        export = self.session.export
        if export is not None:
            self._write(export.next())
            if export.done:
                self.session.export = None

    def show(self, picture: 'Image') -> None:
        panel = self.board.panel
        self.board.lights.show(self.session.light())
        shown = panel.canvas(picture)
        if shown is None:
            return
        self.view.update(self.session)
        self._glow_over(shown)
        self.screen.draw(shown, self.view)
        panel.show()

    def _glow_over(self, picture: 'Image') -> None:
        heat = self.view.heat
        if heat is None:
            self.glow = None
            return
        if self.glow is None:
            from glow import Glow

            self.glow = Glow()
        self.glow.draw(picture, self.board.panel.height, heat)

    # -- what the session asks for ----------------------------------------------------------------------------

    def perform(self, wanted: 'tuple[Change, ...]') -> None:
        """Commit changes, and write what the session has to say."""
        self.write_messages()
        for change in wanted:
            self.commit(change)
            self.write_messages()

    def commit(self, change: Change) -> None:
        """Flash first, memory second, acknowledgement last."""
        session = self.session
        if not self.seeing:
            session.fail('starting', 'The camera is not ready yet', change.id)
            return
        try:
            whole = self._with_view(change)
            coach = self._coach_of(change)
            gc.collect()  # so that what is kept lies low, and does not cut what is free into pieces
            result = self.keep(whole)
        except CommandError as error:
            session.refuse(error.code, error.text, change.id)
        except store.StoreError as error:
            session.fail(error.code, error.text, change.id)
        else:
            session.end_export()
            session.done(change, result)
            if coach:
                self.write_messages()  # nobody waits for the advice
                coach.advise()

    def _coach_of(self, change: Change) -> 'Coach | None':
        """The coach, after a look at the view, if the change teaches it to a class. CommandError if it is blank."""
        if change.what != changes.LEARN or not change.key or change.value is not None or self.picture is None:
            return None
        try:
            from coach import Coach

            coach = Coach(self.session)
            coach.look(vision.pixels(self.picture))
        except MemoryError:  # the least heap may have no room left: then there is a lesson without advice
            return None
        finally:
            sys.modules.pop('coach', None)  # 4 KB that no frame needs, or what a failed import leaves there
        return coach

    def _with_view(self, change: Change) -> Change:
        """A change with all it needs: a lesson without a vector gets that of this view. CommandError if impossible."""
        if change.what == changes.UNDO and (self.visitors or self.store).undoable() is None:
            raise CommandError('nothing', 'Nothing to undo')
        if change.what not in (changes.LEARN, changes.MARK):
            return change
        if change.what == changes.MARK and not change.draft and self.memory.gauge.full():
            raise CommandError('full', 'Full: %d pictures of marks; forget the gauge' % gauge.PICTURES)
        examples = self.memory.examples
        if change.what == changes.LEARN and not change.draft:
            if examples.full():
                raise CommandError('full', 'Full: %d examples; forget some' % examples.capacity)
            self.board.lights.show('red')
        if change.value is not None:
            return change
        # The fast way to the bytes (features.Ulab) does not clamp what no ReLU6 gives.
        if max(self.vector) > features.TOP:
            raise CommandError('model', 'Not with this model: its features go beyond %d' % features.RANGE)
        return Change(change.what, change.key, self.vector)

    def keep(self, change: Change) -> object:
        """Bring a change to flash, then to memory; the result for the reply. StoreError, or CommandError if refused."""
        apart = change.what in changes.APART
        if not apart and (self.visitors or change.what not in changes.OF_SETS):
            return self._remember(change, (self.visitors or self.store).apply(change))
        try:
            if change.what == changes.MODE:
                import mode

                mode.apply(self, self._files, change)
            elif apart:
                import lock

                lock.apply(self, self._files, change)
            else:
                import sets

                sets.apply(self, self._files, change)
        finally:
            for name in SETS_ONLY:
                sys.modules.pop(name, None)
        return None

    def _remember(self, change: Change, undone: 'Change | None') -> object:
        """Bring memory to what is on flash now; the result for the reply."""
        memory = self.memory
        if change.what in (changes.BEGIN, changes.DROP) or change.draft:
            return None
        if change.what == changes.COMMIT:
            memory.clear()
            for note in self.load():
                self.session.fail('store', note)
            return None
        if undone is not None and undone.what != changes.LEARN:
            memory.clear()
            self.store.replay(memory)
            self._apply_settings()
            return undone
        result = memory.apply(change)
        if change.what == changes.SETTING:
            self._apply_settings()
        return undone or result

    def _apply_settings(self) -> None:
        value = self.memory.settings.value
        self.board.power.brightness(int(value(settings.BRIGHTNESS)))
        if self._turned != (value(settings.TURN) == settings.TURNED):
            self._turned = not self._turned
            self.board.panel.turn()
            self.board.camera.turn()
        self._use_link(value(settings.LINK))
        self.rule.use(value(settings.RULE))
        if self.language:
            self.language.use(value(settings.LANGUAGE))
        self.status.fit = self.rule.state

    def _use_link(self, link: str) -> None:
        """How USB speaks; and a HuskyLens on the Grove port, or no longer."""
        self.encode = messages.LINES.get(link, messages.json_line)
        if self.husky == link or not (self.husky or link in settings.HUSKY):
            return
        self.husky, self.port = link if link in settings.HUSKY else '', None
        self.session.why.followed = False
        self.board.grove.open(settings.HUSKY.get(link, GROVE_BAUD))
        if self.husky:
            from husky_things import ThingsHusky

            self.port = ThingsHusky(self)

    def write_messages(self) -> None:
        """Write what the session has to say since the last call."""
        session = self.session
        if session.grove:
            texts, session.grove = session.grove, []
            for text in texts if not self.husky else ():
                self.board.grove.write(text)
        if session.messages:
            waiting, session.messages = session.messages, []
            for message in waiting:
                self._write(message)

    def _write(self, message: 'messages.Message') -> None:
        if self.said is not None:
            self.said.append(message)
        text = self.encode(message)
        if text:
            self.board.usb.write(text)

"""Wires the parts and runs the loop: see, decide, say, show."""

import gc

import buttons
import command
import device
import features
import link
import present
import screen
import store
import version
import vision
from constants import battery_percent
from export import Export
from memory import Memory
from nearest import Match
from session import Session

CARDS_EVERY_MS = 300  # a search costs as much as half a turn (docs/MEASURED.md), a card should be seen within a second
STATUS_EVERY_MS = 1000  # the numbers at the bottom can be read, and are laid out seldom
BATTERY_EVERY = 200  # turns
WELL_AFTER = 100  # turns without a fault: the count of faults starts anew
WATCHDOG_MS = 20000  # compaction of a full store is the longest thing between two feeds
CAMERA_TRIES = 20  # quick ones; then one a second, for ever


class App:
    """Everything at work. `turn` is one picture; `run` is turn for ever."""

    def __init__(self, board, files):
        self.board = board
        self.encode = link.json_line
        self.lines = link.Lines()
        self.watchdog = device.NoWatchdog()
        self.network = None  # until the camera works
        self.engine = vision.fastest_engine()
        self.memory = Memory(self.engine, ())
        self.session = Session(self.memory)
        self.match = Match()
        self.view = screen.View()
        self.screen = screen.Screen(0, 0, board.panel.width, board.panel.height)
        self.vector = None  # of the last picture
        self.store = None  # until the model is known
        self.seeing = False  # the vector is that of what is in view
        self.model = ''
        self.turns = 0
        self.turn_ms = 0  # mean, times 16
        self.last_ms = 0  # when the last turn began
        self.card_ms = 0  # when a card was last looked for
        self.status_ms = -STATUS_EVERY_MS  # when the status was last written
        self.battery_mv = board.power.battery_mv()
        self.cards_work = True
        self.voice = None  # the name to say at the end of this turn
        self.exporting = None  # an export.Export
        self._start(files)

    # -- start ------------------------------------------------------------------------------------------------

    def _start(self, files):
        self.board.panel.message(('Madeleine', 'starting the camera'))
        self.start_camera()
        # Not before: that takes a second, in which v0.6 may mount the card where a model is (maixpy.md section 10).
        self.board.panel.message(('Madeleine', 'loading the model'))
        self.network = vision.Network()
        picture = self.board.camera.snapshot()
        if self.network.wants_upside_down(picture):
            self.board.camera.turn_over()
        self.model = self.network.identity(picture)
        self.memory.examples.take(self.network.spare_vectors(picture))
        self.vector = bytearray(features.LENGTH)
        self.board.panel.message(('Madeleine', 'reading the examples'))
        self.store = store.Store(files, self.model.encode(), features.LENGTH)
        notes = self._load()
        self.gestures = (buttons.Button('A'), buttons.Button('B'))
        self.watchdog = device.watchdog(WATCHDOG_MS)
        self.last_ms = self.card_ms = self.session.now_ms = device.now_ms()
        self._status('ready', None)
        self._tell(notes)
        if not notes and not self.memory.examples.count:
            self.session.say('press A to learn')

    def _load(self):
        """Fill the empty memory from flash; what there is to tell of that."""
        notes = self.store.load(self.memory)
        for name in ('brightness', 'link'):
            self._apply(name, self.session.setting(name))
        return notes

    def _tell(self, notes):
        for note in notes:
            self.perform(self.session.failed('store', note))

    def start_camera(self):
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
                self.board.panel.message(('The camera is silent', 'try %d' % tries, str(error), 'power off, check', 'the ribbon'))
                if tries in (1, CAMERA_TRIES):
                    self._send(('error', 'code', 'camera', 'text', str(error)))
            self.watchdog.feed()
            self.listen()
            device.sleep_ms(100 if tries < CAMERA_TRIES else 1000)

    # -- the loop ---------------------------------------------------------------------------------------------

    def run(self, well):
        """Turn for ever; well() is called once when all has gone well for a while."""
        try:
            while True:
                self.turn()
                if self.turns == WELL_AFTER:
                    well()
        finally:
            self.watchdog.stop()  # neither the prompt nor an error screen feeds it

    def turn(self):
        """One picture: see, decide, say, show."""
        try:
            picture = self.board.camera.snapshot()
        except vision.PartError as error:
            self.perform(self.session.failed('camera', str(error)))
            self.start_camera()
            self.last_ms = device.now_ms()
            return
        now_ms = self._clock()
        self.network.features(picture, self.vector)
        norm = self.engine.query(self.vector)
        self.memory.examples.find(norm, self.match)
        gauge = self.memory.gauge.read(norm, self.session.limit_steps())
        self.perform(self.session.frame(self.match, gauge, now_ms))
        self._press(now_ms)
        self._look_for_card(picture, now_ms)
        self.listen()
        self._export_one()
        self._show(picture, now_ms)
        self._speak()
        self.watchdog.feed()

    def _clock(self):
        now_ms = device.now_ms()
        elapsed_ms = now_ms - self.last_ms
        self.last_ms = now_ms
        self.turn_ms = self.turn_ms - self.turn_ms // 16 + elapsed_ms if self.turns > 1 else 16 * elapsed_ms  # the first is but a part
        self.turns += 1
        if self.turns % BATTERY_EVERY == 0:
            self.battery_mv = self.board.power.battery_mv()
        return now_ms

    def _press(self, now_ms):
        for button, down in zip(self.gestures, (self.board.buttons.a(), self.board.buttons.b())):
            gesture = button.update(down, now_ms)
            if gesture:
                self.perform(self.session.gesture(gesture))

    def _look_for_card(self, picture, now_ms):
        if not self.cards_work or now_ms - self.card_ms < CARDS_EVERY_MS:
            return
        self.card_ms = now_ms
        try:
            self.perform(self.session.card(vision.find_card(picture)))
        except vision.PartError as error:
            self.cards_work = False  # the firmware has lost memory in the attempt: no second one
            self.perform(self.session.failed('cards', str(error)))

    def listen(self):
        """Do what the host has asked for since the last call."""
        for line in self.lines.feed(self.board.usb.read()):
            self.perform(self.session.line(line))

    # -- effects ----------------------------------------------------------------------------------------------

    def perform(self, effects):
        """Do what the session asks for; each kind of effect has its method here."""
        for effect in effects:
            getattr(self, '_do_' + effect[0])(effect)

    def _do_send(self, effect):
        self._send(effect[1])

    def _send(self, message):
        text = self.encode(message)
        if text:
            self.board.usb.write(text)

    def _do_grove(self, effect):
        self.board.grove.write(effect[1])

    def _do_say(self, effect):
        self.voice = effect[1]

    def _speak(self):
        """Last in a turn: a sound takes its time, and what is shown and learned must not wait for it."""
        if self.voice is None:
            return
        name, self.voice = self.voice, None
        try:
            self.board.speaker.play(name, self.watchdog.feed)
        except vision.PartError as error:
            self.board.speaker = device.NoSpeaker()
            self.perform(self.session.failed('sound', str(error)))

    def _keep(self, effect, write, apply):
        """Flash first, memory second, acknowledgement last."""
        if not self.seeing:
            return self.perform(self.session.failed('starting', 'The camera is not ready yet', effect[-1]))
        gc.collect()  # so that what is kept lies low, and does not cut what is free into pieces
        try:
            write(self.store)
        except store.StoreError as error:
            return self.perform(self.session.failed(error.code, error.text, effect[-1]))
        self._end_export()
        self.perform(self.session.done(effect, apply(self.memory)))

    def _do_learn(self, effect):
        if self._fits(effect):
            self._learn(effect, effect[1], self.vector)

    def _fits(self, effect):
        """Can this view be compared? The fast way to the bytes (features.Ulab) does not clamp what no ReLU6 gives."""
        if self.vector is None or max(self.vector) <= features.TOP:
            return True
        text = 'Not with this model: its features go beyond %d' % features.RANGE
        self.perform(self.session.refused('model', text, effect[-1]))
        return False

    def _learn(self, effect, label, vector):
        if vector is not None and self.memory.examples.full():
            text = 'Full: %d examples; forget some' % self.memory.examples.capacity
            return self.perform(self.session.refused('full', text, effect[-1]))
        self.board.lights.show('red')
        self._keep(effect, lambda flash: flash.learn(label, vector), lambda memory: memory.learn(label, vector))

    def _do_import(self, effect):
        self._with_vector(effect, effect[2], lambda vector: self._learn(effect, effect[1], vector))

    def _with_vector(self, effect, text, do):
        """Do something with a vector that the host has sent, if it is one."""
        try:
            vector = command.vector(text)
        except command.CommandError as error:
            return self.perform(self.session.refused(error.code, error.text, effect[-1]))
        do(vector)

    def _do_place(self, effect):
        self._with_vector(effect, effect[2], lambda vector: self._anchor(effect, vector))

    def _do_draft(self, effect):
        what, key, value = effect[1:4]
        if what == 'setting':
            return self._put(effect, value)
        self._with_vector(effect, value, lambda vector: self._put(effect, vector))

    def _put(self, effect, value):
        self._keep(effect, lambda flash: flash.put(effect[1], effect[2], value), lambda memory: None)

    def _do_begin(self, effect):
        self._keep(effect, lambda flash: flash.begin(), lambda memory: None)

    def _do_drop(self, effect):
        self._keep(effect, lambda flash: flash.drop(), lambda memory: None)

    def _do_commit(self, effect):
        self._keep(effect, lambda flash: flash.commit(effect[1]), self._load_anew)

    def _load_anew(self, memory):
        memory.reset()
        del memory.settings[:]
        self._tell(self._load())

    def _do_anchor(self, effect):
        if self._fits(effect):
            self._anchor(effect, self.vector)

    def _anchor(self, effect, vector):
        which = effect[1]
        self._keep(effect, lambda flash: flash.anchor(which, vector), lambda memory: memory.anchor(which, vector))

    def _do_undo(self, effect):
        self._keep(effect, lambda flash: flash.undo(), lambda memory: memory.undo())

    def _do_forget(self, effect):
        label = effect[1]
        self._keep(effect, lambda flash: flash.forget(label), lambda memory: memory.forget(label))

    def _do_reset(self, effect):
        self._keep(effect, lambda flash: flash.reset(), lambda memory: memory.reset())

    def _do_setting(self, effect):
        name, value = effect[1], effect[2]
        self._keep(effect, lambda flash: flash.setting(name, value), lambda memory: self._set(memory, name, value))

    def _set(self, memory, name, value):
        memory.setting(name, value)
        self._apply(name, value)

    def _apply(self, name, value):
        if name == 'brightness':
            self.board.power.brightness(int(value))
        elif name == 'link':
            self.encode = link.LINES[value]

    def _do_status(self, effect):
        self._status('status', effect[1], ('name', self.session.answer.name))

    def _do_about(self, effect):
        examples = self.memory.examples
        self.session.say('Madeleine %s, %d of %d' % (version.APP, examples.count, examples.capacity))

    def _status(self, event, id, more=()):
        examples = self.memory.examples
        message = (event, 'app', version.APP, 'board', self.board.name, 'model', self.model)
        message += ('examples', examples.count, 'capacity', examples.capacity)
        message += ('limit', int(self.session.setting('limit')), 'battery_mv', self.battery_mv)
        self._send(message + more if id is None else message + more + ('id', id))

    def _do_export(self, effect):
        self._end_export()
        self.exporting = Export(self.memory, effect[1])

    def _export_one(self):
        """One message a turn, so that the camera goes on seeing."""
        export = self.exporting
        if export is not None:
            message = export.next()
            self._send(message if export.id is None else message + ('id', export.id))
            if export.done:
                self.exporting = None

    def _end_export(self):
        """What it tells would not fit together any more."""
        export, self.exporting = self.exporting, None
        if export is not None:
            self.perform(self.session.failed('changed', 'A change has ended the export: ask again', export.id))

    # -- the screen -------------------------------------------------------------------------------------------

    def _show(self, picture, now_ms):
        panel = self.board.panel
        self.board.lights.show(self.session.light())
        canvas = panel.canvas(picture)
        if canvas is None:
            return
        present.fill(self.view, self.session)
        if self.turns > 1 and now_ms - self.status_ms >= STATUS_EVERY_MS:
            self.status_ms = now_ms
            self.view.status = self._status_text()
        self.screen.draw(canvas, self.view)
        panel.show()

    def _status_text(self):
        text = '%d.%d fps' % divmod(160000 // max(1, self.turn_ms), 10)
        if self.battery_mv:
            text += ' %d%%' % battery_percent(self.battery_mv)
        return text

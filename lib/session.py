"""The behaviour: one event in, effects out. Knows no hardware, no file and no clock; app.py performs the effects.

    effect                                      who performs it
    ('learn', label, id)                        store, then memory, with the vector of this frame; '' is ignored
    ('import', label, vector, id)               the same with the host's vector
    ('place', which, vector, id)                an anchor with the host's vector
    ('draft', what, key, value, id)             into the draft: a record as in memory.Memory.records()
    ('begin', id)  ('commit', checksum, id)  ('drop', id)
    ('anchor', which, id)  ('undo', id)  ('forget', label, id)  ('reset', id)  ('setting', name, value, id)
    ('export', id)  ('status', id)              app, over the coming turns
    ('send', message)  ('grove', bytes)  ('say', name)  ('about',)

When a change is on flash and in memory app.py calls `done`, else `failed`: nothing is confirmed before.
"""

import command
import features
import link
from answer import Answer
from constants import USUAL_LIMIT
from gauge import OFF
from menu import Menu, next_limit

COUNT_DOWN_MS = 3000  # time to take the card away
PATIENCE_MS = 10000  # a card that stays longer in view, or a question that nobody answers, is dropped
MESSAGE_MS = 2500
GAUGE_EVERY_MS = 200
CARD_GONE_CHECKS = 2  # the decoder misses a card now and then
DRAFTED = (('import', 'learn'), ('place', 'anchor'), ('setting', 'setting'))  # effects, and their records
DEFAULTS = (('limit', str(USUAL_LIMIT)), ('sound', 'on'), ('brightness', '6'), ('link', 'json'))


def _with_id(message, id):
    return message if id is None else message + ('id', id)


class Session:
    """What the camera is doing. `memory` is only read here."""

    def __init__(self, memory):
        self.memory = memory
        self.answer = Answer()
        self.menu = Menu()
        self.selected = None  # the class that button A teaches; None: the first one
        self.message = ''
        self.gauge = None  # 0..100, OFF, or None without anchors
        self.teaching = None  # (effect, due_ms) while a count-down runs
        self.asking = None  # (question, effect, until_ms)
        self.distance = None  # squared, in steps, of the nearest example in this frame
        self.now_ms = 0
        self._message_until_ms = 0
        self._card = None  # the payload in view, so that it acts once
        self._card_misses = 0
        self._gauge_said = None
        self._gauge_said_ms = -GAUGE_EVERY_MS
        self._noisy = False  # the last lines were no host's

    # -- settings ---------------------------------------------------------------------------------------------

    def setting(self, name):
        """A setting as text: what was set, else the default."""
        for pairs in (self.memory.settings, DEFAULTS):
            for key, value in pairs:
                if key == name:
                    return value
        raise KeyError(name)

    def limit_steps(self):
        return features.steps(int(self.setting('limit')))

    # -- one frame --------------------------------------------------------------------------------------------

    def frame(self, match, gauge, now_ms):
        """What the search found in this frame, and where the gauge stands."""
        self.now_ms = now_ms
        self.distance = None if match.label is None else match.distance
        near = match.label and match.distance <= self.limit_steps()
        effects = []
        if self.answer.frame(match.label if near else None):
            self._answered(match, effects)
        self._read_gauge(gauge, effects)
        if self.teaching and now_ms >= self.teaching[1]:
            self._teach(effects)
        self._expire(now_ms)
        return effects

    def _answered(self, match, effects):
        name = self.answer.name
        effects.append(('grove', link.grove_name(name or '')))
        if name is None:
            effects.append(('send', ('gone',)))
            return
        message = ('seen', 'name', name, 'distance', link.Tenths(features.tenths(match.distance)))
        if match.runner_up:
            message += ('next', match.runner_up, 'next_distance', link.Tenths(features.tenths(match.runner_up_distance)))
        effects.append(('send', message))
        if self.setting('sound') == 'on':
            effects.append(('say', name))

    def _read_gauge(self, gauge, effects):
        self.gauge = gauge
        if gauge == self._gauge_said or self.now_ms - self._gauge_said_ms < GAUGE_EVERY_MS:
            return
        self._gauge_said, self._gauge_said_ms = gauge, self.now_ms
        value = None if gauge == OFF else gauge
        effects.append(('send', ('gauge', 'value', value)))
        effects.append(('grove', link.grove_gauge(value)))

    def _teach(self, effects):
        """The count-down is over: learn what is in view, once the card is out of it."""
        effect, due_ms = self.teaching
        if self._card is None:
            self.teaching = None
            effects.append(effect)
        elif self.now_ms > due_ms + PATIENCE_MS:
            self.teaching = None
            effects.extend(self.refused('card', 'The card stayed in view'))

    def _expire(self, now_ms):
        if self.message and now_ms > self._message_until_ms:
            self.message = ''
        if self.asking and now_ms > self.asking[2]:
            self.asking = None
        if self.menu.idle(now_ms):
            self.menu.close()

    # -- cards and lines --------------------------------------------------------------------------------------

    def card(self, payload):
        """What the search for cards found: the text of one, or None."""
        if payload is None:
            self._card_misses += 1
            if self._card_misses >= CARD_GONE_CHECKS:
                self._card = None
            return ()
        self._card_misses = 0
        if payload == self._card:
            return ()
        self._card = payload
        if self.teaching:
            return ()
        try:
            request = command.parse_card(payload)
        except command.CommandError as error:
            return self.refused(error.code, error.text)
        return [('send', ('card', 'text', payload))] + list(self.command(request))

    def line(self, line):
        """A line (bytes) of the host; None is one that was too long."""
        try:
            if line is None:
                raise command.CommandError('long', 'A line has at most %d bytes' % link.LINE_MAX_BYTES)
            request = command.parse_line(line)
        except command.CommandError as error:
            if error.code in command.NOISE:
                if self._noisy:
                    return ()  # noise on the cable is answered once, not line by line
                self._noisy = True
            return self.refused(error.code, error.text, error.id)
        self._noisy = False
        return self.command(request)

    def command(self, request):
        """Do what a Command asks for. Every word of command.WORDS has its method here."""
        effects = getattr(self, '_do_' + request.word)(request) or ()
        return self._drafted(effects, request.id) if request.draft else effects

    def _drafted(self, effects, id):
        """The same for the draft instead of at once."""
        for kind, what in DRAFTED:
            if len(effects) == 1 and effects[0][0] == kind:
                return (('draft', what) + effects[0][1:],)
        return self.refused('argument', 'This cannot be put in a draft', id)

    def _do_learn(self, request):
        return self._teach_or_count_down(('learn', request.argument or self.selected_name(), request.id), request.host)

    def _do_exclude(self, request):
        return self._teach_or_count_down(('learn', '', request.id), request.host)

    def _do_anchor(self, request):
        if request.vector is not None:
            return (('place', request.argument, request.vector, request.id),)
        return self._teach_or_count_down(('anchor', request.argument, request.id), request.host)

    def _teach_or_count_down(self, effect, at_once):
        if at_once:
            return (effect,)
        self.teaching = (effect, self.now_ms + COUNT_DOWN_MS)
        self.asking = None
        self.menu.close()
        return ()

    def _do_reset(self, request):
        effect = ('reset', request.id)
        if request.host and request.argument == 'yes':
            return (effect,)
        self._ask('Forget all?', effect)
        return ()

    def _do_undo(self, request):
        if not self.memory.examples.count:
            return self.refused('nothing', 'Nothing to undo', request.id)
        return (('undo', request.id),)

    def _do_forget(self, request):
        if not self.memory.examples.count_of(request.argument):
            return self.refused('nothing', 'No examples of ' + request.argument, request.id)
        return (('forget', request.argument, request.id),)

    def _do_select(self, request):
        return self._select(request.argument, request.id)

    def _set(self, request):
        return (('setting', request.word, str(request.argument), request.id),)

    _do_limit = _do_sound = _do_brightness = _do_link = _set

    def _do_status(self, request):
        return (('status', request.id),)

    def _do_export(self, request):
        return (('export', request.id),)

    def _do_import(self, request):
        return (('import', request.argument, request.vector, request.id),)

    def _do_begin(self, request):
        return (('begin', request.id),)

    def _do_commit(self, request):
        return (('commit', request.argument, request.id),)

    def _do_drop(self, request):
        return (('drop', request.id),)

    def _do_pass(self, request):
        self.say('sent to Grove')
        return (('grove', request.argument.encode() + b'\0'),)

    def _do_list(self, request):
        examples = self.memory.examples
        classes = [[label, examples.count_of(label)] for label in examples.labels if label]
        message = ('list', 'classes', classes, 'ignored', examples.count_of(''), 'examples', examples.count)
        return (('send', _with_id(message, request.id)),)

    # -- buttons ----------------------------------------------------------------------------------------------

    def gesture(self, gesture):
        """'A', 'B', 'A held' or 'B held'."""
        if self.asking:
            return self._answer_question(gesture)
        if self.teaching:
            self.teaching = None
            self.say('cancelled')
            return ()
        if self.menu.opened:
            return self._use_menu(gesture)
        if gesture == 'A':
            return (('learn', self.selected_name(), None),)
        if gesture == 'A held':
            return self._do_undo(command.Command('undo'))
        if gesture == 'B':
            return self._select(self._next_class(), None)
        self.menu.open(self.now_ms)
        return ()

    def _answer_question(self, gesture):
        _, effect, _ = self.asking
        self.asking = None
        if gesture == 'A':
            return (effect,)
        self.say('nothing forgotten')
        return ()

    def _use_menu(self, gesture):
        if gesture == 'B':
            self.menu.next(self.now_ms)
            return ()
        if gesture != 'A':
            self.menu.close()
            return ()
        return self._menu_line(self.menu.choose(self.now_ms))

    def _menu_line(self, line):
        if line == 'limit':
            return (('setting', line, str(next_limit(int(self.setting(line)))), None),)
        if line == 'sound':
            return (('setting', line, 'off' if self.setting(line) == 'on' else 'on', None),)
        if line == 'brightness':
            return (('setting', line, str(int(self.setting(line)) % 8 + 1), None),)
        self.menu.close()
        if line == 'forget class':
            return self._do_forget(command.Command('forget', self.selected_name()))
        if line == 'forget all':
            self._ask('Forget all?', ('reset', None))
        elif line == 'about':
            return (('about',),)
        elif line != 'close':
            return (('learn', '', None) if line == 'ignore' else ('anchor', int(line[4:]), None),)
        return ()

    def _ask(self, question, effect):
        self.asking = (question, effect, self.now_ms + PATIENCE_MS)
        self.teaching = None
        self.menu.close()

    # -- classes ----------------------------------------------------------------------------------------------

    def _classes(self):
        return [label for label in self.memory.examples.labels if label]

    def selected_name(self):
        """The class that button A teaches: the selected one, else the first, else "A"."""
        if self.selected:
            return self.selected
        for label in self.memory.examples.labels:
            if label:
                return label
        return 'A'

    def _next_class(self):
        """The class after the selected one; after the last a new one."""
        classes = self._classes()
        name = self.selected_name()
        if name not in classes:
            return classes[0] if classes else name
        after = classes.index(name) + 1
        return classes[after] if after < len(classes) else self._new_class(classes)

    def _new_class(self, classes):
        n = 0
        while True:
            name = chr(65 + n % 26) + (str(n // 26) if n >= 26 else '')
            if name not in classes:
                return name
            n += 1

    def _select(self, name, id):
        self.selected = name
        return (('send', _with_id(('selected', 'name', name), id)),)

    # -- what became of it ------------------------------------------------------------------------------------

    def say(self, text):
        """Show a line for a moment."""
        self.message = text
        self._message_until_ms = self.now_ms + MESSAGE_MS

    def done(self, effect, result=None):
        """An effect is on flash and in memory; `result` is what memory said. Returns what to do about it."""
        kind, id = effect[0], effect[-1]
        return (('send', _with_id(getattr(self, '_done_' + kind)(effect, result), id)),)

    def _done_learn(self, effect, result):
        label = effect[1]
        count = self.memory.examples.count_of(label)
        if not label:
            self.say('ignored from now on')
            return ('ignored', 'count', count, 'examples', self.memory.examples.count)
        if effect[0] == 'learn':
            self.selected = label
        self.say('learned %s (%d)' % (label, count))
        return ('learned', 'name', label, 'count', count, 'examples', self.memory.examples.count)

    _done_import = _done_learn

    def _done_anchor(self, effect, result):
        self.say('%d is set' % effect[1])
        self._gauge_said = None
        return ('anchor', 'value', effect[1])

    _done_place = _done_anchor

    def _done_begin(self, effect, result):
        return ('begun',)

    def _done_draft(self, effect, result):
        return ('drafted',)

    def _done_commit(self, effect, result):
        self.selected = None
        self._gauge_said = None
        self.say('%d examples came' % self.memory.examples.count)
        return ('committed', 'examples', self.memory.examples.count)

    def _done_drop(self, effect, result):
        return ('dropped',)

    def _done_undo(self, effect, result):
        self.say('undone: ' + (result or 'ignored view'))
        return ('undone', 'name', result, 'examples', self.memory.examples.count)

    def _done_forget(self, effect, result):
        self.say('forgot ' + effect[1])
        if self.selected == effect[1]:
            self.selected = None
        return ('forgot', 'name', effect[1], 'count', result, 'examples', self.memory.examples.count)

    def _done_reset(self, effect, result):
        self.selected = None
        self.say('all forgotten')
        return ('reset',)

    def _done_setting(self, effect, result):
        _, name, value, _ = effect
        if not self.menu.opened:
            self.say('%s %s' % (name, value))
        return ('set', 'name', name, 'value', int(value) if value.isdigit() else value)

    def refused(self, code, text, id=None):
        """A request that will not be done: shown, answered, forgotten."""
        self.say(text)
        return (('send', _with_id(('refused', 'code', code, 'text', text), id)),)

    def failed(self, code, text, id=None):
        """Something that should have worked did not."""
        self.say(text)
        return (('send', _with_id(('error', 'code', code, 'text', text), id)),)

    # -- what to show -----------------------------------------------------------------------------------------

    def count_down(self):
        """Whole seconds until the view is learned; None while no count-down runs."""
        if not self.teaching:
            return None
        return max(0, (self.teaching[1] - self.now_ms + 999) // 1000)

    def light(self):
        """The LED: 'red' while learning, 'green' when something is seen, 'blue' for the gauge, else None."""
        if self.teaching:
            return 'red'
        if self.answer.name:
            return 'green'
        return 'blue' if self.gauge is not None else None

"""The behaviour: a frame, a card, a line or a gesture in; changes and messages out. Knows no hardware, file or clock.

Each event returns the changes it asks for. The app commits them and calls `done`, or `failed`: nothing is confirmed
before it is on flash. What is to be said waits in `messages` and `grove` until the app writes it.
"""

import sys

from micropython import const

import change as changes
import command
import menu
import messages
import settings
from change import COUNT_DOWN_MS, Change, Lesson, Question
from classes import Classes
from command_error import CommandError
from constants import OTHER_SCALE
from decision import Decision
from distance import Scale
from gauge import Reading
from search import Match
from why import Why

_TYPING = const(0)
if _TYPING:
    from typing import Any

    from command import Command
    from export import Export
    from memory import Memory
    from messages import Message
    from scores import Watch
    from search import Search
    from status import Status

PATIENCE_MS = 10000  # a card that stays longer in view, or a question that nobody answers, is dropped
MESSAGE_MS = 2500
CARD_GONE_CHECKS = 2  # the decoder misses a card now and then


class Session:
    """What the camera is doing. `memory` is only read here."""

    def __init__(self, memory: 'Memory', search: 'Search', status: 'Status') -> None:
        self.memory = memory
        self.status = status
        self.answer = Decision()
        self.classes = Classes(memory.examples)
        self.menu = menu.Menu()
        self.message = ''  # on the screen
        self.scale = Scale(*OTHER_SCALE)  # of the model, when that is known
        self.why = Why(self)
        self.match = Match()  # what is nearest in this frame
        self.gauge = Reading()
        self.pending = None  # type: Lesson | None
        self.question = None  # type: Question | None
        self.distance = None  # type: int | None  # in steps, of the nearest example in this frame
        self.export = None  # type: Export | None  # that runs
        self.watch = None  # type: Watch | None  # what a host has asked for, again and again
        self.now_ms = 0
        self.used_ms = 0  # the last press, or card
        self.answers = 0  # since the start
        self.blank_until_ms = -1  # until then a blank view is learned (coach.py)
        self.messages = []  # type: list[Message]  # for the host, to be written
        self.grove = []  # type: list[bytes]  # for the Grove port
        self.sound = None  # type: tuple[str, str | None] | None  # a beep, and a name to be spoken instead
        self.search = search
        self._runner_up = Match()
        self._grove_name = ''  # the last one said there
        self._message_until_ms = 0
        self._card = None  # type: str | bytes | None  # the payload in view, so that it acts once
        self._card_misses = 0
        self._noisy = False  # the last lines were no host's

    def limit(self) -> int:
        return int(self.memory.settings.value(settings.LIMIT))

    def limit_steps(self) -> int:
        """The greatest distance that counts as seen."""
        return self.scale.steps(self.limit())

    def tenths(self, distance: 'int | None') -> 'messages.Tenths | None':
        """A distance as a host reads it."""
        return None if distance is None else messages.Tenths(self.scale.tenths(distance))

    # -- one frame --------------------------------------------------------------------------------------------

    def frame(self, match: Match, gauge: 'int | None', now_ms: int) -> 'tuple[Change, ...]':
        """What the search found in this frame, and where the gauge stands."""
        self.now_ms = now_ms
        self.distance = None if match.label is None else match.distance
        before, limit = self.answer.name, self.limit()
        if self.answer.frame(match.label, match.distance, self.scale.steps(limit), self.scale.sure_steps(limit)):
            self._say_answer(match, self.answer.name != before)
        self._read_gauge(gauge)
        self.match = match
        if self.watch is not None:
            self.watch.frame(self)
        self.why.frame(match)
        self._expire()
        return self._lesson_due()

    def _say_answer(self, match: Match, other_name: bool) -> None:
        name = self.answer.name
        self._say_on_grove(name or '')
        if name is None:
            return self.send(('gone',))
        self.answers += other_name
        message = ('seen', 'name', name, 'sure', self.answer.sure)  # type: Message
        message += ('distance', self.tenths(match.distance))
        other = self._runner_up
        self.search.runner_up(match, other)
        if other.label:
            message += ('next', other.label, 'next_distance', self.tenths(other.distance))
        if not other_name:
            message += ('again', True)
        if self.memory.settings.value(settings.WHERE) == settings.ON:
            message += self.why.place(match)
        self.send(message)
        if other_name:
            self.sound = ('seen', name)

    def _say_on_grove(self, name: str) -> None:
        """A name, when it is another one for those who listen there."""
        if not self.answer.sure and self.memory.settings.value(settings.GROVE) == settings.SURE:
            name = ''
        if name != self._grove_name:
            self._grove_name = name
            self.grove.append(messages.grove_name(name))

    def _read_gauge(self, gauge: 'int | None') -> None:
        reading = self.gauge
        if reading.frame(gauge, self.now_ms):
            self.send(self.status.gauge(reading.shown()))
            self.grove.append(messages.grove_number(reading.shown()))

    def _expire(self) -> None:
        if self.message and self.now_ms > self._message_until_ms:
            self.message = ''
        if self.question and self.now_ms > self.question.until_ms:
            self.question = None
        if self.menu.idle(self.now_ms):
            self.menu.close()

    def _lesson_due(self) -> 'tuple[Change, ...]':
        """The lesson whose count-down is over: what is in view is learned once the card is out of it."""
        lesson = self.pending
        if lesson is None or self.now_ms < lesson.due_ms:
            return ()
        if self._card is None:
            self.pending = None
            return (lesson.change,)
        if self.now_ms > lesson.due_ms + PATIENCE_MS:
            self.pending = None
            self.refuse('card', 'The card stayed in view')
        return ()

    # -- cards and lines --------------------------------------------------------------------------------------

    def card(self, payload: 'str | bytes | None') -> 'tuple[Change, ...]':
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
        if self.pending:
            return ()
        try:
            request = command.parse_card(payload)
        except CommandError as error:
            return self.refuse(error.code, error.text)
        self.used_ms = self.now_ms
        self.send(('card', 'text', command.SHOWN.get(request.word, payload)))
        return self.command(request)

    def line(self, line: 'bytes | None') -> 'tuple[Change, ...]':
        """A line of the host; None is one that was too long."""
        try:
            if line is None:
                raise CommandError('long', 'A line has at most %d bytes' % messages.LINE_MAX_BYTES)
            request = command.parse_line(line)
        except CommandError as error:
            if error.code in command.NOISE:
                if self._noisy:
                    return ()  # noise on the cable is answered once, not line by line
                self._noisy = True
            return self.refuse(error.code, error.text, error.id)
        self._noisy = False
        return self.command(request)

    def command(self, request: 'Command') -> 'tuple[Change, ...]':
        """Do what a command asks for (actions.py)."""
        if request.draft and not request.fits_draft():
            return self.refuse('argument', 'This cannot be put in a draft', request.id)
        if self.status.locked:
            import visitors

            if request.word not in visitors.WHILE_LOCKED:
                return self.refuse('locked', visitors.LOCKED, request.id)
        import actions

        del sys.modules['actions']  # 5 KB that no frame needs; so it is with the other two below
        return actions.ACTIONS[request.word](self, request) or ()

    def teach(self, lesson: Change, at_once: bool) -> 'tuple[Change, ...]':
        """A lesson: at once, or after a count-down in which the card is taken away."""
        if at_once:
            return (lesson,)
        self.pending = Lesson(lesson, self.now_ms + COUNT_DOWN_MS)
        self.question = None
        self.menu.close()
        return ()

    def forget_class(self, label: str, id: 'str | int | None' = None, sure: bool = False) -> 'tuple[Change, ...]':
        """Forget every example of a label; '' are the ignored views."""
        if not self.memory.examples.count_of(label):
            return self.refuse('nothing', 'No examples of ' + label if label else 'No ignored views', id)
        return self.ask('Forget %s?' % (label or 'ignored'), Change(changes.FORGET, label, id=id), sure)

    def forget_gauge(self, id: 'str | int | None' = None, sure: bool = False) -> 'tuple[Change, ...]':
        if not any(self.memory.gauge.marks()):
            return self.refuse('nothing', 'The gauge is not set', id)
        return self.ask('Forget gauge?', Change(changes.FORGET_GAUGE, id=id), sure)

    def forget_all(self, id: 'str | int | None' = None, sure: bool = False) -> 'tuple[Change, ...]':
        return self.ask('Forget all?', Change(changes.RESET, id=id), sure)

    def ask(self, text: str, change: Change, sure: bool) -> 'tuple[Change, ...]':
        """Nobody at the camera forgets more than one example without a question; a host is sure."""
        if sure:
            return (change,)
        self.question = Question(text, change, self.now_ms + PATIENCE_MS)
        self.pending = None
        self.menu.close()
        return ()

    def select(self, label: str, id: 'str | int | None' = None) -> None:
        """Button A teaches this class from now on."""
        self.classes.select(label)
        self.send(('selected', 'name', label), id)

    # -- buttons ----------------------------------------------------------------------------------------------

    def gesture(self, gesture: str) -> 'tuple[Change, ...]':
        """'A', 'B', 'A held' or 'B held'."""
        self.message, self.used_ms = '', self.now_ms  # it has been read, and lies over the class that is selected
        if self.question:
            question, self.question = self.question, None
            return self._answer(question, gesture)
        if self.pending:
            self.pending = None
            self.show_message('cancelled')
        elif self.menu.opened:
            import menu_actions

            del sys.modules['menu_actions']
            return menu_actions.use(self, gesture)
        elif self.why.end():
            pass
        elif gesture == 'A':
            return (Change(changes.LEARN, self.classes.current()),)
        elif gesture == 'A held':
            return (Change(changes.UNDO),)
        elif gesture == 'B':
            self.select(self.classes.following())
        elif self.status.locked:
            from visitors import LOCKED

            self.refuse('locked', LOCKED)
        else:
            self.menu.open(self.now_ms, len(self.status.sets) > 1)
        return ()

    def _answer(self, question: Question, gesture: str) -> 'tuple[Change, ...]':
        if gesture == 'A':
            return (question.change,)
        self.show_message('nothing forgotten')
        return ()

    # -- what became of it ------------------------------------------------------------------------------------

    def send(self, message: 'Message', id: 'str | int | None' = None) -> None:
        """A message for the host."""
        self.messages.append(messages.with_id(message, id))

    def show_message(self, text: str) -> None:
        """Show a line for a moment."""
        self.message = text
        self._message_until_ms = self.now_ms + MESSAGE_MS

    def done(self, change: Change, result: object) -> None:
        """A change is on flash and in memory; `result` as in replies.of."""
        import replies

        del sys.modules['replies']
        reply = replies.of(change, result, self.memory)
        scratch = self.status.locked and change.what == changes.LEARN
        self.send(reply.message + (('scratch', True) if scratch else ()), change.id)
        shown = self.menu.opened and change.what in (changes.SETTING, changes.USE)  # the menu shows the value
        if reply.words and not shown:
            self.show_message(reply.words)
        if not change.draft:
            self._follow(change, result)
            if change.what in (changes.LEARN, changes.MARK):
                self.sound = ('learned', None)

    def _follow(self, change: Change, result: 'Any') -> None:
        """Select and say again what the change calls for."""
        what = change.what
        if what == changes.LEARN and change.key and change.value is None:
            self.classes.select(change.key)
        elif what == changes.FORGET:
            self.classes.forget(change.key)
        elif what == changes.RENAME:
            self.classes.rename(change.key, change.value)
        elif what == changes.UNDO and result.what == changes.RENAME:
            self.classes.select(result.key)
        elif what in (changes.RESET, changes.COMMIT) or what in changes.SWITCHES:
            self.classes.select(None)
        of_gauge = what == changes.SETTING and change.key in (settings.UNIT, settings.GAUGE)
        if what in (changes.MARK, changes.COMMIT, changes.UNDO) or what in changes.SWITCHES or of_gauge:
            self.gauge.say_again()

    def refuse(self, code: str, text: str, id: 'str | int | None' = None) -> 'tuple[Change, ...]':
        """A request that will not be done: shown, answered, forgotten."""
        self.sound = ('refused', None)
        self.show_message(text)
        self.send(('refused', 'code', code, 'text', text), id)
        return ()

    def fail(self, code: str, text: str, id: 'str | int | None' = None) -> None:
        """Something that should have worked did not."""
        self.show_message(text)
        self.send(('error', 'code', code, 'text', text), id)

    def end_export(self) -> None:
        """A change has come in between."""
        if self.export is not None:
            self.fail('changed', 'A change has ended the export: ask again', self.export.id)
            self.export = None

    # -- what to show -----------------------------------------------------------------------------------------

    def count_down(self) -> 'int | None':
        """Whole seconds until the view is learned; None while no count-down runs."""
        return (self.due_in_ms() + 999) // 1000 if self.pending else None

    def due_in_ms(self) -> int:
        """Until the view is learned."""
        return max(0, self.pending.due_ms - self.now_ms) if self.pending else 0

    def light(self) -> 'str | None':
        """The LED: 'red' while learning, 'green' if the answer is sure, else 'amber'; 'blue' for the gauge; or None."""
        if self.pending or (self.why.inspection is not None and self.why.inspection.odd()):
            return 'red'
        if self.answer.name:
            return 'green' if self.answer.sure else 'amber'
        return 'blue' if self.gauge.value is not None else None

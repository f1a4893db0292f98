"""Plays the statements of a scenario: what happens to the board, and what it must answer.

A `Runner` is the world's director. It runs under CPython and MicroPython: pictures, model files and screenshots are
the business of the `Stage` that it is given.
"""

from madeleine.errors import ToolError
from madeleine.sim.power import Misuse, PowerCut, PowerOff
from madeleine.sim.scenario.arguments import fields_of, frame_count
from madeleine.sim.scenario.parser import ScenarioError, Statement
from madeleine.sim.scenario.statements import WORDS
from madeleine.sim.world import Scene, world

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    from madeleine.sim.world import World

    Listener: TypeAlias = Callable[[str, str], None]

PATIENCE_FRAMES = 40  # an expectation waits this long
SETTLE_FRAMES = 8  # an answer counts when the picture has been there this long: the app holds an answer for three
COLOURS = (('r', 'red'), ('g', 'green'), ('b', 'blue'), ('w', 'white'))
PAUSES_MOST_FRAMES = 100_000  # of all waits of a run together: more than an hour of the board


class Stage:
    """What a scenario needs from the outside; this one has no pictures, so that it serves under MicroPython."""

    def frame(self, name: str) -> "Any":
        """The pixels of a scene or picture file; None: only its name is known."""

    def card(self, payload: str | bytes, behind: "Any") -> "Any":
        """The pixels of a card held before the pixels `behind`."""

    def shot(self, name: str, caption: str) -> None:
        """Keep a picture of the screen."""

    def boot(self, director: "Callable[[World], None]") -> str:
        """Switch the board on; how it ended: 'off', 'cut' or 'prompt'."""
        raise NotImplementedError

    def configure(self, what: str, value: str) -> None:
        """Before power-on: build, board, model, pose, writing, sd. ValueError or ToolError when there is none such."""
        raise ValueError('not on this stage')


class Runner:
    """Plays statements on a board, frame by frame, and keeps the transcript: a list of 'kind text'.

    The kinds are '>' (a statement), usb, grove, led, sound, answer and power.
    """

    def __init__(self, statements: list[Statement], stage: Stage, listener: "Listener | None" = None) -> None:
        self.stage = stage
        self.transcript: list[str] = []
        self.state = 'new'  # 'new' or 'on', or how the last boot ended: 'cut', 'prompt', 'off'
        self.answer: str | None = None  # the name the app says it sees
        self.led = 'off'
        self.behind = Scene('desk')  # what a card is held before
        self.cut_now = False  # pull the plug when the statement has been played
        self.sure = False  # of it
        self.asked: list[tuple[str, str | None, bool]] = []  # what `ask` wanted, the answer, and was it sure?
        self.heard: dict[str, list[str]] = {'usb': [], 'grove': [], 'sound': []}
        self._met = {'usb': 0, 'grove': 0, 'sound': 0}  # expectations were met by what came before these
        self._pieces = {'usb': b'', 'grove': b''}
        self._settled_frames = self._paused_frames = 0
        self._error: Exception | None = None
        self._statements = statements
        self._statement = Statement('start', '', '')
        self._listener = listener  # called with (kind, text) of each line of the transcript
        self._steps = self._play()

    def run(self) -> None:
        """Play all statements, switching the board on when they need it. ScenarioError at the first that fails."""
        self.frame('desk')
        while self._step():
            self.state = 'on'
            try:
                self.state = self.stage.boot(self._direct)
            except Misuse as error:
                raise self._statement.error(
                    f'{self._statement.brief()}, but a real board breaks here: {error}'
                ) from error
            if self._error is not None:
                raise self._error
            self._observe()
            self.note('power', self.state)

    def _direct(self, _: "World") -> None:
        """Called by the world before each frame."""
        self._observe()
        self._settled_frames += 1
        try:
            goes_on = self._step()
        except Exception as error:  # raised from here it would meet the handlers of the app
            self._error = error
            goes_on = False
        if not goes_on:
            raise PowerOff
        if self.cut_now:
            self.cut_now = False
            raise PowerCut

    def _step(self) -> bool:
        """Play up to the next statement that needs a frame; False at the end."""
        for _ in self._steps:
            return True
        return False

    def _play(self) -> "Iterator[None]":
        for statement in self._statements:
            self._statement = statement
            self.note('>', str(statement))
            try:
                for _ in WORDS[statement.word](self, statement.argument) or ():
                    yield
            except ScenarioError:
                raise
            except (ValueError, OSError, ToolError) as error:
                raise statement.error(f'{statement.brief()}: {error}') from error

    def note(self, kind: str, text: str) -> None:
        self.transcript.append((kind + ' ' + text).strip())
        if self._listener:
            self._listener(kind, text)

    def fail(self, text: str) -> None:
        raise self._statement.error(f'{self._statement.brief()}, but {text}')

    # -- what the board does ----------------------------------------------------------------------------------

    def _observe(self) -> None:
        for line in self._take('usb', world.usb_out, b'\n'):
            self._hear('usb', line.replace('\r', ''))
            fields = fields_of(line)
            if fields.get('event') in ('seen', 'gone', 'ready'):
                self.answer = fields.get('name')
                self.sure = bool(fields.get('sure'))
        for message in self._take('grove', world.grove_out, b'\0'):
            self._hear('grove', message + '\\0')
        for sound in world.sounds:
            self._hear('sound', sound)
        world.sounds[:] = []
        led = _colour()
        if led != self.led:
            self.led = led
            self.note('led', led)

    def _take(self, channel: str, data: bytearray, end: bytes) -> list[str]:
        """The whole messages that came, as text; what is left waits for its end."""
        pieces = (self._pieces[channel] + bytes(data)).split(end)
        data[:] = b''
        self._pieces[channel] = pieces.pop()
        return [_text(piece) for piece in pieces]

    def _hear(self, channel: str, text: str) -> None:
        self.heard[channel].append(text)
        self.note(channel, text)

    def meets(self, channel: str, matches: "Callable[[str], bool]") -> bool:
        """Did a message come that `matches`, since the last one that was expected?"""
        messages = self.heard[channel]
        for i in range(self._met[channel], len(messages)):
            if matches(messages[i]):
                self._met[channel] = i + 1
                return True
        return False

    def news(self, channel: str) -> list[str]:
        """The messages since the last one that was expected."""
        return self.heard[channel][self._met[channel] :]

    # -- what waits -------------------------------------------------------------------------------------------

    def frame(self, name: str) -> None:
        """Something else is before the lens."""
        self.behind = Scene(name, self.stage.frame(name))
        self.show(self.behind)

    def show(self, scene: Scene) -> None:
        world.scene = scene
        self._settled_frames = 0

    def settled(self) -> bool:
        """Has the picture been there long enough for an answer?"""
        return self._settled_frames >= SETTLE_FRAMES

    def frames(self, count: int) -> "Iterator[None]":
        """Let frames pass; ends early when the power goes."""
        for _ in range(count):
            if self.state not in ('new', 'on'):
                return
            yield

    def pause(self, text: str) -> "Iterator[None]":
        """Let a time such as '10 frames' or '900ms' pass; ValueError when a run has waited too long in all."""
        count = frame_count(text)
        self._paused_frames += count
        if self._paused_frames > PAUSES_MOST_FRAMES:
            raise ValueError(f'more than {PAUSES_MOST_FRAMES} frames of waiting in one scenario')
        return self.frames(count)

    def until(self, holds: "Callable[[], bool]", was: "Callable[[], str]") -> "Iterator[None]":
        """Let frames pass until `holds()`; fails with `was()`, what was there instead."""
        for _ in self.frames(PATIENCE_FRAMES):
            if holds():
                return
            yield
        if not holds():
            self.fail(was() if self.state in ('new', 'on') else f'the board is off ({self.state})')


def _text(data: bytes) -> str:
    """Bytes of the board as text; what is no UTF-8 stays recognisable."""
    try:
        return data.decode()
    except UnicodeError:
        return str(data)


def _colour() -> str:
    """What the LEDs show, in words: 'off', 'red', 'red green' ..."""
    levels = world.leds if world.board.rgb_led is None else dict(zip('rgb', world.ws2812))  # noqa: B905 MicroPython's zip takes no strict
    return ' '.join([name for key, name in COLOURS if levels.get(key)]) or 'off'

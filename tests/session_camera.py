"""A session with a memory but without hardware, for tests: effects are performed as the app performs them."""

import json

import features
from engines import Plain
from link import json_line
from memory import Memory
from search import Match
from session import Session
from vectors import on_heap

FRAME_MS = 50
VECTOR = bytes(features.LENGTH)
NEAR, FAR = features.steps(200), features.steps(200) + 1  # at the usual limit


class Camera:
    """A session with a memory but without hardware; `told` collects what is said, in short words."""

    def __init__(self, *labels: str):
        self.memory = Memory(Plain(), on_heap())
        for label in labels:
            self.memory.learn(label, VECTOR)
        self.session = Session(self.memory, self)
        self._next = None
        self.now_ms = 0
        self.told: list = []

    def see(self, label=None, distance=0, frames=1, gauge=None, ms=FRAME_MS, next=None):
        """Some frames whose nearest example is `label`; what was told since the last call."""
        for _ in range(frames):
            self.now_ms += ms
            match = Match()
            if label is not None:
                match.fill(label, distance, None)
            self._next = next
            self._perform(self.session.frame(match, gauge, self.now_ms))
        return self.heard()

    def runner_up(self, match, other):
        """As search.Search."""
        other.fill(self._next, 2 * NEAR, None)

    def press(self, *gestures):
        for gesture in gestures:
            self._perform(self.session.gesture(gesture))
        return self.heard()

    def card(self, *payloads):
        for payload in payloads:
            self._perform(self.session.card(payload))
        return self.heard()

    def flash_card(self, payload):
        """Hold a card before the lens and take it away."""
        return self.card(payload, None, None)

    def line(self, text):
        self._perform(self.session.line(text if text is None else text.encode()))
        return self.heard()

    def heard(self):
        told, self.told = self.told, []
        return told

    def _perform(self, effects):
        for effect in effects:
            kind = effect[0]
            if kind == "send":
                fields = json.loads(json_line(effect[1]))
                del fields["v"]
                self.told.append(fields)
            elif kind in ("learn", "anchor"):
                self._done(effect, getattr(self.memory, kind)(effect[1], VECTOR))
            elif kind in ("undo", "forget", "reset", "setting"):
                self._done(effect, getattr(self.memory, kind)(*effect[1:-1]))
            else:
                self.told.append(effect)

    def _done(self, effect, result):
        self.told.append(effect[:-1])
        self._perform(self.session.done(effect, result))

    def labels(self):
        return [label for label, _ in self.memory.examples.items()]


def events(told) -> list[str]:
    """Only the names: of effects, and of messages."""
    return [entry["event"] if isinstance(entry, dict) else entry[0] for entry in told]


def refusal(told) -> str:
    assert [entry["event"] for entry in told] == ["refused"]
    return told[0]["code"]

"""A session in an app on a board of plain Python, for tests: what it is told, frame by frame, and what it says."""

import pytest

from tests.fakes.desk import SCALE, Desk

FRAME_MS = 50
SURE, NEAR = SCALE.sure_steps(200), SCALE.steps(200)  # the farthest that is sure, that is seen, at the usual limit
KEPT = NEAR * 5 // 4  # the farthest that still counts when it was seen before
FAR = KEPT + 1


class Other:
    """A search whose runner-up is what the test says."""

    def __init__(self, label):
        self.label = label

    def runner_up(self, match, other):
        other.label, other.distance = self.label, 2 * NEAR

    def scores(self, query, most):
        return [("cup", NEAR), ("", 2 * NEAR)][:most]


class Camera:
    """A session and its memory; `told` collects the changes and what is said, in short words."""

    def __init__(self, *labels: str):
        self.told: list = []
        with pytest.MonkeyPatch.context() as patch:
            self.desk = Desk(patch)
        self.app = self.desk.app
        self.memory, self.session = self.app.memory, self.app.session
        self.session.now_ms = self.now_ms = 0
        self.session.scale = SCALE
        for label in labels:
            self.line("*learn " + label if label else "*exclude")
        self.session.classes.select(None)
        self.session.message = ""
        self.heard()
        self._commit, self.app.commit = self.app.commit, self._watched

    def see(self, label=None, distance=0, frames=1, gauge=None, ms=FRAME_MS, next=None):
        """Some frames whose nearest example is `label`; what was told since the last call."""
        for _ in range(frames):
            self.now_ms += ms
            match = self.app.match
            match.label, match.distance = label, distance
            self.session.search = Other(next)
            self.app.perform(self.session.frame(match, gauge, self.now_ms))
            self._collect()
        return self.heard()

    def press(self, *gestures):
        for gesture in gestures:
            self.app.perform(self.session.gesture(gesture))
        return self.heard()

    def card(self, *payloads):
        for payload in payloads:
            self.app.perform(self.session.card(payload))
        return self.heard()

    def flash_card(self, payload):
        """Hold a card before the lens and take it away."""
        return self.card(payload, None, None)

    def line(self, text):
        self.app.perform(self.session.line(text if text is None else text.encode()))
        return self.heard()

    def heard(self):
        self._collect()
        told, self.told = self.told, []
        return told

    def _watched(self, change):
        self._collect()
        self.told.append(tuple(part for part in (change.what, change.key, change.value) if part is not None))
        self._commit(change)

    def _collect(self):
        """What came out of the board; the screen and the lights are looked at elsewhere."""
        for entry in self.desk.heard():
            if isinstance(entry, dict):
                del entry["v"]
            if isinstance(entry, dict) or entry[0] == "grove":
                self.told.append(entry)
        sound, self.session.sound = self.session.sound, None
        if sound and sound[1]:
            self.told.append(("say", sound[1]))

    def labels(self):
        return [label for label, _ in self.memory.examples.items()]


def events(told) -> list[str]:
    """Only the names: of changes, and of messages."""
    return [entry["event"] if isinstance(entry, dict) else entry[0] for entry in told]


def refusal(told) -> str:
    messages = [entry for entry in told if isinstance(entry, dict)]
    assert [entry["event"] for entry in messages] == ["refused"]
    return messages[0]["code"]

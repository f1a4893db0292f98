"""What waits: a lesson for the end of its count-down, a question for an answer."""

from micropython import const

_TYPING = const(0)
if _TYPING:
    from change import Change


COUNT_DOWN_MS = 3000  # time to take the card away


class Lesson:
    """A change that waits until the count-down is over and the card is out of view."""

    def __init__(self, change: 'Change', due_ms: int) -> None:
        self.change = change
        self.due_ms = due_ms


class Question:
    """A change that waits until somebody says yes."""

    def __init__(self, text: str, change: 'Change', until_ms: int) -> None:
        self.text = text
        self.change = change
        self.until_ms = until_ms

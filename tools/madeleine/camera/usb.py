"""The camera at the other end of the cable: sends requests, waits for answers, stops and restarts what runs."""

import enum
import secrets
from collections import deque
from collections.abc import Iterator
from typing import Any, Self

from madeleine import clock
from madeleine.camera.fields import Fields, Message
from madeleine.camera.json_lines import Splitter, as_bytes, parse
from madeleine.camera.ports import Port, find_port
from madeleine.camera.serial_port import RESTART, SerialLine
from madeleine.errors import ToolError

ANSWER_S = 5.0  # a turn takes 60 ms, writing a generation of a full store a second or two
PROBE_S = 2.0
RETURN = b"\r"  # the app takes \n, too, but the prompt does not
UNASKED_MAX = 1000  # messages kept for whoever wants them
LOOK_S = 0.2  # between two looks whether a prompt has come instead
INTERRUPT_S = 10.0
CTRL_B, CTRL_C = b"\x02", b"\x03"
PROMPT = b">>> "


class BoardError(ToolError):
    """The camera does not do what it was asked for."""


class NoAnswer(BoardError):
    """Nothing came in time."""


class AtPrompt(NoAnswer):
    """No program runs."""


class Refused(BoardError):
    """The app said no, or failed; `code` is its word for why (docs/FORMATS.md)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"the camera refuses: {text}")
        self.code = code


class State(enum.Enum):
    """What is at the other end."""

    APP = "app"  # Madeleine, and it answers
    PROMPT = "prompt"  # the firmware's prompt
    OTHER = "other"  # something talks, but it is not Madeleine's JSON
    SILENT = "silent"


def _granted(message: Message) -> Message:
    """An answer that is no refusal; Refused otherwise."""
    if message["event"] in ("refused", "error"):
        answer = Fields(message)
        raise Refused(answer.text("code") or "", answer.text("text") or "without a reason")
    return message


class Board:
    """A camera on an open line. Every wait has an end."""

    def __init__(self, line: SerialLine) -> None:
        self.line = line
        self._splitter = Splitter()
        self._waiting: deque[str] = deque()  # lines that came together with the one that was waited for
        self.unasked: deque[Message] = deque(maxlen=UNASKED_MAX)  # came while an answer was waited for
        self._mark = secrets.token_hex(2)  # so that late answers to another program are not taken for ours
        self._asked = 0
        self._heard = False  # anything at all since `state` began

    @classmethod
    def open(cls, port: Port | str | None = None) -> Self:
        """The camera on a port, found when none is named; PortError or LineError."""
        if not isinstance(port, Port):
            port = find_port(port)
        return cls(SerialLine(port.device))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the port; the app goes on."""
        self.line.close()

    def lines(self, timeout_s: float) -> Iterator[str]:
        """Every line that comes, until `timeout_s` from now; LineLost when the cable is pulled."""
        end = clock.steady_s() + timeout_s
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            left = end - clock.steady_s()
            if left <= 0:
                return
            data = self.line.read(left)
            self._heard = self._heard or bool(data)
            self._waiting.extend(self._splitter.feed(data))

    def messages(self, timeout_s: float) -> Iterator[Message]:
        """Every message of the app that comes, until `timeout_s` from now."""
        for line in self.lines(timeout_s):
            message = parse(line)
            if message is not None:
                yield message

    def ask(self, word: str, timeout_s: float | None = None, **fields: Any) -> Message:
        """Asks the app (docs/FORMATS.md, "What a host can ask"): ask("forget", name="cup") -> the answer.

        Refused when it says no, NoAnswer when nothing comes in time.
        """
        return next(self.answers(word, timeout_s, **fields))

    def answers(self, word: str, timeout_s: float | None = None, **fields: Any) -> Iterator[Message]:
        """All answers to one request, for `export`; `timeout_s` (ANSWER_S) for each. The caller stops at the last."""
        timeout_s = ANSWER_S if timeout_s is None else timeout_s
        self._asked += 1
        mark = f"{self._mark}-{self._asked}"
        request = as_bytes({"do": word, **fields, "id": mark})
        self.line.write(RETURN + request + RETURN)  # the first one ends what another program left
        while True:
            yield self._answer(word, mark, timeout_s)

    def _answer(self, word: str, mark: str, timeout_s: float) -> Message:
        end = clock.steady_s() + timeout_s
        while (left := end - clock.steady_s()) > 0:
            for message in self.messages(min(left, LOOK_S)):
                if message.get("id") == mark:
                    return _granted(message)
                self.unasked.append(message)
            if self._splitter.rest.endswith(PROMPT):
                raise AtPrompt(f"{self.line.device}: Madeleine is not running, the camera is at its prompt: restart it")
        raise NoAnswer(
            f"{self.line.device}: no answer to {word!r} within {timeout_s:g} s: is the app running, and not "
            "set to *link brownie? (`madeleine doctor` looks closer)"
        )

    def state(self, timeout_s: float | None = None) -> State:
        """What is at the other end (PROBE_S for each of two questions); does not stop a running program."""
        timeout_s = PROBE_S if timeout_s is None else timeout_s
        self._heard = False
        try:
            self.ask("status", timeout_s=timeout_s)
            return State.APP
        except Refused:
            return State.APP
        except AtPrompt:
            return State.PROMPT
        except NoAnswer:
            pass
        self.line.write(CTRL_B + RETURN)  # the friendly prompt, for one who waits at the raw one
        for _ in self.lines(timeout_s / 2):
            pass
        if self._splitter.rest.endswith(PROMPT):
            return State.PROMPT
        return State.OTHER if self._heard else State.SILENT

    def interrupt(self, timeout_s: float | None = None) -> None:
        """Ends what runs by Ctrl-C, until the firmware's prompt is there; NoAnswer after INTERRUPT_S without."""
        timeout_s = INTERRUPT_S if timeout_s is None else timeout_s
        end = clock.steady_s() + timeout_s
        keys = CTRL_C
        while clock.steady_s() < end:
            self.line.write(keys)
            for _ in self.lines(min(0.5, timeout_s / 4)):
                pass
            if self._splitter.rest.endswith(PROMPT):
                return
            keys = CTRL_C + CTRL_B  # somebody may have left it at the raw prompt
        raise NoAnswer(
            f"{self.line.device}: no prompt within {timeout_s:g} s of Ctrl-C: {RESTART}, or give --reset, "
            "and try again (`madeleine doctor` looks closer)"
        )

    def reset(self) -> None:
        """Restarts the board by its reset line."""
        self.line.reset()
        self._splitter = Splitter()
        self._waiting.clear()

"""What a line says: Madeleine's JSON or Brownie's text lines, as one kind of message; and that in plain words."""

import enum
import re
from dataclasses import dataclass

from madeleine.camera.fields import Fields, Message
from madeleine.camera.json_lines import parse
from madeleine.camera.redact import without_password
from madeleine.device import change
from madeleine.monitor.items import Kind

BESIDE = 5000  # Brownie's distance of a view that is not on the line between its anchors
_BROWNIE = re.compile(r"[\0\s]*\[(DETECTED|QR|DISTANCE|info)\]: ?(.*)", re.DOTALL)


class Dialect(enum.Enum):
    """Whose words they are."""

    MADELEINE = "Madeleine"
    BROWNIE = "Brownie"


@dataclass(frozen=True)
class Said(Fields):
    """A message, in Madeleine's form whoever said it."""

    dialect: Dialect

    @property
    def event(self) -> str:
        """The message's word for what happened."""
        return str(self.message["event"])


def read(line: str) -> Said | None:
    """What a line says; None for the firmware's own messages, garbage, halves of lines."""
    brownie = _BROWNIE.fullmatch(line)  # first: the text of a card may look like a message
    if brownie:
        return _brownie(brownie[1], brownie[2].rstrip())
    message = parse(line)
    return None if message is None else Said(message, Dialect.MADELEINE)


def _brownie(word: str, rest: str) -> Said | None:
    if word == "DETECTED" and rest:
        message: Message = {"event": "seen", "name": rest}
    elif word == "QR":
        message = {"event": "card", "text": without_password(rest)}
    elif word == "DISTANCE" and re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", rest, re.ASCII):
        value = float(rest)
        message = {"event": "gauge", "value": None if value >= BESIDE else value}
    elif word == "info" and rest.startswith("Started"):
        message = {"event": "ready"}
    else:
        return None
    return Said(message, Dialect.BROWNIE)


# What happened, in the words of the history. `seen`, `gone`, `gauge` and answers to requests are told elsewhere.
SENTENCES = {
    "ready": (Kind.OTHER, "{dialect} has started"),
    "card": (Kind.OTHER, "card: {text}"),
    "learned": (Kind.TAUGHT, "learned {name} ({count})"),
    "lesson": (Kind.OTHER, "{name}: {text}"),
    "ignored": (Kind.TAUGHT, "ignores a view ({count})"),
    "undone": (Kind.TAUGHT, "undone: {name}"),
    "renamed": (Kind.TAUGHT, "{name} is {to} now ({count})"),
    "forgot": (Kind.TAUGHT, "forgot {name}"),
    change.MARK: (Kind.TAUGHT, "mark {value} is set"),
    "reset": (Kind.TAUGHT, "forgot all"),
    "selected": (Kind.OTHER, "button A teaches {name}"),
    "set": (Kind.OTHER, "{name} is {value}"),
    "lock": (Kind.TAUGHT, "locked"),
    "cleared": (Kind.TAUGHT, "visitors' lessons are gone ({examples})"),
    "using": (Kind.TAUGHT, "set {set} ({examples})"),
    "copied": (Kind.TAUGHT, "copied to set {set} ({examples})"),
    "refused": (Kind.TROUBLE, "refused: {text}"),
    "error": (Kind.TROUBLE, "error: {text}"),
}

UNDONE = {  # by the change that was taken back
    "forget": "back: {name} ({count})",
    "rename": "back: {name} ({count})",
    "forget gauge": "back: the gauge",
    change.MARK: "undone: mark {value}",
    "setting": "undone: {name} is {value} again",
}


def sentence(said: Said) -> tuple[Kind, str] | None:
    """A message in plain words; None for what is no news."""
    if said.event not in SENTENCES:
        return None
    kind, words = SENTENCES[said.event]
    fields = {"dialect": said.dialect.value}
    for key in ("name", "to", "text", "count", "value", "set", "examples"):
        whole = said.whole(key)
        fields[key] = (said.text(key) if whole is None else str(whole)) or "?"
    if said.message.get("name") == "":
        fields["name"] = (
            "ignored views" if said.event == "forgot" or said.text("what") == "forget" else "an ignored view"
        )
    if said.event == "forgot" and said.text("what") == "gauge":
        words = "forgot the gauge"
    elif said.event == "forgot" and said.text("what") == "set":
        words = "forgot the set {name}"
    elif said.event == "lock" and said.flag("on") is False:
        words = "unlocked"
    elif said.event == "undone":
        words = UNDONE.get(said.text("what") or "learn", words)
    return kind, words.format(**fields)

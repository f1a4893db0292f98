"""What the monitor knows: items in, things to tell out. Bounded, whatever comes; knows no cable, screen or clock."""

from collections import deque

from madeleine.camera.fields import clean
from madeleine.monitor.items import Cable, Change, Heard, Item, Kind, Linked, Noted, Told
from madeleine.monitor.words import Dialect, Said, read, sentence

HISTORY_MAX = 200
NAMES_MAX = 500  # a camera holds 250 examples; more names than that are garbage
OTHERS = "(other names)"
QUIET_S = 5.0  # an app that runs answers the greeting sooner
SILENT_S = 75.0  # two heartbeats of the cable (30 s) and some
PROMPT = ">>> "


class State:
    """The camera as far as it is known."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.cable = Cable.WAITING
        self.cable_text = ""
        self.dialect: Dialect | None = None
        self.app = self.board = ""
        self.examples: int | None = None
        self.capacity: int | None = None
        self.battery_mv: int | None = None
        self.limit: float | None = None
        self.answer = ""  # the name that is seen; "" when none is
        self.answer_known = False  # the camera tells changes only
        self.since_s: float | None = None  # of the answer
        self.sure: bool | None = None  # of the answer; None: older apps and Brownie do not say
        self.distance: float | None = None
        self.place: tuple[int, int] | None = None  # of the answer's middle, while `where` is on or watched
        self.next = ""
        self.next_distance: float | None = None
        self.oddness: int | None = None  # of an inspection; None while there is none
        self.odd = False
        self.gauge: float | None = None
        self.gauge_known = False  # known and None: off the line through the marks
        self.gauge_ends = (0.0, 100.0)
        self.gauge_unit = self.gauge_name = ""
        self.counts: dict[str, int] = {}
        self.history: deque[Told] = deque(maxlen=HISTORY_MAX)
        self.messages = 0
        self.others = 0  # lines that say nothing to us
        self.last_other = ""
        self.at_prompt = False  # of the firmware
        self._was_sure: bool | None = None  # the answer, once
        self._linked_s = 0.0
        self._said_s: float | None = None  # the last message since the cable was plugged

    def take(self, item: Item) -> list[Told]:
        """Takes in what happened; what there is to tell of it."""
        self.now_s = item.at_s
        if isinstance(item, Heard):
            told = self._heard(item)
        elif isinstance(item, Linked):
            told = self._linked(item)
        elif isinstance(item, Noted):
            told = [Told(item.at_s, Kind.TROUBLE, clean(item.text))]
        else:
            told = []
        self.history.extend(told)
        return told

    @property
    def connection(self) -> str:
        """The state of the connection, as a sentence."""
        if self.cable is Cable.WAITING:
            return self.cable_text or "waiting for a camera"
        if self.cable is Cable.LOST:
            return "the connection is lost; waiting for the camera to come back"
        if self.at_prompt:
            return f"{self.cable_text}: at the firmware's prompt, the app is not running"
        quiet_s = self.now_s - self._linked_s
        if self._said_s is None:
            return f"{self.cable_text}: connected, nothing said yet" + (
                "; is the app running? (`madeleine doctor` looks closer)" if quiet_s > QUIET_S else ""
            )
        silent_s = self.now_s - self._said_s
        if self.dialect is Dialect.MADELEINE and silent_s > SILENT_S:
            return f"{self.cable_text}: connected, silent for {silent_s:.0f} s"
        return f"{self.cable_text}: connected"

    # -- the cable ------------------------------------------------------------------------------------------------

    def _linked(self, item: Linked) -> list[Told]:
        before, self.cable = self.cable, item.cable
        news = item.cable is not before or item.text != self.cable_text
        self.cable_text = clean(item.text)
        if item.cable is Cable.CONNECTED:
            self._linked_s, self._said_s, self.at_prompt = item.at_s, None, False
            return [Told(item.at_s, Kind.OTHER, f"connected to {self.cable_text}")]
        told = self._answered("", item.at_s)  # what is seen meanwhile nobody knows
        self.gauge_known = self.answer_known = False
        self._inspected(None, False)
        if news:
            told.append(Told(item.at_s, Kind.TROUBLE, self.cable_text or self.connection))
        return told

    # -- the camera -----------------------------------------------------------------------------------------------

    def _heard(self, item: Heard) -> list[Told]:
        said = read(item.line)
        if said is None:
            return self._other(item)
        self.messages += 1
        self._said_s, self.dialect, self.at_prompt = item.at_s, said.dialect, False
        told = self._answer_of(said, item.at_s) + self._inspection_of(said, item.at_s)
        self._note_facts(said)
        news = sentence(said)
        if news:
            told.append(Told(item.at_s, *news))
        return told

    def _other(self, item: Heard) -> list[Told]:
        self.others += 1
        self.last_other = clean(item.line.strip("\0\r\n "))
        if self.at_prompt or not item.line.startswith(PROMPT):
            return []
        self.at_prompt, self.answer_known, self.gauge_known = True, False, False
        self._inspected(None, False)
        return [*self._answered("", item.at_s), Told(item.at_s, Kind.TROUBLE, "the app is not running")]

    def _answer_of(self, said: Said, at_s: float) -> list[Told]:
        if said.event in ("gone", "ready"):
            self.answer_known = True
            return self._answered("", at_s)
        if said.event == "status":  # older apps do not say what they see
            return self._stands(said, at_s) if "name" in said.message else []
        name = said.text("name") if said.event == "seen" else None
        if not name:
            return []
        self.answer_known = True
        again = said.dialect is Dialect.BROWNIE and name == self.answer
        told = self._answered("", at_s) if again else []  # Brownie does not say that a name goes, only that it is back
        self.distance, self.next_distance = said.number("distance"), said.number("next_distance")
        self.next = said.text("next") or ""
        self.place = said.point("centre")
        return told + self._answered(name, at_s, said.flag("sure"))

    def _stands(self, said: Said, at_s: float) -> list[Told]:
        """The answer that was there before anybody listened."""
        self.answer_known = True
        if "distance" in said.message:
            self.distance = said.number("distance")
        return self._answered(said.text("name") or "", at_s, said.flag("sure"))

    def _answered(self, name: str, at_s: float, sure: bool | None = None) -> list[Told]:
        """The answer is now `name`; tells of the change, if it is one."""
        told = []
        if name != self.answer and self.answer:
            seen_s = max(0.0, at_s - (self.since_s or at_s))
            gone = Change("goes", self.answer, at_s, None, self._was_sure)
            told.append(Told(at_s, Kind.GOES, f"{self.answer} goes, after {seen_s:.0f} s", gone))
        if name != self.answer and name:
            self._count(name)
            self.since_s = at_s
            text = f"{name}{'?' if sure is False else ''} appears{self._nearness()}"
            change = Change("appears", name, at_s, self.distance, sure, place=self.place)
            told.append(Told(at_s, Kind.APPEARS, text, change))
            self._was_sure = sure
        elif name and sure and self._was_sure is False:
            change = Change("appears", name, at_s, self.distance, True, raised=True, place=self.place)
            told.append(Told(at_s, Kind.APPEARS, f"{name} is sure now{self._nearness()}", change))
            self._was_sure = True
        if not name:
            self.since_s = self.distance = self.next_distance = self.place = None
            self.next = ""
        self.answer, self.sure = name, sure if name else None
        return told

    def _inspection_of(self, said: Said, at_s: float) -> list[Told]:
        """How odd a view is; tells when it is odd, and when it is good again."""
        if said.event in ("ready", "good"):
            self._inspected(None, False)
        value, odd = said.whole("value"), said.flag("odd")
        if said.event != "oddness" or value is None or odd is None:
            return []
        was_odd = self.odd
        self._inspected(value, odd)
        if odd == was_odd:
            return []
        kind, event, text = (Kind.TROUBLE, "odd", "odd") if odd else (Kind.OTHER, "good", "good again")
        return [Told(at_s, kind, f"{text}, oddness {value}", Change(event, "", at_s, oddness=value))]

    def _inspected(self, oddness: int | None, odd: bool) -> None:
        self.oddness, self.odd = oddness, odd

    def _nearness(self) -> str:
        if self.distance is None:
            return ""
        limit = "" if self.limit is None else f" of {self.limit:g}"
        return f", distance {self.distance:g}{limit}"

    def _count(self, name: str) -> None:
        key = name if name in self.counts or len(self.counts) < NAMES_MAX else OTHERS
        self.counts[key] = self.counts.get(key, 0) + 1

    def _note_facts(self, said: Said) -> None:
        if said.event == "gauge":
            self._note_gauge(said)
        elif said.event == "where" and said.text("name") == self.answer:
            self.place = said.point("centre")
        elif said.event in ("ready", "status"):
            self._note_status(said)
        elif said.event == "battery":
            self.battery_mv = said.whole("battery_mv")
        elif said.event in ("set", "undone") and said.text("name") == "limit" and said.number("value") is not None:
            self.limit = said.number("value")
        elif said.event == "reset":
            self.examples = 0
        if said.event in ("learned", "ignored", "undone", "renamed", "forgot", "list"):
            self.examples = said.whole("examples")

    def _note_gauge(self, said: Said) -> None:
        self.gauge, self.gauge_known = said.number("value"), True
        low, high = said.number("low"), said.number("high")
        self.gauge_ends = (low, high) if low is not None and high is not None and low < high else (0.0, 100.0)
        self.gauge_unit, self.gauge_name = said.text("unit") or "", said.text("name") or ""

    def _note_status(self, said: Said) -> None:
        self.app, self.board = said.text("app") or "", said.text("board") or ""
        self.examples, self.capacity = said.whole("examples"), said.whole("capacity")
        self.battery_mv, self.limit = said.whole("battery_mv"), said.number("limit")

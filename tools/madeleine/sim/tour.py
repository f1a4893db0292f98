"""The tour: a scenario that shows what the camera does, told in the terminal while it is played."""

import json
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from madeleine.device import coach, command, command_error
from madeleine.errors import ToolError
from madeleine.pictures import photograph, photographs
from madeleine.sim.painter import packed
from madeleine.sim.scenario.arguments import fields_of
from madeleine.sim.scenario.parser import Statement, parse
from madeleine.sim.scenario.runner import Runner
from madeleine.sim.scenario.stage import HostStage, perform
from madeleine.sim.shot import contact_sheet

TOUR = Path(__file__).with_name("tour.txt")
SHOWN_PHOTOGRAPHS, ASKED_PHOTOGRAPHS = 3, 10  # of each thing: what it is taught with, and tested with at most

#  event        what the audience is told, from the fields of the line on USB
EVENTS = {
    "learned": "learned {name}, {count} so far",
    "ignored": "will ignore what it sees now",
    "seen": "sees [green]{name}[/] (distance {distance})",
    "anchor": "this is {value} on the gauge",
    "gauge": "the gauge says [blue]{value}[/]",
    "ready": "started with {examples} examples",
    "refused": "[red]refused: {text}[/]",
    "error": "[red]error: {text}[/]",
}


class Narrator:
    """Listens to the transcript and tells the audience: a line for each thing said, and a bar for the whole."""

    def __init__(self, progress: Progress, statements: int) -> None:
        self._progress = progress
        self._task = progress.add_task("tour", total=statements)

    def hear(self, kind: str, text: str) -> None:
        if kind == ">":
            self._progress.advance(self._task)
            if text.startswith("say "):
                self._progress.console.print(text[4:], style="bold")
        elif kind == "usb":
            self._event(text)
        elif kind == "answer":
            self._progress.console.print(f"  {text}")

    def _event(self, line: str) -> None:
        fields = fields_of(line)
        told = EVENTS.get(fields.get("event", ""))
        if told:
            shown = {key: escape(str("--" if value is None else value)) for key, value in fields.items()}
            self._progress.console.print("  " + told.format(**shown), markup=True)


def tour(console: Console, stage: HostStage, sheet: Path, things: dict[str, list[Path]] | None = None) -> Runner:
    """Plays the tour (over photographs of each thing, when there are any) and writes the contact sheet.

    ToolError at the first wrong answer of the drawn tour; with photographs answers are counted only.
    """
    statements = drawn_tour() if things is None else photograph_tour(things)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        narrator = Narrator(progress, len(statements))
        try:
            return perform(statements, stage, narrator.hear)
        finally:
            if stage.shots:
                contact_sheet(stage.shots).save(sheet)


def drawn_tour() -> list[Statement]:
    """The tour over drawn scenes: tour.txt."""
    return parse(str(TOUR), lambda name: TOUR.read_text(encoding="utf-8"))


def usable_photographs(folder: Path) -> tuple[dict[str, list[Path]], list[str]]:
    """The pictures that the tour takes of each sub-folder's thing, and why others are left out.

    ToolError when no two of one thing can be used.
    """
    kinds = photographs(folder.resolve())
    if not kinds:
        raise ToolError(f"{folder} has no sub-folders with pictures; make one for each thing to learn, named after it")
    good: dict[str, list[Path]] = {}
    left_out: list[str] = []
    few: list[str] = []
    for name, paths in kinds.items():
        _check_name(folder / name)
        own: list[Path] = []
        for path in paths:
            fault = _fault(path) if len(own) < SHOWN_PHOTOGRAPHS + ASKED_PHOTOGRAPHS else None
            if fault:
                left_out.append(fault)
            else:
                own.append(path)
        if len(own) >= 2:
            good[name] = own
        else:
            has = "one usable picture" if own else "no usable picture"
            few.append(f"{folder / name} has {has}; give two at least, one to teach and one to ask")
    if not good:
        raise ToolError(few[0])
    return good, left_out + few


def _fault(path: Path) -> str | None:
    """Why the camera cannot be taught a picture."""
    try:
        seen = photograph(path)
    except ToolError as error:
        return str(error)
    if coach.fault(packed(seen).astype(">u2").tobytes()) == coach.BLANK:
        return f"{path} shows nothing; the camera refuses such a view"
    return None


def photograph_tour(kinds: dict[str, list[Path]]) -> list[Statement]:
    """The tour over photographs: the first of each thing teach its name, then the others are asked for.

    Names of folders and files are data: they become arguments as they are, never text to be parsed.
    """
    script = _Script("photographs")
    script.add("expect", 'usb {"event": "ready", "examples": 0}')
    for name, paths in kinds.items():
        _lesson(script, name, paths[: _shown(paths)])
    script.add("say", "Which is which?")
    for number, (name, paths) in enumerate(kinds.items(), 1):
        for path in paths[_shown(paths) :][:ASKED_PHOTOGRAPHS]:
            script.add("frame", str(path))
            script.add("ask", name)
        script.add("shot", f"{number:03}.png {name}, a photograph it was not taught")
    return script.statements


class _Script:
    """Statements, one after the other."""

    def __init__(self, title: str) -> None:
        self.statements: list[Statement] = []
        self._title = title

    def add(self, word: str, argument: str = "") -> None:
        place = f"{self._title}, step {len(self.statements) + 1}"
        self.statements.append(Statement(place, word, argument))


def _check_name(folder: Path) -> None:
    """ToolError when a card with the folder's name would not teach that name."""
    try:
        card = command.parse_card(folder.name)
        if (card.word, card.argument) == ("learn", folder.name):
            return
        why = "on a card it means something else"
    except command_error.CommandError as error:
        why = error.text
    raise ToolError(f"{folder} cannot be the name of a class: {why}; rename the folder")


def _shown(paths: list[Path]) -> int:
    """How many teach: one is always left to ask."""
    return min(SHOWN_PHOTOGRAPHS, len(paths) - 1)


def _lesson(script: _Script, name: str, paths: list[Path]) -> None:
    learned = "usb " + json.dumps({"event": "learned", "name": name})
    script.add("say", f"This is {name}")
    script.add("frame", str(paths[0]))
    script.add("card", json.dumps(name))
    script.add("expect", "usb " + json.dumps({"event": "card", "text": name}))
    script.add("away")
    script.add("wait", "2500ms")
    script.add("expect", learned)
    for path in paths[1:]:
        script.add("frame", str(path))
        script.add("wait", "2 frames")
        script.add("press", "A")
        script.add("expect", learned)

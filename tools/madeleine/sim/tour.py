"""The tour: a scenario that shows what the camera does, told in the terminal while it is played."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from madeleine.device import coach
from madeleine.errors import ToolError
from madeleine.sim.painter import packed
from madeleine.sim.scenario import Runner
from madeleine.sim.scenes import photograph, photographs
from madeleine.sim.shot import contact_sheet
from madeleine.sim.stage import HostStage, play

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
                self._progress.console.print(f"[bold]{escape(text[4:])}[/]")
        elif kind == "usb":
            self._event(text)
        elif kind == "answer":
            self._progress.console.print(f"  {escape(text)}")

    def _event(self, line: str) -> None:
        try:
            fields: dict[str, Any] = json.loads(line)
        except ValueError:
            return
        told = EVENTS.get(fields["event"])
        if told:
            shown = {key: escape(str("--" if value is None else value)) for key, value in fields.items()}
            self._progress.console.print("  " + told.format(**shown))


def tour(console: Console, stage: HostStage, sheet: Path, things: dict[str, list[Path]] | None = None) -> Runner:
    """Plays the tour (over photographs of each thing, when there are any) and writes the contact sheet.

    ToolError at the first wrong answer of the drawn tour; with photographs answers are counted only.
    """
    text = TOUR.read_text(encoding="utf-8") if things is None else photograph_tour(things)
    name = str(TOUR) if things is None else "photographs"
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        narrator = Narrator(progress, sum(1 for line in text.splitlines() if line and line[0] != "#"))
        try:
            return play(text, name, stage, narrator.hear)
        finally:
            if stage.shots:
                contact_sheet(stage.shots).save(sheet)


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


def photograph_tour(kinds: dict[str, list[Path]]) -> str:
    """The scenario over photographs: the first of each thing teach its name, then the others are asked for."""
    lines = ['expect usb {"event": "ready", "examples": 0}']
    for name, paths in kinds.items():
        lines += _lesson(name, paths[: _shown(paths)])
    lines.append("say Which is which?")
    for name, paths in kinds.items():
        for path in paths[_shown(paths) :][:ASKED_PHOTOGRAPHS]:
            lines += [f"frame {path}", f"ask {name}"]
        lines.append(f"shot {len(lines):03}-{name}.png {name}, a photograph it was not taught")
    return "\n".join(lines) + "\n"


def _shown(paths: list[Path]) -> int:
    """How many teach: one is always left to ask."""
    return min(SHOWN_PHOTOGRAPHS, len(paths) - 1)


def _lesson(name: str, paths: list[Path]) -> list[str]:
    learned = "expect usb " + json.dumps({"event": "learned", "name": name})
    lines = [f"say This is {name}", f"frame {paths[0]}", f"card {name}"]
    lines += ["expect usb " + json.dumps({"event": "card", "text": name}), "away", "wait 2500ms", learned]
    for path in paths[1:]:
        lines += [f"frame {path}", "wait 2 frames", "press A", learned]
    return lines

"""How far a write to the flash is, on the terminal."""

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from madeleine.board.flash import burner
from madeleine.board.flash.burner import Line
from madeleine.board.flash.package import Part
from madeleine.board.flash.worker import Event, Phase
from madeleine.board.flash.worker import Progress as Piece
from madeleine.camera.serial_port import RESTART

LOADER = "ISP"  # kflash's name for what it sends first


def burn(parts: list[Part], line: Line, console: Console, erase: bool = False) -> None:
    """Erases if told, and writes; shows how far it is. ToolError unless the board has acknowledged every byte."""
    with _Bar(console) as bar:
        if erase:
            burner.erase(line, bar.show)
        restarted = not parts or burner.write(parts, line, bar.show)
    for part in parts:
        console.print(f"written: {part}, {len(part.image())} bytes, every piece acknowledged")
    console.print("The camera restarts." if restarted else f"It did not restart by itself: {RESTART}.")


class _Bar:
    """How far it is, on the terminal: the phase, and a bar for each file."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: Event) -> None:
        """Takes what the burner tells."""
        if isinstance(event, Piece):
            name = "loader" if event.name == LOADER else event.name
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name)
            self._progress.update(self._tasks[name], completed=event.done_bytes, total=event.total_bytes)
        elif isinstance(event, Phase) and event in (Phase.CONNECT, Phase.ERASE):
            self._progress.console.print(f"{event.value} ...")

"""What a scenario needs from the host: pictures before the lens, a virtual board with its flash, and screenshots."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from madeleine.errors import ToolError
from madeleine.model import find_model
from madeleine.paths import board_files
from madeleine.sim import scenes
from madeleine.sim.board import Director, VirtualBoard
from madeleine.sim.builds import BOARDS, BUILDS
from madeleine.sim.scenario import Runner, ScenarioError, Stage, parse
from madeleine.sim.shot import Shot, framed

BUILD, BOARD = "v0.5.0_9", "m5stickv"
Listener = Callable[[str, str], None]


class PictureStage(Stage):
    """Pictures before the lens: drawn ones, and files beside the scenario in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def frame(self, name: str) -> scenes.Pixels:
        """A scene such as `cup` or `glass 40`, maybe with `#` and a seed, or a picture file."""
        if Path(name).suffix.lower() in scenes.PHOTOGRAPHS:
            return scenes.photograph(self._folder / name)
        kind, _, seed = name.partition("#")
        return scenes.scene(kind, int(seed or 0))

    def card(self, payload: str | bytes, behind: scenes.Pixels) -> scenes.Pixels:
        return scenes.card(payload, behind, seed=len(payload))


class HostStage(PictureStage):
    """A virtual board on the flash folder `flash`; pictures are looked up beside the scenario in `folder`."""

    def __init__(self, flash: Path, folder: Path, model: str = "tour", shots: Path | None = None) -> None:
        super().__init__(folder)
        self.shots: list[Shot] = []
        self._flash = flash
        self._shots_folder = shots
        self._parts: dict[str, Any] = {"build": BUILD, "board": BOARD, "model": find_model(model), "card": None}
        self.board = self._assembled()

    def shot(self, name: str, caption: str) -> None:
        shot = Shot(name, caption, self.board.screenshot())
        self.shots.append(shot)
        if self._shots_folder is not None:
            self._shots_folder.mkdir(parents=True, exist_ok=True)
            framed(shot.screen).save(self._shots_folder / name)

    def boot(self, director: Director) -> str:
        return self.board.boot(director)

    def configure(self, what: str, value: str) -> None:
        """Another build, board or model, or a memory card; the flash keeps its files."""
        if what in ("build", "board"):
            known = [str(row) for row in (BUILDS if what == "build" else BOARDS)]
            if value not in known:
                raise ValueError(f"there are {', '.join(known)}")
            self._parts[what] = value
        elif what == "model":
            self._parts["model"] = None if value == "none" else self._model(value)
        else:
            self._parts["card"] = self._flash.with_name(self._flash.name + "-sd")
        self.board = self._assembled()

    def _model(self, name: str) -> Path:
        beside = self._folder / name
        return beside if beside.is_file() else find_model(name)

    def _assembled(self) -> VirtualBoard:
        card = self._parts["card"]
        if card is not None:
            card.mkdir(parents=True, exist_ok=True)
        board = VirtualBoard(self._flash, **self._parts)
        board.install(board_files())
        if board.world.flash is not None:
            board.world.flash.power_on()  # takes in what was installed
        return board


def play(text: str, name: str, stage: Stage, listener: Listener | None = None) -> Runner:
    """Plays the scenario `text`; ToolError with `name` and the line that failed. The runner has the transcript."""

    def read(path: str) -> str:
        return text if path == name else _read(Path(path))

    try:
        runner = Runner(parse(name, read), stage, listener)
        runner.run()
    except ScenarioError as error:
        raise ToolError(str(error)) from error
    return runner


def play_file(
    path: Path,
    *,
    model: str = "tour",
    flash: Path | None = None,
    shots: Path | None = None,
    listener: Listener | None = None,
) -> tuple[Runner, HostStage]:
    """Plays a scenario file on a board of its own; without `flash` its flash folder does not outlive it."""
    with tempfile.TemporaryDirectory(prefix="madeleine-") as temporary:
        stage = HostStage(flash or Path(temporary) / "flash", path.parent, model, shots)
        return play(_read(path), str(path), stage, listener), stage


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise ToolError(f"{path}: cannot be read as a scenario ({error}); give a text file") from error

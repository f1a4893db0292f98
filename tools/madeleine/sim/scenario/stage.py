"""What a scenario needs from the host: pictures before the lens, a virtual board with its flash, and screenshots."""

import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from madeleine import pictures
from madeleine.errors import ToolError
from madeleine.fonts.writings import WRITINGS
from madeleine.inputs import inside, read
from madeleine.model import catalogue, find_model
from madeleine.outputs import write_whole
from madeleine.paths import board_files
from madeleine.sim import scenes
from madeleine.sim.board import Director, VirtualBoard
from madeleine.sim.builds import BOARDS, BUILDS
from madeleine.sim.claim import claimed
from madeleine.sim.scenario.parser import Statement, parse
from madeleine.sim.scenario.runner import Runner, Stage
from madeleine.sim.shot import Shot, framed

BUILD, BOARD = "v0.5.0_9", "m5stickv"
SCENARIO_MOST_BYTES = 1 << 20
SHOTS_MOST = 500  # they are kept in memory until the end
Listener = Callable[[str, str], None]


class PictureStage(Stage):
    """Pictures before the lens: drawn ones, and files beside the scenario in `folder`.

    What a scenario names lies in that folder, or ValueError. `folder` None: the names are the user's own paths.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def frame(self, name: str) -> scenes.Pixels:
        """A scene such as `cup` or `glass 40`, maybe with `#` and a seed, or a picture file."""
        if Path(name).suffix.lower() in pictures.SUFFIXES:
            return pictures.photograph(Path(name) if self._folder is None else inside(self._folder, name))
        kind, _, seed = name.partition("#")
        return scenes.scene(kind, int(seed or 0))

    def card(self, payload: str | bytes, behind: scenes.Pixels) -> scenes.Pixels:
        return scenes.card(payload, behind, seed=len(payload))


class HostStage(PictureStage):
    """A virtual board on the flash folder `flash`; pictures are looked up beside the scenario in `folder`.

    `writings`: of WRITINGS, those whose letters and sentences are installed.
    """

    def __init__(
        self,
        flash: Path,
        folder: Path | None,
        model: str = "tour",
        shots: Path | None = None,
        writings: tuple[str, ...] = (),
    ) -> None:
        super().__init__(folder)
        self.shots: list[Shot] = []
        self._flash = flash
        self._shots_folder = shots
        self._writings = writings
        self._parts: dict[str, Any] = {"build": BUILD, "board": BOARD, "model": find_model(model), "card": None}
        self.board = self._assembled()

    def shot(self, name: str, caption: str) -> None:
        """ValueError for a name that is not a PNG file's, or leads somewhere."""
        if "/" in name or "\\" in name or not name.endswith(".png"):
            raise ValueError("a screenshot is a file of its folder: NAME.png")
        if len(self.shots) == SHOTS_MOST:
            raise ValueError(f"a scenario keeps {SHOTS_MOST} screenshots at most")
        shot = Shot(name, caption, self.board.screenshot())
        self.shots.append(shot)
        if self._shots_folder is not None:
            self._shots_folder.mkdir(parents=True, exist_ok=True)
            picture = io.BytesIO()
            framed(shot.screen).save(picture, "png")
            write_whole(inside(self._shots_folder, name), picture.getvalue())

    def boot(self, director: Director) -> str:
        return self.board.boot(director)

    def configure(self, what: str, value: str) -> None:
        """Another build, board or model, a pose network, a writing, or a memory card; the flash keeps its files."""
        if what in ("build", "board"):
            known = [str(row) for row in (BUILDS if what == "build" else BOARDS)]
            if value not in known:
                raise ValueError(f"there are {', '.join(known)}")
            self._parts[what] = value
        elif what == "model":
            self._parts["model"] = None if value == "none" else self._model(value)
        elif what == "pose":
            self._parts["pose"] = Path(value) if self._folder is None else inside(self._folder, value)
        elif what == "writing":
            if value not in WRITINGS:
                raise ValueError(f"there are {', '.join(WRITINGS)}")
            self._writings = (value,)
        else:
            self._parts["card"] = self._flash.with_name(self._flash.name + "-sd")
        self.board = self._assembled()

    def _model(self, name: str) -> Path:
        """One of the catalogue, or a file beside the scenario."""
        if name in catalogue() or self._folder is None:
            return find_model(name)
        return find_model(str(inside(self._folder, name)))

    def _assembled(self) -> VirtualBoard:
        card = self._parts["card"]
        if card is not None:
            card.mkdir(parents=True, exist_ok=True)
        board = VirtualBoard(self._flash, **self._parts)
        board.install(board_files(), self._writings)
        if board.world.flash is not None:
            board.world.flash.power_on()  # takes in what was installed
        return board


def play(text: str, name: str, stage: Stage, listener: Listener | None = None) -> Runner:
    """Plays the scenario `text` of the file `name`; ScenarioError with the line that failed. Gives the transcript."""

    def read_included(path: str) -> str:
        return text if path == name else _read(inside(Path(name).parent, str(Path(path).absolute())))

    return perform(parse(name, read_included), stage, listener)


def perform(statements: Sequence[Statement], stage: Stage, listener: Listener | None = None) -> Runner:
    """Plays statements; ScenarioError at the first that fails."""
    runner = Runner(list(statements), stage, listener)
    runner.run()
    return runner


def play_file(
    path: Path,
    *,
    model: str = "tour",
    flash: Path | None = None,
    shots: Path | None = None,
    listener: Listener | None = None,
    writings: tuple[str, ...] = (),
) -> tuple[Runner, HostStage]:
    """Plays a scenario file on a board of its own; without `flash` its flash folder does not outlive it."""
    try:
        text = _read(path)
    except ValueError as error:
        raise ToolError(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="madeleine-") as temporary, claimed(flash):
        stage = HostStage(flash or Path(temporary) / "flash", path.parent, model, shots, writings)
        return play(text, str(path), stage, listener), stage


def _read(path: Path) -> str:
    """The text of a scenario; ValueError when it cannot be one."""
    try:
        return read(path, SCENARIO_MOST_BYTES).decode()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read as a scenario ({error.strerror}); give a text file") from error
    except UnicodeError as error:
        raise ValueError(f"{path}: cannot be read as a scenario (it is not UTF-8); give a text file") from error

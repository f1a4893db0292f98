"""Twenty seconds of the camera's screen: `python -m handbook.film docs` plays film.txt with the camera's own model."""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from madeleine.sim.board import Director
from madeleine.sim.scenario.stage import HostStage, perform
from madeleine.sim.screens import ENGLISH, LANGUAGES, caption_font, half, statements
from madeleine.sim.shot import BEZEL, BEZEL_PX, CAPTION_PX, INK, PAPER, Font, framed
from madeleine.sim.world import World
from PIL import Image, ImageDraw, ImageFont

from handbook.animation import Animation

SCRIPT = Path(__file__).with_name("film.txt")
STEP_MS = 100  # of the board's time between two looks at its screen
KEYS = {"A": 0.62, "B": 0.2}  # how far down the side of the screen they are drawn
KEY_PX, SIDE_PX = 25, 80  # radius of a key; width of that side
TEXT_PX = 20
PRESSED, RELEASED = (240, 160, 60), (200, 200, 200)


class FilmStage(HostStage):
    """A board that is filmed: its screen, its buttons next to it, and below what the scenario says."""

    def __init__(self, flash: Path, model: str, language: str) -> None:
        super().__init__(flash, None, model)
        self.film = Animation()
        self._language = language
        self._font = caption_font(language, TEXT_PX) or ImageFont.load_default(TEXT_PX)
        self._said = ""
        self._next_ms = 0

    def hear(self, kind: str, text: str) -> None:
        """A line of the transcript."""
        word, _, said = text.partition(" ")
        if (kind, word) == (">", "say"):
            self._said = half(said, self._language)

    def boot(self, director: Director) -> str:
        """As every board; the film begins with the first word."""

        def filmed(world: World) -> None:
            director(world)
            if self._said and world.now_ms >= self._next_ms:
                self._next_ms = world.now_ms + STEP_MS
                pressed = [name for name, is_down in world.pressed.items() if is_down]
                self.film.add(drawn(self.board.screenshot(), pressed, self._said, self._font), STEP_MS)

        return super().boot(filmed)


def drawn(screen: Image.Image, pressed: Sequence[str], said: str, font: Font) -> Image.Image:
    """One picture of the film."""
    front = framed(screen)
    picture = Image.new("RGB", (front.width + SIDE_PX, front.height + CAPTION_PX), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((front.width, 0, picture.width, front.height - 1), BEZEL)
    picture.paste(front)
    for name, down in KEYS.items():
        centre = (front.width + (SIDE_PX - BEZEL_PX) // 2, round(front.height * down))
        pen.circle(centre, KEY_PX, PRESSED if name in pressed else RELEASED)
        pen.text(centre, name, INK, ImageFont.load_default(KEY_PX), anchor="mm")
    pen.text((BEZEL_PX, front.height + CAPTION_PX // 2), said, INK, font, anchor="lm")
    return picture


def film(language: str, flash: Path, model: str = "madeleine") -> Animation:
    """Plays it; ScenarioError when the camera does something else than what the film says."""
    stage = FilmStage(flash, model, language)
    perform(statements(language, SCRIPT), stage, stage.hear)
    return stage.film


def main() -> None:
    """Writes one for each language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the films go")
    folder = parser.parse_args().folder
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as scratch:
            played = film(language, Path(scratch) / "flash")
        played.save(folder / ("film.webp" if language == ENGLISH else f"film.{language}.webp"))


if __name__ == "__main__":
    main()

"""The coach's advice as screens: `python -m handbook.advice docs` plays advice.txt with the camera's own model."""

import argparse
import tempfile
from pathlib import Path

from madeleine.sim.scenario.stage import HostStage, perform
from madeleine.sim.screens import LANGUAGES, statements
from PIL import Image

from handbook.screens import save

SCRIPT = Path(__file__).with_name("advice.txt")


def screens(language: str, flash: Path) -> dict[str, Image.Image]:
    """Each screen by its name."""
    stage = HostStage(flash, None, "madeleine", None)
    perform(statements(language, SCRIPT), stage)
    return {Path(shot.name).stem: shot.screen for shot in stage.shots}


def main() -> None:
    """Writes them to the folder screens."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the pictures go to its folder screens")
    folder = parser.parse_args().folder
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as scratch:
            for name, screen in screens(language, Path(scratch) / "flash").items():
                save(screen, folder, f"advice-{name}", language)


if __name__ == "__main__":
    main()

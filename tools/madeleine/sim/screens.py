"""Every screen of the camera on one sheet, in English or Japanese: screens.txt, played on the virtual board."""

from pathlib import Path
from string import Template

from PIL import ImageFont

from madeleine.fonts.writings import SOURCES
from madeleine.sim.scenario.parser import Statement, parse
from madeleine.sim.scenario.stage import HostStage, perform
from madeleine.sim.shot import CAPTION_SIZE_PX, Font, Shot

SCREENS = Path(__file__).with_name("screens.txt")
ENGLISH = "en"
NAMES = {
    ENGLISH: {
        "cup": "cup",
        "ball": "ball",
        "leaf": "leaf",
        "mug": "mug",
        "unit": "ml",
        "tank": "water tank",
        "kitchen": "kitchen",
        "long": "The old key of my grandma's door",
    },
    "ja": {
        "cup": "赤いコップ",
        "ball": "ボール",
        "leaf": "葉",
        "mug": "マグカップ",
        "unit": "ml",
        "tank": "水のタンク",
        "kitchen": "台所",
        "long": "おばあちゃんからもらった、とても古い玄関のかぎ（金色）",
    },
}
LANGUAGES = tuple(NAMES)


def statements(language: str, script: Path = SCREENS) -> list[Statement]:
    """The scenario, with names in this language."""
    text = Template(script.read_text(encoding="utf-8")).substitute(NAMES[language])
    head = "" if language == ENGLISH else f"writing {language}\n"
    return parse(str(script), lambda _: head + text)


def screens(language: str, flash: Path, shots: Path | None = None) -> list[Shot]:
    """Plays it on a flash folder, with the camera's own model; each shot has its caption in this language."""
    stage = HostStage(flash, None, "madeleine", shots)
    perform(statements(language), stage)
    return [Shot(shot.name, half(shot.caption, language), shot.screen) for shot in stage.shots]


def half(caption: str, language: str) -> str:
    """The half of a caption that is in this language."""
    english, _, other = caption.partition(" | ")
    return english if language == ENGLISH else other


def caption_font(language: str, size_px: int = CAPTION_SIZE_PX) -> Font | None:
    """A font that has the captions' letters, if it is another than the usual one."""
    if language == ENGLISH:
        return None
    return ImageFont.truetype(SOURCES[language].path(), size_px)

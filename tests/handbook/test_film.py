"""The films of README: the lesson that one shows is played again; those that are kept are short and small."""

from pathlib import Path

import pytest
from handbook import film
from madeleine.sim.screens import ENGLISH
from PIL import Image

from tests import ROOT

FILMS = ("film.webp", "film.ja.webp", "film-web.webp")
MOST_BYTES = 1_500_000
SECONDS = range(15, 31)


def length_ms(path: Path) -> int:
    total = 0
    with Image.open(path) as picture:
        for number in range(picture.n_frames):
            picture.seek(number)
            picture.load()
            total += picture.info["duration"]
    return total


@pytest.mark.parametrize("name", FILMS)
def test_it_is_short_and_small(name: str) -> None:
    path = ROOT / "docs" / name
    assert length_ms(path) // 1000 in SECONDS and path.stat().st_size <= MOST_BYTES


def test_the_camera_does_what_the_film_says(tmp_path: Path) -> None:
    """With the small model, which is fast; `python -m handbook.film docs` makes the film again."""
    played = film.film(ENGLISH, tmp_path / "flash", "tour")
    assert abs(played.length_ms - length_ms(ROOT / "docs/film.webp")) < 1000


def test_a_button_is_lit_while_it_is_pressed() -> None:
    screen = Image.new("RGB", (240, 135))
    font = film.ImageFont.load_default(film.TEXT_PX)
    colours = [{colour for _, colour in film.drawn(screen, keys, "A", font).getcolors(10_000)} for keys in ([], ["A"])]
    assert [film.PRESSED in some for some in colours] == [False, True]

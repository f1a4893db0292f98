"""The picture of the pose mode in the docs is what the camera shows."""

import pytest
from handbook import body
from madeleine.sim.screens import LANGUAGES
from madeleine.sim.shot import difference
from PIL import Image

from tests import ROOT


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_is_of_this_edition(language, tmp_path):
    """`python -m handbook.body docs` makes it again."""
    name = "pose.png" if language == "en" else f"pose.{language}.png"
    with Image.open(ROOT / "docs/screens" / name) as kept:
        assert difference(kept.convert("RGB"), body.screen(language, tmp_path).convert("RGB")) is None

"""Links and lines of the pages as the docs site has them; pictures that were cut from the sheets."""

import pytest
from handbook import pages, screens
from madeleine.sim.screens import LANGUAGES
from PIL import Image, ImageChops

from tests import ROOT


@pytest.mark.parametrize(
    ("page", "text", "fitted"),
    [
        ("DESIGN.md", "[a](../models/README.md#tour)", "[a](models/README.md#tour)"),
        (
            "models/README.md",
            "[a](../docs/FORMATS.md#models) ![b](eval.png)",
            "[a](../FORMATS.md#models) ![b](eval.png)",
        ),
        ("guide/use.md", "[a](../TOOLS.md) [b](../../lib/app.py)", "[a](../TOOLS.md) [b](../lib/app.py)"),
        ("GROVE.md", "[a](../README.md) [b](#c)", "[a](index.md) [b](#c)"),
        ("GROVE.md", "```\n[a](../lib/x.py)\n```", "```\n[a](../lib/x.py)\n```"),
        ("GROVE.ja.md", "[English](GROVE.md)\n\n1. 漢字\n   かな\nabc\n", "1. 漢字かな\nabc\n"),
        ("how/heat.ja.md", "[英語](heat.md#x)", '<a href="../../how/heat.html#x">英語</a>'),
        ("how/heat.ja.md", "[英語](../TOOLS.md#x)", "[英語](../TOOLS.md#x)"),
        ("how/heat.ja.md", "![図](store.ja.png) [b](../GROVE.ja.md#配線)", "![図](store.png) [b](../GROVE.md#配線)"),
    ],
)
def test_links(page: str, text: str, fitted: str) -> None:
    assert pages.fitted(page, text) == fitted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screens_are_those_of_the_sheet(language: str) -> None:
    """`python -m handbook.screens docs` cuts them again."""
    with Image.open(screens.sheet(ROOT / "docs", language)) as sheet:
        found = screens.cut(sheet)
    for name, screen in zip(screens.names(), found, strict=True):
        with Image.open(screens.picture(ROOT / "docs", name, language)) as kept:
            assert ImageChops.difference(kept.convert("RGB"), screen.convert("RGB")).getbbox() is None, name


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(SystemExit, match="other files"):
        pages.gather(tmp_path)
    assert (tmp_path / "thesis.txt").is_file()

"""The sheet of all screens: each is reached in each language, and Japanese ones have no English sentence left."""

import re

import pytest
from madeleine import cli
from madeleine.commands import sim
from madeleine.sim import screens
from madeleine.sim.scenario.stage import HostStage
from madeleine.sim.shot import Shot
from madeleine.sim.world import world
from PIL import Image

ENGLISH = {"Madeleine", "Grove", "fps", "unlock"}  # and what the firmware's letters write before the fonts are there
BEFORE_FONTS = ("37-camera.png", "38-no-model.png")


def test_every_screen_in_japanese(tmp_path, monkeypatch):
    written = {}
    shot = HostStage.shot

    def noted(stage, name, caption):
        shot(stage, name, caption)
        written[name] = " ".join(world.shown)

    monkeypatch.setattr(HostStage, "shot", noted)
    shots = screens.screens("ja", tmp_path / "flash")
    assert [shot.name for shot in shots] == sorted({shot.name for shot in shots})
    assert all(shot.caption and not re.search("[a-z]{5}", shot.caption) for shot in shots), "the other half"
    left = {name: set(re.findall("[A-Za-z]{3,}", text)) - ENGLISH for name, text in written.items()}
    assert {name: words for name, words in left.items() if words and name not in BEFORE_FONTS} == {}
    assert any("赤いコップ" in text for text in written.values())


def test_names_are_given_in_every_language():
    assert len({frozenset(names) for names in screens.NAMES.values()}) == 1
    assert len(screens.statements("ja")) == len(screens.statements("en")) + 1  # `writing ja`
    texts = [str(statement) for language in screens.LANGUAGES for statement in screens.statements(language)]
    assert not any("$" in text for text in texts)


@pytest.mark.parametrize("language", screens.LANGUAGES)
def test_the_command_writes_one_sheet(tmp_path, monkeypatch, capsys, language):
    black = Image.new("RGB", (240, 135))
    monkeypatch.setattr(sim, "screens", lambda *arguments: [Shot("1.png", "たぶん", black)] * 4)
    sheet = tmp_path / "sheet.png"
    assert cli.main(["sim", "--screens", language, "--out", str(sheet)]) == 0
    assert "4 screens" in capsys.readouterr().out
    assert Image.open(sheet).width > 3 * 480


def test_a_scenario_plays_with_other_letters(tmp_path):
    scenario = tmp_path / "japanese.txt"
    scenario.write_text("expect screen A をおすとおぼえます\n", encoding="utf-8")
    assert cli.main(["sim", "--headless", str(scenario), "--writing", "ja"]) == 0
    assert cli.main(["sim", "--headless", str(scenario)]) == 1

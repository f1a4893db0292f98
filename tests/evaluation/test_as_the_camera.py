"""What an evaluation says of asked pictures, and what the virtual board says of the very same."""

from pathlib import Path

from madeleine.evaluation.evaluate import Plan, show_of, tasks_of, vectors_of
from madeleine.evaluation.features import features_of
from madeleine.evaluation.models import ModelFile
from madeleine.evaluation.sets import find_sets
from madeleine.evaluation.showing import SURE
from madeleine.sim import scenes
from madeleine.sim.scenario.parser import Statement
from madeleine.sim.scenario.stage import HostStage, perform
from madeleine.sim.tour import SHOWN_PHOTOGRAPHS, photograph_tour
from PIL import Image

Said = list[tuple[str, str | None, bool]]


def on_the_board(folder: Path, things: dict[str, list[Path]], model: str, flash: Path) -> Said:
    """The first of each thing teach its name, the others are asked; before each of them there is an empty desk."""
    statements = photograph_tour(things)
    for at in reversed([number for number, statement in enumerate(statements) if statement.word == "ask"]):
        statements[at - 1 : at - 1] = [Statement("desk", "frame", "desk"), Statement("desk", "wait", "8 frames")]
    said: Said = perform(statements, HostStage(flash, folder, model)).asked
    return said


def evaluated(folder: Path, model: str) -> Said:
    """With the same pictures in train/ and test/."""
    plan = Plan((1,), 2)
    (task,), _ = tasks_of(find_sets(folder), plan)
    file = ModelFile.find(model)
    features, _ = features_of(file, task.paths, 1, lambda more: None)
    answers = show_of(task, vectors_of(task, features, plan), plan).first(file.scale(), plan.limit, ())
    return [(answer.true, answer.said or None, answer.certainty == SURE) for answer in answers]


def parted(folder: Path, things: dict[str, list[Path]]) -> Path:
    for name, paths in things.items():
        for number, path in enumerate(paths):
            half = "train" if number < SHOWN_PHOTOGRAPHS else "test"
            (folder / half / name).mkdir(parents=True, exist_ok=True)
            (folder / half / name / path.name).write_bytes(path.read_bytes())
    return folder


def test_drawn_things(tmp_path, monkeypatch):
    """A key that comes as a dark or blurred one, too, so that there is more than one kind of answer."""
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path / "cache"))
    things: dict[str, list[Path]] = {}
    for name in ("cup", "key", "star"):
        (tmp_path / "things" / name).mkdir(parents=True)
        seen = [(name, seed) for seed in range(5)] + [(f"{how} {name}", 1) for how in scenes.BADLY]
        for number, (kind, seed) in enumerate(seen):
            path = tmp_path / "things" / name / f"{number}.png"
            Image.fromarray(scenes.scene(kind, seed)).save(path)
            things.setdefault(name, []).append(path)
    said = on_the_board(tmp_path, things, "tour", tmp_path / "flash")
    assert said == evaluated(parted(tmp_path / "parted", things), "tour")
    assert {sure for _, _, sure in said} == {True, False} and None in [answer for _, answer, _ in said]


def test_photographs(shared, tmp_path, monkeypatch):
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path / "cache"))
    folder = shared / "data" / "rps_janken"
    things = {name: sorted((folder / name).glob("*.jpg"))[::6][:7] for name in ("paper", "rock", "scissors")}
    said = on_the_board(folder, things, "madeleine", tmp_path / "flash")
    assert len(said) == 12 and said == evaluated(parted(tmp_path / "parted", things), "madeleine")

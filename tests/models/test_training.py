"""The training of the feature model, on a few tiny pictures (needs the extra [train]; skipped without)."""

import json
from argparse import Namespace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests import ROOT

torch = pytest.importorskip("torch")
MODELS = ROOT / "models"
SIDE_PX, BATCH = 64, 4


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The modules of the training, with lessons small enough for a test."""
    monkeypatch.syspath_prepend(str(MODELS))
    from training import keeping, learner, lessons, losses, networks, photographs

    small = {"BATCH": BATCH, "SIDE_PX": SIDE_PX, "MEAN_BATCHES": 1}
    for name, value in small.items():
        monkeypatch.setattr(lessons, name, value)
    monkeypatch.setattr(learner, "BATCH", BATCH)
    return SimpleNamespace(
        keeping=keeping, learner=learner, lessons=lessons, losses=losses, networks=networks, photographs=photographs
    )


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """A folder of three noisy photographs."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    random = np.random.default_rng(1)
    for index in range(3):
        Image.fromarray(random.integers(0, 256, (200, 240, 3), np.uint8)).save(folder / f"{index}.jpg")
    return folder


def teachers(pictures: Any) -> dict[str, Any]:
    """Stand-ins: the colours of each place, repeated over the channels, with noise that always is the same."""
    places = torch.nn.functional.avg_pool2d(pictures, 32)
    noise = torch.Generator().manual_seed(5)
    return {
        name: torch.relu(places.repeat(1, size // 3 + 1, 1, 1)[:, :size] + torch.rand(size, 1, 1, generator=noise))
        for name, size in (("mobilenet", 768), ("lite0", 1280))
    }


def lessons_of(parts: SimpleNamespace, photographs: Path, cache: Path) -> Any:
    return parts.lessons.Lessons(parts.photographs.read([photographs], cache), teachers)


def learn(learner: Any, lessons: Any, steps: int) -> list[dict[str, float]]:
    coming = lessons.after(learner.progress.number)
    try:
        return [learner.learn(next(coming), lessons.means) for _ in range(steps)]
    finally:
        coming.close()


def new_learner(parts: SimpleNamespace) -> Any:
    torch.manual_seed(3)
    return parts.learner.Learner(parts.learner.Pupil(parts.networks.Network()))


def test_a_run_that_was_cut_off_goes_on_as_if_it_had_not_been(
    parts: SimpleNamespace, photographs: Path, tmp_path: Path
) -> None:
    lessons = lessons_of(parts, photographs, tmp_path)
    whole = new_learner(parts)
    learn(whole, lessons, 4)
    first = new_learner(parts)
    learn(first, lessons, 2)
    parts.keeping.save(first, tmp_path)
    second = new_learner(parts)
    second.restore(parts.keeping.load(tmp_path))
    learn(second, lessons_of(parts, photographs, tmp_path), 2)
    for name in ("pupil", "average"):
        for a, b in zip(whole.state()[name].values(), second.state()[name].values(), strict=True):
            assert torch.equal(a, b)
    assert torch.equal(whole.neighbours.own, second.neighbours.own)
    assert second.progress.seen == 4 * BATCH


def test_the_losses_fall(parts: SimpleNamespace, photographs: Path, tmp_path: Path) -> None:
    learner = new_learner(parts)
    learner.progress.steps = parts.learner.WARM_STEPS
    losses = learn(learner, lessons_of(parts, photographs, tmp_path), 12)
    assert losses[-1]["map mobilenet"] < losses[0]["map mobilenet"]
    assert set(losses[0]) == {
        *(f"{kind} {name}" for kind in ("map", "mean") for name in parts.losses.TEACHERS),
        "neighbours",
        "cosines",
    }


def test_the_rate_rises_stays_and_falls(parts: SimpleNamespace) -> None:
    progress = parts.learner.Progress()
    assert progress.rate == 1 / parts.learner.WARM_STEPS
    progress.steps = 10_000
    assert progress.rate == 1
    progress.decay = (10_000, 10_100)
    progress.steps = 10_075
    assert progress.rate == 0.25
    progress.steps = 10_200
    assert progress.rate == 0


def test_the_decay_ends_with_the_rounding_of_the_chip(
    parts: SimpleNamespace, photographs: Path, tmp_path: Path
) -> None:
    learner = new_learner(parts)
    learner.progress.decay, learner.progress.steps = (0, 10), 7
    lessons = lessons_of(parts, photographs, tmp_path)
    learn(learner, lessons, 2)
    assert not learner.pupil.student.rounded
    learn(learner, lessons, 1)
    assert learner.pupil.student.rounded
    assert learner.progress.left == 0


def test_what_is_kept_begins_another_run(parts: SimpleNamespace, photographs: Path, tmp_path: Path) -> None:
    learner = new_learner(parts)
    learn(learner, lessons_of(parts, photographs, tmp_path), 2)
    path = tmp_path / "student.npz"
    parts.keeping.keep(learner, path)
    pupil, seen = parts.keeping.kept(path)
    assert seen == 2 * BATCH
    pictures = torch.rand(2, 3, SIDE_PX, SIDE_PX)
    features = learner.average.student(pictures)
    assert torch.allclose(pupil.eval().student(pictures), features, atol=0.01)
    for name, head in pupil.heads.items():
        assert torch.allclose(head.weight, learner.average.heads[name].weight, atol=1e-3)


def test_gradients_of_strided_depthwise_convolutions_are_the_usual_ones(parts: SimpleNamespace) -> None:
    x = torch.rand(2, 6, 8, 8, requires_grad=True)
    weight = torch.rand(6, 1, 3, 3, requires_grad=True)
    usual = torch.autograd.grad(torch.nn.functional.conv2d(x, weight, None, 2, 1, 1, 6).square().sum(), (x, weight))
    ours = torch.autograd.grad(parts.networks.StridedDepthwise.apply(x, weight).square().sum(), (x, weight))
    for a, b in zip(usual, ours, strict=True):
        assert torch.allclose(a, b, atol=1e-5)


def test_a_kmodel_becomes_the_student_it_was_made_of(parts: SimpleNamespace, photographs: Path, tmp_path: Path) -> None:
    from madeleine.kpu import Network
    from training import from_kmodel

    path = MODELS / "madeleine.kmodel"
    pictures = torch.from_numpy(np.random.default_rng(2).integers(0, 256, (2, 28, 28, 3), np.uint8)).repeat(1, 8, 8, 1)
    student = from_kmodel.network(path, pictures.permute(0, 3, 1, 2) / 127.5 - 1).eval()
    with torch.no_grad():
        made = student(pictures.permute(0, 3, 1, 2) / 127.5 - 1)
    for picture, features in zip(pictures.numpy(), made, strict=True):
        stored = np.asarray(Network.load(path).run(picture)[0]).reshape(-1) * (6 / 127)
        assert np.corrcoef(stored, features.numpy())[0, 1] > 0.98


def test_the_command_logs_keeps_and_goes_on(
    parts: SimpleNamespace, photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = command(monkeypatch)
    settings = {"photographs": [photographs], "teacher": None, "start": None, "seen": 8, "decay": None}
    run, kept, other = tmp_path / "run", tmp_path, tmp_path / "other"
    for _ in range(2):
        train.train(Namespace(run=run, steps=2, **settings))
    train.keep_files(Namespace(run=run, folder=kept))
    again = settings | {"start": kept / "student.npz", "seen": None}
    train.train(Namespace(run=other, steps=2, **again))
    lines = [json.loads(line) for line in (other / "log.jsonl").read_text().splitlines()]
    assert [line["seen"] for line in lines] == [8, 16, 24, 24, 32]
    assert [line.get("start", "") for line in lines] == ["random numbers", "", "", "student.npz", ""]


def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """models/train.py with stand-ins for teachers, a line of log every other step."""
    import sys

    stand_in = ModuleType("training.teachers")
    stand_in.Teachers = lambda path: teachers  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "training.teachers", stand_in)
    import train

    monkeypatch.setattr(train, "BATCH", BATCH)
    monkeypatch.setattr(train, "LOG_EVERY", 2)
    return train

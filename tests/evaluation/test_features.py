"""The features of models and pictures: any kind of network, kept ones, several processes, damaged pictures."""

from pathlib import Path

import features
import numpy as np
import pytest
from madeleine.errors import ToolError
from madeleine.evaluation import models
from madeleine.evaluation.features import features_of
from madeleine.evaluation.models import CAMERA, ModelFile, steps
from madeleine.sim import scenes
from PIL import Image

THINGS = ("cup", "pen")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def pictures(tmp_path) -> list[Path]:
    paths = []
    for name in THINGS:
        paths.append(tmp_path / f"{name}.png")
        Image.fromarray(scenes.scene(name)).save(paths[-1])
    return paths


def found(model: ModelFile, paths: list[Path], jobs: int = 1):
    told: list[int] = []
    good, bad = features_of(model, paths, jobs, told.append)
    assert sum(told) == len(paths)
    return good, bad


def fails(model: ModelFile) -> None:
    raise AssertionError("nothing was to be computed")


def test_features_are_the_networks_and_kept(pictures, monkeypatch):
    model = ModelFile.find("tour")
    good, bad = found(model, pictures)
    assert not bad
    network = models.Network.load(model.path)
    for path, name in zip(pictures, THINGS, strict=True):
        assert (good[path] == network.run(scenes.scene(name))).all()
    monkeypatch.setattr(ModelFile, "load", fails)
    again, _ = found(model, pictures)
    assert all((again[path] == good[path]).all() for path in pictures)


def test_another_picture_or_model_is_computed_anew(pictures, monkeypatch):
    model = ModelFile.find("tour")
    before, _ = found(model, pictures)
    Image.fromarray(scenes.scene("ball")).save(pictures[0])
    after, _ = found(model, pictures)
    assert (before[pictures[0]] != after[pictures[0]]).any()
    monkeypatch.setattr(ModelFile, "load", fails)
    with pytest.raises(AssertionError):
        found(ModelFile(model.name, model.path, False, "another"), pictures)


@pytest.mark.parametrize("damage", [b"", b"no zip", None])
def test_damaged_kept_features_are_computed_anew(pictures, cache, damage):
    model = ModelFile.find("tour")
    before, _ = found(model, pictures)
    (kept,) = (cache / "features").iterdir()
    kept.write_bytes(kept.read_bytes()[:-700] if damage is None else damage)
    after, _ = found(model, pictures)
    assert all((before[path] == after[path]).all() for path in pictures)
    assert kept.stat().st_size > 6000


def test_a_cache_that_cannot_be_written_is_no_trouble(pictures, cache):
    cache.touch()
    assert len(found(ModelFile.find("tour"), pictures)[0]) == 2


def test_several_processes_find_the_same(tmp_path):
    paths = []
    for i in range(10):
        paths.append(tmp_path / f"{i}.png")
        Image.fromarray(np.roll(scenes.scene("key"), i, axis=1)).save(paths[-1])
    (tmp_path / "broken.png").write_bytes(paths[0].read_bytes()[:3000])
    paths.append(tmp_path / "broken.png")
    model = ModelFile.find("tour")
    two, bad = found(model, paths, jobs=2)
    one, _ = found(ModelFile(model.name, model.path, False, "another key"), paths)
    assert list(bad) == [tmp_path / "broken.png"] and "broken.png" in bad[paths[-1]]
    assert all((one[path] == two[path]).all() for path in paths[:-1])


def test_damaged_pictures_are_named_and_the_others_go_on(pictures, tmp_path):
    wrong = {"text.jpg": b"no picture", "short.png": pictures[0].read_bytes()[:200], "empty.jpg": b""}
    for name, data in wrong.items():
        (tmp_path / name).write_bytes(data)
    paths = [*pictures, *(tmp_path / name for name in wrong), tmp_path / "gone.png"]
    good, bad = found(ModelFile.find("tour"), paths)
    assert list(good) == pictures
    assert {path.name: path.name in message and "\n" not in message for path, message in bad.items()} == dict.fromkeys(
        [*wrong, "gone.png"], True
    )


def test_floats_become_the_boards_bytes():
    floats = np.linspace(-0.1, 6.1, 2 * features.LENGTH, dtype=np.float32).reshape(2, -1)
    for row, given in zip(steps(floats), floats, strict=True):
        example = bytearray(features.LENGTH)
        features.quantise(given, example)
        assert row.tolist() == list(example)
    assert steps(floats, rounded=False) == pytest.approx(floats.astype(float) * 127 / 6)


def test_bytes_stay_as_they_are():
    given = np.arange(features.LENGTH, dtype=np.uint8)[None] % 128
    assert steps(given).tolist() == given.tolist() == steps(given, rounded=False).tolist()


class Stub:
    """A network that gives what it is told."""

    def __init__(self, *outputs, shape=CAMERA) -> None:
        self.outputs, self.input_shape, self.seen = outputs, shape, []

    def run(self, picture):
        self.seen.append(picture)
        return self.outputs[0] if len(self.outputs) == 1 else self.outputs


def loaded(monkeypatch, network, upside_down=False):
    monkeypatch.setattr(models.Network, "load", lambda path: network)
    monkeypatch.setattr(models, "wants_upside_down", lambda network: upside_down)
    return ModelFile.find("tour").load()


@pytest.mark.parametrize("upside_down", [False, True])
def test_a_model_gets_its_picture_as_it_wants_it(monkeypatch, upside_down):
    network = Stub(np.ones(768, np.uint8), np.zeros(4, np.uint8), np.zeros(4, np.uint8))
    extract = loaded(monkeypatch, network, upside_down)
    picture = scenes.scene("cup")
    assert extract(picture[None]).tolist() == [[1] * 768]
    assert (network.seen[0] == (picture[::-1] if upside_down else picture)).all()


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (np.zeros(1000, np.float32), "tour gives 1000 float32, no feature model's 768 numbers; cut its head off"),
        (np.zeros(768, np.float64), "gives 768 float64"),
        (np.full(768, np.nan, np.float32), "features that no example can hold"),
        (np.full(768, 128, np.uint8), "features that no example can hold"),
    ],
)
def test_what_is_no_feature_model(monkeypatch, output, message):
    with pytest.raises(ToolError, match=message):
        loaded(monkeypatch, Stub(output))(np.zeros((1, *CAMERA), np.uint8))


def test_a_model_for_another_camera(monkeypatch):
    with pytest.raises(ToolError, match=r"takes pictures of \(96, 96, 3\); the camera gives \(224, 224, 3\)"):
        loaded(monkeypatch, Stub(np.zeros(768, np.uint8), shape=(96, 96, 3)))


def test_models_that_are_not_there(tmp_path):
    for name, message in (
        ("nope.kmodel", "neither a file nor a known model"),
        ("tour:symmetric", "a kmodel has its own padding"),
        ("nope.npz:symmetric", "nope.npz is neither a file"),
    ):
        with pytest.raises(ToolError, match=message):
            ModelFile.find(name)
    (tmp_path / "text.kmodel").write_text("no kmodel")
    with pytest.raises(ToolError, match=r"text\.kmodel"):
        ModelFile.find(str(tmp_path / "text.kmodel")).load()


def test_a_float_network_beside_its_kmodel(shared, pictures):
    """The two paddings differ, and the even one is nearer to Brownie's conversion."""
    weights = str(shared / "models" / "mobilenet_v1_0.75_224_float32.npz")
    rows = {}
    for name in (weights, f"{weights}:symmetric", str(shared / "models" / "mbnet751_feature.kmodel")):
        good, _ = found(ModelFile.find(name), pictures)
        rows[name] = np.stack([good[path] for path in pictures]).ravel()
    same, even, kmodel = rows.values()
    assert len({ModelFile.find(name).key for name in rows}) == 3
    assert np.corrcoef(even, kmodel)[0, 1] > np.corrcoef(same, kmodel)[0, 1] > 0.5

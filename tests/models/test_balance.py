"""The scale of the last layer that models/balance.py chooses: it changes the features and nothing else."""

from pathlib import Path

import numpy as np
import pytest
from madeleine.evaluation.models import ModelFile
from PIL import Image

from tests import ROOT

STUDENT = ROOT / "models" / "training" / "student.npz"


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """A folder of three pictures of noise in large patches."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    random = np.random.default_rng(7)
    for index in range(3):
        patches = random.integers(0, 256, (7, 7, 3), dtype=np.uint8)
        Image.fromarray(patches).resize((224, 224), Image.Resampling.NEAREST).save(folder / f"{index}.png")
    return folder


def test_it_scales_features_and_nothing_else(
    photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "models"))
    import balance

    output = tmp_path / "balanced.npz"
    argv = ["balance.py", str(STUDENT), str(photographs), "-o", str(output), "--pictures", "3", "--jobs", "1"]
    monkeypatch.setattr("sys.argv", argv)
    balance.main()

    pictures = np.stack([np.asarray(Image.open(path)) for path in sorted(photographs.iterdir())])
    before, after = (ModelFile.find(f"{path}:symmetric").load()(pictures) for path in (STUDENT, output))
    means = (before / np.linalg.norm(before, axis=1, keepdims=True)).mean(0)
    expected = before * balance.scales(means)
    uncut = np.abs(after - expected) < 1e-3  # of the others ReLU6 has cut something off, before or afterwards
    assert uncut.mean() > 0.9
    with np.load(STUDENT) as old, np.load(output) as new:
        changed = {name for name in old.files if not np.array_equal(old[name], new[name])}
    assert changed == {"conv_pw_13_bn.gamma", "conv_pw_13_bn.beta"}


def test_scales_calm_what_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "models"))
    import balance

    scales = balance.scales(np.array([0.0, 0.01, balance.SOFT, 0.2]))
    assert (np.diff(scales) < 0).all()
    assert scales[0] / scales[2] == pytest.approx(2)
    assert np.log(scales).mean() == pytest.approx(0)

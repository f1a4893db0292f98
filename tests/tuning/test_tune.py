"""The last block as torch trains it (needs the extra [train]; skipped without)."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from madeleine import cli
from madeleine.errors import ToolError
from madeleine.kpu.compiler import reference
from madeleine.kpu.compiler.graph import Activation, Curve
from madeleine.sim.scenes import scene
from PIL import Image

from tests.kpu import graphs
from tests.kpu.graphs import LEAKY, NONE, RELU, RELU6, Sketch


def sketch(activation: Activation = RELU6, channels: int = 8) -> Any:
    """Ends in a depthwise convolution, one across channels, and a global average."""
    network = Sketch(np.random.default_rng(1))
    network.conv(6, 3, 2)
    network.conv(depthwise=True, activation=activation)
    network.conv(channels, 1, activation=activation)
    network.average()
    return network.done()


@pytest.fixture
def block() -> Any:
    pytest.importorskip("torch", reason="the extra [train] is not installed")
    from madeleine.tuning import block

    return block


@pytest.mark.parametrize("activation", [NONE, RELU, RELU6, LEAKY, Activation(Curve.CLIP, low=-0.5, high=1)])
def test_a_block_gives_what_the_float_network_gives(block: Any, activation: Activation) -> None:
    import torch

    graph = sketch(activation)
    pictures = graphs.pictures(np.random.default_rng(2), 3, graph)
    nodes = block.last_nodes(graph)
    found = reference.run(graph, pictures)
    made = block.Block(nodes)(torch.from_numpy(found[nodes[0].inputs[0]].copy()))
    np.testing.assert_allclose(made.detach().numpy(), found[graph.outputs[0]], atol=1e-4)


def test_what_a_block_learned_goes_back_into_the_network(block: Any) -> None:
    graph = sketch()
    last = block.Block(block.last_nodes(graph))
    before = last.state()
    for parameter in last.parameters:
        parameter.data += 1
    changed = block.with_nodes(graph, last.nodes())
    for old, new in zip(graph.nodes[1:3], changed.nodes[1:3], strict=True):
        np.testing.assert_allclose(new.weights, old.weights + 1, atol=1e-6)
        np.testing.assert_allclose(new.bias, old.bias + 1, atol=1e-6)
    last.restore(before)
    np.testing.assert_array_equal(last.nodes()[0].weights, graph.nodes[1].weights)


def test_a_network_with_another_end_is_refused(block: Any) -> None:
    network = Sketch(np.random.default_rng(1))
    network.conv(6, 3)
    network.average()
    for graph in (network.done(), replace(sketch(), outputs=("conv2",))):
        with pytest.raises(ToolError, match="does not end in 2 convolutions and a global average"):
            block.last_nodes(graph)


def test_classes_part_and_strangers_stay(block: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The classes differ in one channel of six; the others' strengths mean nothing."""
    import torch
    from madeleine.tuning import tune

    monkeypatch.setattr(tune, "RATE", 3e-3)  # so small a network moves slowly
    monkeypatch.setattr(tune, "CENTRES_RATE", 1e-2)
    random = np.random.default_rng(3)

    def maps(count: int, strength: float | None) -> Any:
        made = random.uniform(0, 1, (count, 6, 8, 8)) * random.uniform(0, 1.5, (count, 6, 1, 1))
        if strength is not None:
            made[:, 0] = random.uniform(0, strength, (count, 8, 8))
        return made.astype(np.float16)

    learned, checked = (np.concatenate([maps(count, strength) for strength in (0.4, 1.6)]) for count in (400, 60))
    material = tune.Material(learned, np.repeat([0, 1], 400), checked, np.repeat([0, 1], 60), maps(64, None))
    last = block.Block(block.last_nodes(sketch(channels=32)))
    strangers = torch.from_numpy(maps(64, None)).float()  # others than it was to keep
    before = last(strangers).detach().numpy()
    epochs: list[int] = []
    course = tune.tune(last, material, epochs.append)
    after = last(strangers).detach().numpy()
    assert course.right[0] < 0.6 and course.right[course.best] > 0.9
    assert len(epochs) == len(course.losses) == len(course.right) - 1
    cosines = (before * after).sum(1) / np.linalg.norm(before, axis=1) / np.linalg.norm(after, axis=1)
    assert cosines.mean() > 0.95


def test_without_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in ("block", "tune"):
        monkeypatch.delitem(sys.modules, f"madeleine.tuning.{name}", raising=False)
    assert cli.main(["model", "tune", str(tmp_path), "-o", str(tmp_path / "own.kmodel")]) == 1
    assert "pip install '.[train]'" in capsys.readouterr().err


def test_the_command(block: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("cup", "pen"):
        (tmp_path / "things" / name).mkdir(parents=True)
        for at in range(10):
            Image.fromarray(scene(name, at)).save(tmp_path / "things" / name / f"{at}.png")
    (tmp_path / "things" / "pen" / "broken.jpg").write_bytes(b"no picture")
    own, plot = tmp_path / "own.kmodel", tmp_path / "course.png"
    assert cli.main(["model", "tune", str(tmp_path / "things"), "-o", str(own), "--plot", str(plot)]) == 0
    said, complained = capsys.readouterr()
    assert complained.startswith("left out: ") and "broken.jpg" in complained.splitlines()[0]
    assert "before" in said and "after" in said and plot.stat().st_size > 1000
    assert cli.main(["flash", "--model", str(own), "--dry-run"]) == 0


def test_what_would_go_wrong_in_the_end_is_said_at_once(block: Any, tmp_path: Path, capsys: Any) -> None:
    for count, name in ((10, "cup"), (3, "pen")):
        (tmp_path / "things" / name).mkdir(parents=True)
        for at in range(count):
            Image.fromarray(scene(name, at)).save(tmp_path / "things" / name / f"{at}.png")
    words = ["model", "tune", str(tmp_path / "things"), "-o", str(tmp_path / "own.kmodel")]
    for more, code, says in (
        ([], 1, "pen has 3 pictures; 8 are needed"),
        (["--plot", "course.gif"], 2, "is not a valid name of a picture"),
        (["--others", str(tmp_path / "nowhere")], 1, "nowhere is not a folder"),
        (["--network", str(tmp_path / "none.npz")], 1, "none.npz"),
    ):
        assert cli.main([*words, *more]) == code
        assert says in capsys.readouterr().err
        assert not (tmp_path / "own.kmodel").exists()

"""`madeleine model build`: from a float network and a folder of pictures to a file and a report."""

import json
from itertools import pairwise

import numpy as np
import pytest
from madeleine import cli
from madeleine.kpu import Network
from PIL import Image

WIDTHS = (4, *[8] * 13)  # of conv1 and the thirteen 1x1 convolutions: a MobileNet v1 in shape, not in size


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """An npz of random weights as Keras names them."""
    random = np.random.default_rng(2)
    arrays = {}

    def layer(name, shape, channels):
        arrays[name] = random.normal(0, 1.5 / np.sqrt(np.prod(shape[:3])), shape).astype(np.float32)
        norm = name.partition(".")[0] + "_bn"
        for part, value in (("gamma", 1), ("beta", 0.3), ("moving_mean", 0), ("moving_variance", 1)):
            arrays[f"{norm}.{part}"] = np.full(channels, value, np.float32)

    layer("conv1.kernel", (3, 3, 3, WIDTHS[0]), WIDTHS[0])
    for block, (before, after) in enumerate(pairwise(WIDTHS), 1):
        layer(f"conv_dw_{block}.depthwise_kernel", (3, 3, before, 1), before)
        layer(f"conv_pw_{block}.kernel", (1, 1, before, after), after)
    arrays["conv_preds.kernel"] = random.normal(0, 1, (1, 1, WIDTHS[-1], 10)).astype(np.float32)
    arrays["conv_preds.bias"] = np.zeros(10, np.float32)
    path = tmp_path_factory.mktemp("network") / "net.npz"
    np.savez(path, **arrays)
    return path


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photographs")
    random = np.random.default_rng(3)
    for index in range(7):
        small = random.integers(0, 256, (7, 7, 3)).astype(np.uint8)
        place = folder / "ab"[index % 2] / f"{index}.png"
        place.parent.mkdir(exist_ok=True)
        Image.fromarray(small).resize((240, 224)).save(place)
    (folder / "a" / "notes.txt").touch()
    return folder


@pytest.fixture
def build(capsys, weights, photographs, tmp_path):
    """Builds out.kmodel from the weights and three photographs; returns what was printed, or the error line."""

    def run(*options, network=weights, calibrate=photographs, out=tmp_path / "out.kmodel", lines=1):
        arguments = [network, "--calibrate", calibrate, "-o", out, "--pictures", "3", *options]
        code = cli.main(["model", "build", *map(str, arguments)])
        printed = capsys.readouterr()
        assert code in ((1, 2) if "madeleine: " in printed.err else (0,)) and printed.err.count("\n") <= lines
        return printed.err or printed.out

    return run


def test_a_feature_model(build, tmp_path):
    text = build()
    assert "out.kmodel: kmodel v3" in text and "upside down" in text and "conv_dw_13" in text
    assert "on 3 other pictures, cosine to the float network" in text
    assert len(Network.load(tmp_path / "out.kmodel").outputs) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["out.kmodel"]


def test_the_report_for_programs_and_the_same_bytes(build, tmp_path):
    reports = [json.loads(build("--json", "--padding", "symmetric", out=tmp_path / name)) for name in ("x", "y")]
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()
    assert not reports[0]["upside_down"] and reports[0]["fidelity"] == reports[1]["fidelity"]
    assert [one["node"] for one in reports[0]["fidelity"]["similarities"]] == ["features", "conv_pw_13"]
    assert reports[0]["fidelity"]["pictures"] == 3
    assert reports[0]["layers"][0]["node"] == "conv1"


def test_a_classifier(build):
    report = json.loads(build("--json", "--head"))
    assert report["upside_down"] and len(report["outputs"]) == 1
    assert 0 <= report["fidelity"]["agreement"] <= 1
    assert "same best class" in build("--head")


def test_float_features(build, tmp_path):
    build("--features", "float")
    network = Network.load(tmp_path / "out.kmodel")
    assert network.outputs[0].dtype == np.float32


def test_an_onnx_file(build, tmp_path):
    onnx = pytest.importorskip("onnx")
    helper, numbers = onnx.helper, np.random.default_rng(4).normal(0, 0.3, (8, 3, 3, 3)).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["picture", "weights"], ["sums"], "conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["sums"], ["map"], "relu"),
        helper.make_node("GlobalAveragePool", ["map"], ["features"], "pool"),
    ]
    shapes = {"picture": [1, 3, 32, 40], "features": [1, 8, 1, 1]}
    ends = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    weights = onnx.numpy_helper.from_array(numbers, "weights")
    graph = helper.make_graph(nodes, "small", ends[:1], ends[1:], [weights])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), tmp_path / "small.onnx")
    report = json.loads(build("--mean", "0,9,0", "--deviation", "255", "--json", network=tmp_path / "small.onnx"))
    assert report["input"] == "32x40x3" and report["fidelity"]["similarities"][0]["mean"] > 0.99


def test_a_tflite_file(build, tmp_path):
    pytest.importorskip("tflite")
    from tests.kpu.tflite_network import Network

    network = Network(1, 33, 41, 3, kind="uint8")
    path = network.save(tmp_path, network.conv(network.conv(0, 8, 3, 2, low=0, high=6), 5))
    report = json.loads(build("--size", "32x40", "--json", network=path))
    assert report["input"] == "32x40x3" and not report["upside_down"]
    assert report["fidelity"]["similarities"][0]["mean"] > 0.99
    assert "takes bytes, the file says what they mean" in build("--mean", "0", network=path)
    assert "chip needs even sizes" in build(network=path)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--mean", "0"], "--mean and --deviation apply to .onnx and .tflite files only"),
        (["--size", "224x224"], "--size applies to .tflite files only"),
        (["--pictures", "0"], "--pictures 0 is too few"),
        (["--pictures", "4"], "there are 7 pictures of use; 4 to calibrate with and 4 others are needed"),
        (["--full", "0.1"], "do not fit bytes that end at 0.1"),
        (["--marks", "0.5", "1.5"], "is not a whole number"),
        (["--marks", "2", "100"], "does not fit the notes"),
    ],
)
def test_options_that_do_not_fit(build, tmp_path, options, words):
    assert words in build(*options)
    assert not list(tmp_path.iterdir())


def test_files_that_do_not_serve(build, weights, photographs, tmp_path):
    assert "is not an .onnx, .tflite or .npz file" in build(network=photographs)
    assert "--padding and --head apply to .npz files only" in build("--head", network=tmp_path / "x.onnx")
    assert "is not a folder" in build(calibrate=weights)
    assert "there are 0 pictures of use" in build(calibrate=weights.parent)
    assert "cannot be written" in build(out=weights / "below")


def test_a_damaged_picture_is_named(build, photographs, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for index in range(7):
        (folder / f"{index}.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    text = build(calibrate=folder, lines=8)
    assert text.count(".jpg is not a picture that can be read") == 7 and not (tmp_path / "out.kmodel").exists()


def test_a_damaged_picture_among_others_is_left_out(build, photographs, tmp_path):
    (photographs / "a" / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    build("--pictures", "2", lines=1)
    (photographs / "a" / "bad.jpg").unlink()
    assert (tmp_path / "out.kmodel").exists()

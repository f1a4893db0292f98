"""Scenarios over models that are made here: another network, and one that gives too few features."""

import dataclasses
from pathlib import Path

import pytest
from madeleine.kpu.format.kmodel import Kmodel, parse
from madeleine.kpu.format.layertypes import ConvLayer, Region
from madeleine.kpu.format.write import write
from madeleine.model import find_model
from madeleine.sim.scenario.stage import HostStage, play

LESSON = """
expect usb {"event": "ready", "examples": 0}
frame cup
wait 3 frames
press A
expect usb {"event": "learned", "name": "A"}
cut
"""


@pytest.fixture
def tour_model() -> Kmodel:
    return parse(find_model("tour").read_bytes(), "tour")


@pytest.fixture
def run(tmp_path: Path):
    """Plays a text in a folder that holds the model `other.kmodel`."""

    def run(other: Kmodel, text: str):
        (tmp_path / "other.kmodel").write_bytes(write(other))
        return play(text, "scenario", HostStage(tmp_path / "flash", tmp_path))

    return run


def with_other_weights(model: Kmodel) -> Kmodel:
    """The same network but for one convolution, all of whose weights are turned round."""
    layers = list(model.layers)
    last = max(i for i, layer in enumerate(layers) if isinstance(layer, ConvLayer))
    layers[last] = dataclasses.replace(layers[last], weights=layers[last].weights[::-1])
    return dataclasses.replace(model, layers=tuple(layers))


def test_examples_of_another_network_are_kept_and_not_compared(run, tour_model):
    run(
        with_other_weights(tour_model),
        LESSON
        + """
        model other.kmodel
        boot
        expect usb {"event": "ready", "examples": 0}
        expect usb {"event": "error", "code": "store"}
        frame cup
        expect nothing
        press A
        expect usb {"event": "learned", "name": "A", "examples": 1}
        cut
        model tour
        boot
        expect usb {"event": "ready", "examples": 1}
        frame cup#1
        expect seen A
        """,
    )


def test_a_model_with_too_few_features_is_named(run, tour_model):
    short = dataclasses.replace(tour_model, outputs=(Region(tour_model.outputs[0].start, 4 * 100),))
    run(
        short,
        """
        model other.kmodel
        boot
        expect screen cannot go on
        expect screen 768
        expect led red
        """,
    )


def test_a_file_that_is_no_model_is_named(tmp_path):
    (tmp_path / "other.kmodel").write_bytes(b"\x03\0\0\0 this is no model")
    text = "model other.kmodel\nboot\nexpect screen no kmodel of version 3\nexpect led red"
    play(text, "scenario", HostStage(tmp_path / "flash", tmp_path))

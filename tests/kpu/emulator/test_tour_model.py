"""The tour's network: the same bytes every time, near for the same thing, far for another."""

import importlib.util

import numpy as np
import pytest
from madeleine.kpu import Network
from PIL import Image, ImageDraw

LIMIT = 200  # the squared distance below which the camera says "seen"
FAR = 500
SIDE = 224


def cup(pen):
    pen.ellipse((150, 80, 210, 160), outline=(40, 90, 190), width=14)
    pen.rectangle((40, 60, 165, 195), fill=(40, 90, 190))
    pen.rectangle((40, 100, 165, 130), fill=(240, 240, 235))


def ball(pen):
    pen.ellipse((25, 25, 200, 200), fill=(225, 70, 40))
    pen.ellipse((90, 90, 135, 135), fill=(250, 210, 50))


def star(pen):
    spokes = [(112 + r * np.sin(k * np.pi / 5), 116 - r * np.cos(k * np.pi / 5)) for k, r in enumerate([105, 45] * 5)]
    pen.polygon([tuple(map(float, point)) for point in spokes], fill=(250, 215, 40))


def leaf(pen):
    pen.ellipse((20, 70, 204, 160), fill=(45, 130, 45))
    pen.line((20, 115, 204, 115), fill=(190, 220, 110), width=6)


def checks(pen):
    for row in range(0, SIDE, 28):
        for column in range(row % 56, SIDE, 56):
            pen.rectangle((column, row, column + 27, row + 27), fill=(30, 30, 35))


def picture(draw, dx=0, light=1.0, noise=0.0, seed=0):
    canvas = Image.new("RGB", (SIDE, SIDE), (175, 160, 140))
    draw(ImageDraw.Draw(canvas))
    pixels = np.asarray(canvas.transform(canvas.size, Image.Transform.AFFINE, (1, 0, -dx, 0, 1, dx)), np.float64)
    pixels[(pixels == 0).all(2)] = (175, 160, 140)
    pixels = pixels * light + np.random.default_rng(seed).normal(0, noise, pixels.shape)
    return np.clip(pixels, 0, 255).astype(np.uint8)


THINGS = (cup, ball, star, leaf, checks)


@pytest.fixture(scope="module")
def features(root):
    network = Network.load(root / "models" / "tour.kmodel")
    assert network.input_shape == (SIDE, SIDE, 3)
    return network.run


def distance(a, b):
    return float(((a - b) ** 2).sum())


def test_the_script_makes_the_file(root):
    specification = importlib.util.spec_from_file_location("make_tour_model", root / "models" / "make_tour_model.py")
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)
    made = script.tour_model()
    assert made == (root / "models" / "tour.kmodel").read_bytes()
    assert len(made) < 150_000


def test_form(features):
    vector = features(picture(cup))
    assert vector.dtype == np.float32 and vector.shape == (768,)
    assert vector.min() >= 0 and vector.max() <= 6


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.__name__)
def test_another_look_is_near(features, thing):
    first = features(picture(thing))
    for look in ({"noise": 4}, {"dx": 4, "noise": 2}, {"light": 0.9, "noise": 2}, {"light": 1.1, "noise": 2}):
        assert distance(first, features(picture(thing, **look))) < LIMIT * 3 / 4, look


def test_other_things_are_far(features):
    vectors = [features(picture(thing, noise=2)) for thing in (*THINGS, lambda pen: None)]
    for index, vector in enumerate(vectors):
        for other in vectors[index + 1 :]:
            assert distance(vector, other) > FAR

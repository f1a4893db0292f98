"""The coach: what it says of pictures and of classes, and that a blank view is learned the second time only."""

import coach
import hypothesis.strategies as st
import numpy as np
import pytest
from coach import ASKED, BLANK, BLURRED, BRIGHT, CLOSE, DARK, ENOUGH, SAME, SAME_VIEW, SINGLE
from constants import OTHER_SCALE
from distance import Scale
from engines import Plain
from examples import Examples
from features import LENGTH
from hypothesis import given, settings
from madeleine.sim import scenes
from madeleine.sim.painter import packed
from messages import base64
from PIL import Image, ImageFilter
from vectors import on_heap

from tests.fakes.desk import BLACK, CUP, Desk

SCALE = Scale(*OTHER_SCALE)
LIMIT = 200


def pixels(picture) -> bytes:
    return packed(np.asarray(picture)).astype(">u2").tobytes()


def blurred(picture: np.ndarray, sigma_px: float) -> Image.Image:
    return Image.fromarray(picture).filter(ImageFilter.GaussianBlur(sigma_px))


# -- pictures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", scenes.OBJECTS)
def test_a_good_view_has_no_fault(name):
    assert coach.fault(pixels(scenes.scene(name))) is None


@pytest.mark.parametrize("level", [0, 90, 255])
def test_one_colour_is_blank_and_so_is_its_noise(level):
    noise = np.random.default_rng(level).normal(level, 3, (224, 224, 3))
    assert coach.fault(pixels(np.full((224, 224, 3), level, np.uint8))) == BLANK
    assert coach.fault(pixels(noise.clip(0, 255).astype(np.uint8))) == BLANK


def test_dark_bright_and_blurred():
    cup = scenes.scene("cup")
    assert coach.fault(pixels(cup // 4)) == DARK
    assert coach.fault(pixels((cup * 3.0).clip(0, 255).astype(np.uint8))) == BRIGHT
    assert coach.fault(pixels(blurred(cup, 4))) == BLURRED


@pytest.mark.parametrize("turn", [0, 1])
def test_edges_are_found_across_and_along(turn):
    """Stripes of one direction alone: the lines that run along them see no step."""
    stripes = np.zeros((224, 224, 3), np.uint8)
    stripes[:, np.arange(224) // 28 % 2 > 0] = 200
    picture = np.ascontiguousarray(np.rot90(stripes, turn))
    assert coach.fault(pixels(picture)) is None
    assert coach.fault(pixels(blurred(picture, 5))) == BLURRED


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.floats(0.02, 3), st.integers(-80, 160), st.floats(0, 8))
def test_fault_as_numpy_sees_it(seed, gain, offset, sigma_px):
    picture = np.random.default_rng(seed).integers(0, 256, (8, 8, 3)).repeat(28, 0).repeat(28, 1).astype(np.uint8)
    picture = (np.asarray(blurred(picture, sigma_px)) * gain + offset).clip(0, 255).astype(np.uint8)
    assert coach.fault(pixels(picture)) == fault_by_numpy(picture)


def fault_by_numpy(picture: np.ndarray) -> str | None:
    green = (picture[..., 1] >> 2).astype(int)
    lines = np.concatenate([green[16::32, ::2], green[::2, 16::32].T])
    levels = np.sort(lines.ravel())
    steps = np.sort(np.append(np.abs(np.diff(lines, axis=1)).ravel(), [0] * len(lines)))
    spread = levels[1552] - levels[15]
    if spread < 8:
        return BLANK
    if levels[1489] < 20:
        return DARK
    if (levels >= 62).sum() > 548:
        return BRIGHT
    return BLURRED if 100 * steps[1560] < 21 * spread else None


# -- examples -----------------------------------------------------------------------------------------------------


def vector(degrees: float) -> bytes:
    """A view so many degrees from the first one, up to a right angle, where nothing is alike."""
    one, other = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.rint(np.repeat([127 * one, 127 * other], LENGTH // 2)).astype(np.uint8).tobytes()


def degrees_at(limit: float) -> float:
    """The angle at which the distance reads `limit`."""
    return float(np.degrees(np.arccos(1 - SCALE.steps(round(limit)) / 2**20)))


def taught(*lessons: tuple[str, float]) -> Examples:
    examples = Examples(Plain(), on_heap(len(lessons)))
    for label, degrees in lessons:
        examples.learn(label, vector(degrees))
    return examples


def advice(*lessons: tuple[str, float]):
    return coach.advice(taught(*lessons), SCALE, LIMIT)


FAR = degrees_at(300)
SURE, SEEN = degrees_at(100), degrees_at(190)


def test_the_first_example_of_a_class_is_single():
    assert advice(("cup", 0)) == (SINGLE, "")
    assert advice(("pen", 0), ("cup", FAR)) == (SINGLE, "")


def test_the_first_example_is_close_to_a_class_that_would_be_sure_of_it():
    assert advice(("pen", 0), ("key", 90), ("cup", SURE)) == (CLOSE, "pen")
    assert advice(("pen", 0), ("cup", SEEN)) == (SINGLE, "")
    assert advice(("", 0), ("cup", SURE)) == (CLOSE, "")


def test_the_same_view_again():
    near, farther = degrees_at(SAME_VIEW - 1), degrees_at(SAME_VIEW + 2)
    assert advice(("cup", 0), ("cup", 0)) == (SAME, "")
    assert advice(("cup", 0), ("pen", FAR), ("cup", near)) == (SAME, "")
    assert advice(("cup", 0), ("pen", FAR), ("cup", farther)) is None
    assert advice(("pen", 0), ("cup", FAR), ("cup", 0)) is None


def test_a_class_is_close_when_another_wins_most_of_its_examples():
    apart = ("cup", 0), ("pen", SURE / 2), ("cup", SURE)
    assert advice(*apart) == (CLOSE, "pen")
    assert advice(*apart, ("cup", SURE + 12), ("cup", SURE + 24)) is None


def test_a_rival_beyond_the_limit_is_none():
    assert advice(("cup", 0), ("pen", FAR), ("cup", 90)) is None


def test_only_the_newest_examples_are_asked():
    old = [(label, 1.0 * number) for number in range(9) for label in ("cup", "pen")]
    new = [("cup", 30 + 12.0 * number) for number in range(ASKED)]
    assert advice(*old, *new) is None


@pytest.mark.parametrize("count", range(1, ENOUGH + 3))
def test_views_are_counted_up_to_enough(count):
    step = degrees_at(SAME_VIEW) + 1
    lessons = [("cup", step * number) for number in range(count)]
    examples = taught(*lessons, ("pen", 0), *[("cup", 0.0)] * 4)
    assert coach.views(examples, SCALE, "cup") == min(count, ENOUGH)
    assert coach.views(examples, SCALE, "pen") == 1
    assert coach.views(examples, SCALE, "key") == 0


def of(told, *kinds: str) -> list[dict]:
    """The messages of these kinds."""
    return [entry for entry in told if isinstance(entry, dict) and entry["event"] in kinds]


# -- in the app ---------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(monkeypatch):
    desk = Desk(monkeypatch)
    desk.turn()
    return desk


def test_it_is_said_once_after_the_lesson(desk):
    said = of(desk.press("A"), "learned", "lesson")
    assert [entry["event"] for entry in said] == ["learned", "lesson"]
    assert said[1] == {"v": 1, "event": "lesson", "code": SINGLE, "name": "A", "text": coach.SENTENCES[SINGLE]}
    assert desk.app.session.message == "learned A (1). " + coach.SENTENCES[SINGLE]
    assert of(desk.press("A"), "lesson")[0]["code"] == SAME


def test_a_blank_view_is_learned_the_second_time(desk):
    desk.board.pixels = BLACK
    for _ in range(2):
        assert of(desk.press("A"), "refused")[0]["code"] == BLANK
        assert of(desk.press("A"), "learned")
    assert len(desk.examples()) == 2


def test_a_second_time_long_after_is_a_first_time(desk):
    desk.board.pixels = BLACK
    assert of(desk.press("A"), "refused")
    desk.board.clock_ms += coach.AGAIN_MS
    assert of(desk.press("A"), "refused")
    assert desk.examples() == []


def test_a_good_view_in_between_starts_again(desk):
    good, desk.board.pixels = desk.board.pixels, BLACK
    assert of(desk.press("A"), "refused")
    desk.board.pixels = good
    assert of(desk.press("A"), "learned")
    desk.board.pixels = BLACK
    assert of(desk.press("A"), "refused")


def test_what_is_not_a_view_or_not_a_class_is_not_looked_at(desk):
    desk.board.pixels = BLACK
    told = (
        desk.say(do="learn", name="cup", vector=base64(CUP)) + desk.say(do="exclude") + desk.say(do="anchor", value=0)
    )
    assert [entry["event"] for entry in told if entry["event"] != "seen"] == ["learned", "ignored", "anchor"]

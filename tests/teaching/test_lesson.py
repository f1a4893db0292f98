"""A lesson on vectors of our own making: what the camera gets, which rule suits it, what a layer over all names."""

from pathlib import Path

import numpy as np
import pytest
from madeleine.device import distance, settings
from madeleine.errors import ToolError
from madeleine.evaluation.sets import PictureSet
from madeleine.teaching import lesson

SCALE = distance.Scale(128, 100)


def pictures(count: int, classes: int = 3) -> PictureSet:
    return PictureSet.of(
        "things", {f"thing {n}": [Path(str(n), f"{i}.jpg") for i in range(count)] for n in range(classes)}
    )


def features(of: PictureSet, noise: float, seed: int = 1):
    """Bytes around a direction for each class, by path."""
    random = np.random.default_rng(seed)
    centres = random.integers(0, 60, (len(of.classes), 768))
    rows = centres[of.class_of] + random.normal(0, noise, (len(of.paths), 768))
    return dict(zip(of.paths, np.rint(rows).clip(0, 127).astype(np.uint8), strict=True))


def test_the_camera_gets_what_it_holds_and_is_asked_what_nobody_learned():
    things = pictures(40)
    plan = lesson.Plan(places=30, share=0.25)
    material = lesson.Material.of(things, features(things, 10), [], plan)
    assert (len(material.taught), len(material.asked)) == (90, 30)
    taught = lesson.camera(material, SCALE, plan, [])
    assert len(taught.places) == 30 and set(taught.places) <= set(material.taught)
    assert list(things.class_of[taught.places[:3]]) == [0, 1, 2]
    assert [one.pictures for one in taught.named] == [30, 30]
    assert sorted(answer.path for answer in taught.answers) == sorted(things.paths[row] for row in material.asked)
    assert taught.results[settings.NEAREST].now.right.of == 30
    assert lesson.layer(material).share()[0] == 1 == taught.named[0].share()[0]


@pytest.mark.parametrize("seed", range(4))
def test_the_rule_is_the_one_that_names_more(seed):
    """Strong noise, many features: an average over examples beats the nearest one."""
    things = pictures(60)
    plan = lesson.Plan(places=90)
    material = lesson.Material.of(things, features(things, 90, seed), [], plan)
    taught = lesson.camera(material, SCALE, plan, [])
    nearest, fitted = (one.share()[0] for one in taught.named)
    assert fitted > nearest and taught.rule == settings.FIT


def test_the_same_rule_in_the_end_is_the_nearest():
    things = pictures(10)
    material = lesson.Material.of(things, features(things, 1), [], lesson.Plan())
    assert lesson.camera(material, SCALE, lesson.Plan(), []).rule == settings.NEAREST


def test_nothing_to_judge_and_nothing_to_tell_apart():
    single = pictures(1)
    with pytest.raises(ToolError, match="no picture that can be kept back"):
        lesson.Material.of(single, features(single, 1), [], lesson.Plan())
    one = pictures(9, classes=1)
    with pytest.raises(ToolError, match="fewer than two classes"):
        lesson.Material.of(one, features(one, 1), [], lesson.Plan())


def test_pictures_of_other_things_are_asked_too():
    things, others = pictures(10), pictures(5, classes=1)
    found = features(things, 5) | {Path("other", path.name): row for path, row in features(others, 5, 9).items()}
    strangers = [Path("other", path.name) for path in others.paths]
    material = lesson.Material.of(things, found, strangers, lesson.Plan())
    taught = lesson.camera(material, SCALE, lesson.Plan(), strangers)
    assert taught.results[settings.NEAREST].now.unrelated.of == 5
    assert [answer.true for answer in taught.answers if answer.path in strangers] == [""] * 5

"""One lesson from photographs: what the camera gets, what it will answer with it, and what a layer over all would."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from madeleine.device import constants, distance, examples, features, fit, settings
from madeleine.errors import ToolError
from madeleine.evaluation.as_the_camera import CameraResult, camera_result, wilson
from madeleine.evaluation.held_out import is_parted, parts, with_copies_together
from madeleine.evaluation.models import Features, steps
from madeleine.evaluation.naming import RULES
from madeleine.evaluation.sets import Flags, Indices, PictureSet
from madeleine.evaluation.showing import Answer, Show
from madeleine.teaching.choose import chosen
from madeleine.teaching.layers import LeastSquares, Numbers, unit
from madeleine.teaching.softmax import Course, Softmax


@dataclass(frozen=True)
class Plan:
    """What is asked for. places: examples for the camera. share: of each class's pictures, kept back to judge."""

    places: int = examples.CAPACITY
    method: str = "herding"
    share: float = 0.2
    limit: int = constants.USUAL_LIMIT
    seed: int = 1


@dataclass(frozen=True)
class Material:
    """A set with its vectors: (pictures, 768) in steps, and of pictures of other things; `taught` and `asked` rows."""

    pictures: PictureSet
    vectors: Numbers
    unrelated: Numbers
    taught: Indices
    asked: Indices

    @classmethod
    def of(cls, pictures: PictureSet, found: dict[Path, Features], others: Sequence[Path], plan: Plan) -> "Material":
        """ToolError when there are fewer than two classes, or no picture is left to judge."""
        vectors = _vectors(found, pictures.paths)
        if not is_parted(pictures):
            pictures = with_copies_together(pictures, vectors)
        taught, asked = parts(pictures, plan.share, plan.seed)
        if len(np.unique(pictures.class_of[taught])) < 2:
            raise ToolError(f"{pictures.name} has fewer than two classes to teach; add pictures of another thing")
        if not len(asked):
            raise ToolError(
                f"{pictures.name} has no picture that can be kept back to judge; add pictures of each thing"
            )
        return cls(pictures, vectors, _vectors(found, others), taught, asked)

    @property
    def classes(self) -> tuple[Indices, Indices]:
        """Of the taught pictures, and of the asked ones."""
        return self.pictures.class_of[self.taught], self.pictures.class_of[self.asked]


@dataclass(frozen=True)
class Named:
    """Who names, from how many pictures, and which of the asked ones it names right, without a limit."""

    who: str
    pictures: int
    right: Flags

    def share(self) -> tuple[float, float, float]:
        """Named right, and the 95 % interval."""
        value = float(np.mean(self.right))
        return value, *wilson(value, len(self.right))


@dataclass(frozen=True)
class Camera:
    """What a camera does with its examples. places: rows of the material, in order. rule: which suits the taught ones.

    results: by rule. answers: to each asked picture, with `rule`.
    """

    places: Indices
    rule: str
    results: dict[str, CameraResult]
    named: tuple[Named, ...]
    answers: list[Answer]


def camera(material: Material, scale: distance.Scale, plan: Plan, others: Sequence[Path]) -> Camera:
    """Chooses the examples, and asks a camera that has them. others: the pictures of other things."""
    units = unit(material.vectors[material.taught])
    places = material.taught[chosen(units, material.classes[0], plan.places, plan.method, plan.seed)]
    shows = {rule: _show(material, places, rule) for rule in RULES}
    results, named = {}, []
    for rule, show in shows.items():
        showing = show.run(scale, plan.limit)
        results[rule] = camera_result(
            material.pictures.name, len(material.pictures.classes), showing, scale, plan.limit
        )
        named.append(Named(f"the camera, `*rule {rule}`", len(places), showing.known.right))
    rule = _better_rule(material, places)
    return Camera(places, rule, results, tuple(named), shows[rule].first(scale, plan.limit, others))


def layer(material: Material) -> Named:
    """Least squares over all taught pictures."""
    with threadpool_limits(1):
        units, groups = unit(material.vectors), material.pictures.group_of[material.taught]
        best = LeastSquares(units[material.taught], material.classes[0], groups).best()
        right = best.answers(units[material.asked]) == material.classes[1]
    return Named(f"a layer over all, ridge {best.ridge:g}", len(material.taught), right)


def softmax(material: Material, epochs: int, seed: int) -> tuple[Named, Course]:
    """By gradient descent from the features as they are (of 0..6), and how it went."""
    with threadpool_limits(1):
        floats = material.vectors * (features.RANGE / features.TOP)
        found = Softmax(floats.shape[1], len(material.pictures.classes), seed)
        asked = floats[material.asked], material.classes[1]
        course = found.learn(floats[material.taught], material.classes[0], asked, epochs)
        right = found.answers(asked[0]) == asked[1]
    return Named(f"a softmax layer, {epochs} epochs", len(material.taught), right), course


def _vectors(found: dict[Path, Features], paths: Sequence[Path]) -> Numbers:
    return steps(np.stack([found[path] for path in paths])) if paths else np.empty((0, features.LENGTH))


def _show(material: Material, places: Indices, rule: str) -> Show:
    """The camera with these examples, asked the asked pictures and those of other things."""
    rows = np.concatenate([places, material.asked])
    taught = np.arange(len(rows)) < len(places)
    pictures = replace(material.pictures.part(rows), may_support=taught, may_query=~taught, in_halves=True)
    return Show(pictures, np.concatenate([material.vectors[rows], material.unrelated]), (), 0, rule)


def _better_rule(material: Material, places: Indices) -> str:
    """The rule that names more of the taught pictures right; the asked ones have no say.

    An example is asked as if it, with its group, had not been taught; so is any other picture of an example's group.
    """
    units, pictures = unit(material.vectors), material.pictures
    kinds, groups = pictures.class_of, pictures.group_of
    rest = material.taught[~np.isin(groups[material.taught], groups[places])]
    rows = np.concatenate([places, rest])
    alike = np.where(groups[rows][:, None] == groups[places], -1.0, units[rows] @ units[places].T)
    nearest = kinds[places][alike.argmax(axis=1)]
    squares = LeastSquares(units[places], kinds[places], groups[places])
    fitted = np.append(squares.left_out(fit.RIDGE).argmax(axis=1), squares.layer(fit.RIDGE).answers(units[rest]))
    right = [np.count_nonzero(named == kinds[rows]) for named in (nearest, fitted)]
    return settings.FIT if right[1] > right[0] else settings.NEAREST

"""What the camera does at a limit, as plain numbers: shares with their intervals, and one sentence of advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from madeleine.device import distance, settings
from madeleine.evaluation.sets import Flags, Indices
from madeleine.evaluation.showing import PROBABLE, SILENT, SURE, Asked, Showing

NORMAL_95 = 1.96  # standard errors on either side of a mean
FEW_PICTURES = 20  # asked: an interval is then some 40 points wide
MANY_WRONG = MANY_SILENT = 0.2
MUCH = 0.1  # of the right answers: so many more are not given away for fewer names of strangers


@dataclass(frozen=True)
class Share:
    """A share of pictures and its 95 % interval; `of` so many different ones."""

    value: float
    low: float
    high: float
    of: int

    @classmethod
    def among(cls, asked: Asked, flags: Flags) -> "Share":
        """The share of the entries that are flagged. A picture that is asked again and again is one picture."""
        share, count = float(np.mean(flags)), len(np.unique(asked.picture))
        return cls(share, *wilson(share, count), count)


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of so many.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212. It holds
    for few, too: L. D. Brown et al., Interval estimation for a binomial proportion, Statist. Sci. 16 (2001) 101-133.
    """
    weight = NORMAL_95**2 / count
    middle = (share + weight / 2) / (1 + weight)
    half = NORMAL_95 / (1 + weight) * sqrt(share * (1 - share) / count + weight / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Behaviour:
    """Of pictures of taught things: right and sure, right and probable, wrong, silent; together they are 1.

    similar, unrelated: of pictures that show none of the taught things, those that get a name. None: there are none.
    """

    limit: int
    right: Share
    probable: Share
    wrong: Share
    silent: Share
    similar: Share | None
    unrelated: Share | None

    @property
    def named_right(self) -> float:
        """Sure or probable."""
        return self.right.value + self.probable.value


@dataclass(frozen=True)
class CameraResult:
    """A model and a rule on one set: at the limit that is judged, at the one it recommends, and without any.

    taught: pictures of each class. recommended: None where the taught pictures are too few to choose a limit. It was
    judged, lesson by lesson, at the limit that the lesson's own taught pictures ask for; its `limit` is their median.
    """

    name: str
    ways: int
    taught: int
    lessons: int
    now: Behaviour
    recommended: Behaviour | None
    without_limit: Share


def camera_result(name: str, ways: int, showing: Showing, scale: distance.Scale, limit: int) -> CameraResult:
    """What the lessons of one set come to."""
    lessons = int(showing.known.lesson.max()) + 1
    own = showing.own_limits
    return CameraResult(
        name,
        ways,
        showing.taught,
        lessons,
        _behaviour(showing, scale, np.full(lessons, limit)),
        None if own is None else _behaviour(showing, scale, own),
        Share.among(showing.known, showing.known.right),
    )


def _behaviour(showing: Showing, scale: distance.Scale, limits: Indices) -> Behaviour:
    known = showing.known
    shown = known.certainty(scale, limits)
    flags = ((shown == SURE) & known.right, (shown == PROBABLE) & known.right, (shown != SILENT) & ~known.right)
    taught = [Share.among(known, flag) for flag in (*flags, shown == SILENT)]
    others = [
        Share.among(asked, asked.certainty(scale, limits) != SILENT) if len(asked.far) else None
        for asked in (showing.similar, showing.unrelated)
    ]
    return Behaviour(round(float(np.median(limits))), *taught, *others)


def advice(result: CameraResult, rule: str) -> str:
    """One sentence: what to do next."""
    now, then = result.now, result.recommended
    if then is None:
        return (
            f"Leave the limit at {now.limit} and teach more than one picture of each thing: another may suit them then."
        )
    if then.limit != now.limit:
        card = f"show the camera the card `*limit {then.limit}` ({_change(now, then)})."
        if now.named_right - then.named_right <= MUCH:
            return card[0].upper() + card[1:]
        return f"Leave the limit at {now.limit}; if things that were not taught get names too often, {card}"
    if now.silent.value >= MANY_SILENT:
        return f"Leave the limit at {now.limit} and teach more pictures of each thing: too many are not near enough."
    if now.wrong.value >= MANY_WRONG:
        other = " or show it the card `*rule fit`" if rule == settings.NEAREST else ""
        return f"Leave the limit at {now.limit} and teach more pictures of each thing{other}: too many are confused."
    return f"Leave the limit at {now.limit}: no other one suits these things better."


def _change(now: Behaviour, then: Behaviour) -> str:
    """What another limit changes, in whole per cent."""
    rows = [("named right", now.named_right, then.named_right), ("wrong", now.wrong.value, then.wrong.value)]
    strangers = [("similar", now.similar, then.similar), ("unrelated", now.unrelated, then.unrelated)]
    rows += [(name, before.value, after.value) for name, before, after in strangers if before and after]
    whole = [(name, round(100 * before), round(100 * after)) for name, before, after in rows]
    return ", ".join(f"{name} {after} % instead of {before}" for name, before, after in whole if before != after)


def how_sure(results: Sequence[CameraResult]) -> str | None:
    """A warning where the pictures are few."""
    fewest = min(result.now.right.of for result in results)
    if fewest >= FEW_PICTURES:
        return None
    low, high = wilson(0.5, fewest)
    return (
        f"Only {fewest} pictures were asked: a figure may be off by {50 * (high - low):.0f} points. More make it surer."
    )

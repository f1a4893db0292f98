"""The frames of a log: what the network made of each, or how near each class was; and what was set then."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from madeleine.device import command_error, constants, settings
from madeleine.errors import ToolError
from madeleine.examples import values
from madeleine.monitor.items import Heard
from madeleine.monitor.log import replayed
from madeleine.monitor.words import read

MOST_FRAMES = 200_000  # nearly a day of three frames a second; their vectors take 150 MB
SCORES_MOST = 100  # classes of a frame; a camera says 20


@dataclass
class Log:
    """What of a log is of use: vectors (768 bytes) or, in a log without any, scores: (name, distance) by distance."""

    vectors: list[bytes] = field(default_factory=list)
    scores: list[list[tuple[str, float]]] = field(default_factory=list)
    limit: int = constants.USUAL_LIMIT  # when the first frame came
    rule: str = settings.NEAREST
    model: str = ""  # "" while the camera has not said
    damaged: int = 0  # frames that make no sense


def frames_of(path: Path) -> Log:
    """The frames of a log of `madeleine monitor`; ToolError when it has none, or too many."""
    log = Log()
    for item in replayed(path, 0):
        said = read(item.line) if isinstance(item, Heard) else None
        if said is None:
            continue
        try:
            _take(log, said.event, said.message)
        except (ValueError, TypeError, KeyError, command_error.CommandError):
            log.damaged += said.event in ("vector", "scores")
        if max(len(log.vectors), len(log.scores)) > MOST_FRAMES:
            raise ToolError(f"{path} has more than {MOST_FRAMES} frames; cut it into parts")
    if not log.vectors and not log.scores:
        raise ToolError(
            f"{path} has neither vectors nor scores; record some with: madeleine monitor --log {path} --vectors 1"
        )
    return log


def _take(log: Log, event: str, message: dict[str, Any]) -> None:
    if event == "vector":
        log.vectors.append(values.vector(message["vector"]))
    elif event == "scores":
        log.scores.append([(_name(name), _far(far)) for name, far in message["scores"][:SCORES_MOST]])
    elif event in ("ready", "status"):
        log.model = values.model(message["model"])
        if not log.vectors and not log.scores:
            log.limit = int(settings.named(settings.LIMIT).check(str(message["limit"])))
            log.rule = settings.FIT if "fit" in message else settings.NEAREST
    elif event == "set" and not log.vectors and not log.scores:
        if message["name"] == settings.LIMIT:
            log.limit = int(settings.named(settings.LIMIT).check(message["value"]))
        elif message["name"] == settings.RULE:
            log.rule = settings.named(settings.RULE).check(message["value"])


def _name(name: object) -> str:
    return values.label(name)


def _far(far: object) -> float:
    if not isinstance(far, int | float) or not 0 <= far <= settings.LIMIT_MAX:
        raise ValueError("not a distance")
    return float(far)

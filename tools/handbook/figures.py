"""The figures of "How it works": `python -m handbook.figures docs/how`. Each shows what the code itself computes."""

import argparse
import io
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from madeleine.device import constants, fit
from madeleine.errors import ToolError
from madeleine.explain.maps import Model, View
from madeleine.fonts.writings import SOURCES
from madeleine.kpu.compiler.quantise import ZERO_W, quantise_weights
from madeleine.model import find_model
from madeleine.sim import scenes
from madeleine.sim.scenario.parser import parse
from madeleine.sim.scenario.stage import HostStage, perform
from madeleine.sim.screens import ENGLISH, LANGUAGES
from matplotlib import font_manager, pyplot
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
COLOURS = 64
INK, PAPER, TEAL, ORANGE, BLUE = "#333333", "white", "#00897b", "#e4572e", "#3366aa"
ROWS, COLUMNS = 24, 32  # of the 768 numbers
LESSONS = """expect usb {"event": "ready"}
frame cup
wait 4 frames
usb> {"do": "learn", "name": "cup"}
expect usb {"event": "learned"}
usb> {"do": "limit", "value": 150}
expect usb {"event": "set"}
frame ball
wait 4 frames
usb> {"do": "learn", "name": "ball"}
expect usb {"event": "learned"}
usb> {"do": "undo"}
expect usb {"event": "undone"}
"""
WORDS = {
    "en": {
        "numbers": "768 numbers",
        "a cup": "a cup",
        "another picture of it": "another picture of it",
        "a ball": "a ball",
        "distance": "distance {:.0f}",
        "far": "the same, farther away",
        "raw": "lengths as they are",
        "unit": "all of length one",
        "score": "score",
        "nearest": "the nearest names",
        "fit": "least squares names",
        "direction": "direction of the vector, degrees",
        "float": "trained weights",
        "byte": "as bytes",
        "H": "header",
        "E": "seal",
        "L": "learn",
        "S": "setting",
        "U": "undo",
        "bytes": "bytes",
    },
    "ja": {
        "numbers": "768 個の数",
        "a cup": "コップ",
        "another picture of it": "同じコップ、別の写真",
        "a ball": "ボール",
        "distance": "距離 {:.0f}",
        "far": "同じ物、遠くから",
        "raw": "長さはそのまま",
        "unit": "長さをどれも一にする",
        "score": "点数",
        "nearest": "最近傍の答え",
        "fit": "最小二乗の答え",
        "direction": "ベクトルの向き(度)",
        "float": "学習した重み",
        "byte": "バイトにすると",
        "H": "見出し",
        "E": "封",
        "L": "学習",
        "S": "設定",
        "U": "取り消し",
        "bytes": "バイト",
    },
}


def features(model: Model, words: dict[str, str]) -> Figure:
    """Three pictures and their numbers."""
    pictures = {
        "a cup": scenes.scene("cup"),
        "another picture of it": scenes.scene("cup left", 3),
        "a ball": scenes.scene("ball"),
    }
    views = [model.see(picture) for picture in pictures.values()]
    figure, axes = pyplot.subplots(2, 3, figsize=(7.2, 4.4), height_ratios=(1, 0.8))
    for column, (name, picture) in enumerate(pictures.items()):
        axes[0, column].imshow(picture)
        axes[0, column].set_title(words[name], fontsize=10)
        numbers = np.sqrt(np.frombuffer(views[column].vector, np.uint8)).reshape(ROWS, COLUMNS)
        axes[1, column].imshow(numbers, cmap="magma", vmin=0, vmax=8)
        far = words["distance"].format(_distance(model, views[0], views[column])) if column else words["numbers"]
        axes[1, column].set_xlabel(far, fontsize=10)
    _bare(axes.flat)
    return figure


def _distance(model: Model, one: View, other: View) -> float:
    """As the camera shows it."""
    p, q = (_unit(np.frombuffer(view.vector, np.uint8)) for view in (one, other))
    return float((2 - 2 * p @ q) / model.scale.steps(constants.USUAL_LIMIT) * 2**19 * constants.USUAL_LIMIT)


def _unit(vector: Any) -> Any:
    return vector / np.linalg.norm(vector.astype(float))


def unit_vectors(model: Model, words: dict[str, str]) -> Figure:
    """A cup near and far and a ball as arrows: as they are, and at length one. Lengths, angles to the cup: measured."""
    views = [model.see(scenes.scene(name)) for name in ("cup", "cup left", "ball")]
    vectors = [np.frombuffer(view.vector, np.uint8).astype(float) for view in views]
    names, colours, sides = ("a cup", "far", "a ball"), (BLUE, TEAL, ORANGE), (1, -1, 1)
    longest = max(np.linalg.norm(vector) for vector in vectors)
    figure, axes = pyplot.subplots(1, 2, figsize=(7.2, 3.4))
    arrow = {"arrowstyle": "-|>", "lw": 2, "shrinkA": 0, "shrinkB": 0}
    for axis, title in zip(axes, ("raw", "unit"), strict=True):
        for vector, name, colour, side in zip(vectors, names, colours, sides, strict=True):
            away = np.arccos(np.clip(_unit(vector) @ _unit(vectors[0]), -1, 1))
            turn = np.deg2rad(45) + side * away
            size = 1.0 if title == "unit" else np.linalg.norm(vector) / longest
            end = size * np.array([np.cos(turn), np.sin(turn)])
            axis.annotate("", end, (0, 0), arrowprops=arrow | {"color": colour})
            axis.plot([], [], color=colour, label=words[name])
        axis.add_patch(Circle((0, 0), 1, fill=False, color="#cccccc"))
        axis.set(xlim=(-0.05, 1.1), ylim=(-0.05, 1.1), aspect="equal")
        axis.set_title(words[title], fontsize=10)
    axes[0].legend(fontsize=8, loc="lower left", bbox_to_anchor=(0.0, -0.32), ncols=2, frameon=False)
    _bare(axes)
    return figure


def least_squares(_: Model, words: dict[str, str]) -> Figure:
    """Three classes on a circle: the scores of least squares, and what either rule names. Our ridge."""
    degrees = np.array([10, 16, 22, 30, 36, 47, 70, 76, 83])
    classes = np.array([0, 0, 0, 0, 1, 0, 2, 2, 2])
    x = _circle(degrees)
    k = x @ x.T + fit.RIDGE * np.eye(len(x))
    asked = np.linspace(0, 95, 400)
    scores = _circle(asked) @ x.T @ np.linalg.solve(k, np.eye(3)[classes])
    named = {
        "nearest": classes[(_circle(asked) @ x.T).argmax(1)],
        "fit": scores.argmax(1),
    }
    figure, (above, below) = pyplot.subplots(2, 1, figsize=(7.2, 3.9), height_ratios=(2, 0.7), sharex=True)
    colours = (BLUE, ORANGE, TEAL)
    for number, colour in enumerate(colours):
        above.plot(asked, scores[:, number], color=colour)
        above.plot(degrees[classes == number], np.full((classes == number).sum(), 1.06), "o", color=colour)
    above.set_ylabel(words["score"])
    for row, answers in enumerate(named.values()):
        for number, colour in enumerate(colours):
            below.fill_between(asked, row - 0.4, row + 0.4, where=answers == number, color=colour, step="mid", lw=0)
    below.set_yticks([0, 1], [words[name] for name in named])
    below.set_xlabel(words["direction"])
    return figure


def _circle(degrees: Any) -> Any:
    turn = np.deg2rad(degrees)
    return np.stack([np.cos(turn), np.sin(turn)], 1)


def store(_: Model, words: dict[str, str]) -> Figure:
    """The records of a file that the virtual board has written."""
    figure, axis = pyplot.subplots(figsize=(9, 1.6))
    left = 0.0
    for kind, size in _records():
        width = 0.75 + size / 420
        colour = {"L": BLUE, "S": TEAL, "U": ORANGE}.get(kind, "#888888")
        axis.barh(0, width - 0.05, left=left, height=0.7, color=colour)
        for height, text in ((0.12, words[kind]), (-0.16, f"{size} {words['bytes']}")):
            axis.text(left + width / 2, height, text, ha="center", va="center", color="white", fontsize=8)
        left += width
    axis.set(xlim=(0, left), ylim=(-0.5, 0.5))
    _bare([axis])
    return figure


def _records() -> list[tuple[str, int]]:
    """Kind and length of each record of the newest file, whose checksums are checked."""
    with tempfile.TemporaryDirectory() as scratch:
        stage = HostStage(Path(scratch) / "flash", None, "tour", None)
        perform(parse("lessons", lambda _: LESSONS), stage)
        files = sorted((Path(scratch) / "flash").glob("examples.*"), key=lambda file: file.stat().st_size)
        data = files[-1].read_bytes()
    found: list[tuple[str, int]] = []
    identity, at = data[4:15], 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at + 2 : at + 4], "little")
        seed = zlib.crc32(identity) if found else 0
        if zlib.crc32(data[at:end], seed) != int.from_bytes(data[end : end + 4], "little"):
            raise ToolError(f"{files[-1]}: the record at {at} is damaged")
        found.append((chr(data[at + 1]), end + 4 - at))
        at = end + 4
    return found


def compiler(_: Model, words: dict[str, str]) -> Figure:
    """The weights of one channel of the trained network, and the bytes that the compiler makes of them."""
    with np.load(ROOT / "models/training/student.npz") as arrays:
        kernels = np.transpose(arrays["conv1.kernel"], (3, 2, 0, 1))
    bytes_, _steps = quantise_weights(kernels)
    figure, axes = pyplot.subplots(1, 2, figsize=(6.4, 3.2))
    weights, whole = kernels[3, 0], bytes_[3, 0].astype(int)
    top = np.abs(kernels[3]).max()
    for axis, numbers, title, middle, reach, form in (
        (axes[0], weights, "float", 0.0, top, "{:.3f}"),
        (axes[1], whole, "byte", float(ZERO_W), 127.0, "{:d}"),
    ):
        axis.imshow(numbers, cmap="RdBu_r", vmin=middle - reach, vmax=middle + reach)
        axis.set_title(words[title], fontsize=10)
        for (row, column), value in np.ndenumerate(numbers):
            axis.text(column, row, form.format(value), ha="center", va="center", fontsize=10)
    _bare(axes)
    return figure


def _bare(axes: Any) -> None:
    for axis in axes:
        axis.set_xticks([])
        axis.set_yticks([])
        for line in axis.spines.values():
            line.set_visible(False)


FIGURES = {
    "features": features,
    "unit-vectors": unit_vectors,
    "least-squares": least_squares,
    "store": store,
    "compiler": compiler,
}


def _save(figure: Figure, path: Path) -> None:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110, facecolor=PAPER, bbox_inches="tight")
    pyplot.close(figure)
    Image.open(file).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def _japanese_font(scratch: str) -> str:
    """The name of the family, from a file in a folder. The font has all weights; matplotlib would take the thinnest."""
    font = TTFont(SOURCES["ja"].path())
    instancer.instantiateVariableFont(font, {"wght": 400}, inplace=True)
    path = str(Path(scratch, "regular.ttf"))
    font.save(path)
    font_manager.fontManager.addfont(path)
    return str(font_manager.FontProperties(fname=path).get_name())


def main() -> None:
    """Makes all of them, in each language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    folder = parser.parse_args().folder
    pyplot.switch_backend("Agg")
    model = Model(find_model("madeleine"))
    with tempfile.TemporaryDirectory() as scratch:
        families = {ENGLISH: "DejaVu Sans", "ja": _japanese_font(scratch)}
        for language in LANGUAGES:
            pyplot.rcParams["font.family"] = families[language]
            suffix = "" if language == ENGLISH else f".{language}"
            for name, draw in FIGURES.items():
                _save(draw(model, WORDS[language]), folder / f"{name}{suffix}.png")


if __name__ == "__main__":
    main()

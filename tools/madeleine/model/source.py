"""A network as the command line names it: an ONNX or TFLite file, or an npz of the arrays of Keras' MobileNet v1."""

import argparse
import re
from pathlib import Path

from madeleine.errors import ToolError, UsageError
from madeleine.kpu.compiler.graph import Graph
from madeleine.kpu.importers.read_keras import read_keras
from madeleine.kpu.importers.read_onnx import read_onnx
from madeleine.kpu.importers.read_tflite import read_tflite
from madeleine.kpu.importers.scope import DEVIATION, MEAN


def add_arguments(parser: argparse.ArgumentParser) -> "argparse._ArgumentGroup":
    """The options of all kinds of file; gives the group of those of an npz."""
    keras = parser.add_argument_group("of an npz")
    keras.add_argument(
        "--padding", choices=("same", "symmetric"), help="how the network was padded in training (default: same)"
    )
    floats = parser.add_argument_group(
        "of an ONNX file, or a TFLite file of floats: it sees (pixel - mean) / deviation"
    )
    floats.add_argument(
        "--mean", metavar="M[,M,M]", type=_numbers, help=f"one number, or one a channel (default: {MEAN})"
    )
    floats.add_argument("--deviation", metavar="D[,D,D]", type=_numbers, help=f"the same (default: {DEVIATION})")
    tflite = parser.add_argument_group("of a TFLite file")
    tflite.add_argument(
        "--size", metavar="HxW", type=picture_size, help="of the picture in pixels (default: the file's)"
    )
    return keras


def read(path: Path, arguments: argparse.Namespace, head: bool = False) -> Graph:
    """The network in the file; ToolError when it is of no known kind, or options are of another."""
    kind = path.suffix
    if kind not in (".npz", ".onnx", ".tflite"):
        raise ToolError(f"{path} is not an .onnx, .tflite or .npz file; export the network to ONNX or TFLite")
    if kind != ".npz" and (arguments.padding is not None or head):
        raise UsageError(f"--padding and --head apply to .npz files only, not to {path}")
    if kind == ".npz" and (arguments.mean is not None or arguments.deviation is not None):
        raise UsageError(f"--mean and --deviation apply to .onnx and .tflite files only, not to {path}")
    if kind != ".tflite" and arguments.size is not None:
        raise UsageError(f"--size applies to .tflite files only, not to {path}")
    if kind == ".npz":
        return read_keras(path, same_padding=arguments.padding != "symmetric", head=head)
    if kind == ".onnx":
        return read_onnx(path, mean=arguments.mean or (MEAN,), deviation=arguments.deviation or (DEVIATION,))
    return read_tflite(path, size=arguments.size, mean=arguments.mean, deviation=arguments.deviation)


def _numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas between them."""
    return tuple(map(float, text.split(",")))


def picture_size(text: str) -> tuple[int, int]:
    """Height and width with an x between them; the reader knows the limits."""
    if not re.fullmatch(r"[1-9]\d{0,3}x[1-9]\d{0,3}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not HEIGHTxWIDTH in pixels, 224x224 say")
    height, width = map(int, text.split("x"))
    return height, width

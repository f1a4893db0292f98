"""A float network as the command line names it: an ONNX file, or an npz of the arrays of Keras' MobileNet v1."""

import argparse
from pathlib import Path

from madeleine.errors import ToolError, UsageError
from madeleine.kpu.compiler.graph import Graph
from madeleine.kpu.importers.read_keras import read_keras
from madeleine.kpu.importers.read_onnx import read_onnx

DEVIATION = MEAN = 127.5  # of what most networks are trained on, -1..1


def add_arguments(parser: argparse.ArgumentParser) -> "argparse._ArgumentGroup":
    """The options of both kinds of file; gives the group of those of an npz."""
    keras = parser.add_argument_group("of an npz")
    keras.add_argument(
        "--padding", choices=("same", "symmetric"), help="how the network was padded in training (default: same)"
    )
    onnx = parser.add_argument_group("of an ONNX file: it sees (pixel - mean) / deviation")
    onnx.add_argument(
        "--mean", metavar="M[,M,M]", type=_numbers, help=f"one number, or one a channel (default: {MEAN})"
    )
    onnx.add_argument("--deviation", metavar="D[,D,D]", type=_numbers, help=f"the same (default: {DEVIATION})")
    return keras


def read(path: Path, arguments: argparse.Namespace, head: bool = False) -> Graph:
    """The network in the file; ToolError when it is of neither kind, or options are of the other."""
    if path.suffix == ".npz":
        if arguments.mean is not None or arguments.deviation is not None:
            raise UsageError(f"--mean and --deviation apply to .onnx files only, not to {path}")
        return read_keras(path, same_padding=arguments.padding != "symmetric", head=head)
    if path.suffix == ".onnx":
        if arguments.padding is not None or head:
            raise UsageError(f"--padding and --head apply to .npz files only, not to {path}")
        return read_onnx(path, mean=arguments.mean or (MEAN,), deviation=arguments.deviation or (DEVIATION,))
    raise ToolError(f"{path} is neither an .onnx nor an .npz file; export the network to ONNX")


def _numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas between them."""
    return tuple(map(float, text.split(",")))

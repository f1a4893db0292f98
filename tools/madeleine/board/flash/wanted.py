"""What a command line wants on the board's flash: firmware, model or package, and the line that takes them there."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from madeleine import download, model
from madeleine.board.flash.burner import Line
from madeleine.board.flash.catalogue import find_firmware
from madeleine.board.flash.package import FILES_ADDRESS, Part, check, read
from madeleine.device import constants
from madeleine.errors import ToolError
from madeleine.kpu import Network
from madeleine.kpu.editor.describe import cautions, obstacles
from madeleine.model import files
from madeleine.model.entries import networks
from madeleine.pose.camera_model import camera_model

BAUD = 1_500_000
POSE = "pose"
BOARDS = ("goE", "goD", "dan", "bit", "bit_mic", "maixduino", "kd233", "trainer", "auto")


def add_part_arguments(parser: argparse.ArgumentParser) -> None:
    """--firmware and --model: what is to be written."""
    parser.add_argument("--firmware", metavar="FILE|NAME", help="a .bin, or one of `madeleine firmware list`")
    parser.add_argument("--model", metavar="FILE|NAME", help="a .kmodel, or one of `madeleine model list`")
    add_with_argument(parser)


def add_with_argument(parser: argparse.ArgumentParser) -> None:
    """--with: what else the camera can have."""
    parser.add_argument(
        "--with",
        dest="extras",
        action="append",
        choices=(POSE,),
        default=[],
        help="pose: also the network of the card *mode pose (PoseNet, Apache-2.0; fetched once, 1.3 MB, and compiled)",
    )


def add_line_arguments(parser: argparse.ArgumentParser) -> None:
    """--baud and --board: how the boot ROM is talked to."""
    parser.add_argument("--baud", "-b", metavar="N", type=_baud, default=BAUD, help="bits a second (%(default)s)")
    what = "kflash's name of the board (%(default)s: M5StickV, UnitV)"
    parser.add_argument("--board", "-B", choices=BOARDS, default="goE", help=what)


def line_to(device: str, arguments: argparse.Namespace) -> Line:
    """The line to a board as the command line wants it."""
    return Line(device, arguments.baud, None if arguments.board == "auto" else arguments.board)


def parts_of(
    firmware: str | None = None,
    model_name: str | None = None,
    package: Path | None = None,
    more: Sequence[Part] = (),
) -> list[Part]:
    """What is to be written: of a package, a firmware, a model (a file or a name of its catalogue), more; checked."""
    parts = read(package) if package else []
    if firmware:
        parts += read(find_firmware(firmware))
    if model_name:
        parts.append(_model(model_name))
    parts += more
    check(parts)
    return parts


def row(part: Part) -> str:
    """A line of the plan: what goes where, and what that costs."""
    lost = ["this overwrites the files of /flash and what was taught"] * (part.end > FILES_ADDRESS)
    return "; ".join([str(part), *lost, *[part.caution] * bool(part.caution)])


def extra_parts(extras: Sequence[str]) -> list[Part]:
    """What --with asks for: nothing, or the network of the pose mode, fetched and compiled, which takes seconds."""
    if POSE not in extras:
        return []
    entry = networks()["posenet"]
    path = download.fetch(entry, entry.place())
    with Console(stderr=True, markup=False).status("compiling PoseNet for the camera"):
        return [Part("pose.kmodel", constants.POSE_ADDRESS, camera_model(path), firmware=False)]


def _model(name: str) -> Part:
    """A model for its place, fetched when it is not here yet; ToolError when the camera cannot use it."""
    entry = model.catalogue().get(name)
    if entry and not entry.comes_along:
        download.fetch(entry, entry.place())
    path = model.find_model(name)
    network, data = Network.load(path), files.read(path)
    if found := obstacles(network, len(data)):
        raise ToolError(f"{path.name} is not for this camera: {found[0]}; `madeleine model list` names some that are")
    address = int(entry.flash_address, 0) if entry else constants.MODEL_ADDRESS
    part = Part(path.name, address, data, firmware=False, caution="; ".join(cautions(network, len(data))))
    if part.end > FILES_ADDRESS:
        raise ToolError(f"{part} runs into the files of /flash at 0x{FILES_ADDRESS:06x}; take a smaller model")
    return part


def _baud(text: str) -> int:
    number = int(text)
    if number < 9600:
        raise argparse.ArgumentTypeError("at least 9600")
    return number

"""`madeleine sounds`: what the camera says when it sees a thing: make, put, list, remove."""

import argparse
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from madeleine.camera.ports import add_camera_action
from madeleine.errors import ToolError, UsageError
from madeleine.outputs import write_whole
from madeleine.sounds import names
from madeleine.sounds.places import place
from madeleine.sounds.speech import speak
from madeleine.sounds.wav import of_camera, samples_of, seconds, written
from madeleine.terminal import printable

EXAMPLES = """examples:
  madeleine sounds make cup pen --out voices     by espeak-ng, an English voice
  madeleine sounds make 赤いコップ=あかいこっぷ --voice ja --out voices
                                                 the name of the class = what is spoken
  madeleine sounds put voices                    onto the camera on USB: all WAV files of a folder
  madeleine sounds put cup.wav --card /media/sd  onto a memory card
  madeleine sounds list
  madeleine sounds remove cup

A file is named after its class. The camera plays it when it sees a thing of this class (docs/TOOLS.md).
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "The sounds of the camera: a WAV file for each class, which takes the place of the beep."
    parser.epilog = EXAMPLES
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    make = actions.add_parser("make", help="speak names into WAV files, by espeak-ng")
    make.add_argument("names", metavar="NAME[=TEXT]", nargs="+", help="a class, and what to say if not its name")
    make.add_argument(
        "--voice", default="en", metavar="V", help="a voice of espeak-ng, as ja for Japanese (default: en)"
    )
    make.add_argument("--out", metavar="FOLDER", type=Path, required=True, help="where the files go; made if missing")
    make.set_defaults(func=_make)
    put = _add(actions, "put", "WAV files, or those of a folder, onto the camera", _put)
    put.add_argument("files", metavar="FILE", type=Path, nargs="+", help="WAV files named after classes, or folders")
    _add(actions, "list", "which classes have a sound", _list)
    remove = _add(actions, "remove", "the sound of a class", _remove)
    remove.add_argument("names", metavar="NAME", nargs="+", help="classes whose sound goes")


def _add(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    function: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """An action on a camera or, with --card, on a memory card."""
    action = add_camera_action(actions, name, text, function)
    action.add_argument("--card", metavar="FOLDER", type=Path, help="a memory card's folder instead of a camera")
    return action


def _make(arguments: argparse.Namespace) -> int:
    """0 when every name is spoken; ToolError otherwise."""
    wanted = {}
    for text in arguments.names:
        name, _, said = text.partition("=")
        wanted[names.checked(name)] = said or name
    spoken = {name: written(*samples_of(speak(said, arguments.voice), name)) for name, said in wanted.items()}
    try:
        arguments.out.mkdir(exist_ok=True)
    except OSError as error:
        raise ToolError(f"{arguments.out} cannot be made ({error.strerror}); choose another --out") from error
    for name, data in spoken.items():
        path = arguments.out / f"{name}.wav"
        write_whole(path, data)
        _console().print(f"{path}: {seconds(data):.1f} s")
    return 0


def _put(arguments: argparse.Namespace) -> int:
    """0 when all are there; ToolError otherwise."""
    sounds = {name: of_camera(file) for name, file in names.found(arguments.files).items()}
    with place(arguments.card, arguments.port) as there:
        for name, data in sounds.items():
            there.put(name, data)
            _console().print(f"{name}: {seconds(data):.1f} s, {len(data)} bytes")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    """0, also when there are none."""
    with place(arguments.card, arguments.port) as there:
        sizes = there.sizes()
    for name, size in sizes.items():
        _console().print(f"{printable(name)}: {size} bytes")
    if not sizes:
        _console().print("No sounds: the camera beeps.")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    """0 when they are gone; UsageError when one was not there, and then all stay."""
    wanted = [names.checked(name) for name in arguments.names]
    with place(arguments.card, arguments.port) as there:
        missing = [name for name in wanted if name not in there.sizes()]
        if missing:
            raise UsageError(
                f"there is no sound for {', '.join(missing)}; `madeleine sounds list` lists those there are"
            )
        for name in wanted:
            there.remove(name)
    return 0


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True, markup=False)

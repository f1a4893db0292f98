"""The host toolbox of Madeleine, and its Python API (docs/PYTHON.md): `from madeleine import Camera`."""

TYPE_CHECKING = False  # `typing` is not there when MicroPython runs the virtual board
if TYPE_CHECKING:
    from madeleine.camera.camera import Camera as Camera
    from madeleine.camera.serial_port import LineLost as LineLost
    from madeleine.camera.usb import NoAnswer as NoAnswer
    from madeleine.camera.usb import Refused as Refused
    from madeleine.errors import ToolError as ToolError

PLACES = {  # imported when they are asked for: a command line that needs none of it should start at once
    "Camera": "madeleine.camera.camera",
    "LineLost": "madeleine.camera.serial_port",
    "NoAnswer": "madeleine.camera.usb",
    "Refused": "madeleine.camera.usb",
    "ToolError": "madeleine.errors",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(PLACES[name]), name)

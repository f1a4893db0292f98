"""What a name, a vector, a mark, a setting and a model can be, in a file as in what a camera sends.

Each returns the value that it is given, or raises ValueError or CommandError with the reason.
"""

import json
import re

from madeleine.device import command, gauge, labels
from madeleine.device import settings as device_settings
from madeleine.examples.collection import SETTINGS

vector = command.vector  # base64 text as bytes
_MODEL = re.compile(r"[0-9a-f]{8}")


def model(value: object) -> str:
    """The name of a model (docs/FORMATS.md, Store)."""
    if not isinstance(value, str) or not _MODEL.fullmatch(value):
        raise ValueError("the model is not named by eight hexadecimal digits")
    return value


def label(value: object) -> str:
    """The name of an example, "" for one to ignore."""
    if not isinstance(value, str):
        raise ValueError("neither a name nor a mark nor a setting: it may be of a newer toolbox")
    return labels.check(value) if value else ""


def mark(value: object) -> int:
    """The number of a mark of the gauge."""
    if not isinstance(value, int) or isinstance(value, bool) or not gauge.LOWEST <= value <= gauge.HIGHEST:
        raise ValueError(f"a mark is a whole number from {gauge.LOWEST} to {gauge.HIGHEST}")
    return value


def setting(key: object, value: object) -> str:
    """The value of a setting, if the board's grammar takes it."""
    if key not in SETTINGS or not isinstance(value, str):
        raise ValueError(f"no setting of a camera; there are {', '.join(SETTINGS)}")
    command.parse_line(json.dumps({"do": device_settings.name_of(str(key)), "value": value}).encode())
    return value

"""A picture for an assistant: the screen of the virtual camera in the page of `madeleine web`, when it is asked for.

A camera on USB gives none: at 115200 baud the network's picture, 150,528 bytes, takes 13 s, and what its lens sees
stays in it.
"""

import io

from PIL import Image as Pictures
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from madeleine.errors import ToolError
from madeleine.web.process import DARK

HOST = "127.0.0.1"
SIZE = (240, 135)
ANSWER_S = 10.0
MOST_MESSAGES = 100  # before the screen: it comes right after what the page is told at first


class PageError(ToolError):
    """There is no page, or it gives no picture."""


def screen(port: int) -> bytes:
    """The screen as a PNG; PageError when nobody serves the page on this port of this computer."""
    try:
        origin = Origin(f"http://{HOST}:{port}")
        with connect(f"ws://{HOST}:{port}/live", origin=origin, proxy=None, open_timeout=ANSWER_S) as page:
            told = (page.recv(ANSWER_S) for _ in range(MOST_MESSAGES))
            pixels = next((one for one in told if isinstance(one, bytes)), b"")
    except (OSError, TimeoutError, WebSocketException) as error:
        raise PageError(f"no page on port {port} ({error}): start `madeleine web`, or give another --page") from error
    if len(pixels) != len(DARK):
        raise PageError(f"the page on port {port} gives no picture: is it `madeleine web` of this edition?")
    file = io.BytesIO()
    Pictures.frombytes("RGB", SIZE, pixels).save(file, "PNG")
    return file.getvalue()

"""An app of plain answers, for a FakeBoard: says to each request what the app says."""

import json
import re

from tests.monitor.app_lines import line

STATUS = {
    "app": "0.1.0",
    "board": "M5StickV",
    "model": "0badcafe",
    "examples": 3,
    "capacity": 250,
    "limit": 200,
    "battery_mv": 3900,
    "usb": True,
}
ANSWERS = {
    "status": ("status", {**STATUS, "name": None, "sure": False, "distance": None}),
    "list": ("list", {"classes": [["cup", 2], ["りんご", 1]], "views": [2, 1], "ignored": 1, "examples": 4}),
    "scores": ("scores", {"name": "cup", "sure": True, "scores": [["cup", 12.5], ["", 300.0]]}),
    "where": ("where", {"name": "cup", "box": [10, 20, 30, 40], "centre": [25, 40]}),
    "learn": ("learned", {"name": "cup", "count": 1, "examples": 1}),
    "exclude": ("ignored", {"count": 1, "examples": 2}),
    "mark": ("anchor", {"value": -5}),
    "undo": ("undone", {"what": "anchor", "value": -5, "examples": 2}),
    "forget": ("forgot", {"name": "cup", "count": 2, "examples": 0}),
    "rename": ("renamed", {"name": "cup", "to": "mug", "count": 2, "examples": 2}),
    "select": ("selected", {"name": "cup"}),
    "limit": ("set", {"name": "limit", "value": "150"}),
}


def app(*between: str, **changed: tuple[str, dict]):
    """Answers as the app does, with lines of its own before each answer."""

    def answer(data: bytes) -> bytes:
        said = []
        for request in re.findall(rb"\{.*?\}", data):
            asked = json.loads(request)
            event, fields = {**ANSWERS, **changed}[asked["do"]]
            said += [*between, line(event, **fields, id=asked["id"])]
        return "".join(one + "\r\n" for one in said).encode()

    return answer

"""What firmware/look.py found, checked field by field: a camera may say anything."""

from dataclasses import dataclass
from typing import Any

from madeleine.camera.fields import Nonsense, fields_of


@dataclass(frozen=True)
class Found:
    """What is on the camera. `model`: its bytes, or what the firmware says when it cannot load it."""

    platform: str
    version: str  # of the firmware
    lacks: list[str]
    model: int | str
    heap_bytes: int | None
    battery_mv: int | None
    flash: list[str]  # names of files
    card: list[str]
    app: str  # the text of lib/version.py
    fault: str  # the end of fault.txt


def found_of(value: Any) -> Found:
    """From the JSON of look.py; Nonsense when something is missing or of another kind."""
    said = fields_of(value)
    firmware = fields_of(said.message.get("firmware"))
    model = said.message.get("model")
    if not isinstance(model, int | str):
        raise Nonsense("model is neither a size nor an error")
    return Found(
        platform=firmware.needed_text("platform"),
        version=firmware.needed_text("version"),
        lacks=firmware.needed_texts("lacks"),
        model=model,
        heap_bytes=said.whole("heap"),
        battery_mv=said.whole("battery_mv"),
        flash=said.needed_texts("flash"),
        card=said.needed_texts("card"),
        app=said.needed_text("version"),
        fault=said.needed_text("fault"),
    )

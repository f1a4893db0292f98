"""Lines as the app says them."""

import json


def line(event: str, **fields: object) -> str:
    """One message."""
    return json.dumps({"v": 1, "event": event, **fields})


def seen(name: str, distance: float = 83.2, **more: object) -> str:
    """The answer is this name."""
    return line("seen", name=name, distance=distance, **more)

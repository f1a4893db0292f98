"""What the camera says of a thing that it inspects for oddness (`*good`), for the page."""

from typing import Any

from madeleine.camera.fields import Fields


class Inspection:
    """Follows `good` and `oddness`; `state` is None while nothing is inspected."""

    def __init__(self) -> None:
        self.state: dict[str, Any] | None = None

    def restart(self) -> None:
        """The board has just been switched on."""
        self.state = None

    def listen(self, message: Fields) -> None:
        """A message of the camera on USB."""
        event = message.text("event")
        if event in ("why", "ready"):
            self.restart()  # `why` ends it
        elif event == "good":
            self.state = {"oddness": None, "odd": None} if message.flag("on") is True else None
        elif event == "oddness" and self.state is not None:
            self.state = {"oddness": message.whole("value"), "odd": message.flag("odd")}

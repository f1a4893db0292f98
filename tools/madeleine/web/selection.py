"""Which class button A teaches: followed by what the camera says, and for the rest the device's own rule."""

from madeleine.camera.fields import Fields
from madeleine.device import classes, examples

FORGETFUL = ("reset", "committed", "ready", "using")  # after these it is the first class


class Selection:
    """Follows the lines of one camera."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """The camera has just been switched on."""
        self._label: str | None = None

    def listen(self, message: Fields) -> None:
        """A message of the camera on USB."""
        event, name = message.text("event"), message.text("name")
        if event in ("selected", "learned") or (event == "undone" and message.text("what") == "rename"):
            self._label = name
        elif event in FORGETFUL or (event == "forgot" and name == self._label):
            self._label = None
        elif event == "renamed" and name == self._label:
            self._label = message.text("to")

    def name(self, known: examples.Examples) -> str:
        """What A teaches, given what is known."""
        following = classes.Classes(known)
        following.select(self._label)
        return following.current()

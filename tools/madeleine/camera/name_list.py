"""Names for cameras: what a name may be, and a list of them, one a line, given out one after the other."""

from pathlib import Path

from madeleine.device import constants
from madeleine.errors import ToolError, UsageError
from madeleine.inputs import read

MOST_BYTES = 65536


def friendly_name(text: str) -> str:
    """A name that a camera can have; UsageError for any other text."""
    name = text.strip()
    if not name or not name.isprintable() or len(name) > constants.LABEL_CHARS:
        raise UsageError(f"{text!r} is not a valid name: 1 to {constants.LABEL_CHARS} letters on one line")
    return name


class NameList:
    """Gives each camera its name. A camera that has one of these names keeps it."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self._holders: dict[str, str] = {}  # ids of cameras by name

    @classmethod
    def load(cls, path: Path) -> "NameList":
        """From a file; ToolError when it cannot be used."""
        try:
            lines = read(path, MOST_BYTES).decode("utf-8-sig").splitlines()
        except (OSError, UnicodeError) as error:
            raise ToolError(f"{path}: cannot be read ({error}); give a text file with one name a line") from error
        try:
            names = [friendly_name(line) for line in lines if line.strip()]
        except UsageError as error:
            raise ToolError(f"{path}: {error}") from error
        twice = next((name for name in names if names.count(name) > 1), None)
        if not names or twice:
            what = f"{twice!r} is there twice" if twice else "it has no names"
            raise ToolError(f"{path}: {what}; give each camera its own name, one a line")
        return cls(names)

    def take(self, id: str, present: str) -> str:
        """The name for the camera with this id, which is called `present` now; "" when no name is left."""
        if present in self.names and self._holders.get(present, id) == id:
            name = present
        else:
            name = next((one for one in self.names if one not in self._holders), "")
        if name:
            self._holders[name] = id
        return name

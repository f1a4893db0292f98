"""The firmwares that Madeleine is known to run on, and finding one."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from madeleine import download
from madeleine.errors import ToolError
from madeleine.paths import board_files


@dataclass(frozen=True)
class Build:
    """A firmware of firmware/catalogue.json. `version` is what it says of itself, `lacks` what later ones have."""

    command: ClassVar[str] = "madeleine firmware fetch"

    name: str
    description: str
    version: str
    address: str
    size_bytes: int
    sha256: str
    licence: str
    boards: list[str]
    lacks: list[str]

    def place(self) -> Path:
        """Where the file is, or would be once fetched."""
        return download.cache() / f"{self.name}.bin"


def builds() -> dict[str, Build]:
    """All firmwares by name, the recommended one first."""
    rows = json.loads((board_files() / "firmware" / "catalogue.json").read_text("utf-8"))["builds"]
    return {row["name"]: Build(**row) for row in rows}


def get(name: str) -> Build:
    """The firmware of this name; ToolError when there is none."""
    found = builds().get(name)
    if found is None:
        raise ToolError(f"no firmware is called {name!r}; there are {', '.join(builds())}")
    return found


def find_firmware(name_or_path: str | Path) -> Path:
    """The file of a firmware of the catalogue, fetched when it is not here yet, or the file itself."""
    build = builds().get(str(name_or_path))
    if build:
        return download.fetch(build, build.place())
    path = Path(name_or_path)
    if path.is_file():
        return path
    raise ToolError(f"{path} is neither a file nor a known firmware; known are {', '.join(builds())}")

"""The feature models there are (models/catalogue.json), and where their files lie."""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from madeleine.download import cache
from madeleine.errors import ToolError
from madeleine.paths import board_files


@dataclass(frozen=True)
class Entry:
    """A model of the catalogue; the fields are those of docs/FORMATS.md, "Model catalogue"."""

    name: str
    description: str
    address: str
    size_bytes: int
    sha256: str
    licence: str
    input: list[int]
    outputs: list[dict[str, Any]]
    step: dict[str, int]
    flash_address: str

    @property
    def comes_along(self) -> bool:
        """Whether the toolbox carries the file itself."""
        return "://" not in self.address

    def place(self) -> Path:
        """Where the file is, or would be once fetched."""
        return board_files() / self.address if self.comes_along else cache() / f"{self.name}.kmodel"


def catalogue() -> dict[str, Entry]:
    """All models by name."""
    rows = json.loads((board_files() / "models" / "catalogue.json").read_text("utf-8"))["models"]
    return {row["name"]: Entry(**row) for row in rows}


def find_model(name_or_path: str | Path) -> Path:
    """The file of a model of the catalogue, or the file itself; ToolError when there is none."""
    entry = catalogue().get(str(name_or_path))
    path = entry.place() if entry else Path(name_or_path)
    if path.is_file():
        return path
    if entry:
        raise ToolError(f"{entry.name} is not here yet; fetch it with: madeleine model fetch {entry.name}")
    raise ToolError(f"{path} is neither a file nor a known model; known are {', '.join(catalogue())}")


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the action."""
    parser = actions.add_parser("list", help="the models of the catalogue")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Tells all models and whether they are here."""
    entries = catalogue().values()
    here = {
        entry.name: "comes along" if entry.comes_along else "fetched" if entry.place().is_file() else "not fetched"
        for entry in entries
    }
    if arguments.json:
        print(json.dumps([{**asdict(entry), "here": here[entry.name]} for entry in entries], indent=2))
        return 0
    for entry in entries:
        print(f"{entry.name}  {entry.size_bytes / 1e6:.2f} MB, {entry.licence}, {here[entry.name]}")
        print(f"    {entry.description}")
    return 0

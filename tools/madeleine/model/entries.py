"""The feature models there are (models/catalogue.json), and where their files lie."""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from madeleine.device import features
from madeleine.download import cache
from madeleine.errors import ToolError
from madeleine.paths import board_files


@dataclass(frozen=True)
class File:
    """What the catalogue says of every file; the fields are those of docs/FORMATS.md, "Model catalogue"."""

    command: ClassVar[str] = "madeleine model fetch"

    name: str
    description: str
    address: str
    size_bytes: int
    sha256: str
    licence: str


@dataclass(frozen=True)
class Entry(File):
    """A model that the chip runs."""

    input: list[int]
    outputs: list[dict[str, Any]]
    step: dict[str, int]
    flash_address: str
    right_percent: float | None
    memory_bytes: int
    cards: bool

    @property
    def comes_along(self) -> bool:
        """Whether the toolbox carries the file itself."""
        return "://" not in self.address

    @property
    def is_for_the_camera(self) -> bool:
        """Does it give the numbers that the camera compares?"""
        return bool(self.outputs[0]["length"] == features.LENGTH)

    def place(self) -> Path:
        """Where the file is, or would be once fetched."""
        return board_files() / self.address if self.comes_along else cache() / f"{self.name}.kmodel"


@dataclass(frozen=True)
class FloatNetwork(File):
    """A network of others that is fetched as it is, for `model build` and `pose`."""

    def place(self) -> Path:
        """Where the file is once fetched."""
        return cache() / f"{self.name}{Path(self.address).suffix}"


@dataclass(frozen=True)
class Recipe:
    """A model that nobody may pass on as a file, and the command that makes it; otherwise as an Entry."""

    name: str
    description: str
    command: str
    licence: str
    right_percent: float | None
    memory_bytes: int
    cards: bool


def catalogue() -> dict[str, Entry]:
    """All models by name."""
    return {row["name"]: Entry(**row) for row in _rows("models")}


def networks() -> dict[str, FloatNetwork]:
    """The networks that are no kmodels yet, by name."""
    return {row["name"]: FloatNetwork(**row) for row in _rows("networks")}


def recipes() -> list[Recipe]:
    """The models that everybody makes for himself."""
    return [Recipe(**row) for row in _rows("made")]


def _rows(key: str) -> list[dict[str, Any]]:
    content = json.loads((board_files() / "models" / "catalogue.json").read_text("utf-8"))
    return list(content[key])


def find_network(name_or_path: str | Path) -> Path:
    """The file of a network of the catalogue, or the file itself; ToolError when it is not fetched yet."""
    network = networks().get(str(name_or_path))
    path = network.place() if network else Path(name_or_path)
    if network and not path.is_file():
        raise ToolError(f"{network.name} is not here yet; fetch it with: madeleine model fetch {network.name}")
    return path


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
    """Prints all models: what each is worth, what it costs, and whether it is here."""
    entries: list[Entry | FloatNetwork] = [*catalogue().values(), *networks().values()]
    makes = recipes()
    if arguments.json:
        rows = [{**asdict(entry), "here": _here(entry)} for entry in entries]
        print(json.dumps([*rows, *({**asdict(recipe), "here": "made"} for recipe in makes)], indent=2))
        return 0
    for entry in entries:
        print(f"{entry.name}  {entry.size_bytes / 1e6:.2f} MB, {entry.licence}, {_here(entry)}")
        print(f"    {entry.description}")
        if isinstance(entry, Entry):
            print(f"    {_worth(entry)}")
    for recipe in makes:
        print(f"{recipe.name}  {recipe.licence}, make it: {recipe.command}")
        print(f"    {recipe.description}\n    {_worth(recipe)}")
    print("named right: without a limit, 5 examples a class, mean of seven sets of photographs (models/README.md)")
    return 0


def _here(entry: Entry | FloatNetwork) -> str:
    if isinstance(entry, Entry) and entry.comes_along:
        return "comes along"
    return "fetched" if entry.place().is_file() else "not fetched"


def _worth(model: Entry | Recipe) -> str:
    right = "not judged on photographs" if model.right_percent is None else f"{model.right_percent} % named right"
    cards = "cards work" if model.cards else "too large: the camera reads no cards"
    return f"{right}; {model.memory_bytes:,} bytes of memory next to the file; {cards}"

"""Files of examples, of either kind: ours (JSON lines) and Brownie's features.csv."""

from io import BytesIO, TextIOWrapper
from pathlib import Path

from madeleine.errors import ToolError
from madeleine.examples import brownie, lines
from madeleine.examples.collection import Collection
from madeleine.examples.problems import Problems
from madeleine.inputs import read
from madeleine.outputs import write_whole

MAX_BYTES = 64 << 20  # ten thousand examples as Brownie writes them


def load(path: Path) -> Collection:
    """What a file holds; ToolError when there is anything wrong with it."""
    return parsed(_content(path), str(path))


def parsed(data: bytes, title: str) -> Collection:
    """What the bytes of such a file hold; ToolError, with its title, when there is anything wrong with them."""
    problems = Problems(title)
    collection = _examined(data, title, problems)
    problems.check()
    return collection


def examine(path: Path, problems: Problems) -> Collection:
    """What a file holds as far as it can be read; the rest goes to `problems`."""
    return _examined(_content(path), str(path), problems)


def _content(path: Path) -> bytes:
    try:
        return read(path, MAX_BYTES)
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error


def _examined(data: bytes, title: str, problems: Problems) -> Collection:
    try:
        text = TextIOWrapper(BytesIO(data), "utf-8-sig").read()  # line ends of every system
    except UnicodeDecodeError as error:
        raise ToolError(f"{title} is not valid UTF-8; give a file of examples or Brownie's features.csv") from error
    if not text.strip():
        problems.add(None, "this file is empty")
        return Collection("")
    return lines.read(text, problems) if text.startswith("{") else brownie.read(text, problems)


def save(path: Path, collection: Collection) -> None:
    """Writes a file, Brownie's kind if its name ends in .csv; what was there stays until the new one is whole."""
    data = brownie.write(collection) if path.suffix.lower() == ".csv" else lines.write(collection)
    write_whole(path, data)

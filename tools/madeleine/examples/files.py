"""Files of examples, of either kind: ours (JSON lines) and Brownie's features.csv."""

from collections.abc import Callable
from pathlib import Path

from madeleine.errors import ToolError
from madeleine.examples import brownie, jsonl
from madeleine.examples.collection import Collection
from madeleine.examples.encoding import decoded
from madeleine.examples.problems import Problems
from madeleine.inputs import read
from madeleine.outputs import write_whole

MAX_BYTES = 64 << 20  # ten thousand examples as Brownie writes them
TOLD = 10  # lines that are left out and named


def load(path: Path, tell: Callable[[str], None]) -> Collection:
    """What a file holds; `tell` gets what is left out. ToolError when the file cannot be used."""
    return parsed(_content(path), str(path), tell)


def parsed(data: bytes, title: str, tell: Callable[[str], None]) -> Collection:
    """What the bytes of such a file hold; `tell` gets what is left out. ToolError, with the title, if it is no use."""
    problems = Problems(title)
    collection = _examined(data, title, problems)
    problems.check()
    for text in problems.left_out[:TOLD]:
        tell(f"{text}; left out")
    if len(problems.left_out) > TOLD:
        tell(f"{title}: {len(problems.left_out) - TOLD} more lines are left out; `madeleine examples check` lists them")
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
    text = decoded(data, title)
    if not text.strip():
        problems.add(None, "this file is empty")
        return Collection("")
    return jsonl.read(text, problems) if text.startswith("{") else brownie.read(text, problems)


def save(path: Path, collection: Collection) -> None:
    """Writes a file, Brownie's kind if its name ends in .csv; what was there stays until the new one is whole."""
    write_whole(path, encoded(path, collection))


def encoded(path: Path, collection: Collection) -> bytes:
    """The content of such a file."""
    return brownie.write(collection) if path.suffix.lower() == ".csv" else jsonl.write(collection)

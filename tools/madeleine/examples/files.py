"""Files of examples, of either kind: ours (JSON lines) and Brownie's features.csv."""

from pathlib import Path

from madeleine.errors import ToolError
from madeleine.examples import brownie, lines
from madeleine.examples.collection import Collection
from madeleine.examples.problems import Problems
from madeleine.outputs import write_whole

MAX_BYTES = 64 << 20  # ten thousand examples as Brownie writes them


def load(path: Path) -> Collection:
    """What a file holds; ToolError when there is anything wrong with it."""
    problems = Problems(str(path))
    collection = examine(path, problems)
    problems.check()
    return collection


def examine(path: Path, problems: Problems) -> Collection:
    """What a file holds as far as it can be read; the rest goes to `problems`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ToolError(f"{path} is larger than {MAX_BYTES >> 20} MB; that is no file of examples")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ToolError(f"{path} is no text in UTF-8; give a file of examples or Brownie's features.csv") from error
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error
    if not text.strip():
        problems.add(None, "this file is empty")
        return Collection("")
    return lines.read(text, problems) if text.startswith("{") else brownie.read(text, problems)


def save(path: Path, collection: Collection) -> None:
    """Writes a file, Brownie's kind if its name ends in .csv; what was there stays until the new one is whole."""
    data = brownie.write(collection) if path.suffix.lower() == ".csv" else lines.write(collection)
    write_whole(path, data)

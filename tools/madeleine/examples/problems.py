"""What is wrong with a file of examples, line by line."""

from collections.abc import Iterator
from contextlib import contextmanager

from madeleine.device import command
from madeleine.errors import ToolError


class Problems:
    """The problems of one file, in the order they were found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.texts: list[str] = []

    def add(self, number: int | None, text: str) -> None:
        """A problem of a line, or of the whole file."""
        self.texts.append(f"{self.name}: {text}" if number is None else f"{self.name}, line {number}: {text}")

    @contextmanager
    def at(self, number: int) -> Iterator[None]:
        """What is refused inside is a problem of this line."""
        try:
            yield
        except ValueError as error:
            self.add(number, str(error))
        except command.CommandError as error:
            self.add(number, error.text)

    def check(self) -> None:
        """ToolError with the first problem, if there is any."""
        if self.texts:
            others = len(self.texts) - 1
            more = f" (and {others} more: `madeleine examples check` lists them)" if others else ""
            raise ToolError(self.texts[0] + more)

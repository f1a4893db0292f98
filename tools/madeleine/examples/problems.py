"""What is wrong with a file of examples, line by line: what forbids its use, and what can be left out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from madeleine.device import command_error
from madeleine.errors import ToolError

MOST = 1000  # texts that are kept; a file may have a million bad lines


class Problems:
    """The problems of one file, in the order they were found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.texts: list[str] = []
        self.left_out: list[str] = []  # why lines are left out of a file that has others

    def add(self, number: int | None, text: str) -> None:
        """A problem of a line, or of the whole file."""
        self._keep(self.texts, number, text)

    def leave_out(self, number: int, text: str) -> None:
        """A line of no use, without which the file can be used."""
        self._keep(self.left_out, number, text)

    def _keep(self, texts: list[str], number: int | None, text: str) -> None:
        place = self.name if number is None else f"{self.name}, line {number}"
        if len(texts) < MOST:
            texts.append(f"{place}: {text}")
        elif len(texts) == MOST:
            texts.append(f"{place} and perhaps more lines are like these")

    @contextmanager
    def at(self, number: int) -> Iterator[None]:
        """What is refused inside is a problem of this line."""
        with _refused(lambda text: self.add(number, text)):
            yield

    @contextmanager
    def leaving_out(self, number: int) -> Iterator[None]:
        """If something is refused inside, this line is left out."""
        with _refused(lambda text: self.leave_out(number, text)):
            yield

    def check(self) -> None:
        """ToolError with the first problem, if there is any."""
        if self.texts:
            others = len(self.texts) - 1
            more = f" (and {others} more: `madeleine examples check` lists them)" if others else ""
            raise ToolError(self.texts[0] + more)


@contextmanager
def _refused(note: Callable[[str], None]) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        note(str(error))
    except command_error.CommandError as error:
        note(error.text)

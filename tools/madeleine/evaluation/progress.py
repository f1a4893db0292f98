"""How far a long measurement is: a bar in a terminal, elsewhere a line on the error stream now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

EVERY_S = 10.0
Advance: TypeAlias = Callable[[int], None]  # how many more are done
Tasks: TypeAlias = Callable[[str, int], Advance]  # what is done, and how many there are


@contextmanager
def progress(console: Console, *, bars: bool) -> Iterator[Tasks]:
    """Gives a function that begins a task, with its name and size, and gives one that is called as the task goes on.

    bars: may there be any, where the console is a terminal?
    """
    if not (bars and console.is_terminal):
        yield _lines
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as drawn:

        def begin(name: str, total: int) -> Advance:
            bar = drawn.add_task(name, total=total)
            return lambda more: drawn.advance(bar, more)

        yield begin


def _lines(name: str, total: int) -> Advance:
    errors = Console(stderr=True, soft_wrap=True, markup=False)
    done, said_s = 0, time.monotonic()

    def advance(more: int) -> None:
        nonlocal done, said_s
        done += more
        if time.monotonic() - said_s >= EVERY_S:
            said_s = time.monotonic()
            errors.print(f"{name}: {done} of {total}", highlight=False)

    return advance

"""A call with an end: for those that wait inside the operating system, as the look-up of a host's name does."""

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """What `call` returns or raises; TimeoutError when that takes longer. It then goes on in a thread of its own.

    Ctrl-C is answered meanwhile: nothing but a thread can wait for a look-up and be left.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # it is raised again below
            errors.append(error)

    thread = threading.Thread(target=run, name="madeleine call", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError(f"no answer within {seconds:g} s")
    return results[0]

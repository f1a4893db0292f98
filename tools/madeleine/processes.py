"""Processes that share out work: fresh ones with one thread each, which leave Ctrl-C to the one that gives it out."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from madeleine.errors import ToolError

T = TypeVar("T")


@contextmanager
def workers(jobs: int, prepare: Callable[[T], object], material: T, what: str) -> Iterator[ProcessPoolExecutor]:
    """So many processes, each of which first calls `prepare` with the material: a function of a module, and plain data.

    They leave what is still to do when this process stops early. ToolError, with `what` they ran, when one was ended.
    """
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _start, (prepare, material))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise ToolError(f"a process that ran {what} was ended from outside; give fewer --jobs") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start(prepare: Callable[[T], object], material: T) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    prepare(material)

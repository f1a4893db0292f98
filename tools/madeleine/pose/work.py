"""People frame by frame, shared out among processes; the frames stay in their order."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from madeleine.pictures import Frame
from madeleine.processes import workers

from .frames import Shot
from .network import Finder
from .people import Person

AHEAD = 2  # frames in memory for each process
WORTH = 8  # frames for each process: as long as it takes to start


def people_in(shots: Iterable[Shot], finder: Finder, jobs: int) -> Iterator[tuple[Shot, list[Person]]]:
    """Every frame with its people, in order."""
    if jobs == 1:
        yield from ((shot, finder.people(shot.frame)) for shot in shots)
        return
    with workers(jobs, _load, finder, finder.path.name) as pool:
        yield from _shared_out(shots, pool, AHEAD * jobs)


def _shared_out(shots: Iterable[Shot], pool: ProcessPoolExecutor, most: int) -> Iterator[tuple[Shot, list[Person]]]:
    waiting: deque[tuple[Shot, Future[list[Person]]]] = deque()
    for shot in shots:
        waiting.append((shot, pool.submit(_work, shot.frame)))
        if len(waiting) >= most:
            first, future = waiting.popleft()
            yield first, future.result()
    for first, future in waiting:
        yield first, future.result()


_at_work: list[Finder] = []  # that of this process


def _load(finder: Finder) -> None:
    _at_work[:] = [finder]


def _work(frame: Frame) -> list[Person]:
    return _at_work[0].people(frame)

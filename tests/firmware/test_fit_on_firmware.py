"""The rule fit on the real firmware: changes of all kinds, names as numpy has them, and a heap that stays as it is.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

from statistics import median

import pytest
from madeleine.model import find_model

from bench.measure_fit import Bench, scores
from tests.firmware import on_firmware  # noqa: F401
from tests.lib.test_fit import CLOSE, LABELS, Things

pytestmark = pytest.mark.timeout(3600)

CHANGES, LOOKS = 80, 8
MOST = 16  # examples
FREE = "settle()\ngc.collect()\nprint(gc.mem_free())"


def test_many_changes():
    bench, things = Bench(find_model("madeleine").read_bytes()), Things(13)
    queries, taught, free = things.vectors(12), [], []
    for number in range(1, CHANGES + 1):
        taught = change(bench, things, taught)
        for _ in range(things.random.integers(6)):  # the next change may come before this one is through
            bench.do("named.work()")
        if number % (CHANGES // LOOKS) == 0 and taught:
            free.append(int(bench.do(FREE)))
            labels, truth = scores(taught, [("", query) for query in queries])
            for query, score in zip(queries, truth, strict=True):
                name = bench.show(query, "print(fit.name(example))").strip()
                assert score.max() - score[labels.index(name)] < CLOSE, number
    # A row of 3 KB hangs on an old pointer now and then; the collector takes all that looks like one.
    assert abs(median(free[-3:]) - median(free[:3])) < 1000, free


def change(bench, things, taught):
    """One change, on the board and in the list that is returned."""
    kind = things.random.random()
    if (kind < 0.65 and len(taught) < MOST) or not taught:
        number = things.random.integers(len(LABELS))
        pair = (LABELS[number], things.vector(number))
        bench.show(pair[1], f"learned.learn({pair[0]!r}, example)")
        return [*taught, pair]
    if kind < 0.85:
        bench.do("learned.undo()")
        return taught[:-1]
    label = taught[things.random.integers(len(taught))][0]
    if kind < 0.95:
        bench.do(f"learned.forget({label!r})")
        return [pair for pair in taught if pair[0] != label]
    renamed = [("new name" if name == label else name, vector) for name, vector in taught]
    bench.do("learned.clear()")
    for name, vector in renamed:
        bench.show(vector, f"learned.learn({name!r}, example)")
    return renamed

"""A second or two of each surface; `python -m tests.fuzz.NAME --cases N --seed S` goes on (docs/RELIABILITY.md)."""

import importlib

import pytest

from tests.fuzz import harness

#  surface         cases: a second or two each
SURFACES = {
    "arrays": 250,
    "camera_lines": 1000,
    "features_csv": 1000,
    "host_lines": 5000,
    "kmodels": 600,
    "networks": 120,
    "packages": 300,
    "pictures": 600,
    "prompts": 400,
    "rules": 1000,
    "scenarios": 500,
}


@pytest.mark.parametrize("name", SURFACES)
def test_no_case_ends_in_a_traceback_or_hangs(name):
    count = harness.run(importlib.import_module(f"tests.fuzz.{name}").case, SURFACES[name], seed=1)
    assert count.cases == SURFACES[name]
    assert not count.hangs and not count.tracebacks, (count.hangs + count.tracebacks)[0]


def test_the_harness_counts():
    def case(random):
        if random.random() < 0.5:
            raise KeyError("a fault")

    count = harness.run(case, 100, seed=1)
    assert count.cases == 100 and 20 < len(count.tracebacks) < 80
    again = harness.run(case, 100, seed=1)
    assert len(again.tracebacks) == len(count.tracebacks), "the same seed, the same cases"


def test_the_harness_ends_what_hangs(monkeypatch):
    monkeypatch.setattr(harness, "HANG_S", 0.05)
    count = harness.run(lambda random: _forever(), 2, seed=1)
    assert len(count.hangs) == 2 and not count.tracebacks


def _forever():
    while True:
        pass

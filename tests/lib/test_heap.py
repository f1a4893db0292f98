"""The size of the GC heap: the rule, with what was measured on the firmware (docs/BOARD.md, "Memory")."""

import pytest
from madeleine.device import heap


@pytest.mark.parametrize(
    ("now_bytes", "free_kb", "right"),
    [
        (290_000, 916, 420_000),  # our own model, measured with the heap of the first edition
        (420_000, 788, 420_000),
        (430_000, 780, 420_000),  # works, by a hair
        (440_000, 768, 420_000),  # does not
        (290_000, 788, 290_000),  # Brownie's model
        (524_288, 559, 290_000),  # the same before the first start
        (310_000, 768, 290_000),
        (290_000, 300, heap.LEAST_BYTES),  # a model too large for cards
        (290_000, 2_400, heap.MOST_BYTES),  # the tour's
    ],
)
def test_what_the_model_leaves(now_bytes, free_kb, right):
    assert heap.right(now_bytes, free_kb) == right


def test_the_right_size_fits_and_stays_right():
    for free_kb in range(300, 2_000):
        size = heap.right(290_000, free_kb)
        left_kb = (free_kb * 1024 + 290_000 - size) // 1024
        for measured_kb in (left_kb - 1, left_kb, left_kb + 1):
            assert heap.fits(size, measured_kb), free_kb


@pytest.mark.parametrize(
    ("now_bytes", "free_kb", "fits"),
    [
        (420_000, 788, True),
        (420_000, 650, False),  # Brownie's model after ours: cards do not work
        (290_000, 908, False),  # ours after Brownie's: memory is wasted
        (290_000, 500, True),  # a large model; no other heap would help
        (heap.MOST_BYTES, 2_000, True),
        (524_288, 1_700, False),
    ],
)
def test_a_change_of_the_model_is_noticed(now_bytes, free_kb, fits):
    assert heap.fits(now_bytes, free_kb) == fits


def test_the_installer_leaves_the_file_that_the_app_looks_for(root):
    text = (root / "firmware/install.py").read_text(encoding="utf-8")
    assert f"HEAP_UNSET = '{heap.UNSET}'" in text

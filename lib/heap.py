"""How large the GC heap is to be: what the model and the reader of cards leave of the firmware's memory.

The heap is carved out of that memory at the start, by a setting of the firmware. What is left depends on the firmware
and on the model, so it is not reckoned but measured: when all is loaded, the firmware says how much is free. The
installer leaves a file, and the app sets the heap at its next start (docs/BOARD.md, "Memory").
"""

UNSET = 'heap.unset'  # this file is on flash until the heap has been set
TYPEFACE_BYTES = 330000  # with less, the app's own typeface (16 KB and more) leaves too little for examples
LEAST_BYTES = 290000  # the app and 250 examples need no less; larger models get no more from it, and no cards
# Not above the firmware's own: any model that leaves room for cards still loads when it takes another's place.
MOST_BYTES = 520000
CARDS_KB = 784  # free when all is loaded: 700 in one piece for the reader of cards, what its first search keeps, more
STEP_BYTES = 10000
TOO_LARGE_BYTES, TOO_SMALL_BYTES = 2000, 40000  # beside what is measured, to a KB; less is not worth a word


def right(now_bytes: int, free_kb: int) -> int:
    """The heap to set when all is loaded, the heap has `now_bytes`, and `free_kb` of the firmware's memory are free."""
    return min(MOST_BYTES, max(LEAST_BYTES, _possible(now_bytes, free_kb) // STEP_BYTES * STEP_BYTES))


def fits(now_bytes: int, free_kb: int) -> bool:
    """Is the heap there is as good as the right one?"""
    possible = min(MOST_BYTES, max(LEAST_BYTES, _possible(now_bytes, free_kb)))
    return possible - TOO_SMALL_BYTES < now_bytes <= possible + TOO_LARGE_BYTES


def _possible(now_bytes: int, free_kb: int) -> int:
    return now_bytes + (free_kb - CARDS_KB) * 1024

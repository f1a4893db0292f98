"""Sets the GC heap for the loaded model, once, when an installer has asked for it; otherwise says if it does not fit.

That needs a restart. It is done seldom, for a cut while the setting is written can keep the firmware from starting.
"""

from micropython import const

import device
import heap
import vision

_TYPING = const(0)
if _TYPING:
    from files import Files


def make_room(files: 'Files') -> None:
    """The model has not loaded: with the least heap there is it may, and then the heap can be set for it."""
    now = vision.heap_bytes()
    if now is not None and now > heap.LEAST_BYTES and heap.UNSET in files.names() and _set(files, heap.LEAST_BYTES):
        device.restart()


def fit(files: 'Files') -> str:
    """When all is loaded: set the heap, which restarts the board, or return what to say of it, '' when it fits."""
    now, free_kb = vision.heap_bytes(), vision.free_memory_kb()
    if now is None:
        return ''
    right = heap.LEAST_BYTES if free_kb is None else heap.right(now, free_kb)
    wanted = heap.UNSET in files.names() and not files.frozen
    if wanted and (now == right or _set(files, right)) and _removed(files) and now != right:
        device.restart()
    if free_kb is None or heap.fits(now, free_kb):
        return ''
    return 'The heap has %d bytes, with this model it should have %d: run madeleine install' % (now, right)


def _set(files: 'Files', size_bytes: int) -> bool:
    """Is it set now? A full or worn flash does not take it, and then a restart would follow on each restart."""
    if not files.free_bytes():  # v0.5.0_9, seen: after a save that fails no file can be opened until the next start
        return False
    try:
        vision.set_heap(size_bytes)
    except OSError:
        return False
    return vision.heap_bytes() == size_bytes


def _removed(files: 'Files') -> bool:
    """Is the wish gone? With it a restart could follow on each restart."""
    try:
        files.remove(heap.UNSET)
    except OSError:
        return False
    return True

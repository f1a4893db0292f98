"""What time it is, and waiting: `camera` and `bridge` take both from here, so that a bench can make a day short."""

import threading
import time


def steady_s() -> float:
    """Seconds since some moment; they never jump."""
    return time.monotonic()


def wall_s() -> float:
    """Seconds since 1970."""
    return time.time()


def wait(event: threading.Event, seconds: float) -> bool:
    """Until the event is set, so many seconds at most; whether it is."""
    return event.wait(seconds)

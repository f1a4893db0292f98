"""A clock for the threads of madeleine.clock that goes on by itself as soon as all of them wait: nobody sleeps."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from unittest import mock

from madeleine import clock

LOOK_S = 0.1  # of real time


@dataclass
class Waiter:
    """A thread that waits: until when, for what, and how it is woken."""

    until_s: float
    ready: Callable[[], bool]
    wake: threading.Condition


class VirtualClock:
    """Takes the place of madeleine.clock's three functions while it is `used`."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.is_over = False  # the day has ended: nobody waits any more
        self._began_s = time.time()
        self._lock = threading.Lock()
        self._threads = {threading.current_thread()}
        self._waiting: dict[threading.Thread, Waiter] = {}

    def used(self) -> mock._patch_dict:
        """A context in which the toolbox goes by this clock."""
        return mock.patch.multiple(
            clock,
            steady_s=lambda: self.now_s,
            wall_s=lambda: self._began_s + self.now_s,
            wait=lambda event, seconds: self.until(event.is_set, seconds),
        )

    def start(self, thread: threading.Thread) -> None:
        """Starts a thread that goes by this clock: time stands until it waits."""
        threading.Thread.start(thread)
        with self._lock:
            self._threads.add(thread)

    def until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Waits until it is ready, so many seconds at most; whether it is."""
        with self._lock:
            thread = threading.current_thread()
            self._threads.add(thread)
            if ready() or self.is_over:
                return ready()
            mine = Waiter(self.now_s + max(0.0, seconds), ready, threading.Condition(self._lock))
            self._waiting[thread] = mine
            self._go_on()
            while thread in self._waiting and not self.is_over:
                if not mine.wake.wait(LOOK_S):
                    self._go_on()  # a thread that ends says nothing
        if self.is_over:
            time.sleep(0.01)
        return ready()

    def end(self) -> None:
        """Lets everybody go."""
        with self._lock:
            self.is_over = True
            for waiter in self._waiting.values():
                waiter.wake.notify()

    def _go_on(self) -> None:
        """If nobody works, wakes whoever is ready; if nobody is, it is later now."""
        self._threads = {thread for thread in self._threads if thread.is_alive()}
        if self._threads - self._waiting.keys():
            return
        woken = [thread for thread, waiter in self._waiting.items() if waiter.ready()]
        if not woken:
            self.now_s = min(waiter.until_s for waiter in self._waiting.values())
            woken = [thread for thread, waiter in self._waiting.items() if waiter.until_s <= self.now_s]
        for thread in woken:
            self._waiting.pop(thread).wake.notify()

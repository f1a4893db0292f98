"""The GC heap is set once, on any flash: no restart follows on each restart."""

import importlib
import sys
from types import ModuleType, SimpleNamespace

import heap
import pytest

FREE_KB = 780  # with a heap of 420,000
RIGHT = 420_000


class RestartedError(Exception):
    """machine.reset()."""


class Camera:
    """A camera after an installation: its flash and what the firmware keeps of its heap."""

    def __init__(self, *, sets: bool = True, complains: bool = False, removes: bool = True) -> None:
        self.heap_bytes, self.set_bytes = 524_288, 524_288
        self.there = [heap.UNSET]
        self.sets, self.complains, self.removes = sets, complains, removes
        self.restarts = 0

    # as vision
    def free_memory_kb(self) -> int:
        return FREE_KB - (self.heap_bytes - RIGHT) // 1024

    def set_heap(self, size_bytes: int) -> None:
        if self.complains:
            raise OSError(5)
        if self.sets:
            self.set_bytes = size_bytes

    # as files
    def names(self) -> list[str]:
        return self.there

    def remove(self, name: str) -> None:
        if not self.removes:
            raise OSError(28)
        self.there.remove(name)

    def restart(self) -> None:
        self.restarts += 1
        assert self.restarts < 3, "for ever"
        self.heap_bytes = self.set_bytes
        raise RestartedError


@pytest.fixture
def sizing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name in ("device", "vision"):
        monkeypatch.setitem(sys.modules, name, SimpleNamespace())
    monkeypatch.delitem(sys.modules, "sizing", raising=False)
    module = importlib.import_module("sizing")
    monkeypatch.delitem(sys.modules, "sizing")
    return module


def started(sizing: ModuleType, camera: Camera, ask: str = "fit") -> object:
    """What the start says in the end, through restarts."""
    sizing.device = SimpleNamespace(restart=camera.restart)
    sizing.vision = SimpleNamespace(
        heap_bytes=lambda: camera.set_bytes, free_memory_kb=camera.free_memory_kb, set_heap=camera.set_heap
    )
    while True:
        try:
            return getattr(sizing, ask)(camera)
        except RestartedError:
            pass


def test_a_wish_is_granted_once(sizing: ModuleType) -> None:
    camera = Camera()
    assert started(sizing, camera) == ""
    assert (camera.heap_bytes, camera.restarts, camera.there) == (RIGHT, 1, [])


@pytest.mark.parametrize("trouble", [{"sets": False}, {"complains": True}])
def test_a_heap_that_is_not_set_is_told(sizing: ModuleType, trouble: dict[str, bool]) -> None:
    camera = Camera(**trouble)
    assert "it should have 420000: run madeleine install" in str(started(sizing, camera))
    assert camera.restarts == 0
    assert camera.there == [heap.UNSET], "the next start tries again"


def test_a_wish_that_cannot_be_removed_does_not_restart(sizing: ModuleType) -> None:
    camera = Camera(removes=False)
    started(sizing, camera)
    assert camera.restarts == 0 and camera.set_bytes == RIGHT
    camera.heap_bytes = RIGHT  # somebody switches it off and on
    assert started(sizing, camera) == ""
    assert camera.restarts == 0


@pytest.mark.parametrize(("trouble", "restarts"), [({}, 1), ({"sets": False}, 0), ({"complains": True}, 0)])
def test_room_for_a_model_is_made_once(sizing: ModuleType, trouble: dict[str, bool], restarts: int) -> None:
    camera = Camera(**trouble)
    started(sizing, camera, "make_room")
    assert camera.restarts == restarts

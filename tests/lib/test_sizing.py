"""The heap is set once, when an installation asks for it; afterwards it is only compared."""

from types import SimpleNamespace

import heap
import pytest

from tests.fakes.flash import Flash

NOW, FREE_KB = 524288, 400


class Restarted(Exception):
    """The board starts again."""


class Board:
    """A board with this heap, which the module under test sets and asks for; `keeps` and `removes`: does flash?"""

    def __init__(self, monkeypatch, heap_bytes, free_kb, asked=True, keeps=True, removes=True):
        import sizing

        self.heap_bytes, self.sizing, self.was_set, self._keeps = heap_bytes, sizing, [], keeps
        self.flash = Flash({heap.UNSET: b""} if asked else {})
        if not removes:
            monkeypatch.setattr(self.flash, "remove", self._refuse)
        vision = SimpleNamespace(heap_bytes=lambda: self.heap_bytes, free_memory_kb=lambda: free_kb, set_heap=self._set)
        monkeypatch.setattr(sizing, "vision", vision)
        monkeypatch.setattr(sizing, "device", SimpleNamespace(restart=self._restart))

    def _restart(self):
        raise Restarted

    def _set(self, size_bytes):
        self.was_set.append(size_bytes)
        if self._keeps:
            self.heap_bytes = size_bytes

    def _refuse(self, name):
        raise OSError(28)

    def asks(self):
        return heap.UNSET in self.flash.files


def test_it_is_set_for_the_model_and_the_board_starts_again(monkeypatch):
    board = Board(monkeypatch, NOW, FREE_KB)
    with pytest.raises(Restarted):
        board.sizing.fit(board.flash)
    assert board.was_set == [heap.right(NOW, FREE_KB)] != [NOW] and not board.asks()


def test_the_right_size_is_not_written_again(monkeypatch):
    right = heap.right(NOW, FREE_KB)
    free_kb = FREE_KB + (NOW - right) // 1024
    board = Board(monkeypatch, right, free_kb)
    assert board.sizing.fit(board.flash) == ""
    assert board.was_set == [] and not board.asks()


def test_without_an_installation_it_is_only_said(monkeypatch):
    board = Board(monkeypatch, NOW, 0, asked=False)
    assert "run madeleine install" in board.sizing.fit(board.flash)
    assert board.was_set == []


def test_a_firmware_that_does_not_tell_its_heap_is_left_alone(monkeypatch):
    board = Board(monkeypatch, None, None)
    assert board.sizing.fit(board.flash) == ""
    board.sizing.make_room(board.flash)
    assert board.was_set == []


def test_a_model_that_does_not_load_gets_the_least_heap_once(monkeypatch):
    board = Board(monkeypatch, NOW, None)
    with pytest.raises(Restarted):
        board.sizing.make_room(board.flash)
    assert board.was_set == [heap.LEAST_BYTES] and board.asks(), "then the heap can be set for it"
    board.heap_bytes = heap.LEAST_BYTES
    board.sizing.make_room(board.flash)


def test_a_size_that_flash_does_not_take_is_said_and_tried_again(monkeypatch):
    """Without a restart: the next start would do the same, for ever."""
    board = Board(monkeypatch, NOW, FREE_KB, keeps=False)
    assert "run madeleine install" in board.sizing.fit(board.flash)
    board.sizing.make_room(board.flash)
    assert board.was_set == [heap.right(NOW, FREE_KB), heap.LEAST_BYTES] and board.asks()


def test_a_full_flash_is_not_asked_to_take_it(monkeypatch):
    board = Board(monkeypatch, NOW, FREE_KB)
    board.flash.capacity = board.flash.used()
    assert "run madeleine install" in board.sizing.fit(board.flash)
    board.sizing.make_room(board.flash)
    assert board.was_set == [] and board.asks()


def test_an_error_of_flash_is_no_fault(monkeypatch):
    board = Board(monkeypatch, NOW, FREE_KB)
    monkeypatch.setattr(board.sizing.vision, "set_heap", board._refuse)
    assert "run madeleine install" in board.sizing.fit(board.flash)
    board.sizing.make_room(board.flash)
    assert board.heap_bytes == NOW and board.asks()


def test_a_wish_that_cannot_be_removed_does_not_restart(monkeypatch):
    board = Board(monkeypatch, NOW, FREE_KB, removes=False)
    assert "run madeleine install" in board.sizing.fit(board.flash)
    assert board.heap_bytes == heap.right(NOW, FREE_KB), "it counts when somebody switches the camera off and on"

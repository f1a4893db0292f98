"""The heap is set once, when an installation asks for it; afterwards it is only compared."""

from types import SimpleNamespace

import heap
import pytest

from tests.fakes.flash import Flash

NOW, FREE_KB = 524288, 400


class Restarted(Exception):
    """The board starts again."""


class Board:
    """A board with this heap, which the module under test sets and asks for."""

    def __init__(self, monkeypatch, heap_bytes, free_kb, asked=True):
        import sizing

        self.heap_bytes, self.sizing, self.was_set = heap_bytes, sizing, []
        self.flash = Flash({heap.UNSET: b""} if asked else {})
        vision = SimpleNamespace(
            heap_bytes=lambda: self.heap_bytes, free_memory_kb=lambda: free_kb, set_heap=self.was_set.append
        )
        monkeypatch.setattr(sizing, "vision", vision)
        monkeypatch.setattr(sizing, "device", SimpleNamespace(restart=self._restart))

    def _restart(self):
        raise Restarted

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

"""Modules of the board are compiled once, and have the file names of their own folder all the same."""

import importlib
import sys
import traceback
from pathlib import Path

import pytest
from madeleine.sim import loader

SOURCE = "def fail():\n    raise ValueError('no')\n"


def load(monkeypatch: pytest.MonkeyPatch, folder: Path, source: str = SOURCE):
    """The module `lesson` with this source in a folder of its own, imported from there."""
    folder.mkdir()
    (folder / "lesson.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    sys.modules.pop("lesson", None)
    with loader.imports_from([folder]):
        return importlib.import_module("lesson")


def test_a_source_is_compiled_once_and_keeps_its_places(monkeypatch, tmp_path):
    first = load(monkeypatch, tmp_path / "first")
    misses = loader._compiled.cache_info().misses
    second = load(monkeypatch, tmp_path / "second")
    assert loader._compiled.cache_info().misses == misses
    for module, name in ((first, "first"), (second, "second")):
        with pytest.raises(ValueError, match="no") as caught:
            module.fail()
        assert traceback.extract_tb(caught.tb)[-1].filename == str(tmp_path / name / "lesson.py")


def test_another_source_is_another_module(monkeypatch, tmp_path):
    load(monkeypatch, tmp_path / "first")
    assert load(monkeypatch, tmp_path / "second", "value = 2\n").value == 2


def test_what_does_not_compile_is_named(monkeypatch, tmp_path):
    with pytest.raises(SyntaxError) as caught:
        load(monkeypatch, tmp_path / "first", "def\n")
    assert caught.value.filename == str(tmp_path / "first/lesson.py")


def test_afterwards_nothing_is_left(monkeypatch, tmp_path):
    hooks = list(sys.path_hooks)
    load(monkeypatch, tmp_path / "first")
    assert sys.path_hooks == hooks and str(tmp_path / "first") not in sys.path_importer_cache

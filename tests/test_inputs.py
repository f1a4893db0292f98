"""Files that others name: what is not regular, or too long, or lies elsewhere, is not read."""

import os
from pathlib import Path

import pytest
from madeleine import inputs


def test_a_regular_file(tmp_path):
    (tmp_path / "a").write_bytes(b"hello")
    assert inputs.read(tmp_path / "a", 5) == b"hello"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        inputs.read(tmp_path / "a", 4)


def test_what_is_not_regular(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError, match="not a regular file"):
            inputs.opened(path)


def test_names_in_a_folder(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "round").symlink_to(folder / "round")
    (folder / "within").symlink_to(folder / "b")
    assert inputs.inside(folder, "a/b") == folder.resolve() / "a/b"
    assert inputs.inside(folder, "a/../b") == inputs.inside(folder, "within") == folder.resolve() / "b"
    for name in ("..", "../folder2/a", "a/../../b", "/etc/passwd", "out/a", "out"):
        with pytest.raises(ValueError, match="leads out of the folder"):
            inputs.inside(folder, name)
    for name in ("round/a", "a\0b"):
        with pytest.raises(ValueError):
            inputs.inside(folder, name)

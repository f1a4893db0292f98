"""A sound's file is named after its class, and no name leads out of its folder."""

from pathlib import Path

import pytest
from madeleine.errors import ToolError, UsageError
from madeleine.sounds.names import checked, file_of, found


@pytest.mark.parametrize("name", ["cup", "赤いコップ", "water bottle", "a" * 32, "odd"])
def test_names(name):
    assert checked(name) == name and file_of(name) == f"voice/{name}.wav"


def test_one_spelling():
    assert checked("か\u3099く") == "がく"


@pytest.mark.parametrize(
    "text",
    ["", " ", "..", ".", ".hidden", "a/b", "../cup", "a\\b", "C:cup", "a\0b", "a\nb", "*x", "=x", "a" * 33, "𠮷" * 32],
)
def test_what_is_not_a_name(text):
    with pytest.raises(UsageError):
        checked(text)


def test_files_and_those_of_folders(tmp_path):
    for name in ("cup.wav", "pen.WAV", "notes.txt"):
        (tmp_path / name).touch()
    assert found([tmp_path]) == {"cup": tmp_path / "cup.wav", "pen": tmp_path / "pen.WAV"}
    assert found([tmp_path / "cup.wav"]) == {"cup": tmp_path / "cup.wav"}
    with pytest.raises(ToolError, match="both for cup"):
        found([tmp_path, tmp_path / "cup.wav"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ToolError, match="has 0 WAV files"):
        found([Path(tmp_path / "empty")])

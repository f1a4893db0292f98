"""Files that the toolbox writes: whole or as they were, whatever their name."""

import pytest
from madeleine.errors import ToolError
from madeleine.outputs import write_whole, writing


def test_what_was_there_stays_until_all_is_written(tmp_path):
    path = tmp_path / "a"
    write_whole(path, b"old")

    def break_off():
        with writing(path) as file:
            file.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("a", b"old")]


def test_the_longest_name(tmp_path):
    write_whole(tmp_path / ("n" * 255), b"x")
    assert [len(path.name) for path in tmp_path.iterdir()] == [255]


@pytest.mark.parametrize("name", ["n" * 256, "no/such/folder", ""])
def test_a_place_that_is_no_good(tmp_path, name):
    with pytest.raises(ToolError, match=r"cannot be written .*choose another place"):
        write_whole(tmp_path / name, b"x")
    assert not list(tmp_path.iterdir())

"""Files that the toolbox writes: whole or as they were, whatever their name."""

import os
import stat

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


POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows keeps its rights elsewhere")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@POSIX
def test_a_secret_is_its_owners(tmp_path):
    write_whole(tmp_path / "a", b"x")
    assert mode(tmp_path / "a") == 0o666 & ~_mask()
    with writing(tmp_path / "b", private=True) as file:
        (part,) = tmp_path.glob("*.part")
        assert mode(part) == 0o600, "from its first byte on"
        file.write(b"x")
    write_whole(tmp_path / "a", b"x", private=True)
    assert mode(tmp_path / "a") == mode(tmp_path / "b") == 0o600


@POSIX
@pytest.mark.parametrize("kept", [0o600, 0o664, 0o400])
def test_a_file_keeps_its_mode(tmp_path, kept):
    (tmp_path / "a").touch()
    (tmp_path / "a").chmod(kept)
    write_whole(tmp_path / "a", b"x")
    assert mode(tmp_path / "a") == kept


@POSIX
def test_a_link_goes_on_leading_to_its_file(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "file").read_bytes() == b"x"


@POSIX
def test_what_is_not_a_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "a")
    with pytest.raises(ToolError, match="not a regular file"):
        write_whole(tmp_path / "a", b"x")
    assert stat.S_ISFIFO((tmp_path / "a").stat().st_mode)


def _mask():
    mask = os.umask(0)
    os.umask(mask)
    return mask

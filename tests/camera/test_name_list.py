"""Names for a class of cameras."""

import pytest
from madeleine.camera.name_list import NameList, friendly_name
from madeleine.errors import ToolError, UsageError


def test_each_gets_the_next_and_keeps_its_own() -> None:
    names = NameList(["desk 1", "desk 2", "desk 3"])
    assert names.take("aa", "") == "desk 1"
    assert names.take("bb", "desk 3") == "desk 3"
    assert names.take("cc", "desk 1") == "desk 2", "another one has it"
    assert names.take("aa", "desk 1") == "desk 1", "tried again"
    assert names.take("dd", "window") == ""


@pytest.mark.parametrize("name", ["", "  ", "a\x1b", "x" * 33])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(UsageError, match="not a valid name"):
        friendly_name(name)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a\nb\n a \n", "'a' is there twice"),
        (b"\n\n", "it has no names"),
        (b"a\n\xff\n", "cannot be read"),
        (b"a\n" + b"b" * 33, "not a valid name"),
        (b"a\n" * 40000, "cannot be read"),
    ],
)
def test_a_file_that_is_no_list(content: bytes, why: str, tmp_path) -> None:
    (tmp_path / "names.txt").write_bytes(content)
    with pytest.raises(ToolError, match=why):
        NameList.load(tmp_path / "names.txt")

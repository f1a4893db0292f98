"""The app in one file, as the board reads it: whole, from the copy that is whole, or not at all."""

import io
import sys
from types import SimpleNamespace

import pack
import pytest
from madeleine.board.install.pack import pack as packed

MODULES = {"one": b"first", "two": b"", "three": bytes(range(256)) * 40}


def reading(monkeypatch, *copies: bytes | None) -> pack.Pack:
    """A pack whose copies hold these bytes; None is a file that cannot be read."""

    def opened(at: int, mode: str) -> io.BytesIO:
        content = copies[at]
        if content is None:
            raise OSError(5)
        return io.BytesIO(content)

    monkeypatch.setattr(pack, "uio", SimpleNamespace(open=opened, BytesIO=io.BytesIO))
    return pack.Pack(range(len(copies)))


def test_what_is_packed_is_read(monkeypatch) -> None:
    read = reading(monkeypatch, packed(MODULES))
    for name, code in MODULES.items():
        assert read.stat(f"/{name}.mpy")[0] == 0x8000
        assert read.open(f"/{name}.mpy", "rb").read() == code
    for name in ("/one", "/one.py", "/four.mpy"):
        with pytest.raises(OSError):
            read.stat(name)


def test_a_damaged_module_does_not_run(monkeypatch) -> None:
    content = bytearray(packed(MODULES))
    content[-1] ^= 1
    read = reading(monkeypatch, bytes(content))
    assert read.open("/one.mpy", "rb").read() == b"first"
    with pytest.raises(OSError, match="the app is damaged"):
        read.open("/three.mpy", "rb")


class NoRoom:
    """BytesIO on a heap that is in pieces."""

    def __init__(self, content):
        raise MemoryError


@pytest.mark.parametrize("hurt", [False, True])
def test_a_heap_in_pieces_gets_a_module_from_the_file_itself(monkeypatch, hurt) -> None:
    copies = [packed(MODULES), packed(MODULES)]
    if hurt:
        copies[0] = copies[0][:-1] + b"!"
    read = reading(monkeypatch, *copies)
    pack.uio.BytesIO = NoRoom
    stream = read.open("/three.mpy", "rb")
    assert stream.read(len(MODULES["three"])) == MODULES["three"]
    assert read.open("/one.mpy", "rb").read(5) == b"first"


def test_a_heap_in_pieces_runs_no_damaged_module(monkeypatch) -> None:
    read = reading(monkeypatch, packed(MODULES)[:-1] + b"!", packed(MODULES)[:-10])
    pack.uio.BytesIO = NoRoom
    with pytest.raises(OSError, match="the app is damaged"):
        read.open("/three.mpy", "rb")


WHOLE = packed(MODULES)


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
def test_the_other_copy_serves(monkeypatch, damaged, at, capsys) -> None:
    copies = [WHOLE, WHOLE]
    copies[at] = damaged
    read = reading(monkeypatch, *copies)
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
    monkeypatch.setattr(pack, "uos", SimpleNamespace(mount=lambda system, place: mounted.append((system, place))))
    monkeypatch.setattr(pack, "Pack", lambda names: names)
    pack.mount(there)
    assert sys.path == path
    assert mounted == ([(names, "/app")] if names else [])

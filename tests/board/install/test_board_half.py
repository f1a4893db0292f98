"""firmware/install.py on a flash that loses its power at every byte: the old app starts or the new one."""

import contextlib
import re
import zlib

import pytest
from madeleine.board.install.manifest import wanted
from madeleine.board.install.transfer import board_half
from madeleine.sim.power import PowerCut
from madeleine.sim.storage import Storage

from tests import ROOT
from tests.fakes.prompt import FakeBoardModules, Restarted

HALF = compile(board_half(ROOT), "install.py", "exec")
BOOT = b"import main\n\nmain.run()\n"
OTHER_BOOT = b"# changed\n" + BOOT
TAUGHT = {"examples.0": b"taught", "set1.0": b"taught", "sets.0": b"sets"}
FOREIGN = {"boot.py": b"while True: pass  # another program\n", **TAUGHT, "notes.txt": b"mine"}
OLD = {
    "boot.py": BOOT,
    "main.py": b"import app  # 1",
    "lib/app.py": b"# app 1",
    "lib/gone.py": b"# 1",
    "lib/same.py": b"# x",
}
NEW = {
    "boot.py": BOOT,
    "main.py": b"import app  # 2",
    "lib/app.py": b"# app 2, longer",
    "lib/new.py": b"",
    "lib/same.py": b"# x",
}
OTHER = {**NEW, "boot.py": OTHER_BOOT, "main.py": b"import app  # 3"}


def test_the_old_program_makes_room():
    """What it had imported holds most of the heap; the board has no piece of 4 KB left beside it."""
    board = Board(OLD)
    board.install(NEW)
    assert board.modules.sys.modules == {"__main__": None}


def stage(half: dict, name: str, content: bytes) -> None:
    half["begin"](name)
    for start in range(0, len(content), 7):
        half["add"](name, content[start : start + 7])
    half["end"](name)


class Board:
    """A flash and the board's half of the installer, as it runs after each power-on."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.flash = Storage(None, "spiffs")
        self.flash.files.update({name: bytearray(content) for name, content in files.items()})

    def install(self, files: dict[str, bytes], cut_after: int | None = None) -> bool:
        """As the host does it; False when the power was cut."""
        half = self._half()
        self.flash.fuse = cut_after
        try:
            for name in list(half["prepare"](wanted(files))):
                stage(half, name, files[name])
            half["finish"](wanted(files))
        except PowerCut:
            return False
        finally:
            self.flash.fuse = None
            self.flash.power_on()
        return True

    def _half(self) -> dict:
        self.modules = FakeBoardModules(self.flash)
        names = {"open": self.modules.open}
        with self.modules.imported():
            exec(HALF, names)
        return names

    @property
    def files(self) -> dict[str, bytes]:
        return {name: bytes(content) for name, content in self.flash.files.items()}

    def starts(self) -> dict[str, bytes]:
        """What would run now: the files as `boot.py` and `import` find them."""
        files = self.files
        found = {"boot.py": files["boot.py"]}
        ours = files["boot.py"].endswith(BOOT)
        folders = ["next/", "lib/", ""] if ours and "next/sealed" in files else ["lib/", ""]
        for name in files:
            module = name.rpartition("/")[2]
            if module.endswith(".py") and module != "boot.py":
                places = [folder + module for folder in folders if folder + module in files]
                if places:
                    found["main.py" if module == "main.py" else "lib/" + module] = files[places[0]]
        return found


def runs(board: Board, app: dict[str, bytes]) -> bool:
    """Is it this app that starts? Modules that it does not import may lie about."""
    started = board.starts()
    return all(started.get(name) == content for name, content in app.items() if name != "boot.py")


def boot_is_whole(board: Board, *boots: bytes) -> bool:
    return board.files.get("boot.py") in boots


@pytest.mark.parametrize("new", [NEW, OTHER], ids=["same boot.py", "other boot.py"])
@pytest.mark.parametrize("old", [FOREIGN, OLD], ids=["over another program", "over an older one"])
def test_cut_anywhere(old, new) -> None:
    """Every byte and every step. Only while boot.py itself is replaced neither starts; to run it again heals."""
    torn = 0
    for cut in range(5000):
        board = Board(old)
        whole = board.install(new, cut_after=cut)
        if not boot_is_whole(board, old["boot.py"], new["boot.py"]):
            torn += 1
        elif old is FOREIGN and board.files["boot.py"] == FOREIGN["boot.py"]:
            assert not whole
        else:
            assert runs(board, new) or (not whole and old is OLD and runs(board, OLD)), cut
        again = 7 * cut % 400
        board.install(new, cut_after=again)
        assert not boot_is_whole(board, new["boot.py"]) or runs(board, new) or runs(board, old), (cut, again)
        assert board.install(new)
        rest = {name: content for name, content in old.items() if not name.endswith(".py")}
        assert board.files == {**rest, **new}
        if whole:
            break
    assert whole
    assert cut > 60
    assert torn == (0 if old["boot.py"] == new["boot.py"] else len(new["boot.py"]))


@pytest.mark.parametrize("cut", range(0, 200, 3))
def test_what_another_version_left_is_not_taken(cut: int) -> None:
    """An update was cut off, and then the old version, or a third one, is installed."""
    for last in (OLD, OTHER):
        board = Board(OLD)
        board.install(NEW, cut_after=cut)
        assert board.install(last)
        assert board.files == last


def test_only_what_differs_is_written() -> None:
    board = Board(OLD)
    half = board._half()
    assert half["prepare"](wanted(NEW)) == ["main.py", "lib/app.py", "lib/new.py"]
    assert half["prepare"](wanted(OLD)) == []
    half["finish"](wanted(OLD))
    assert board.files == OLD


def test_nothing_counts_before_all_is_there() -> None:
    board = Board(OLD)
    half = board._half()
    half["prepare"](wanted(NEW))
    stage(half, "main.py", NEW["main.py"])
    with pytest.raises(OSError, match=r"lib/app\.py is missing"):
        half["finish"](wanted(NEW))
    assert runs(board, OLD)


def test_what_does_not_arrive_is_told() -> None:
    board = Board(OLD)
    half = board._half()
    half["prepare"](wanted(NEW))
    checked = half["check"]
    half["check"] = lambda path: (checked(path)[0], 0)
    with pytest.raises(OSError, match=r"next/main\.py did not arrive"):
        stage(half, "main.py", NEW["main.py"])


def test_room() -> None:
    half = Board({"big": bytes(600_000)})._half()
    assert half["room"]([15_000] * 30)
    assert not half["room"]([15_000] * 300)


def test_check_is_the_files(tmp_path) -> None:
    content = bytes(range(256)) * 40
    assert Board({"x": content})._half()["check"]("/flash/x") == (len(content), zlib.crc32(content))
    assert Board({})._half()["check"]("/flash/x") is None


@pytest.mark.parametrize("examples", [False, True])
def test_uninstall(examples: bool) -> None:
    board = Board({**FOREIGN, **OLD, "next/app.py": b"", "faults.count": b"1", "heap.unset": b""})
    half = board._half()
    board.modules.heap_bytes = 290_000
    with board.modules.imported():
        gone = half["uninstall"](examples)
    assert gone[0] == "boot.py", "so that no half of the app starts"
    kept = {"notes.txt"} if examples else {"notes.txt", *TAUGHT}
    assert set(board.files) == kept
    assert board.modules.heaps_written == [524_288]


def test_uninstall_leaves_another_program() -> None:
    board = Board({**OLD, **FOREIGN})
    half = board._half()
    with board.modules.imported():
        half["uninstall"](False)
    assert board.files == FOREIGN


def test_from_a_memory_card(capsys) -> None:
    board = Board(FOREIGN)
    half = board._half()
    board.modules.card = {"madeleine/" + name: content for name, content in {**NEW, "install.py": b""}.items()}
    with board.modules.imported(), pytest.raises(Restarted):
        half["from_card"]()
    assert runs(board, NEW)
    assert "heap.unset" in board.files
    assert re.fullmatch(rb"[0-9a-f]{8}", board.files["camera.id"])
    assert not board.modules.heaps_written
    assert "Done" in capsys.readouterr().out


def test_a_cut_while_a_name_is_changed_leaves_the_id() -> None:
    before = {"camera.id": b"0badcafe", "camera.name": b"desk 1"}
    for cut in range(20):
        board = Board(before)
        board.flash.fuse = cut
        with contextlib.suppress(PowerCut):
            board._half()["identify"]("12345678", "desk 2")
        board.flash.fuse = None
        board.flash.power_on()
        assert board._half()["identity"]()[0] == "0badcafe"
        board._half()["identify"]("12345678", "desk 2")
        assert board._half()["identity"]() == ["0badcafe", "desk 2"]


@pytest.mark.parametrize("lost", ["next/boot.py", "next/app.py"])
def test_a_file_of_an_update_that_cannot_be_read_costs_no_other(lost, monkeypatch) -> None:
    """A cut while SPIFFS moves a file: it is listed, and cannot be read. To install again stages it anew."""
    board = Board({**OLD, "next/boot.py": OTHER_BOOT, "next/app.py": NEW["lib/app.py"], "next/sealed": b""})
    opened = FakeBoardModules.open

    def open_unless_lost(modules: FakeBoardModules, path: str, mode: str):
        if (
            path == "/flash/" + lost
            and mode == "rb"
            and bytes(board.flash.files[lost]) in (OTHER_BOOT, NEW["lib/app.py"])
        ):
            raise OSError(5)
        return opened(modules, path, mode)

    monkeypatch.setattr(FakeBoardModules, "open", open_unless_lost)
    with pytest.raises(OSError, match="cannot be read"):
        board._half()["copy"]("/flash/" + lost, "boot.py")
    assert board.files["boot.py"] == BOOT, "what is there is not touched"
    assert board.install(OLD)
    assert board.files == OLD

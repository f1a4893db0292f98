"""The virtual board: installs the files of the board on a flash folder and boots them as the firmware does.

It runs the very files in this process, with the stand-ins before everything else in the search order of modules.
"""

import gc
import io
import struct
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from PIL import Image

from madeleine.device import constants, heap
from madeleine.errors import ToolError
from madeleine.fonts.make import font_files
from madeleine.paths import FAKES
from madeleine.sim.eyes import HostEyes
from madeleine.sim.folder import place
from madeleine.sim.loader import imports_from
from madeleine.sim.painter import Painter
from madeleine.sim.power import Misuse, PowerCut, PowerOff, Reset
from madeleine.sim.storage import File, Storage
from madeleine.sim.texts import note_texts
from madeleine.sim.world import DEFAULT_HEAP_BYTES, World, world

SETTINGS = (416_000_000, 400_000_000, 1)  # the rest of freq.conf: CPU, PLL1, divider of the KPU
BOOT_WINDOW_MS = 200  # in which the firmware waits for Ctrl-C
RESETS_MAX = 20  # one soon after the other: that is a boot loop
SOON_MS = 60_000  # a watchdog needs less
WATCHDOG_RESET = 2  # machine.reset_cause()
HARD_RESET = 1
Director = Callable[[World], None]
Look = Callable[[str], None]
Given = TypeVar("Given")


class VirtualBoard:
    """A board with a flash folder that outlives it, and maybe a card folder; one at a time, as there is one world."""

    def __init__(
        self,
        flash: Path,
        *,
        build: str = "v0.5.0_9",
        board: str = "m5stickv",
        model: Path | None = None,
        pose: Path | bytes | None = None,
        card: Path | None = None,
    ) -> None:
        flash.mkdir(parents=True, exist_ok=True)
        self.world = world
        self._flash = Storage(flash, "spiffs")
        self._card = Storage(card, "fat") if card is not None else None
        self._storages = [storage for storage in (self._flash, self._card) if storage is not None]
        self._folders = {"/flash": flash} if card is None else {"/sd": card, "/flash": flash}
        models = {constants.MODEL_ADDRESS: model, constants.POSE_ADDRESS: pose}
        world.power_on(
            build=build,
            board=board,
            flash=self._flash,
            card=self._card,
            kmodels={address: path for address, path in models.items() if path is not None},
            eyes=EYES,
            painter=Painter(),
        )

    def install(self, files: Path, writings: Sequence[str] = ()) -> None:
        """Copy boot.py, main.py and lib/*.py from a folder onto flash, and fonts; the GC heap is as after a start.

        `writings`: of WRITINGS (fonts/writings.py), beside Latin, Greek and Cyrillic.
        """
        flash = self._folders["/flash"]
        for path in (files / "boot.py", files / "main.py", *sorted((files / "lib").glob("*.py"))):
            if not path.is_file():
                raise ToolError(f"{path} is missing; the board needs it to start")
            place(flash, path.relative_to(files).as_posix(), path.read_bytes())
        for name, content in font_files(*writings).items():
            place(flash, name, content)
        if self.world.build.utils:
            place(flash, "freq.conf", struct.pack("<4I", *SETTINGS, self._heap_for_model()))

    def _heap_for_model(self) -> int:
        """What the app sets for the model that it finds (lib/heap.py)."""
        card = self._folders.get("/sd")
        on_card = card and card / Path(constants.MODEL_FILE).name
        source = on_card if on_card and on_card.is_file() else self.world.kmodels.get(constants.MODEL_ADDRESS)
        try:
            model_bytes = EYES.load(source).ram_bytes if source else 0
        except ValueError:
            return int(heap.LEAST_BYTES)
        return int(heap.right(0, self.world.system_bytes_beside(model_bytes) // 1024))

    def boot(self, director: Director | None = None, look: Look | None = None) -> str:
        """Switch on and run until the power is `off`, the plug is pulled (`cut`), or the app ends at the `prompt`.

        `director` and `look` are the world's.
        """

        def direct(world: World) -> None:
            note_texts(world, sys.modules)
            if director:
                director(world)

        self.world.director = self._on_the_host(direct)
        self.world.look = self._on_the_host(look) if look else None
        cause = restarts = 0
        while restarts < RESETS_MAX:
            began_ms = self.world.now_ms
            self._restart(cause)
            try:
                return self._run()
            except Reset as reset:
                cause = WATCHDOG_RESET if str(reset) == "watchdog" else HARD_RESET
                restarts = restarts + 1 if self.world.now_ms - began_ms < SOON_MS else 0
            except PowerOff:
                return "off"
            except PowerCut:
                return "cut"
        raise Misuse(f"a boot loop: {RESETS_MAX} resets")

    def screenshot(self) -> Image.Image:
        """The panel as its user sees it: 240 x 135, black while it is off."""
        picture = Image.fromarray(self.world.panel)
        return picture if self.world.panel_on else Image.new("RGB", picture.size)

    def _on_the_host(self, act: Callable[[Given], None]) -> Callable[[Given], None]:
        """`act` prints where the host prints, and when it takes the power away no file is saved any more."""
        host_output = sys.stdout

        def act_there(given: Given) -> None:
            try:
                with redirect_stdout(host_output):
                    act(given)
            except (PowerCut, PowerOff):
                for storage in self._storages:
                    storage.unplug()
                raise

        return act_there

    def _restart(self, cause: int) -> None:
        for storage in self._storages:
            storage.power_on()
        self.world.restart()
        self.world.reset_cause = cause
        self.world.gc_heap_bytes = self._heap_bytes()
        self.world.cwd = "/sd" if "/sd" in self._folders else "/flash"

    def _heap_bytes(self) -> int:
        """The GC heap that freq.conf asks for; a torn file keeps these builds from starting, as one too large does."""
        settings = self._flash.files.get("freq.conf")
        if settings is None or not self.world.build.utils:
            return DEFAULT_HEAP_BYTES
        if len(settings) != 16 and not self.world.build.heap_free:
            raise Misuse("freq.conf is torn: this build starts with a heap of 0 bytes and never reaches a prompt")
        asked = struct.unpack("<4I", settings)[3] if len(settings) == 16 else DEFAULT_HEAP_BYTES
        if asked < self.world.build.system_heap_bytes:
            return asked
        if self.world.build.fallback_heap_bytes is None:
            raise Misuse(f"freq.conf asks for a heap of {asked} bytes, more than there is: this build never starts")
        return int(self.world.build.fallback_heap_bytes)

    def _run(self) -> str:
        with board_modules(self._folders), redirect_stdout(Console(self.world)):
            try:
                self.world.sleep_ms(BOOT_WINDOW_MS)
                text = self._open_boot().read()
                exec(compile(text, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 as the firmware does
            except SystemExit:
                pass
            except (Exception, KeyboardInterrupt) as error:
                print_exception(error, sys.stdout)
        return "prompt"

    def _open_boot(self) -> File:
        """boot.py of the card, else of flash; it stays open while the app runs."""
        card = self._card
        if card is not None and ("boot.py" in card.files or not self.world.build.flash_boot_with_card):
            return card.open("boot.py")
        return self._flash.open("boot.py")


EYES = HostEyes()  # one for all boards: pictures and models that were seen once need not be computed again


class Console(io.TextIOBase):
    """Where the board's `print` goes: USB."""

    def __init__(self, world: World) -> None:
        self._world = world

    def write(self, text: str) -> int:
        self._world.usb_out.extend(text.replace("\n", "\r\n").encode("utf-8", "surrogateescape"))
        return len(text)


class BoardPath(list[str]):
    """sys.path: it holds what the board's holds, and those who search it find the host's folders for that.

    The stand-ins come first, as built-in modules do, and the host's own entries last.
    """

    def __init__(self, folders: dict[str, Path], host: list[str]) -> None:
        super().__init__(["", ".", *folders])
        self._folders, self._host = folders, host

    def __iter__(self) -> Iterator[str]:
        yield str(FAKES)
        for entry in super().__iter__():
            folder = self._folder(entry)
            if folder is not None:
                yield str(folder)
        yield from self._host

    def _folder(self, entry: str) -> Path | None:
        """What an entry means; none when it is '/flash/lib' or the like: seen on v0.5.0_9, only 'lib' works there."""
        if entry in ("", "."):
            return self._folders.get(world.cwd)
        if entry in self._folders:
            return self._folders[entry]
        if entry.startswith("/sd/") and "/sd" in self._folders:
            return self._folders["/sd"] / entry[4:]
        return None if entry.startswith("/") or world.cwd not in self._folders else self._folders[world.cwd] / entry


@contextmanager
def board_modules(folders: dict[str, Path]) -> Iterator[None]:
    """Fresh modules of the board, found before those of the host; afterwards everything is as it was."""
    names = {path.stem for folder in (FAKES, *folders.values()) for path in folder.rglob("*.py")}
    aside = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    path = sys.path
    attached = _board_abilities()
    sys.path = BoardPath(folders, list(path))
    for module, name, value in attached:
        setattr(module, name, value)
    gc.freeze()  # the board collects often, and nothing of the host is its garbage
    try:
        with imports_from((FAKES, *folders.values())):
            yield
    finally:
        gc.unfreeze()
        for module, name, _ in attached:
            delattr(module, name)
        sys.path = path
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(aside)


def _board_abilities() -> list[tuple[ModuleType, str, Any]]:
    """What MicroPython's `sys` and `gc` have and CPython's lack."""
    return [
        (sys, "print_exception", print_exception),
        (gc, "mem_free", lambda: world.gc_heap_bytes),
        (gc, "mem_alloc", lambda: 0),
    ]


def print_exception(error: BaseException, file: Any = None) -> None:
    """A traceback as MicroPython writes it, with the board's file names."""
    lines = ["Traceback (most recent call last):"]
    for frame in traceback.extract_tb(error.__traceback__):
        name = _board_name(frame.filename)
        if name:
            lines.append(f'  File "{name}", line {frame.lineno}, in {frame.name}')
    arguments = error.args[0] if len(error.args) == 1 else (error.args or "")
    lines.append(f"{type(error).__name__}: {arguments}")
    print("\n".join(lines), file=file)


def _board_name(filename: str) -> str | None:
    """The board's name of a file of the app; None for what the board does not know."""
    if filename == "<string>":
        return filename
    for folder, mount in ((world.flash and world.flash.folder, "/flash/"), (world.card and world.card.folder, "/sd/")):
        if folder and Path(filename).is_relative_to(folder):
            return mount + Path(filename).relative_to(folder).as_posix()
    return None

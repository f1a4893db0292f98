"""Power cuts on the firmware's own file system: the app's store changes something there, the power fails at any
operation of the flash chip, the firmware starts again and reads what it finds.

The change is made by the app's own modules at the firmware's prompt. What the firmware then reads is given to the same
store on the host: starting the whole app for each cut would take a minute (test_firmware.py does it once).

Most operations program what is in the chip already: MaixPy writes whole sectors. So many cuts leave the very same
flash, and the firmware has to start only once for them.
"""

import ast
import hashlib
import json
import random
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path

from change import LEARN, MARK, Change
from k210 import Emulator, MachineFault
from set_catalogue import Catalogue

from tests.fakes.flash import Flash
from tests.firmware.flash_log import FILES_AT, FlashLog
from tests.firmware.harness import WALL_S, firmware, installed, packed_app
from tests.firmware.power_cut_scripts import FILL, LOCK, READ, REWRITE, SETS, STORE
from tests.firmware.prompt import EmuError
from tests.lib.powercut import MODEL, Past, PlainMemory, copied, step
from tests.lib.small_sets import Camera as SmallCamera

VECTOR_BYTES = 768
CODE = "4711"
START_MS, READY = 10_000, b'"event": "ready"'  # of the app, and what it says then
States = tuple[object, object]  # what is known before a change and after it
Words = tuple[str, *tuple[str | int, ...]]  # a change: what, key and value, a vector by its seed


def vector(seed: int) -> bytes:
    return bytes((seed * 7 + i) % 128 for i in range(VECTOR_BYTES))


BEFORE, AFTER, LOST, DEAD = "as before the change", "as after it", "something acknowledged is lost", "no prompt"


@dataclass
class Cut:
    """What one cut led to."""

    moment: int  # the operation in which the power failed
    state: str = DEAD  # of what was taught
    formatted: bool = False
    hurt: set[str] = field(default_factory=set)  # files of the app
    app_gone: bool = False  # it did not start


@dataclass
class Tally:
    """What became of the cuts of one class of moments."""

    operations: int
    blocks: int  # recycled by SPIFFS meanwhile
    cuts: list[Cut]
    images: int  # contents of the flash that these cuts left

    def count(self, state: str) -> int:
        return sum(cut.state == state for cut in self.cuts)

    @property
    def app_hurt(self) -> set[str]:
        return {name for cut in self.cuts for name in cut.hurt}


@dataclass
class Found:
    """What the firmware says after a restart."""

    formatted: bool
    flash: Flash
    sums: dict[str, int]


class Prompt:
    """The firmware at its prompt, with the app's store on the board's flash and the same memory here."""

    def __init__(self, flash: bytes) -> None:
        self.emulator = powered(flash)
        self.log = FlashLog(self.emulator)
        self.emulator.run_to_repl(interrupt=True, wall=WALL_S)
        assert self.emulator.exec(STORE % MODEL, wall=WALL_S).strip() == "[]"
        self.memory, self.past = PlainMemory(), Past()

    def run(self, code: str) -> str:
        return self.emulator.exec(code, wall=WALL_S)

    def change(self, *changes: Words) -> None:
        for words in changes:
            self.run(f"do(*{words!r})")
            change = change_of(words)
            before = copied(self.memory)
            self.memory = self.past.after(self.memory, change)
            self.past.add(before, change)

    def flash(self) -> bytes:
        return bytes(self.emulator.flash.data)


def change_of(words: Words) -> Change:
    change = Change(*words)
    if change.what in (LEARN, MARK):
        change.value = vector(change.value)
    return change


def powered(flash: bytes) -> Emulator:
    emulator = Emulator(firmware())
    emulator.flash.data[:] = flash
    return emulator


def restarted(flash: bytes) -> Found | None:
    """The firmware started on this flash; None when it does not come to its prompt."""
    emulator = powered(flash)
    try:
        said = emulator.run_to_repl(interrupt=True, wall=WALL_S)
        lines = emulator.exec(READ, wall=WALL_S).splitlines()
    except (EmuError, MachineFault):
        return None
    found = Found(b"Formating" in said, Flash(), {})
    for line in lines:
        name, size, crc, lost, address = ast.literal_eval(line)
        found.sums[name] = crc
        if name.startswith(("examples", "set")):
            if name in found.flash.files:
                found.flash.twice[name] = found.flash.files[name]
            found.flash.files[name] = bytearray(emulator.read(address, size) if size else b"")
            if lost:  # from the first such place on: less than there is
                found.flash.lost[name] = range(lost[0], size)
    return found


def app_starts(flash: bytes) -> bool:
    """Does the app itself come up on this flash, and not only the firmware?"""
    emulator, said = powered(flash), b""
    for _ in range(START_MS // 100):
        emulator.run_for(ms=100, wall=WALL_S)
        said += emulator.take_output()
        if READY in said:
            return True
    return False


class Results:
    """What cuts led to, kept in a file so that a long run can go on another day; one object a line."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        lines = path.read_text().splitlines() if path and path.exists() else []
        self._known = {line["key"]: line for line in map(json.loads, lines)}

    def get(self, key: str, moment: int) -> Cut | None:
        if key not in self._known:
            return None
        known = self._known[key]
        return Cut(moment, known["state"], known["formatted"], set(known["hurt"]), known["app_gone"])

    def add(self, key: str, cut: Cut) -> None:
        self._known[key] = {**asdict(cut), "key": key, "hurt": sorted(cut.hurt)}
        if self._path:
            with self._path.open("a") as file:
                file.write(json.dumps(self._known[key]) + "\n")


def cut_and_restart(
    log: FlashLog, states: States, count: int, seed: int = 1, results: Results | None = None, processes: int = 1
) -> Tally:
    """Cuts at `count` moments of what the log holds, by chance from all of it, or at each if there are no more."""
    results = results or Results()
    sums = {name: zlib.crc32(content) for name, content in packed_app().items()}
    total = len(log.operations)
    moments = range(total) if total <= count else sorted(random.Random(seed).sample(range(total), count))
    keys: dict[int, str] = {}
    rest = hashlib.blake2b(log.before[:FILES_AT] + repr(states).encode()).digest()  # no operation goes there
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        running: dict[str, Future[Cut]] = {}
        for moment, flash in log.cuts(iter(moments)):
            keys[moment] = key = hashlib.blake2b(flash[FILES_AT:], key=rest, digest_size=16).hexdigest()
            if key not in running and not results.get(key, moment):
                running[key] = pool.submit(judged, Cut(moment), flash, states, sums)
        for key, future in running.items():
            results.add(key, future.result())
    cuts = [results.get(key, moment) for moment, key in keys.items()]
    return Tally(total, log.blocks_erased(), [cut for cut in cuts if cut], len(set(keys.values())))


def judged(cut: Cut, flash: bytes, states: States, sums: dict[str, int]) -> Cut:
    """Starts on what the cut left; `sums` are those of the app's files."""
    found = restarted(flash)
    if found is None:
        return cut
    cut.formatted = found.formatted
    cut.hurt = {name for name, crc in sums.items() if found.sums.get(name) != crc}
    cut.app_gone = bool(cut.hurt) and not app_starts(flash)
    state = known(found.flash)
    cut.state = AFTER if state == states[1] else BEFORE if state == states[0] else LOST
    return cut


def known(flash: Flash) -> object:
    """What was taught; of a camera with several sets, of each, and which is active; of a locked one its lock, too."""
    camera = SmallCamera(flash, VECTOR_BYTES)
    if camera.status.locked:
        return camera.state(), Catalogue(flash).lock
    return camera.state() if len(camera.status.sets) > 1 else camera.memory.state()


TAUGHT: tuple[Words, ...] = (
    *(("learn", label, number) for number, label in enumerate(["cup", "key", "", "cup", "box", "りんご", "cup"])),
    ("anchor", 0, 50),
    ("setting", "limit", "150"),
)
CHANGES: dict[str, tuple[Words, ...]] = {
    "first learn": (("learn", "cup", 0),),
    "learn": (*TAUGHT, ("learn", "key", 20)),
    "undo": (*TAUGHT, ("undo",)),
    "forget": (*TAUGHT, ("forget", "cup")),
    "anchor": (*TAUGHT, ("anchor", 100, 51)),
    "setting": (*TAUGHT, ("setting", "sound", "off")),
    "rename": (*TAUGHT, ("rename", "cup", "赤いコップ")),
    "undo of a rename": (*TAUGHT, ("rename", "cup", "赤いコップ"), ("undo",)),
    "undo of a forget": (*TAUGHT, ("forget", "cup"), ("undo",)),
    "forget gauge": (*TAUGHT, ("forget gauge",)),
    "forget all": (*TAUGHT, ("reset",)),
}


def changed(name: str) -> tuple[FlashLog, States]:
    """One class of change on the board: the log of its last step, and the states before and after."""
    prompt = Prompt(installed())
    *first, last = CHANGES[name]
    prompt.change(*first)
    prompt.log.begin()
    before = prompt.memory.state()
    prompt.change(last)
    return prompt.log, (before, prompt.memory.state())


def switched() -> tuple[FlashLog, States]:
    """To another set, which is there."""
    prompt = Prompt(installed())
    prompt.change(*TAUGHT)
    prompt.run(SETS)
    prompt.run("use('kitchen')\neach = change.Change('learn', 'mug', vector(40))")
    prompt.run("app.store.apply(each)\nmemory.apply(each)\nuse('main')")
    kitchen = PlainMemory()
    kitchen.settings = dict(prompt.memory.settings)
    kitchen.apply(Change(LEARN, "mug", vector(40)))
    both = {"main": prompt.memory.state(), "kitchen": kitchen.state()}
    prompt.log.begin()
    prompt.run("use('kitchen')")
    return prompt.log, (("main", both, False), ("kitchen", both, False))


def locked() -> tuple[FlashLog, States]:
    """A camera without a catalogue gets its first lock, and a visitor teaches it something."""
    prompt, camera = lockable()
    before = known(camera.flash)
    prompt.log.begin()
    prompt.run(f"turn_key('lock', {CODE!r})")
    visit(prompt)
    camera.lock(CODE)
    return prompt.log, (before, known(camera.flash))


def unlocked() -> tuple[FlashLog, States]:
    """Visitors have taught a locked camera; the code opens it, and their lessons go."""
    prompt, camera = lockable()
    prompt.run(f"turn_key('lock', {CODE!r})")
    camera.lock(CODE)
    before = known(camera.flash)
    prompt.log.begin()
    visit(prompt)
    prompt.run(f"turn_key('unlock', {CODE!r})")
    camera.unlock(CODE)
    return prompt.log, (before, known(camera.flash))


def lockable() -> tuple[Prompt, SmallCamera]:
    """The firmware with what was taught, and the same on the desk: what it has to be like after each step."""
    prompt, camera = Prompt(installed()), SmallCamera(Flash(), VECTOR_BYTES)
    prompt.change(*TAUGHT)
    for change in map(change_of, TAUGHT):
        step(camera.store, camera.memory, change.what, change.key, change.value)
    prompt.run(LOCK)
    return prompt, camera


def visit(prompt: Prompt) -> None:
    """A lesson of a locked camera: it writes nothing."""
    written = len(prompt.log.operations)
    prompt.run("visit('visitor', 60)")
    assert len(prompt.log.operations) == written


def compacted() -> tuple[FlashLog, States]:
    prompt = Prompt(installed())
    prompt.change(*TAUGHT)
    prompt.log.begin()
    prompt.run("kept.compact(memory)")
    return prompt.log, (prompt.memory.state(), prompt.memory.state())


def committed() -> tuple[FlashLog, States]:
    """A draft, from its beginning to the start that adopts it."""
    prompt = Prompt(installed())
    prompt.change(*TAUGHT)
    before = prompt.memory.state()
    after = PlainMemory()
    put = ""
    checksum = 0
    for number in range(4):
        after.apply(Change(LEARN, "new", vector(30 + number)))
        put += f"do('learn', 'new', {30 + number}, True)\n"
        checksum = zlib.crc32(b"new" + vector(30 + number), checksum)
    prompt.log.begin()
    prompt.run(f"do('begin')\n{put}do('commit', '{checksum:08x}')\nmemory = Memory()\nkept.load(memory)")
    return prompt.log, (before, after.state())


def crowded(free_blocks: int = 4, changes: int = 30) -> Iterator[tuple[FlashLog, States]]:
    """Changes on a flash almost full, in which SPIFFS has to move files, the app's, too: those in which it did."""
    prompt = Prompt(installed())
    prompt.run(REWRITE)
    prompt.change(*TAUGHT)
    prompt.change(*[("setting", "limit", str(number)) for number in range(20)])
    number = 0
    while int(prompt.run(FILL % number)) > free_blocks:
        number += 1
    for number in range(changes):
        prompt.log.begin()
        before = prompt.memory.state()
        prompt.change(("learn", "key", number) if number % 3 else ("undo",))
        if prompt.log.blocks_erased():
            yield prompt.log, (before, prompt.memory.state())


CLASSES: dict[str, Callable[[], tuple[FlashLog, States]]] = {
    **{name: lambda name=name: changed(name) for name in CHANGES},
    "set switch": switched,
    "lock": locked,
    "unlock": unlocked,
    "compaction": compacted,
    "draft": committed,
}

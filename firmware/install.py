"""The board's half of the installer: at any moment, whatever is cut off, the old app starts or the new one.

New files are put beside the old ones, as next/NAME. One more file, the seal, makes them count: with it boot.py looks
in next/ before lib/. Then they are moved to their places, and the seal is taken away again. (docs/DESIGN.md)

From a memory card, with a folder `madeleine` that has boot.py, main.py, lib/ and this file, at the camera's prompt:

    exec(open('/sd/madeleine/install.py').read())

`madeleine install` runs the same text over the cable, after `HOST = True`.
"""

import gc
import sys

import machine
import ubinascii
import uio
import uos
import utime
from micropython import const

_TYPING = const(0)
if _TYPING:
    from Maix import _Utils

CARD = '/sd/madeleine/'
FLASH = '/flash/'
NEXT = 'next/'
SEAL = NEXT + 'sealed'
TOP = ('boot.py', 'main.py')  # boot.py first: a foreign one knows no seal, so that writing it is the moment that counts
HEAP_UNSET = 'heap.unset'  # lib/heap.py: the app sets the heap at its next start
FIRMWARE_HEAP_BYTES = 524288
LEFTOVERS = ('faults.count', 'fault.txt', HEAP_UNSET)
IDENTITY = ('camera.id', 'camera.name')  # lib/device_id.py
SMALL_BYTES = 200
BLOCK_BYTES = 131072  # of SPIFFS: what it needs to make room
PAGE_BYTES = 4096
PIECE_BYTES = 4091  # of a file, in one page of SPIFFS
PIECES = 8  # to write at once, if the heap has room for them; that of an interrupted app has little
FONT = '.font'
SENTENCES = '.words'  # of the screen, in a language
EXAMPLES_BYTES = 600000  # to be left free when a font is added: what 250 examples take, and room to change them
PACKS = ('app.pack', 'spare.pack')  # all modules but the few that read it, twice (lib/pack.py)
writers = {}  # type: dict[str, Writer]  # of files that come piece by piece
sums = {}  # type: dict[str, tuple[int, int]]  # name: (size, CRC-32), as `prepare` was told
missing = []  # type: list[str]  # what it found to be neither in its place nor staged


def names(folder: str = '') -> 'list[str]':
    """Files on flash whose names start so."""
    return [name for name in uos.listdir('/flash') if name.startswith(folder)]


def staged(name: str) -> str:
    """lib/app.py -> next/app.py"""
    return NEXT + name[name.rfind('/') + 1 :]


def content(path: str) -> bytes:
    with open(path, 'rb') as file:
        return file.read()


def check(path: str) -> 'tuple[int, int] | None':
    """(size, CRC-32) of a file, read back from where it is; None when it cannot be."""
    size = crc = 0
    try:
        with open(path, 'rb') as file:
            part = file.read(PAGE_BYTES)
            while part:
                size += len(part)
                crc = ubinascii.crc32(part, crc)
                part = file.read(PAGE_BYTES)
    except OSError:
        return None
    return (size, crc)


def create(name: str) -> None:
    open(FLASH + name, 'wb').close()


def append(name: str, piece: 'bytes | memoryview') -> None:
    with open(FLASH + name, 'ab') as file:
        file.write(piece)


class Writer:
    """Writes a file on flash, some pages at once: for each write SPIFFS writes the index of the file, too.

    A write of one page takes 128 operations of the chip, one of eight takes 457 (docs/DESIGN.md).
    """

    def __init__(self, name: str) -> None:
        create(name)
        self._name = name
        self._waiting = buffer()
        self._filled = 0

    def add(self, piece: bytes) -> None:
        if self._filled + len(piece) > len(self._waiting):
            self.flush()
        if len(piece) <= len(self._waiting):
            self._waiting[self._filled : self._filled + len(piece)] = piece
            self._filled += len(piece)
        else:
            append(self._name, piece)

    def flush(self) -> None:
        if self._filled:
            append(self._name, memoryview(self._waiting)[: self._filled])
            self._filled = 0

    def end(self, expected: 'tuple[int, int]') -> None:
        self.flush()
        if check(FLASH + self._name) != expected:
            raise OSError('%s did not arrive: run this again' % self._name)


def buffer() -> bytearray:
    """For as many pieces as the heap has room for, and for three more, which a piece takes on its way here."""
    gc.collect()
    for pieces in (PIECES, PIECES // 2):
        try:
            waiting, *_ = [bytearray(PIECE_BYTES * many) for many in (pieces, 1, 1, 1)]
            return waiting
        except MemoryError:
            gc.collect()
    return bytearray(0)


def copy(path: str, name: str) -> None:
    """A file onto flash and read back; one open file is all there may be beside a running boot.py."""
    expected = check(path)
    if expected is None:  # before what is there now is touched
        raise OSError('%s cannot be read' % path)
    writer = Writer(name)
    for offset in range(0, expected[0], PIECE_BYTES):
        with open(path, 'rb') as file:
            file.seek(offset)
            piece = file.read(PIECE_BYTES)
        writer.add(piece)
    writer.end(expected)


def remove(name: str) -> None:
    uos.remove(FLASH + name)


def forget_program() -> None:
    """Make room: the modules of an interrupted app hold most of the heap. What it left open is closed, too."""
    for name in list(sys.modules):
        if name != '__main__':
            del sys.modules[name]
    for name in ('main', 'pack', 'spare'):  # boot.py, which is run here, names them
        globals().pop(name, None)
    gc.collect()


def prepare(wanted: 'list[tuple[str, int, int]]') -> 'list[str]':
    """wanted: (name, size, CRC-32) of all files. Ends what an earlier run left; returns the names still to stage."""
    forget_program()
    if SEAL in names(NEXT):
        for name in names(NEXT):
            if check(FLASH + name) is None:  # lost in a cut (docs/BOARD.md): staged once more
                remove(name)
        move()
    there = names()  # to ask for a file that is not there is as slow as to list all
    keep = []
    del missing[:]
    for name, size, crc in wanted:
        sums[name] = (size, crc)
        if name not in there or check(FLASH + name) != (size, crc):
            keep.append(staged(name))
            if staged(name) not in there or check(FLASH + staged(name)) != (size, crc):
                missing.append(name)
    for name in there:
        if name.startswith(NEXT) and name not in keep:
            remove(name)
    return missing


def room(sizes: 'list[int]') -> bool:
    """Is there place for files of these sizes beside all that is there? SPIFFS gives each a page more."""
    info = uos.statvfs('/flash')
    pages = sum([size // PAGE_BYTES + 2 for size in sizes])
    return info[0] * info[3] >= pages * PAGE_BYTES + BLOCK_BYTES


def fonts() -> 'list[str]':
    """Names of the font files on flash, and of those with the screen's sentences."""
    return [name for name in names() if name.endswith(FONT) or name.endswith(SENTENCES)]


def prepare_font(name: str, size: int, crc: int) -> bool:
    """Is it there? If not, an empty file takes its place: the app does without a font that is not whole.

    A large one is not staged: it would need its room twice.
    """
    if name in names() and check(FLASH + name) == (size, crc):
        return True
    if name in names():
        remove(name)
    if not room([size, EXAMPLES_BYTES]):
        raise OSError('/flash is too full for %s: leave a writing out, or forget classes' % name)
    sums[name] = (size, crc)
    writers[name] = Writer(name)
    return False


def begin(name: str) -> None:
    """Stage a file, whose content comes piece by piece: begin, add, add, end."""
    writers[name] = Writer(staged(name))


def add(name: str, piece: bytes) -> None:
    """The next piece of a file that is staged, or of a font."""
    writers[name].add(piece)


def end(name: str) -> None:
    writers.pop(name).end(sums[name])
    if name in missing:
        missing.remove(name)


def finish(wanted: 'list[tuple[str, int, int]]') -> None:
    """All files are there or staged: let them count, move them, and drop modules of the old app."""
    if missing:
        raise OSError('%s is missing: run this again' % missing[0])
    if names(NEXT):
        create(SEAL)
        move()
    places = [place for place, size, crc in wanted]
    for name in names('lib/'):
        if name not in places:
            remove(name)


def move() -> None:
    """From next/ to the places, under the seal; safe to be done again from the start."""
    files = [name[len(NEXT) :] for name in names(NEXT) if name != SEAL]
    for name in [top for top in TOP if top in files] + [module for module in files if module not in TOP]:
        copy(FLASH + NEXT + name, name if name in TOP else 'lib/' + name)
    drop_other_form(files)
    remove(SEAL)
    for name in files:
        remove(NEXT + name)


def drop_other_form(files: 'list[str]') -> None:
    """An app comes packed or as sources; what would start the other form goes."""
    others = ['lib/' + name for name in PACKS] if 'main.py' in files else []
    if PACKS[0] in files:
        others.append('main.py')
    for name in others:
        if name in names():
            remove(name)


class Probe:
    """A file system with one module, as lib/pack.py makes one."""

    def __init__(self, code: bytes) -> None:
        self._code = code

    def mount(self, readonly: bool, mkfs: bool) -> None:
        pass

    def umount(self) -> None:
        pass

    def stat(self, path: str) -> 'tuple[int, ...]':
        if path != '/probe.mpy':
            raise OSError(2)
        return (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    def open(self, path: str, mode: str) -> 'uio.BytesIO':
        return uio.BytesIO(self._code)


def takes_packs(code: bytes) -> bool:
    """Does this firmware import compiled modules from a file system of ours? code: that of the line N = 1."""
    try:
        uos.mount(Probe(code), '/probe')
        sys.path.insert(0, '/probe')
        try:
            return bool(__import__('probe').N == 1)
        finally:
            sys.path.remove('/probe')
            uos.umount('/probe')
            sys.modules.pop('probe', None)
    except (AttributeError, ImportError, OSError, ValueError):
        return False


def identity() -> 'list[str]':
    """The camera's lasting id, and its name; '' for what is not there."""
    return [small(name) for name in IDENTITY]


def small(name: str) -> str:
    """The text of a small file on flash; '' without one."""
    try:
        with open(FLASH + name, 'rb') as file:
            return file.read(SMALL_BYTES).decode()
    except (OSError, UnicodeError):
        return ''


def identify(id: str, name: str) -> None:
    """Keep an id, if there is none yet, and a name, if it is not ''."""
    kept = identity()
    for place, before, text in zip(IDENTITY, kept, (kept[0] or id, name or kept[1])):
        if text != before:
            data, writer = text.encode(), Writer(place)
            writer.add(data)
            writer.end((len(data), ubinascii.crc32(data)))


def forget_id() -> None:
    if IDENTITY[0] in names():
        remove(IDENTITY[0])


def new_id() -> str:
    """Eight hexadecimal digits. What is random here is the microsecond in which the installation has ended."""
    return '%08x' % ubinascii.crc32(str(utime.ticks_us()).encode())


def firmware_utils() -> 'type[_Utils] | None':
    """What sets the heap; builds before v0.5.0_9 have none."""
    try:
        from Maix import utils
    except ImportError:
        return None
    return utils


def ask_for_heap() -> None:
    """Have the app set the heap for its model at its next start: only when all is loaded can that be measured."""
    if firmware_utils():
        create(HEAP_UNSET)


def reset_heap() -> None:
    """The firmware's own size; written only if it differs, because a torn setting can keep the board from booting."""
    utils = firmware_utils()
    if utils and utils.gc_heap_size() != FIRMWARE_HEAP_BYTES:
        utils.gc_heap_size(FIRMWARE_HEAP_BYTES)


def uninstall(examples: bool) -> 'list[str]':
    """Remove the app, boot.py first, and the examples of all sets if told so; returns the names."""
    forget_program()
    # Another program's boot.py starts that program now; it stays.
    foreign = 'boot.py' in names() and b'main.run()' not in content(FLASH + 'boot.py')
    ours = [] if foreign else ['boot.py']
    ours += ['main.py'] + names('lib/') + names(NEXT) + fonts() + list(LEFTOVERS)
    if examples:
        ours += names('examples.') + [name for name in names('set') if name[4:5] == '.'] + list(IDENTITY)
    gone = [name for name in ours if name in names()]
    for name in gone:
        remove(name)
    reset_heap()
    return gone


def from_card() -> None:
    """Install what is on the memory card."""
    modules = ['lib/' + name for name in uos.listdir(CARD + 'lib') if name.endswith('.py')]
    wanted = []
    for name in list(TOP) + modules:
        size_and_crc = check(CARD + name)
        if size_and_crc is None:
            raise OSError('%s cannot be read' % (CARD + name))
        wanted.append((name,) + size_and_crc)
    prepare(wanted)
    if not room([size for name, size, crc in wanted if name in missing]):
        raise OSError('/flash is too full: forget classes, or remove files')
    for name in list(missing):
        copy(CARD + name, staged(name))
        missing.remove(name)
        print(name)
    finish(wanted)
    identify(new_id(), '')
    ask_for_heap()
    for name in uos.listdir(CARD):
        if name.endswith(FONT) and room([uos.stat(CARD + name)[6], EXAMPLES_BYTES]):
            copy(CARD + name, name)
            print(name)
    print('Done. Take the card out; the camera starts again.')
    machine.reset()


if 'HOST' not in globals():
    from_card()

"""The examples, marks and settings on flash: nothing acknowledged is lost when the cable is pulled.

A generation (generation.py) is two equal files: header, the changes carried over, a seal, then one record per change.
Each change goes to both, because a power cut while SPIFFS moves a file takes pages of that file away, wherever in it
they are (docs/BOARD.md). Compaction writes the next generation under other names, seals it once it has been read back,
and removes the old one last; so does a start that finds a file hurt. Nothing is ever renamed, because on SPIFFS that
is remove, then rename. Bytes: docs/FORMATS.md.
"""

import ustruct
from micropython import const

import change as word
import store_notes
import version
from battery import CHARGE_ME
from constants import LABEL_CHARS
from draft import Draft
from gauge import PICTURES
from generation import Generation
from journal import OVERHEAD, Journal
from settings import ID
from store_files import COPIES, EXAMPLES, NO_NAMES, Stock, take_stock
from store_records import OLDER, UNDO, identity, record
from store_summary import FileSummary

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from typing import Callable, Iterable, Iterator, TypeVar

    from change import Change
    from files import Files
    from store_replay import Memory

    T = TypeVar('T')

_LABEL_BYTES = 4 * LABEL_CHARS  # in UTF-8

_TEXT_BYTES = const(128)  # of a setting, name and value together, or of a short vector's record
_PAGE_BYTES = const(4096)  # SPIFFS takes no less for a file
_EIO = const(5)
_ENOSPC = const(28)


class StoreError(Exception):
    """A change that was not saved: `code` for programs, `text` for people."""

    code = property(lambda self: self.args[0])
    text = property(lambda self: self.args[1])


class Store:
    """Keeps what `memory` (see memory.Memory) holds; a change is on flash, and read back, when apply() returns.

    Every change comes here first and goes to memory second. StoreError: nothing was changed.
    """

    def __init__(
        self,
        files: 'Files',
        model_id: bytes,
        vector_bytes: int,
        former: 'Iterable[bytes]' = (),
        prefix: str = EXAMPLES,
    ) -> None:
        """`model_id` 8 bytes; `former` those under which earlier editions kept examples of the same model.

        `prefix`: what the names of its files begin with.
        """
        self._files = files
        self._ids = [model_id] + list(former)
        self._prefix = prefix
        self._vector_bytes = vector_bytes
        self._body_bytes = max(4 + _LABEL_BYTES + vector_bytes, _TEXT_BYTES)
        self._buffer = bytearray(OVERHEAD + self._body_bytes)
        versions = (version.STORE,) + OLDER
        self._identities = [identity(each, vector_bytes, id) for each in versions for id in self._ids]
        self._journal = Journal(files, self._identities[0], self._buffer)  # of new files
        self._changes = tuple  # type: Callable[[], Iterable[Change]]  # all that memory holds
        self._stock = Stock(files, prefix)
        self._current = None  # type: Generation | None  # none before load, nor when only a load can judge what counts
        self._draft = None  # type: Draft | None

    def sibling(self, prefix: str) -> 'Store':
        """A store for the same model, to be loaded, whose files have other names."""
        return Store(self._files, self._ids[0], self._vector_bytes, self._ids[1:], prefix)

    def bare(self) -> bool:
        """Is nothing there but settings, not even of another model?"""
        current = self._current
        if current is None or current.overflow.count or any([each.what != word.SETTING for each in self._changes()]):
            return False
        return all([name in current.names for name in self._stock.present()])

    def load(self, memory: 'Memory') -> 'list[str]':
        """Fill an empty memory and mend the files: texts for the user, none when all is well."""
        self._changes, self._current, self._draft = memory.changes, None, None
        try:
            others = [Journal(self._files, each, self._buffer) for each in self._identities[1:]]
            stock = self._stock = take_stock(self._files, [self._journal] + others, self._prefix)
            current, hurt = stock.choose(self._journal)
            if current.names:
                reader = current.read(memory, self._vector_bytes)
                stock.notes += store_notes.of_file(stock.ours[-1], reader)
                hurt = bool(hurt or reader.damaged or self._wasteful(current))
        except OSError as error:
            return ['Flash cannot be read (error %s), nothing new will be kept: restart the camera.' % error]
        self._current = current
        try:
            self._do(Store._mend, hurt)
        except StoreError as error:
            stock.notes.append(error.text)
            current.torn = current.torn or hurt  # the next change writes it anew
        stock.ours = []  # it is known now what is in them
        return stock.notes + [store_notes.unreadable(name) for name in stock.unreadable]

    def apply(self, change: 'Change') -> 'Change | None':
        """Bring one change to flash. Of an undo: the change that was taken back, None when there was none."""
        return self._do(Store._put if change.draft else _WAYS[change.what], change)

    def replay(self, memory: 'Memory') -> None:
        """Fill an emptied memory from flash again, after an undo of anything but a learn."""
        try:
            if self._current is not None:
                self._current.read(memory, self._vector_bytes)
        except OSError:
            self._current = None

    def undoable(self) -> 'Change | None':
        """What an undo would take back."""
        return self._current.undoable() if self._current else None

    def compact(self, memory: 'Memory') -> None:
        """Write what `memory` holds, which must be all that was acknowledged, as a new generation."""
        self._do(Store._compact, memory)

    def _do(self, way: 'Callable[[Store, Generation, T], Change | None]', subject: 'T') -> 'Change | None':
        """Go this way with what counts now; StoreError instead of an OSError."""
        current = self._current
        if current is None:
            raise StoreError('closed', 'The examples on flash were not read properly: restart the camera.')
        if self._files.frozen:
            raise StoreError('battery', CHARGE_ME)
        try:
            return way(self, current, subject)
        except OSError as error:
            self._drop(current, None)
            if self._current is not None:
                self._expel(self._current)
            raise failure(error, self._prefix)

    # Changes

    def _learn(self, current: Generation, change: 'Change') -> None:
        self._check(change)
        current = self._ready(current)
        if not self._has_room(current.size_bytes):  # the next generation might not fit on flash beside this one
            if self._wasteful(current) and not current.overflow.count:
                current = self._write(current, self._changes)
            if not self._has_room(current.size_bytes):
                raise failure(OSError(_ENOSPC), self._prefix)
        kind, parts = record(change, current.next_serial)
        current.append(kind, *parts)
        current.learned(change.key)

    def _keep(self, current: Generation, change: 'Change') -> None:
        """A mark, a setting, a new name, or something forgotten."""
        self._check(change)
        current = self._ready(current)
        if change.what in (word.MARK, word.FORGET_GAUGE, word.RENAME) and current.journal is not self._journal:
            raise _overflow(current)  # an older file has no such record, and cannot be written anew
        kind, parts = record(change, 0)
        current.changed(change, current.append(kind, *parts))

    def _undo(self, current: Generation, change: 'Change') -> 'Change | None':
        current = self._ready(current)
        undone = current.undoable()
        newest = undone is None or undone.what == word.LEARN
        serial = current.examples.newest()
        if current.overflow.newest() > serial if newest else current.journal is not self._journal:
            raise _overflow(current)  # they would go with it; or as in _keep
        if not newest:
            current.take_back()
        elif undone is not None:
            current.append(UNDO, ustruct.pack('<I', serial))
            current.examples.undo(serial)
        return undone

    def _reset(self, current: Generation, change: 'Change') -> None:
        """Forget examples, marks and ids; settings stay. Files that nobody can read go too."""
        self._stock.discard(self._stock.unreadable)
        self._write(current, self._settings)

    def _settings(self) -> 'Iterator[Change]':
        for change in self._changes():
            if change.what == word.SETTING and not change.key.startswith(ID):
                yield change

    # All at once, for a host

    def _begin(self, current: Generation, change: 'Change') -> None:
        """Open a draft: a generation that replaces everything when it is committed. Any other change drops it."""
        if current.overflow.count:
            raise _overflow(current)  # the host cannot know them
        if not current.sealed:  # what a cut leaves of a draft is outranked by a seal only
            current = self._write(current, self._changes)
        self._drop(current, None)
        self._draft = self._next(current)
        self._draft.create(tuple)

    def _put(self, current: Generation, change: 'Change') -> None:
        """Add a change to the draft."""
        self._check(change)
        draft = self._open_draft()
        if change.what == word.MARK and draft.marks == PICTURES:
            raise StoreError('full', 'A gauge has at most %d pictures of marks: send fewer.' % PICTURES)
        if not self._has_room(draft.size_bytes):
            raise OSError(_ENOSPC)
        draft.put(change)

    def _commit(self, current: Generation, change: 'Change') -> None:
        """Seal the draft, if all is on flash that was sent: the key is its CRC-32 in eight hex digits.

        The store is closed then: the memory has to be emptied, and loaded.
        """
        draft = self._open_draft()
        if not draft.complete(change.key):
            self._drop(current, None)
            raise StoreError('checksum', 'Not all that was sent has come: begin again.')
        self._draft = None
        self._seal(current, draft, None)

    def _drop(self, current: Generation, change: 'Change | None') -> None:
        """Give the draft up, if there is one."""
        draft, self._draft = self._draft, None
        if draft is not None:
            self._stock.discard(draft.names)  # what stays is outranked, and the next load removes it

    def _open_draft(self) -> Draft:
        if self._draft is None:
            raise StoreError('draft', 'No draft, or another change has ended it: begin again.')
        return self._draft

    # Writing

    def _check(self, change: 'Change') -> None:
        """Can this be kept?"""
        if change.what in (word.LEARN, word.MARK) and len(change.value) != self._vector_bytes:
            text = 'A vector must have %d bytes, not %d.' % (self._vector_bytes, len(change.value))
            raise StoreError('length', text)
        _, parts = record(change, 0)
        if sum([len(part) for part in parts]) > self._body_bytes:
            raise StoreError('long', 'This is too long to be kept.')

    def _ready(self, current: Generation) -> Generation:
        """What a change can be appended to: files of the present format, with nothing torn at their end."""
        old = not current.names or current.torn or current.journal is not self._journal
        if old and not current.overflow.count:
            return self._write(current, self._changes)
        self._drop(current, None)
        return current

    def _expel(self, current: Generation) -> None:
        """A refused record may be whole in a file: leave it out of a new generation, or that file out of this one."""
        for _ in range(2):
            if current.refused is None:
                return
            if not current.overflow.count:
                try:
                    self._write(current, self._changes)
                    return
                except (OSError, StoreError):
                    pass
            for name in current.refused:
                if name in current.names and self._stock.discard([name]):  # which makes room, too
                    current.names.remove(name)

    def _compact(self, current: Generation, memory: 'Memory') -> None:
        if current.overflow.count:
            raise _overflow(current)
        self._write(current, memory.changes)

    def _mend(self, current: Generation, hurt: bool) -> None:
        """Make sure that what counts is there twice, and then that nothing else is."""
        if hurt and current.overflow.count:
            self._copy(current)
        elif hurt:
            current = self._write(current, self._changes)
        if current.sealed:
            self._stock.tidy()

    def _copy(self, current: Generation) -> None:
        """Give what counts a second copy, as it is, for memory does not hold all of it."""
        if len(current.names) < COPIES:
            (name,) = self._stock.free_names(1, current, self._room_bytes(current.size_bytes))
            twin = FileSummary(name, current.journal)
            current.journal.copy(current.names[0], name)  # half a copy has fewer records, and is outranked
            twin.read()
            if twin.records != current.records:
                raise OSError(_EIO)
            current.names.append(name)

    def _write(self, current: Generation, changes: 'Callable[[], Iterable[Change]]') -> Generation:
        """Make what `changes()` gives the next generation, and remove the present one."""
        self._drop(current, None)
        new = self._current = self._seal(current, self._next(current), changes)
        self._stock.retire(current.names, new.names)
        return new

    def _seal(self, current: Generation, draft: Draft, changes: 'Callable[[], Iterable[Change]] | None') -> Generation:
        """Close the store and make a draft what counts; open it again when that fails."""
        self._current = None  # if this is interrupted, a sealed file may be there that outranks the one we know
        try:
            if changes:
                draft.create(changes)
            return draft.seal()
        except OSError:
            if self._stock.discard(draft.names):
                self._current = current
                current.torn = True  # to be written anew: what was sealed outranks it, should a cut bring it back
            raise

    def _next(self, current: Generation) -> Draft:
        names = self._stock.free_names(COPIES, current, self._room_bytes(current.size_bytes))
        current.number += 1
        return Draft(self._files, self._journal, names, current.number)

    def _room_bytes(self, size_bytes: int) -> int:
        """What another generation of this size takes, and one more record."""
        return COPIES * (size_bytes + self._body_bytes)

    def _has_room(self, size_bytes: int) -> bool:
        return self._files.free_bytes() >= self._room_bytes(size_bytes)

    def _wasteful(self, current: Generation) -> bool:
        """Do dead records outweigh the living ones?"""
        living = current.examples.count + 2
        return current.size_bytes > 2 * living * (OVERHEAD + self._body_bytes) + _PAGE_BYTES


_WAYS = {
    word.LEARN: Store._learn,
    word.MARK: Store._keep,
    word.SETTING: Store._keep,
    word.FORGET: Store._keep,
    word.FORGET_GAUGE: Store._keep,
    word.RENAME: Store._keep,
    word.UNDO: Store._undo,
    word.RESET: Store._reset,
    word.BEGIN: Store._begin,
    word.COMMIT: Store._commit,
    word.DROP: Store._drop,
}


def _overflow(current: Generation) -> StoreError:
    text = '%d examples on flash do not fit in memory: forget a class first.'
    return StoreError('overflow', text % current.overflow.count)


def failure(error: OSError, prefix: str) -> StoreError:
    """What to say of a write that has failed."""
    code = error.args and error.args[0]
    if code == NO_NAMES:
        return StoreError('full', 'Other files take up all names: remove some of %s.0 to 7.' % prefix)
    if code == _ENOSPC:
        return StoreError('full', 'No room left on flash: forget a class or remove files.')
    return StoreError('write', 'Flash could not be written (error %s): try again or restart the camera.' % error)

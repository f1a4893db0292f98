"""The examples, anchors and settings on flash: nothing acknowledged is lost when the cable is pulled.

A generation is a file: header, the records carried over, a seal, then one record per change. There are two copies of
it, and each change goes to both, because a power cut while SPIFFS moves a file takes pages of that file away, wherever
in it they are (docs/BOARD.md). Compaction writes the next generation under other names, seals it once it has been read
back, and removes the old one last; the highest sealed generation wins. Nothing is ever renamed, because on SPIFFS that
is remove, then rename. Bytes: docs/FORMATS.md.
"""

import ustruct
from micropython import const

import replay
import version
from draft import Draft
from journal import OVERHEAD, Journal

NAME = 'examples.%d'
SLOTS = const(8)  # file names in use at most: four for this model, the others may belong to other models
COPIES = const(2)
LABEL_BYTES = const(32)

_TEXT_BYTES = const(128)  # of a setting, name and value together, or of a short vector's record
_PAGE_BYTES = const(4096)  # SPIFFS takes no less for a file
_ENOSPC = const(28)


class StoreError(Exception):
    """A change that was not saved: `code` for programs, `text` for people."""

    code = property(lambda self: self.args[0])
    text = property(lambda self: self.args[1])


class Store:
    """Keeps what `memory` (see memory.Memory) holds; a change is on flash, and read back, when its method returns.

    Every change comes here first and goes to memory second. StoreError: nothing was changed.
    """

    def __init__(self, files, model_id, vector_bytes):
        """`files` as files.Files; `model_id` 8 bytes; `vector_bytes` the length of a vector."""
        self._files = files
        self._identity = ustruct.pack('<BH8s', version.STORE, vector_bytes, model_id)
        self._vector_bytes = vector_bytes
        self._body_bytes = max(4 + LABEL_BYTES + vector_bytes, _TEXT_BYTES)
        self._journal = Journal(files, self._identity, self._body_bytes)
        self._forget_files(None)

    def load(self, memory):
        """Fill an empty memory and mend the files: texts for the user, none when all is well."""
        self._forget_files(memory)
        reports = []
        try:
            present = self._files.names()
            ours, rest = self._find(present, reports)
            mend = bool(ours) and self._replay(ours, reports)
        except OSError as error:
            reports.append('Flash cannot be read (error %s), nothing new will be kept: restart the camera.' % error)
            return reports
        self._open = True
        for name in rest:
            if name not in self._names:
                self._discard(name)
        # A cut while SPIFFS moves a file's index leaves the name there twice, and which one counts may change.
        twice = any(present.count(name) > 1 for name in self._names)
        if (mend or twice or self._wasteful()) and not self._unfit.serials:
            try:
                self.compact(memory)
            except StoreError as error:
                reports.append(error.text)
        return reports

    def learn(self, label, vector):
        """Add an example; '' as the label makes it one to ignore."""
        self._ready()
        self._reserve()
        self._check_vector(vector)
        self._append(replay.LEARN, ustruct.pack('<I', self._next), label.encode(), vector)
        self._roll.add(self._next, self._roll.known(label))
        self._next += 1

    def undo(self):
        """Drop the last example, if there is one."""
        self._ready()
        if not self._roll.serials:
            return
        serial = self._roll.serials[-1]
        if self._unfit.serials and self._unfit.serials[-1] > serial:
            raise self._unfit_error()  # they would go with it
        self._append(replay.UNDO, ustruct.pack('<I', serial))
        self._roll.undo(serial)

    def forget(self, label):
        """Drop every example of a label."""
        self._ready()
        self._append(replay.FORGET, label.encode())
        self._roll.forget(label)
        self._unfit.forget(label)

    def anchor(self, which, vector):
        """Keep an anchor of the gauge; `which` is 0 or 100."""
        self._ready()
        self._check_vector(vector)
        self._append(replay.ANCHOR, bytes([which]), vector)

    def setting(self, name, value):
        """Keep a setting, both str; the last value of a name wins."""
        self._ready()
        self._append(replay.SETTING, name.encode(), b'\0', value.encode())

    def reset(self):
        """Forget examples and anchors; settings stay. Files that nobody can read go too."""
        self._check_open()
        self._rewrite(lambda: (record for record in self._memory.records() if record[0] == 'setting'))
        self._unfit = replay.Roll()
        for name in self._unreadable:
            self._discard(name)

    def compact(self, memory):
        """Write what `memory` holds, which must be all that was acknowledged, as a new generation."""
        self._check_open()
        if self._unfit.serials:
            raise self._unfit_error()
        self._rewrite(memory.records)

    # All at once, for a host

    def begin(self):
        """Open a draft: a generation that replaces everything when it is committed. Any other change drops it."""
        self._check_open()
        if self._unfit.serials:
            raise self._unfit_error()  # the host cannot know them
        if not self._names or not self._sealed:  # what a cut leaves of a draft is outranked by a seal only
            self._rewrite(self._memory.records)
        self._drop_draft()
        (draft,) = self._next_generation(1)
        try:
            draft.create(self._identity, ())
        except OSError as error:
            self._discard(draft.name)
            raise _failure(error)
        self._draft = draft

    def put(self, what, key, value):
        """Add one of the records that memory.Memory.records() has to the draft."""
        if what != 'setting':
            self._check_vector(value)
        draft = self._take_draft()
        try:
            if not self._has_room(draft.size_bytes):
                raise OSError(_ENOSPC)
            draft.put(what, key, value)
        except OSError as error:
            self._discard(draft.name)
            raise _failure(error)
        self._draft = draft

    def commit(self, checksum):
        """Seal the draft, if all is on flash that was sent: `checksum` is its CRC-32 in eight hex digits.

        The store is closed then: the memory has to be emptied, and loaded.
        """
        draft = self._take_draft()
        if checksum != '%08x' % draft.crc:
            self._discard(draft.name)
            raise StoreError('checksum', 'Not all that was sent has come: begin again.')
        try:
            draft.check()
            self._open = False  # as in _rewrite
            draft.seal()
        except OSError as error:
            self._open = self._discard(draft.name)
            raise _failure(error)

    def drop(self):
        """Give the draft up, if there is one."""
        self._check_open()
        self._drop_draft()

    def _take_draft(self):
        """The draft, which is none any more unless it is put back."""
        self._check_open()
        draft, self._draft = self._draft, None
        if draft is None:
            raise StoreError('draft', 'No draft, or another change has ended it: begin again.')
        return draft

    def _drop_draft(self):
        draft, self._draft = self._draft, None
        if draft is not None:
            self._discard(draft.name)  # if it stays, it is outranked, and the next load removes it

    # Reading

    def _forget_files(self, memory):
        self._memory = memory
        self._open = False  # may write: not before load, nor when flash is in a state that only load can judge
        self._names = []  # of the current generation's copies
        self._size = 0
        self._generation = 0
        self._torn = False  # the file may end in half a record
        self._sealed = False
        self._draft = None
        self._roll = replay.Roll()
        self._unfit = replay.Roll()  # on flash, but not in memory
        self._next = 0  # serial of the next example
        self._unreadable = []  # files with our names that nobody can read

    def _find(self, present, reports):
        """Files of our identity as (rank, name), the one to believe last; names of these and of files that hold nothing."""
        ours, nothing, dead, others = [], [], [], []
        for name in [NAME % slot for slot in range(SLOTS)]:
            if name not in present:
                continue
            header, lost = self._header(name)
            if header is not None and header[:11] != self._identity:
                if header not in others:  # once for the copies of a generation
                    reports.append('%s %s.' % (name, self._whose(header)))
                others.append(header)
                continue
            survey = self._survey(name)
            if header is not None or survey.records or survey.sealed:
                ours.append((survey.rank(), name))
            elif self._files.size(name) < OVERHEAD + replay.HEADER_BYTES:  # cut off before anything was saved in it
                nothing.append(name)
            elif lost:
                dead.append(name)
            else:
                self._unreadable.append(name)
        if nothing and not ours:
            reports.append('%s is empty: nothing was saved in it.' % nothing[0])
        if dead and not ours:
            self._unreadable += dead
            dead = []
        reports += ['%s cannot be read; *reset removes it.' % name for name in self._unreadable]
        ours.sort()
        return ours, nothing + dead + [name for _, name in ours]

    def _header(self, name):
        """A file's header, None without one; and has the file system lost where it should be? A cut can do that."""
        try:
            return self._journal.header(name), False
        except OSError:
            return None, True

    def _survey(self, name):
        survey = replay.Survey()
        try:
            end, damaged, size = self._journal.scan(name, survey.visit)
            survey.whole = not damaged and end == size
        except OSError:
            pass  # listed, but not there
        self._generation = max(self._generation, survey.generation)
        return survey

    def _whose(self, header):
        if header[:1] != self._identity[:1]:
            return 'is of another format and is left alone: update the camera to use it'
        if header[3:11] != self._identity[3:]:
            return 'belongs to another model and is left alone'
        return 'has vectors of another length and is left alone'

    def _replay(self, ours, reports):
        """Fill memory from the last of the files; true when they need mending."""
        told = replay.Replay(self._memory, self._vector_bytes)
        rank, name = ours[-1]
        end, damaged, size = self._journal.scan(name, told.visit)
        self._names = [name for same, name in ours if same == rank][-COPIES:]
        self._size, self._torn = size, end < size
        self._sealed = told.sealed
        self._generation = max(self._generation, told.generation)
        self._roll, self._unfit, self._next = told.roll, told.unfit, told.next
        fit, unfit = len(told.roll.serials), len(told.unfit.serials)
        if unfit:
            reports.append('%d examples fit, %d on flash do not: forget a class.' % (fit, unfit))
        if not told.sealed and not told.records:
            reports.append('%s is empty: nothing was saved in it.' % name)
        elif not told.sealed:
            reports.append('%s was cut short: %d examples are left.' % (name, fit + unfit))
        elif damaged == 1 and self._torn and not told.lost:
            reports.append('The last change was cut off while it was saved; all before it is there.')
        elif damaged:
            reports.append('%s was damaged: %d examples are lost, the rest is there.' % (name, told.lost))
        return damaged or not told.sealed or len(self._names) < COPIES

    # Writing

    def _check_open(self):
        if not self._open:
            raise StoreError('closed', 'The examples on flash were not read properly: restart the camera.')

    def _check_vector(self, vector):
        if len(vector) != self._vector_bytes:
            raise StoreError('length', 'A vector must have %d bytes, not %d.' % (self._vector_bytes, len(vector)))

    def _unfit_error(self):
        text = '%d examples on flash do not fit in memory: forget a class first.'
        return StoreError('unfit', text % len(self._unfit.serials))

    def _ready(self):
        """Make sure that there is a file to append to, with nothing torn at its end."""
        self._check_open()
        if not self._names or (self._torn and not self._unfit.serials):
            self._rewrite(self._memory.records)

    def _reserve(self):
        """Refuse another example when the next generation might not fit on flash beside this one."""
        if self._has_room(self._size):
            return
        if self._wasteful() and not self._unfit.serials:
            self._rewrite(self._memory.records)
        if not self._has_room(self._size):
            raise _failure(OSError(_ENOSPC))

    def _has_room(self, size_bytes):
        try:
            return self._files.free_bytes() >= COPIES * (size_bytes + self._body_bytes)
        except OSError as error:
            raise _failure(error)

    def _wasteful(self):
        """Do dead records outweigh the living ones?"""
        return self._size > 2 * (len(self._roll.serials) + 2) * (OVERHEAD + self._body_bytes) + _PAGE_BYTES

    def _append(self, kind, *parts):
        if sum(len(part) for part in parts) > self._body_bytes:
            raise StoreError('long', 'This is too long to be kept.')
        self._drop_draft()
        self._torn = True  # until it has been read back
        written = []
        try:
            for name in self._names:
                size = self._journal.append(name, kind, *parts)
                written.append(name)
        except OSError as error:
            self._expel(written)
            raise _failure(error)
        self._size = size
        self._torn = False

    def _expel(self, written):
        """A refused record may yet be whole on flash: leave it out of a new generation, or the copies with it behind."""
        if not self._unfit.serials:
            try:
                self._rewrite(self._memory.records)
                return
            except StoreError:
                pass  # tried again before the next change
        self._names = [name for name in self._names if name not in written or not self._discard(name)]

    def _rewrite(self, records):
        """Make what `records()` gives the next generation."""
        self._drop_draft()
        drafts = self._next_generation(COPIES)
        self._open = False  # if this is interrupted, a sealed file may be there that outranks the one we know
        try:
            for draft in drafts:
                draft.create(self._identity, records())
                draft.check()
            for draft in drafts:
                draft.seal()
        except OSError as error:
            self._open = all([self._discard(draft.name) for draft in drafts])
            raise _failure(error)
        old, self._names = self._names, [draft.name for draft in drafts]
        self._size, self._torn, self._sealed = draft.size_bytes, False, True
        self._generation += 1
        self._roll, self._next = draft.roll, len(draft.roll.serials)
        self._open = True
        for name in old:
            self._discard(name)  # if it stays, it is outranked, and the next load removes it

    def _next_generation(self, copies):
        try:
            present = self._files.names()
        except OSError as error:
            raise _failure(error)
        free = [name for name in [NAME % slot for slot in range(SLOTS)] if name not in present]
        if len(free) < copies:
            raise StoreError('full', 'Other files take up all names: remove some of %s to 7.' % (NAME % 0))
        return [Draft(self._files, self._journal, name, self._generation + 1) for name in free[:copies]]

    def _discard(self, name):
        """Remove a file, twice if it is there twice; is it gone?"""
        try:
            for _ in range(2):
                if name in self._files.names():
                    self._files.remove(name)
            return name not in self._files.names()
        except OSError:
            return False


def _failure(error):
    if error.args and error.args[0] == _ENOSPC:
        return StoreError('full', 'No room left on flash: forget a class or remove files.')
    return StoreError('write', 'Flash could not be written (error %s): try again or restart the camera.' % error)

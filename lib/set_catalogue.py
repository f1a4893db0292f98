"""What belongs to the camera and not to one set of examples: the names of its sets, which one is active, and the lock.

It is a store of settings alone (docs/FORMATS.md, Sets). A set is one record, its slot and its name, and the record
that was written last is that of the active set: so making, switching and removing are one record each, and a cut
leaves the old or the new. Loaded for that alone, and at the start of a camera that has other sets or a lock.
"""

from micropython import const

from change import SETTING, Change
from constants import FIRST_SET
from store import Store, StoreError
from store_files import EXAMPLES, Stock

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator

    from app import App
    from files import Files

SLOTS = const(8)
_LOCK = 'lock'  # its key; the others are slots

_NO_MODEL = b'\0' * 8


def prefix(slot: str) -> str:
    """What the names of a set's files begin with."""
    return EXAMPLES if slot == '0' else 'set' + slot


def start(app: 'App', files: 'Files', first: Store) -> 'list[str]':
    """Open the active set at a start; what there is to say of it. `first`: the store of the first set."""
    catalogue = Catalogue(files)
    app.status.set, app.status.sets = catalogue.name(), catalogue.names()
    if catalogue.lock:
        from visitors import Visitors

        app.visitors, app.status.locked = Visitors(), True
    return catalogue.notes + app.open(first.sibling(prefix(catalogue.slot())))


class Catalogue:
    """Filled from flash; `notes`: what there is to say of that. For its store it is the memory."""

    def __init__(self, files: 'Files') -> None:
        self._files = files
        self._sets = []  # type: list[list[str]]  # [slot, name], in the order of writing; '': was removed
        self.lock = ''  # of lock.py; '': there is none
        self._store = Store(files, _NO_MODEL, 0, prefix='sets')
        self.notes = self._store.load(self)
        self._add_missing()
        if not self.notes:
            self.sweep()

    def _add_missing(self) -> None:
        """The first set needs no record; another one has files but no record if all records are lost."""
        known, present = [slot for slot, _ in self._sets], self._files.names()
        missing = [] if '0' in known else [['0', FIRST_SET]]
        for slot in range(1, SLOTS):
            start = prefix(str(slot)) + '.'
            if str(slot) not in known and any([name.startswith(start) for name in present]):
                missing.insert(0, [str(slot), 'set %d' % slot])
        self._sets = missing + self._sets

    # What the store asks of a memory

    def clear(self) -> None:
        self._sets, self.lock = [], ''

    def apply(self, change: Change) -> None:
        """One record; ValueError if it is none of a catalogue's."""
        if change.what != SETTING:
            raise ValueError(change.what)
        if change.key == _LOCK:
            self.lock = change.value
        else:
            self._sets = [pair for pair in self._sets if pair[0] != change.key] + [[change.key, change.value]]

    def changes(self) -> 'Iterator[Change]':
        yield Change(SETTING, _LOCK, self.lock)
        for slot, name in self._sets:
            yield Change(SETTING, slot, name)

    # What the app asks

    def slot(self) -> str:
        """Of the active set."""
        return [slot for slot, name in self._sets if name][-1]

    def name(self) -> str:
        return [name for _, name in self._sets if name][-1]

    def names(self) -> 'list[str]':
        """Of all sets, by their slots."""
        return [name for _, name in sorted(self._sets) if name]

    def find(self, name: str) -> 'str | None':
        """The slot of a set; None without one of this name."""
        for slot, other in self._sets:
            if other == name:
                return slot
        return None

    def free(self) -> 'str | None':
        """A slot without a set, whose files are gone; None if there is none."""
        used = [slot for slot, name in self._sets if name]
        for slot in range(1, SLOTS):
            if str(slot) not in used:
                if [str(slot), ''] not in self._sets:
                    self.keep(str(slot), '')  # so that a cut leaves no files without a record
                if not self.sweep():
                    raise StoreError('write', 'Old files could not be removed: try again or restart the camera.')
                return str(slot)
        return None

    def keep(self, slot: str, name: str) -> None:
        """Bring a set to flash: the active one then; gone, if the name is ''. StoreError: nothing was changed."""
        self._put(Change(SETTING, slot, name))

    def add(self, slot: str, name: str) -> None:
        """Likewise one that does not become the active one: all records anew, as their order says which one is."""
        self._sets = [[slot, name]] + [pair for pair in self._sets if pair[0] != slot]
        self._store.compact(self)

    def keep_lock(self, lock: str) -> None:
        """Likewise the lock."""
        self._put(Change(SETTING, _LOCK, lock))

    def _put(self, change: Change) -> None:
        self._store.apply(change)
        self.apply(change)

    def sweep(self) -> bool:
        """Remove the files of the sets that were removed; are all gone? A start goes on with it after a cut."""
        gone = True
        for slot in [slot for slot, name in self._sets if not name]:
            stock = Stock(self._files, prefix(slot))
            gone = stock.discard(stock.present()) and gone
        return gone

"""Sets of examples: switch, make, copy, remove. Loaded for that alone, and at a start (set_catalogue.py).

Each set is a store of its own. The catalogue's record is what counts: memory follows it.
"""

from micropython import const

import change as changes
from change import Change
from command_error import CommandError
from constants import FIRST_SET
from set_catalogue import Catalogue, prefix
from store import StoreError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from app import App
    from files import Files
    from memory import Memory


def apply(app: 'App', files: 'Files', change: Change) -> None:
    """Do one change of the sets: on flash first. CommandError, StoreError: nothing was changed."""
    catalogue = Catalogue(files)
    if change.what == changes.USE:
        _use(app, catalogue, change.key)
    elif change.what == changes.COPY:
        _copy(app, catalogue, change.key)
    else:
        _forget(app, catalogue, change.key)
    app.status.set, app.status.sets = catalogue.name(), catalogue.names()


def _use(app: 'App', catalogue: Catalogue, name: str) -> None:
    """Switch to a set, which is made if there is none of this name. One that is left without examples goes."""
    old = catalogue.slot()
    slot = catalogue.find(name)
    if slot == old:
        return
    if slot is None:
        slot = _new(app, catalogue)
    app.store.apply(Change(changes.DROP))
    catalogue.keep(slot, name)
    bare = old != '0' and app.store.bare()
    _open(app, slot)
    if bare:
        try:
            catalogue.keep(old, '')
        except StoreError:
            return  # it stays, empty
        catalogue.sweep()


def _new(app: 'App', catalogue: Catalogue) -> str:
    """The slot of a new set, which has the settings of the present one on flash, and nothing else."""
    slot = _free(catalogue)
    new = app.store.sibling(prefix(slot))
    new.load(app.memory)  # it has no files: nothing comes
    new.apply(Change(changes.RESET))
    return slot


def _free(catalogue: Catalogue) -> str:
    slot = catalogue.free()
    if slot is None:
        raise CommandError('full', 'Eight sets are all: the card *forget *set NAME makes room')
    return slot


class _Source:
    """A memory that stays as it is, whatever a store reads."""

    def __init__(self, memory: 'Memory') -> None:
        self.changes = memory.changes

    def clear(self) -> None:
        pass

    def apply(self, change: Change) -> None:
        pass


def _copy(app: 'App', catalogue: Catalogue, name: str) -> None:
    """Write all that memory holds to another set, in place of what is there; one of a new name is made."""
    slot = catalogue.find(name)
    if slot == catalogue.slot():
        raise CommandError('argument', 'This is the set ' + name)
    app.store.apply(Change(changes.DROP))
    of_copy = slot or _free(catalogue)
    copy = app.store.sibling(prefix(of_copy))
    copy.load(_Source(app.memory))
    copy.compact(app.memory)
    if slot is None:
        catalogue.add(of_copy, name)


def _open(app: 'App', slot: str) -> None:
    """Bring memory to what is on flash."""
    app.memory.clear()
    for note in app.open(app.store.sibling(prefix(slot))):
        app.session.fail('store', note)


def _forget(app: 'App', catalogue: Catalogue, name: str) -> None:
    """Remove a set with all that is in it; of the active one, the set that was used before it comes."""
    slot, active = catalogue.find(name), catalogue.slot()
    if slot is None:
        raise CommandError('nothing', 'There is no set ' + name)
    if slot == '0':
        raise CommandError('nothing', 'The set %s stays: *reset empties it' % FIRST_SET)
    app.store.apply(Change(changes.DROP))
    catalogue.keep(slot, '')
    if slot == active:
        _open(app, catalogue.slot())
    catalogue.sweep()

"""The files with the store's names: whose they are, which of them count, and which may go (docs/FORMATS.md, Store)."""

from micropython import const

import store_notes
import store_records
from generation import Generation
from journal import OVERHEAD
from living import LiveExamples
from store_summary import FileSummary

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from files import Files
    from journal import Journal

COPIES = const(2)  # of each generation
NO_NAMES = const(1000)  # an OSError of free_names
EXAMPLES = 'examples'  # what the names of the first set begin with; a dot and a digit follow

_SLOTS = const(8)  # names in use at most: four for this model, the others may belong to other models
_EIO = const(5)


def take_stock(files: 'Files', journals: 'list[Journal]', prefix: str = EXAMPLES) -> 'Stock':
    """Look at all files; `journals` of the identities that are ours, that of new files first.

    OSError: flash cannot be read, or not twice the same when anything is wrong.
    """
    stock = Stock(files, prefix)
    stock.look(journals)
    if stock.unreadable or any([summary.damaged for summary in stock.ours]):
        again = Stock(files, prefix)
        again.look(journals)
        if stock.seen() != again.seen():
            raise OSError(_EIO)
    return stock


class Stock:
    """Sorts the files; later a generation gets its names here, and what is not needed is removed."""

    def __init__(self, files: 'Files', prefix: str = EXAMPLES) -> None:
        self.ours = []  # type: list[FileSummary]
        self.unreadable = []  # type: list[str]
        self.outranked = []  # type: list[str]  # ours, the least useful first
        self.notes = []  # type: list[str]
        self._files = files
        self._names = ['%s.%d' % (prefix, slot) for slot in range(_SLOTS)]
        self._twice = False  # one of ours is listed twice
        self._empty = []  # type: list[str]
        self._foreign = []  # type: list[bytes]  # headers

    def look(self, journals: 'list[Journal]') -> None:
        present = self._files.names()
        for name in self._names:
            if name in present:
                self._add(name, journals)
        for summary in self.ours:
            # A cut while SPIFFS moves a file's index leaves the name there twice, and which one counts may change.
            self._twice = self._twice or present.count(summary.name) > 1
        self.ours.sort(key=FileSummary.rank)

    def _add(self, name: str, journals: 'list[Journal]') -> None:
        lost = False
        try:
            header = journals[0].header(name)
        except OSError:  # a cut can do that
            header, lost = None, True
        for journal in journals:
            if header is None or header[: store_records.IDENTITY_BYTES] == journal.identity:
                summary = FileSummary(name, journal)
                summary.read()
                if header is not None or summary.records:
                    self.ours.append(summary)
                    return
        if header is not None:
            if header not in self._foreign:  # once for the copies of a generation
                self.notes.append(store_notes.foreign(name, header, journals[0].identity))
            self._foreign.append(header)
        elif not lost and self._files.size(name) < OVERHEAD + store_records.HEADER_BYTES:
            self._empty.append(name)  # cut off before anything was saved in it
        else:
            self.unreadable.append(name)

    def present(self) -> 'list[str]':
        """All files with these names, whosever they are."""
        present = self._files.names()
        return [name for name in self._names if name in present]

    def seen(self) -> object:
        """Equal for two looks that agree."""
        return [(summary.name, summary.rank()) for summary in self.ours], self.unreadable, self._foreign

    def choose(self, journal: 'Journal') -> 'tuple[Generation, bool]':
        """(what counts, must it be mended?); the others of ours are outranked. What is empty is removed.

        `journal`: of new files.
        """
        if self._empty and not self.ours:
            self.notes.append(store_notes.empty(self._empty[0]))
        self.discard(self._empty)
        if not self.ours:
            return Generation(FileSummary('', journal), 0, [], LiveExamples()), False
        best = self.ours[-1]
        names = [summary.name for summary in self.ours if summary.rank() == best.rank()][-COPIES:]
        self.outranked = [summary.name for summary in self.ours if summary.name not in names]
        number = max([summary.number for summary in self.ours])
        whole = best.sealed and best.journal is journal and len(names) == COPIES and not self._twice
        return Generation(best, number, names, LiveExamples()), not whole

    def free_names(self, count: int, current: 'Generation', room_bytes: int) -> 'list[str]':
        """Names for new files; what `current` can do without makes way when there is no room for them."""
        while True:
            present = self._files.names()
            free = [name for name in self._names if name not in present][:count]
            if (len(free) == count and self._files.free_bytes() >= room_bytes) or not self._make_way(current):
                break
        if len(free) < count:
            raise OSError(NO_NAMES)
        for name in free:
            for names in (self.unreadable, self.outranked):
                if name in names:
                    names.remove(name)
        return free

    def _make_way(self, current: 'Generation') -> bool:
        """Remove the least useful file; False when all are of use. Of ours the two best are."""
        if current.sealed and self.unreadable:
            names = self.unreadable
        elif len(current.names + self.outranked) > COPIES:
            names = self.outranked
        else:
            return False
        self.discard([names.pop(0)])
        return True

    def retire(self, old: 'list[str]', new: 'list[str]') -> None:
        """The files `new` outrank all others of ours."""
        self.outranked = [name for name in self.outranked + old if name not in new]
        self.discard(self.outranked)

    def tidy(self) -> None:
        """What counts is there twice: remove what is not needed.

        An unreadable file may be the copy that a file of another model lacks, which can read more of it: then it stays.
        """
        self.discard(self.outranked)
        if all([self._foreign.count(header) >= COPIES for header in self._foreign]):
            self.discard(self.unreadable)

    def discard(self, names: 'list[str]') -> bool:
        """Remove files, twice those that are there twice, and take them off the list; are all gone?"""
        for name in list(names):
            try:
                for _ in range(2):
                    if name in self._files.names():
                        self._files.remove(name)
                if name not in self._files.names():
                    names.remove(name)
            except OSError:
                pass
        return not names

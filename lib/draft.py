"""A generation in the making: records in a file of its own, which counts for nothing before its seal (docs/FORMATS.md)."""

import ubinascii
import ustruct
from micropython import const

import replay
from journal import HEADER

_EIO = const(5)


class Draft:
    """The file `name` in `files`, written through `journal`. OSError from a method: the draft is of no use any more.

    A record is a tuple as memory.Memory.records() has them.
    """

    def __init__(self, files, journal, name, generation):
        self.name = name
        self.size_bytes = 0
        self.crc = 0  # of all keys and values, as export.py tells it too
        self.roll = replay.Roll()
        self._files = files
        self._journal = journal
        self._generation = ustruct.pack('<I', generation)
        self._records = 0

    def create(self, identity, records):
        """Begin the file, with these records in it."""
        with self._files.open(self.name, 'wb') as file:
            self.size_bytes = self._journal.put(file, HEADER, identity, self._generation)
            for record in records:
                self.size_bytes += self._journal.put(file, *self._parts(*record))

    def put(self, *record):
        """Append one record and read it back."""
        self.size_bytes = self._journal.append(self.name, *self._parts(*record))

    def check(self):
        """Read everything back."""
        survey = replay.Survey()
        end, damaged, size = self._journal.scan(self.name, survey.visit)
        if damaged or end != size or survey.records != self._records or not survey.generation:
            raise OSError(_EIO)

    def seal(self):
        """From now on it counts."""
        self.size_bytes = self._journal.append(self.name, replay.SEAL, self._generation)

    def _parts(self, what, key, value):
        kind, key_bytes, value_bytes = replay.parts(what, key, value)
        self._records += 1
        self.crc = ubinascii.crc32(value_bytes, ubinascii.crc32(key_bytes, self.crc))
        if kind != replay.LEARN:
            return kind, key_bytes, value_bytes
        serial = len(self.roll.serials)
        self.roll.add(serial, self.roll.known(key))
        return kind, ustruct.pack('<I', serial), key_bytes, value_bytes

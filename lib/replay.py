"""What the records of a store's file mean: a survey of a file, and doing to a memory again what the file says was done.

Kinds and bodies are in docs/FORMATS.md. Each example has a serial number, so that an undo beyond a damaged record
still knows its own example: it strikes out that one and any after it, for those were gone when it was written.
"""

import ustruct
from micropython import const

from examples import MemoryFull
from journal import HEADER

SEAL = 0x45  # 'E': generation; the end of what was carried over
LEARN = 0x4C  # 'L': serial, label, vector
UNDO = 0x55  # 'U': serial
FORGET = 0x46  # 'F': label
ANCHOR = 0x41  # 'A': 0 or 100, vector
SETTING = 0x53  # 'S': name, NUL, value

HEADER_BYTES = 15  # version (1), vector length (2), model (8), generation (4)
_GENERATION = const(11)  # where in the header


def parts(what, key, value):
    """One of memory.Memory.records() as (kind, key, value) of its record, the last two as bytes."""
    if what == 'learn':
        return LEARN, key.encode(), value
    if what == 'anchor':
        return ANCHOR, bytes([key]), value
    return SETTING, key.encode() + b'\0', value.encode()


class Roll:
    """Which examples live, in the order they were learned."""

    def __init__(self):
        self.serials = []
        self.labels = []

    def add(self, serial, label):
        self.serials.append(serial)
        self.labels.append(label)

    def undo(self, serial):
        """Strike out this example and any after it; how many that were."""
        count = 0
        while self.serials and self.serials[-1] >= serial:
            self.serials.pop()
            self.labels.pop()
            count += 1
        return count

    def forget(self, label):
        """Strike out every example of a label."""
        keep = [i for i in range(len(self.labels)) if self.labels[i] != label]
        self.serials = [self.serials[i] for i in keep]
        self.labels = [self.labels[i] for i in keep]

    def known(self, label):
        """The equal label that is in memory already, if there is one: a class needs its name once."""
        return self.labels[self.labels.index(label)] if label in self.labels else label


class Survey:
    """What a file holds, whatever its records say."""

    def __init__(self):
        self.generation = 0
        self.sealed = False
        self.whole = False  # nothing in it is damaged
        self.records = 0  # beside header and seal

    def visit(self, kind, body):
        """Take note of one record; ValueError when its body cannot be."""
        if kind == HEADER:
            self.generation = _number(body, _GENERATION)
        elif kind == SEAL:
            self.generation = _number(body, 0)
            self.sealed = True
        else:
            self.records += 1

    def rank(self):
        """Highest wins: sealed over unsealed; of two unsealed the fuller, then the older: the other is a copy cut short."""
        return (self.generation if self.sealed else 0, self.records, -self.generation, self.whole)


class Replay(Survey):
    """Fills `memory` (see memory.Memory); `roll` says with which examples."""

    def __init__(self, memory, vector_bytes):
        Survey.__init__(self)
        self.roll = Roll()
        self.unfit = Roll()  # examples that memory has no room for
        self.next = 0  # serial of the next example
        self.lost = 0  # examples that are missing in between
        self._memory = memory
        self._vector_bytes = vector_bytes

    def visit(self, kind, body):
        """Do what one record says; ValueError when it says nothing that can be done."""
        Survey.visit(self, kind, body)
        if kind == LEARN:
            self._learn(body)
        elif kind == UNDO:
            self._undo(_number(body, 0))
        elif kind == FORGET:
            self._forget(str(body, 'utf-8'))
        elif kind == ANCHOR:
            if len(body) != 1 + self._vector_bytes or body[0] not in (0, 100):
                raise ValueError(kind)
            self._memory.anchor(body[0], body[1:])
        elif kind == SETTING:
            name, value = str(body, 'utf-8').split('\0', 1)
            self._memory.setting(name, value)
        elif kind not in (HEADER, SEAL):
            raise ValueError(kind)

    def _learn(self, body):
        split = len(body) - self._vector_bytes
        if split < 4:
            raise ValueError(split)
        label = self.roll.known(str(body[4:split], 'utf-8'))
        serial = ustruct.unpack_from('<I', body)[0]
        self.lost += max(0, serial - self.next)  # no number is left out in writing
        self.next = max(self.next, serial + 1)
        try:
            self._memory.learn(label, body[split:])
        except MemoryFull:
            self.unfit.add(serial, label)
        else:
            self.roll.add(serial, label)

    def _undo(self, serial):
        self.next = max(self.next, serial + 1)
        self.unfit.undo(serial)
        for _ in range(self.roll.undo(serial)):
            self._memory.undo()

    def _forget(self, label):
        self.unfit.forget(label)
        self.roll.forget(label)
        self._memory.forget(label)


def _number(body, offset):
    """The u32 that ends a body."""
    if len(body) != offset + 4:
        raise ValueError(len(body))
    return ustruct.unpack_from('<I', body, offset)[0]

"""Who spends the instructions: watches the calls of an unmodified program on the K210 emulator from outside.

The firmware's C functions are found through their objects at the prompt (`addresses`). Python functions are seen where
the firmware calls bytecode, and told apart by their object, whose name is asked for afterwards (`python_names`) or,
where there is no afterwards, by the name in their bytecode (`qstrs`). At the entry and the return of each the
emulator's exact counter is read: nothing on the board is wrapped, so nothing has to be subtracted. The GC heap is read
in the emulator's memory (`Heap`), which costs the board nothing either.
"""

import contextlib
from collections import Counter

import numpy as np
from k210.clock import Moment
from unicorn import UC_HOOK_CODE, UcError

RAM_BASE, RAM_BYTES = 0x80000000, 0x600000
MAKE_SLOT, CALL_SLOT, SUBSCRIPT_SLOT = 24, 32, 64  # of mp_obj_type_t, MicroPython 1.11 with pointers of 64 bits
BLOCK_BYTES = 32  # of the GC heap
ADDRESSES = """
import gc, sensor, lcd, image, sys
import KPU as kpu
sensor.reset();sensor.set_pixformat(sensor.RGB565);sensor.set_framesize(sensor.QVGA)
sensor.set_windowing((224,224));sensor.run(1)
im=sensor.snapshot()
task=kpu.load(%r)
fm=kpu.forward(task,im)
print('TYPE function',id(type(lambda:0)))
print('TYPE fmap',id(type(fm)))
for name,owner in (('gc',gc),('sensor',sensor),('kpu',kpu),('lcd',lcd),('picture',type(im))):
 for part in %r:
  if hasattr(owner,part): print('C '+name+'.'+part,id(getattr(owner,part)))
try:
 import ulab
 print('TYPE ulab.array',id(ulab.array))
except ImportError: pass
"""
WATCHED = (
    "collect snapshot forward fmap_free face_compare display find_qrcodes draw_string draw_image draw_rectangle replace"
).split()
NAMES = """
import sys
F=type(lambda:0)
def show(owner,name):
 for key in dir(owner):
  f=getattr(owner,key)
  if type(f) is F: print('PY '+name+key,id(f))
  elif type(f) is type and not name: show(f,key+'.')
for m in sys.modules.values(): show(m,'')
for key,f in list(globals().items()):
 if type(f) is F: print('PY '+key,id(f))
"""


def _word(emulator, address):
    return int.from_bytes(emulator.read(address, 8), "little")


def _code_of(emulator, function):
    """The address of the code of a built-in function's object: behind its type, or behind its argument counts."""
    first = _word(emulator, function + 8)
    return first if first >> 24 == RAM_BASE >> 24 else _word(emulator, function + 16)


def _first_call(emulator, address):
    """What the code at `address` calls first (jal ra)."""
    code = emulator.read(address, 64)
    at = 0
    while at < 60:
        word = int.from_bytes(code[at : at + 4], "little")
        if word & 0xFFF == 0x0EF:  # jal ra, imm[20|10:1|11|19:12]
            high = word >> 31 << 20 | (word >> 12 & 0xFF) << 12 | (word >> 20 & 1) << 11 | (word >> 21 & 0x3FF) << 1
            return address + at + high - ((word >> 31) << 21)
        at += 4 if word & 3 == 3 else 2
    raise ValueError(f"no call at {address:#x}")


def addresses(emulator, model):
    """{name: address of the code} of what is watched, asked at the prompt of a board with `model` (path or address)."""
    found = {}
    for line in emulator.exec(ADDRESSES % (model, WATCHED)).splitlines():
        if not line.startswith(("TYPE ", "C ")):
            continue  # the camera's driver says things of its own
        _, name, place = line.split()
        if name == "function":
            found["python"] = _word(emulator, int(place) + CALL_SLOT)
        elif name == "fmap":
            found["fmap[]"] = _word(emulator, int(place) + SUBSCRIPT_SLOT)
        elif name == "ulab.array":
            found[name] = _word(emulator, int(place) + MAKE_SLOT)
        else:
            found[name] = _code_of(emulator, int(place))
    found["collection"] = _first_call(emulator, found.pop("gc.collect"))
    return found


def python_names(emulator):
    """{object: name} of the Python functions of a program that was interrupted; methods as Class.name."""
    lines = [line.split() for line in emulator.exec(NAMES).splitlines() if line.startswith("PY ")]
    return {int(place): name for _, name, place in lines}


def qstrs(emulator, names):
    """{number of the interned string: name}, asked at the prompt from which a program is then run."""
    emulator.exec("class Interned:\n" + "".join(f" {name} = 0\n" for name in names))  # a literal need not be
    lines = emulator.exec("for key in dir(Interned): print('Q', key, id(key))\ndel Interned").splitlines()
    found = [line.split() for line in lines if line.startswith("Q ")]
    return {int(number) >> 2: name for _, name, number in found}  # such an object is the number itself


def _qstr_of(emulator, function):
    """The interned string that is the name of a Python function (py/bc.h of MicroPython 1.11)."""
    code = emulator.read(_word(emulator, function + 16), 24)
    at = 0
    for _ in range(2):  # sizes of the stack and of the exception stack
        at = _after_number(code, at)
    at = _after_number(code, at + 4)  # flags, three counts of arguments; size of what follows
    return int.from_bytes(code[at : at + 2], "little")


def _after_number(code, at):
    while code[at] & 0x80:
        at += 1
    return at + 1


class Heap:
    """The GC heap of a running program, found in memory by what its head has to say of itself."""

    def __init__(self, emulator):
        self._memory = np.frombuffer(emulator.ram, np.uint8)
        words = self._memory[:RAM_BYTES].view(np.uint64)
        for finaliser in (1, 0):  # a pointer to the table of finalisers, or none
            table, size, start, end = (words[i : len(words) - 5 + i] for i in (0, 1, 2 + finaliser, 3 + finaliser))
            right = (size > 64) & (size < RAM_BYTES) & (end - start == size * 4 * BLOCK_BYTES)
            right &= (table + size <= start) & (table & 0x3FFFFFFF < RAM_BYTES) & (table >> 30 != 0)
            if right.any():
                at = int(np.flatnonzero(right)[0])
                self._start, self._bytes = int(table[at]) & 0x3FFFFFFF, int(size[at])
                return
        raise ValueError("no GC heap in memory")

    def used_bytes(self):
        table = self._memory[self._start : self._start + self._bytes]
        blocks = sum(int(((table >> shift & 3) != 0).sum()) for shift in (0, 2, 4, 6))
        return blocks * BLOCK_BYTES


NOTHING = Moment(0, 0, 0)


class Turn:
    """What one turn took: instructions and cycles, and bytes of heap, by the path of calls, outermost first."""

    def __init__(self):
        self.spent = {}  # Moment
        self.allocated = Counter()
        self.collections = 0

    def total(self):
        """All of the turn."""
        return sum(self.spent.values(), NOTHING)


class Spans:
    """Follows the calls on hart 0. A turn begins where `sensor.snapshot` is called; `turns` are those that ended."""

    def __init__(self, emulator, found, interned=None):
        self._interned = interned or {}
        self._emulator, self._hart, self._uc = emulator, emulator.harts[0], emulator.harts[0].uc
        self._named = {address: name for name, address in found.items()}
        self._returns = set()
        self._stack = []  # (name or object, stack pointer, return address)
        self._turn = None
        self.turns = []
        self.on_turn = lambda number: None
        self._heap = Heap(emulator)
        self._used, self._since = 0, NOTHING
        for address in self._named:
            self._watch(address, self._enter)

    def _watch(self, address, action):
        self._uc.hook_add(UC_HOOK_CODE, action, begin=address, end=address)
        with contextlib.suppress(UcError):  # code that was translated before does not know the hook
            self._uc.ctl_remove_cache(address, address + 2)

    def _now(self, address):
        """The counters before the block at `address`, which the emulator has counted on entering it."""
        counted = self._emulator.count_table[(address & 0x3FFFFFFF) // 2 * 2 + 1]
        return self._emulator.now() - Moment(counted, 0, self._emulator.cycles_of(counted))

    def _spend(self, now):
        used = self._heap.used_bytes()
        if self._turn is not None:
            path = tuple(name for name, _, _ in self._stack)
            self._turn.spent[path] = self._turn.spent.get(path, NOTHING) + (now - self._since)
            if path[-1:] != ("collection",):
                self._turn.allocated[path] += used - self._used
        self._since, self._used = now, used

    def _enter(self, _uc, address, _size, _data):
        name = self._named[address]
        sp, back = self._hart.reg("sp"), self._hart.reg("ra")
        if name == "python":
            name = self._hart.reg("a0")
            if self._interned:
                name = self._interned.get(_qstr_of(self._emulator, name), name)
        while self._stack and self._stack[-1][1] < sp:  # left by an exception
            self._stack.pop()
        if self._stack and self._stack[-1] == (name, sp, back):
            return  # the block was begun again after an interrupt
        self._spend(self._now(address))
        if name == "sensor.snapshot":
            self._next_turn()
        self._stack.append((name, sp, back))
        if back not in self._returns:
            self._returns.add(back)
            self._watch(back, self._leave)

    def _leave(self, _uc, address, _size, _data):
        sp = self._hart.reg("sp")
        while self._stack and self._stack[-1][1] < sp:
            self._stack.pop()
        if not self._stack or self._stack[-1][1:] != (sp, address):
            return
        self._spend(self._now(address))
        if self._stack.pop()[0] == "collection" and self._turn is not None:
            self._turn.collections += 1

    def _next_turn(self):
        if self._turn is not None:
            self.turns.append(self._turn)
        self._turn = Turn()
        self.on_turn(len(self.turns))

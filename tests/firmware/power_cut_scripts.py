"""What power_cuts.py has the board do at its prompt: a store without the app, changes, a reading of all files."""

# ruff: noqa: UP031 - scripts for the board are full of braces
from madeleine.board.install.transfer import PIECE_BYTES

from tests.firmware.harness import APP_MODULES

STORE = (
    APP_MODULES
    + """
import change, files, store
class Memory:
    def __init__(self):
        self.clear()
    def clear(self):
        self.examples, self.marks, self.settings = [], [], {}
    def apply(self, each):
        if each.what == 'learn':
            self.examples.append((each.key, bytes(each.value)))
        elif each.what == 'undo':
            del self.examples[-1:]
        elif each.what == 'forget':
            self.examples = [example for example in self.examples if example[0] != each.key]
        elif each.what == 'anchor':
            self.marks.append((each.key, bytes(each.value)))
        elif each.what == 'forget gauge':
            self.marks = []
        elif each.what == 'setting':
            self.settings[each.key] = each.value
        elif each.what == 'rename':
            self.examples = [(each.value if key == each.key else key, value) for key, value in self.examples]
        else:
            self.examples, self.marks = [], []
    def changes(self):
        for name in self.settings:
            yield change.Change('setting', name, self.settings[name])
        for value, vector in sorted(self.marks, key=lambda mark: mark[0]):
            yield change.Change('anchor', value, vector)
        for label, vector in self.examples:
            yield change.Change('learn', label, vector)
def vector(seed):
    return bytes([(seed * 7 + i) %% 128 for i in range(768)])
memory = Memory()
kept = store.Store(files.Files('/flash'), %r, 768)
print(kept.load(memory))
def do(what, key=None, value=None, draft=False):
    if what in ('learn', 'anchor'):
        value = vector(value)
    each = change.Change(what, key, value, None, draft)
    undone = kept.apply(each)
    if undone is None or undone.what == 'learn':
        if not draft and what not in ('begin', 'commit'):
            memory.apply(each)
    else:
        memory.clear()
        kept.replay(memory)
"""
)
# And what the app's module of the sets needs of an app.
SETS = """
import sets
class Part:
    pass
app = Part()
app.status, app.session = Part(), Part()
app.store, app.memory, app.status.set, app.session.fail = kept, memory, 'main', print
def opened(store):
    app.store = store
    return store.load(memory)
app.open = opened
def use(name):
    sets.apply(app, files.Files('/flash'), change.Change(change.USE, name))
"""
# Likewise that of the lock.
LOCK = (
    SETS
    + """
app.visitors, app.vector, app.session.now_ms = None, bytes(768), 0
def turn_key(what, code):
    import lock
    lock.apply(app, files.Files('/flash'), change.Change(what, code))
def visit(label, seed):
    each = change.Change('learn', label, vector(seed))
    app.visitors.apply(each)
    memory.apply(each)
"""
)
READ = """
import uos, ubinascii, uctypes
page, kept = memoryview(bytearray(4096)), []
for name in uos.listdir('/flash'):
    size, crc, lost = uos.stat('/flash/' + name)[6], 0, []
    kept.append(bytearray(size if name.startswith('examples') or name.startswith('set') else 0))
    with open('/flash/' + name, 'rb') as file:
        for offset in range(0, size, %d):
            part = page[:min(%d, size - offset)]
            try:
                file.seek(offset)
                file.readinto(part)
            except OSError:
                part[:] = bytes(len(part))
                lost.append(offset)
            crc = ubinascii.crc32(part, crc)
            if kept[-1]:
                kept[-1][offset:offset + len(part)] = part
    print((name, size, crc & 0xffffffff, lost, uctypes.addressof(kept[-1]) if kept[-1] else 0))
""" % (PIECE_BYTES, PIECE_BYTES)
# As an update does: it leaves deleted pages among those of the first copy, which SPIFFS moves to win them back.
REWRITE = """
with open('/flash/lib/spare.pack', 'rb') as file:
    content = file.read()
with open('/flash/lib/spare.pack', 'wb') as file:
    file.write(content)
del content
"""
FILL = """
page = bytes(4096)
with open('/flash/fill.%d', 'wb') as file:
    for _ in range(24):
        file.write(page)
print(uos.statvfs('/flash')[3])
"""

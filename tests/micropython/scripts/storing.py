"""Puts store and session, wired as the app wires them, through their paces and prints what comes out (trace.py)."""

import sys

import ubinascii

import change
import coach
import engines
import examples
import features
import gauge
import status
import messages
import screen
import search
import session
import store
import view
from journal import Journal
from memory import Memory
from trace import MODEL, Noise, attempt, tell, vectors


class Paper:
    """A picture that tells what is drawn on it."""

    def draw_string(self, x, y, text, color=None, scale=1, x_spacing=0, mono_space=True):
        tell('text', x, y, text, color, scale)

    def draw_rectangle(self, x, y, width, height, color=None, fill=False, thickness=1):
        tell('box', x, y, width, height, color, fill, thickness)


class File:
    """An open file of RamFiles."""

    def __init__(self, data, append):
        self._data = data
        self._at = len(data) if append else 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def seek(self, offset, whence=0):
        self._at = offset + (len(self._data) if whence == 2 else 0)
        return self._at

    def readinto(self, buffer):
        piece = self._data[self._at : self._at + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def write(self, piece):
        self._data.extend(bytes(piece))
        return len(piece)

    def flush(self):
        pass


class RamFiles:
    """files.Files in memory."""

    def __init__(self):
        self.contents = {}
        self.frozen = False

    def feed(self):
        pass

    def open(self, name, mode):
        if mode == 'wb':
            self.contents[name] = bytearray()
        elif name not in self.contents:
            raise OSError(2)
        return File(self.contents[name], mode == 'ab')

    def remove(self, name):
        del self.contents[name]

    def size(self, name):
        return len(self.contents[name]) if name in self.contents else -1

    def names(self):
        return sorted(self.contents)

    def free_bytes(self):
        return 1 << 20


class Camera:
    """A session, its store and its memory; commits changes the way app.App does."""

    def __init__(self, files):
        self.engine = engines.Plain()
        self.memory = Memory(self.engine, vectors(examples.CAPACITY + gauge.PICTURES))
        self.search = search.Search(self.memory.examples, self.engine)
        self.session = session.Session(self.memory, self.search, status.Status(self.memory))
        self.store = store.Store(files, MODEL, features.LENGTH)
        self.match = search.Match()
        self.query = None
        self.vector = bytearray(features.LENGTH)
        self.now_ms = 0
        for note in self.store.load(self.memory):
            tell('note', note)

    def see(self, vector, frames=1, frame_ms=50):
        self.vector = vector
        for _ in range(frames):
            self.now_ms += frame_ms
            self.query = self.engine.query(vector, self.query)
            self.search.nearest(self.query, self.match)
            percent = self.memory.gauge.read(self.query, self.session.limit_steps())
            self.perform(self.session.frame(self.match, percent, self.now_ms))

    def perform(self, wanted):
        self.say()
        for each in wanted:
            self.commit(each)
            self.say()

    def say(self):
        for message in self.session.messages:
            tell('usb', messages.json_line(message)[:-2])
        for data in self.session.grove:
            tell('grove', data)
        if self.session.sound:
            tell('say', self.session.sound)
        del self.session.messages[:], self.session.grove[:]
        self.session.sound = None

    def commit(self, wanted):
        if wanted.what in (change.LEARN, change.MARK):
            wanted.value = self.vector
        try:
            undone = self.store.apply(wanted)
        except store.StoreError as error:
            return self.session.fail(error.code, error.text, wanted.id)
        if undone is not None and undone.what != change.LEARN:
            self.memory.clear()
            self.store.replay(self.memory)
        elif wanted.what != change.UNDO or undone is not None:
            self.memory.apply(wanted)
        if wanted.what != change.UNDO or undone is not None:
            self.session.done(wanted, undone)

    def line(self, line):
        sys.modules['coach'] = coach  # host.py drops it, and where modules are handed in it cannot come back
        self.perform(self.session.line(line))

    def card(self, payload):
        self.perform(self.session.card(payload))
        self.perform(self.session.card(None))
        self.perform(self.session.card(None))

    def gestures(self, *gestures):
        for gesture in gestures:
            self.perform(self.session.gesture(gesture))

    def show(self):
        shown = view.View()
        shown.update(self.session)
        screen.Screen(0, 44, 224, 135).draw(Paper(), shown)


def a_day(files):
    """Teach, ask, correct, start again."""
    noise = Noise(3)
    cup, pen, wall = noise.vector(), noise.vector(), noise.vector()
    camera = Camera(files)
    camera.see(cup)
    camera.gestures('A')
    camera.card('pen')
    camera.show()
    camera.see(pen, 3, 1020)
    camera.show()
    camera.see(noise.near(cup), 4)
    for line in (b'*scores', b'{"do": "watch", "every": 2, "what": ["scores", "vector"]}'):
        camera.line(line)
    camera.see(noise.near(pen), 4)
    camera.line(b'*watch 0')
    camera.card('*exclude')
    camera.see(wall, 3, 1020)
    camera.gestures('B', 'B', 'A', 'A held', 'B held', 'B', 'B')
    camera.show()
    camera.gestures('A held')
    for payload in ('*limit 150', '*hello', '{"x": 1}', '*link brownie', '*reset'):
        camera.card(payload)
    camera.show()
    camera.gestures('B')
    for line in (b'*list', b'{"do": "anchor", "value": 0, "id": 5}', b'*select ' + 'コップ'.encode(), b'*noise', b'*noise', b'*undo'):
        camera.line(line)
    camera.see(cup)
    camera.line(b'*anchor 100')
    camera.see(cup, 5)
    camera.line(b'*learn')
    camera.show()
    again = Camera(files)
    again.line(b'*list')
    again.see(noise.near(cup), 4)
    again.line(b'*forget A')
    again.see(noise.near(cup), 4)
    for line in (b'*limit 90', b'*forget gauge', b'*undo', b'*undo', b'*undo', b'*undo'):
        again.line(line)
    again.see(noise.near(cup), 4)
    Camera(files).line(b'*list')
    return files


def damaged(files):
    """Start with what an accident left of the file."""
    name = files.names()[0]
    whole = files.contents[name]
    for spoil in ('torn', 'flipped', 'garbage', 'header', 'empty'):
        data = bytearray(whole)
        if spoil == 'torn':
            data = data[:-5]
        elif spoil == 'flipped':
            data[1000] ^= 16
        elif spoil == 'garbage':
            data = data + bytes(range(200))
        elif spoil == 'header':
            data[4] ^= 1
        else:
            data = bytearray()
        other = RamFiles()
        other.contents[name] = data
        tell('start with a store that is', spoil)
        Camera(other).line(b'*list')
        tell(other.names(), [other.size(found) for found in other.names()])


def try_changes():
    """Every change on flash and in memory, taken back one after the other; then the newest examples go."""
    noise = Noise(5)
    files, memory = RamFiles(), Memory(engines.Plain(), vectors(20))
    kept = store.Store(files, MODEL, features.LENGTH, (b'fedcba98',))
    tell('load', kept.load(memory))
    done = (
        ('learn', 'cup', noise.vector()), ('learn', 'コップ', noise.vector()), ('anchor', 0, noise.vector()),
        ('anchor', -250, noise.vector()), ('anchor', 0, noise.vector()), ('setting', 'unit', 'ml'),
        ('setting', 'limit2', '150'), ('forget', 'cup'), ('forget gauge',), ('setting', 'limit2', '90'),
    )  # fmt: skip
    for words in done:
        each = change.Change(*words)
        kept.apply(each)
        tell(each.what, memory.apply(each), kept.undoable().what)
    for _ in range(12):
        undone = kept.apply(change.Change(change.UNDO))
        if undone is not None and undone.what != change.LEARN:
            memory.clear()
            kept.replay(memory)
        elif undone is not None:
            tell('label', memory.apply(change.Change(change.UNDO)))
        tell('undone', undone and undone.what, [(each.what, each.key) for each in memory.changes()])
    tell([files.size(name) for name in files.names()])


def try_draft():
    """All at once, for a host."""
    noise = Noise(6)
    files, memory = RamFiles(), Memory(engines.Plain(), vectors(20))
    kept = store.Store(files, MODEL, features.LENGTH)
    kept.load(memory)
    kept.apply(change.Change(change.BEGIN))
    crc = 0
    for label in ('pen', '', 'コップ'):
        vector = noise.vector()
        crc = ubinascii.crc32(vector, ubinascii.crc32(label.encode(), crc))
        kept.apply(change.Change(change.LEARN, label, vector, None, True))
    attempt('commit', kept.apply, change.Change(change.COMMIT, '%08x' % crc))
    memory.clear()
    tell(kept.load(memory), [each.key for each in memory.changes()], files.names())
    attempt('commit', kept.apply, change.Change(change.COMMIT, '00000000'))


def try_store():
    files = a_day(RamFiles())
    tell(files.names(), [ubinascii.hexlify(files.contents[name][:200]).decode() for name in files.names()])
    damaged(files)
    closed = store.Store(files, MODEL, features.LENGTH)
    attempt('unopened', closed.apply, change.Change(change.LEARN, 'cup', bytearray(features.LENGTH)))
    other_model = store.Store(files, b'01234567', features.LENGTH)
    tell('other model', other_model.load(Memory(engines.Plain(), vectors(examples.CAPACITY + gauge.PICTURES))))
    attempt('short vector', other_model.apply, change.Change(change.LEARN, 'cup', b'123'))
    tell('header', Journal(files, b'', bytearray(900)).header(files.names()[0]))


try_store()
try_changes()
try_draft()

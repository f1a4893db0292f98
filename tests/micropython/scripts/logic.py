"""Puts the app's logic through its paces and prints what comes out: the same text on every Python that runs it.

Written in the board's dialect. Text, whole numbers and bytes only: floats and dicts print differently.
"""

import ubinascii

import buttons
import change
import command
import debounce
import distance
import engines
import examples
import features
import gauge
import host
import link
import menu
import screen
import search
import session
import settings
import store
import view
from journal import Journal
from memory import Memory

MODEL = b'89abcdef'


def text(value):
    """A value as text that looks the same everywhere."""
    if isinstance(value, (tuple, list)):
        return '(' + ', '.join([text(item) for item in value]) + ')'
    if isinstance(value, (bytes, bytearray)):
        return ubinascii.hexlify(value).decode()
    return str(value)


def tell(*values):
    print(' '.join([text(value) for value in values]))


def attempt(what, call, *arguments):
    """Tell what a call returns or refuses."""
    try:
        tell(what, call(*arguments))
    except (command.CommandError, store.StoreError) as error:
        tell(what, 'refused', error.code, error)


class Noise:
    """The random generator of the ZX81, whose numbers stay small everywhere."""

    def __init__(self, seed):
        self._state = seed

    def below(self, limit):
        self._state = self._state * 75 % 65537
        return self._state % limit

    def vector(self):
        """As features come out of a network: many zeros, few great ones."""
        return bytearray([max(0, self.below(180) - 60) for _ in range(features.LENGTH)])

    def near(self, vector):
        return bytearray([min(features.TOP, max(0, value + self.below(7) - 3)) for value in vector])


def compare(a, b):
    """What the firmware's kpu.face_compare computes."""
    products = norm_a = norm_b = 0
    for x, y in zip(a, b):
        products += x * y
        norm_a += x * x
        norm_b += y * y
    return 50 + 50 * products / (norm_a * norm_b) ** 0.5


# -- features, engines, search, gauge ---------------------------------------------------------------------------


def try_features():
    example = bytearray(features.LENGTH)
    floats = [(i % 80 - 4) * 0.09375 for i in range(features.LENGTH)]  # steps of 3/32: exact in every float
    features.quantise(floats, example)
    tell('quantised', example)


def try_distance():
    tell('roots', [distance.square_root(number) for number in (0, 1, 3, (1 << 60) - 1, 1 << 60, (1 << 40) + 1)])
    noise = Noise(3)
    for _ in range(20):
        norm, other = 1 + noise.below(60000) * 19, 1 + noise.below(60000) * 7
        product = noise.below(1 + min(norm, other, 60000))
        tell('between', distance.between(product, norm, other))
    tell('between', distance.between(0, 0, 5), distance.between(0, 0, 0), distance.between(5, 5, 5))
    scale = distance.scale_of('0badcafe', 184, 94)
    tell('tenths', [scale.tenths(found) for found in (0, 1, 89617, distance.FAR)])
    tell('steps', [(scale.steps(limit), scale.sure_steps(limit)) for limit in (1, 200, 9999)])


def try_search(engine):
    noise = Noise(7)
    kinds = [noise.vector() for _ in range(3)]
    learned = examples.Examples(engine, vectors(20))
    for i in range(9):
        learned.learn(('cup', 'pen', '')[i % 3], noise.near(kinds[i % 3]))
    finder = search.Search(learned, engine)
    for kind in kinds:
        find(finder, engine.query(noise.near(kind)))
    tell('undone', learned.undo(), 'forgot', learned.forget('pen'), learned.labels, learned.count_of('cup'))
    find(finder, engine.query(kinds[1]))
    empty = engine.query(bytearray(features.LENGTH))
    tell('empty', empty.norm, engine.product(empty, kinds[0], 1), engine.distance(empty, kinds[0], 1))
    try_gauge(engine, kinds)


def vectors(count):
    return [bytearray(features.LENGTH) for _ in range(count)]


def find(finder, query):
    match, other = search.Match(), search.Match()
    finder.nearest(query, match)
    finder.runner_up(match, other)
    tell('match', match.label, match.distance, other.label, other.distance, finder.scores(query, 2))


def mixed(one, other, share):
    """A vector so many per cent of the way from one to the other."""
    return bytearray([(a * (100 - share) + b * share) // 100 for a, b in zip(one, other)])


def try_gauge(engine, kinds):
    scale = gauge.Gauge(engine)
    scale.take(vectors(6))
    scale.add(0, kinds[0])
    tell('gauge', scale.read(engine.query(kinds[0]), 1 << 18))
    scale.add(100, kinds[1])
    for share in (0, 25, 50, 100):
        tell('gauge', share, scale.read(engine.query(mixed(kinds[0], kinds[1], share)), 1 << 18))
    tell('gauge', scale.read(engine.query(kinds[2]), 1 << 18), [value for value, _ in scale.marks()])
    for value, vector in ((-40, kinds[2]), (100, kinds[0]), (250, kinds[2])):
        scale.add(value, vector)
        for kind in kinds:
            tell('marks', value, [scale.read(engine.query(mixed(kind, kinds[1], share)), 1 << 18) for share in (0, 33, 80)])
    tell('marks', scale.low(), scale.high(), scale.count_of(100), [value for value, _ in scale.marks()])


# -- command, link ----------------------------------------------------------------------------------------------

CARDS = (
    'cup', '  cup ', '', '   ', '0', '100', '50', '*mark 50', '*mark -7', '*mark', '*mark x', '*unit ml', '*unit', '*exclude', '*reset', '*reset now', '*undo', '*undo it', '*forget',
    '*forget  big cup', '*limit 250', '*limit 0', '*limit x', '*limit', '*select pen', '*link brownie', '*link x', '*learn',
    '*', '*hello', '**', '{"a": 1}', '{', '=x', 'a,b', 'a"b', "it's", 'a/b', 'a\nb', 'a\x01b', 'a\x7fb', 'コップ',
    'コップコップコップコップ', 'x' * 32, 'x' * 33, 'x' * 513, b'cup', b'\xff\xfe', b'\xe3\x82',
)  # fmt: skip
LINES = (
    b'*status', b'*scores', b'*watch 3 scores vector', b'*watch 0', b'*watch x', b'*watch 3', b'*watch 3 all',
    b'{"do": "watch", "every": 5, "what": ["scores"]}', b'{"do": "watch", "every": 5, "what": "scores"}', b'*learn', b'*learn cup', b'*exclude cup', b'*reset yes', b'*sound off', b'*brightness 9', b'cup', b'',
    b'{"do": "forget", "name": "cup", "id": 7}', b'{"do": "limit", "value": 120, "id": "x"}', b'{"do": "learn"}',
    b'{"do": "learn", "name": true}', b'{"do": "learn", "name": [1]}', b'{"do": "learn", "id": {}}', b'{"do": 3}', b'{}',
    b'[1, 2]', b'{"do": "fly"}', b'{"do": "anchor", "value": 100}', b'{"do": "anchor", "value": 1.5}', b'{"do": "undo"}}',
    b'{"do": "undo"} x', b'{"do": tru}', b'{"do": "\\u30b3"}', b'{"do": "learn", "name": "\xe3\x82\xb3"}', b'{"\xff": 1}',
    b'{"do": "learn", "name": "cup", "vector": "AAAA"}', b'{"do": "exclude", "name": "cup"}', b'\x00\x01\xfe',
)  # fmt: skip


def fields(request):
    return (request.word, request.argument, request.host, request.id, request.vector)


def try_command():
    for payload in CARDS:
        attempt('card', lambda: fields(command.parse_card(payload)))
    for line in LINES:
        attempt('line', lambda: fields(command.parse_line(line)))
    vector = Noise(1).vector()
    attempt('vector', lambda: command.vector(link.base64(vector)) == vector)
    for wrong in ('', 'AAAA', 'A', link.base64(bytes([200] * features.LENGTH))):
        attempt('vector', command.vector, wrong)


def try_link():
    messages = (
        ('seen', 'name', 'コップ "1"\n\\', 'distance', link.Tenths(1234), 'next', None),
        ('card', 'text', '*reset'),
        ('gauge', 'value', 42),
        ('gauge', 'value', None),
        ('scores', 'scores', link.Scores([('cup "', link.Tenths(999)), ('', link.Tenths(5))]), 'what', ['a']),
        ('list', 'classes', [['cup', 3]], 'on', True, 'off', False, 'far', -5),
        ('gone',),
    )
    for message in messages:
        tell(link.json_line(message)[:-1], '|', link.brownie_line(message)[:-1])
    tell(link.grove_name('コップ'), link.grove_name(''), link.grove_gauge(7), link.grove_gauge(None))
    lines = link.Lines()
    for data in (b'', b'*st', b'atus\r', b'\n\n*undo\n*', b'x' * 3000, b'y\nz\n', b'\xff\n'):
        tell('lines', lines.feed(data))


# -- debounce, buttons, menu, settings ----------------------------------------------------------------------------


def try_small_parts():
    held = debounce.Debounce()
    frames = ((None, 0), ('a', 90), ('a', 190), ('a', 240), ('b', 90), ('a', 250), ('b', 90), ('b', 90), ('b', 20), ('', 0))
    tell('debounce', [(held.frame(name, far, 200, 100), held.name, held.sure) for name, far in frames])
    button = buttons.Button('A')
    presses = ((1, 0), (1, 10), (0, 15), (0, 60), (1, 100), (1, 950), (1, 1000), (0, 1100), (0, 1200))
    tell('button', [button.update(down == 1, now_ms) for down, now_ms in presses])
    list_ = menu.Menu()
    list_.open(0)
    chosen = []
    for i in range(len(menu.ITEMS) + 1):
        chosen.append(list_.choose(i))
        list_.next(i)
    tell('menu', chosen, list_.idle(menu.IDLE_MS), list_.idle(3 * menu.IDLE_MS))
    limit = settings.named('limit')
    tell('limit', [limit.after(value) for value in ('1', '200', '400', '999')], limit.allows('0'))


class Paper:
    """A picture that tells what is drawn on it."""

    def draw_string(self, x, y, text, color=None, scale=1, x_spacing=0, mono_space=True):
        tell('text', x, y, text, color, scale)

    def draw_rectangle(self, x, y, width, height, color=None, fill=False, thickness=1):
        tell('box', x, y, width, height, color, fill, thickness)


# -- store and session, as the app wires them -------------------------------------------------------------------


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
        self.session = session.Session(self.memory, self.search, host.Host(self.memory))
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
            tell('usb', link.json_line(message)[:-1])
        for data in self.session.grove:
            tell('grove', data)
        if self.session.voice:
            tell('say', self.session.voice)
        del self.session.messages[:], self.session.grove[:]
        self.session.voice = None

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


try_features()
try_distance()
try_search(engines.Plain())
try_search(engines.Compare(compare, features.LENGTH))
try_command()
try_link()
try_small_parts()
try_store()
try_changes()
try_draft()

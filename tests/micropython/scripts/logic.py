"""Puts the parts of the app's logic through their paces and prints what comes out, as trace.py does."""

import buttons
import change
import command
import decision
import distance
import engines
import examples
import features
import gauge
import husky
import husky_things
import messages
import memory
import menu
import scores
import search
import settings
from trace import Noise, attempt, compare, tell, vectors


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


def find(finder, query):
    match, other = search.Match(), search.Match()
    finder.nearest(query, match)
    finder.runner_up(match, other)
    tell('match', match.label, match.distance, other.label, other.distance, finder.scores(query, 2))


def mixed(one, other, share):
    """A vector so many per cent of the way from one to the other."""
    return bytearray([(a * (100 - share) + b * share) // 100 for a, b in zip(one, other)])


def try_gauge(engine):
    noise = Noise(7)
    kinds = [noise.vector() for _ in range(3)]
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
            tell(
                'marks',
                value,
                [scale.read(engine.query(mixed(kind, kinds[1], share)), 1 << 18) for share in (0, 33, 80)],
            )
    tell('marks', scale.low(), scale.high(), scale.count_of(100), [value for value, _ in scale.marks()])


# -- command, messages ----------------------------------------------------------------------------------------------

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
    attempt('vector', lambda: command.vector(messages.base64(vector)) == vector)
    for wrong in ('', 'AAAA', 'A', messages.base64(bytes([200] * features.LENGTH))):
        attempt('vector', command.vector, wrong)


def try_messages():
    said = (
        ('seen', 'name', 'コップ "1"\n\\', 'distance', messages.Tenths(1234), 'next', None),
        ('card', 'text', '*reset'),
        ('gauge', 'value', 42),
        ('gauge', 'value', None),
        ('scores', 'scores', scores.Scores([('cup "', 999), ('', 5)], distance.Scale(128, 110)), 'what', ['a']),
        ('list', 'classes', [['cup', 3]], 'on', True, 'off', False, 'far', -5),
        ('gone',),
    )
    for message in said:
        tell(messages.json_line(message)[:-2], '|', messages.brownie_line(message)[:-2])
    tell(messages.grove_name('コップ'), messages.grove_name(''), messages.grove_number(7), messages.grove_number(None))
    lines = messages.Lines()
    for data in (b'', b'*st', b'atus\r', b'\n\n*undo\n*', b'x' * 3000, b'y\nz\n', b'\xff\n'):
        tell('lines', lines.feed(data))


# -- a HuskyLens --------------------------------------------------------------------------------------------------


def try_husky():
    reader, noise = husky.Frames(), Noise(5)
    knock, text = husky.frame(0x2C), husky.frame(0x34, b'\4\0\1\2text')
    tell('frame', knock, text)
    for data in (
        knock,
        text[:7],
        text[7:],
        b'\x55\xaa\x11\x40' + knock,
        b'',
        b'\x55\xaa\x11',
        knock[3:],
        knock[:-1] + b'x',
    ):
        tell('frames', reader.feed(data))
    tell('noise', [reader.feed(bytes([noise.below(256) for _ in range(60)]) + knock) for _ in range(3)])
    camera = Taught()
    learned, ids = camera.memory.examples, husky_things.Ids(camera)
    for step in ('cup', '', 'ID7', 'りんご', 'cup', ('cup', 'mug'), ('りんご',), 'pen', 'りんご', (), 'pen'):
        if isinstance(step, str):
            camera.memory.apply(change.Change(change.LEARN, step, bytearray(features.LENGTH)))
        elif not step:
            camera.memory.apply(change.Change(change.RESET))
        elif len(step) == 1:
            camera.memory.apply(change.Change(change.FORGET, step[0]))
        else:
            camera.memory.apply(change.Change(change.RENAME, step[0], step[1]))
        ids.look()
        tell('ids', ids.count(), [(label, ids.number(label)) for label in learned.labels], ids.label(1))


class Taught:
    """What Ids needs of an app; flash keeps nothing."""

    def __init__(self):
        self.memory = memory.Memory(engines.Plain(), vectors(20))

    def keep(self, change):
        self.memory.apply(change)


# -- decision, buttons, menu, settings ----------------------------------------------------------------------------


def try_small_parts():
    held = decision.Decision()
    frames = (
        (None, 0),
        ('a', 90),
        ('a', 190),
        ('a', 240),
        ('b', 90),
        ('a', 250),
        ('b', 90),
        ('b', 90),
        ('b', 20),
        ('', 0),
    )
    tell('decision', [(held.frame(name, far, 200, 100), held.name, held.sure) for name, far in frames])
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


try_features()
try_distance()
try_search(engines.Plain())
try_search(engines.Compare(compare, features.LENGTH))
try_gauge(engines.Plain())
try_command()
try_messages()
try_husky()
try_small_parts()

"""Plays a scenario on the virtual board under MicroPython: `play.py SCENARIO RECORDING`, transcript on stdout.

The model is the business of CPython: what the network and the reader of cards made of each picture there stands in the
folder RECORDING, by the picture's name, and beside it the picture. Time is virtual, files are in memory.
"""

import sys

import ubinascii
import uctypes
import ujson
import uos

sys.path[:] = ['', '/flash', '/tools/madeleine/sim/fakes', '/tools']
import uctypes_of_the_stand_ins
import utime_of_the_stand_ins

# What is built in wins over a file, and here it must not: the clock would go by itself, and addresses would be real.
BUILT_IN = {'utime': utime_of_the_stand_ins, 'uctypes': uctypes_of_the_stand_ins}
sys.modules.update(BUILT_IN)


def bytes_of(numbers):
    """The bytes of an array of floats: this MicroPython's memoryview cannot be cast."""
    return uctypes.bytearray_at(uctypes.addressof(numbers), 4 * len(numbers))


uctypes_of_the_stand_ins._bytes_of = bytes_of

from madeleine.sim import power
from madeleine.sim.blank import BlankPainter
from madeleine.sim.scenario.parser import parse
from madeleine.sim.scenario.runner import Runner, Stage
from madeleine.sim.texts import note_texts
from madeleine.sim.world import world

MODEL_ADDRESS = 0x300000
BOOT_WINDOW_MS = 200
OURS = ['main'] + [name[:-3] for name in uos.listdir('/flash/lib') + uos.listdir('/tools/madeleine/sim/fakes')]


class Model:
    """What the firmware knows of the model."""

    def __init__(self, facts):
        self.version = facts['version']
        self.file_bytes = facts['file_bytes']
        self.ram_bytes = facts['ram_bytes']
        self.input = tuple(facts['input'])


class RecordedEyes:
    """See what was seen before; KeyError for a picture that was not."""

    def __init__(self, recording):
        self._recording = recording

    def load(self, source):
        return Model(self._recording['model'])

    def forward(self, model, scene):
        return [(typecode, ubinascii.a2b_base64(data)) for typecode, data in self._recording['outputs'][scene.name]]

    def read_cards(self, scene):
        return [ubinascii.a2b_base64(payload) for payload in self._recording['cards'][scene.name]]


class RecordedPainter(BlankPainter):
    """Shows the pictures that the network was shown, and draws nothing."""

    def __init__(self, folder, pictures):
        self._folder = folder
        self._pictures = pictures

    def capture(self, canvas, scene):
        if scene.name in self._pictures:
            with open(self._folder + '/' + self._pictures[scene.name], 'rb') as file:
                file.readinto(canvas.pixels)
        return super().capture(canvas, scene)


class MemoryStage(Stage):
    """Boots the app from /flash, as board.VirtualBoard does."""

    def __init__(self, heap_bytes):
        self._heap_bytes = heap_bytes

    def boot(self, director):
        def act(world):
            note_texts(world, sys.modules)
            director(world)

        world.director = act
        while True:
            world.restart()
            world.gc_heap_bytes = self._heap_bytes
            for name in OURS:
                if name not in BUILT_IN:
                    sys.modules.pop(name, None)
            try:
                return self._run()
            except power.Reset:
                pass
            except power.PowerOff:
                return 'off'
            except power.PowerCut:
                return 'cut'

    def _run(self):
        uos.chdir('/flash')
        sys.path[:] = ['', '/flash', '/tools/madeleine/sim/fakes', '/tools']
        world.sleep_ms(BOOT_WINDOW_MS)
        with open('/flash/boot.py') as file:
            exec(file.read(), {'__name__': '__main__'})
        return 'prompt'


def read(path):
    with open(path) as file:
        return file.read()


scenario, folder = sys.argv[1:]
recording = ujson.loads(read(folder + '/recording.json'))
painter = RecordedPainter(folder, recording['pictures'])
world.power_on(kmodels={MODEL_ADDRESS: 'recorded'}, eyes=RecordedEyes(recording), painter=painter)
runner = Runner(parse(scenario, read), MemoryStage(recording['heap_bytes']))
runner.run()
for line in runner.transcript:
    print(line)

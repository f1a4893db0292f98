"""The words of the scenario language: the table at the end, and a function for each word.

A function takes the runner and the text after the word. It does its work at once, or is a generator that yields for
each frame that must pass. ValueError: the text cannot be meant. Runs under CPython and MicroPython.
"""

from madeleine.sim.scenario.arguments import data_of, hexadecimal, needed, none, one_of, split, whole
from madeleine.sim.scenario.expectations import EXPECTATIONS
from madeleine.sim.world import Scene, world

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from madeleine.sim.scenario.runner import Runner
    from madeleine.sim.storage import Storage

    Word: TypeAlias = Callable[[Runner, str], "Iterator[None] | None"]

CHARGER_MV = {'on': 5000, 'off': 0}
MOUNTS = {'0': False, '180': True}
PRESS = '100ms'
FILLER = 'rubbish'
BROKEN = b'import nothing_of_the_kind'
# The virtual board runs what lies on its flash in this process: a scenario that could write one of these could do
# anything on this computer. These are the ends of all names that Python, or lib/pack.py, runs.
PROGRAMS = ('.py', '.pyc', '.pyd', '.so', '.mpy', '.pack')
CARD_MOST_BYTES = 4096  # a QR code holds 2953
NOISE_MOST_BYTES = 1 << 17
WAITING_MOST_BYTES = 1 << 20  # that the board has not read yet
SECOND_BYTES = 32000  # 16 kHz, 16 bit, one channel
WAV_HEADER = (
    b'RIFF\x00\x0d\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00'
    b'\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\x80\x0c\x00\x00'
)


# -- before the lens ------------------------------------------------------------------------------------------


def frame(runner: "Runner", name: str) -> None:
    runner.frame(needed(name))


def card(runner: "Runner", text: str) -> None:
    _hold_card(runner, data_of(text) if text.startswith('"') else text)


def card_long(runner: "Runner", text: str) -> None:
    _hold_card(runner, 'x' * whole(text, 1, CARD_MOST_BYTES))


def card_bytes(runner: "Runner", text: str) -> None:
    _hold_card(runner, hexadecimal(text))


def _hold_card(runner: "Runner", payload: str | bytes) -> None:
    name = f'card {payload!r} before {runner.behind.name}'
    runner.show(Scene(name, runner.stage.card(payload, runner.behind.pixels)))


def away(runner: "Runner", text: str) -> None:
    none(text)
    runner.show(runner.behind)


# -- fingers and cables ---------------------------------------------------------------------------------------


def press(runner: "Runner", button: str) -> "Iterator[None]":
    return hold(runner, button + ' ' + PRESS)


def hold(runner: "Runner", text: str) -> "Iterator[None]":
    button, time = split(text, 2)
    down(runner, button)
    yield from runner.pause(time)
    up(runner, button)
    yield from runner.frames(1)


def down(runner: "Runner", button: str) -> None:
    world.pressed[one_of(button, ('A', 'B'))] = True


def up(runner: "Runner", button: str) -> None:
    world.pressed[one_of(button, ('A', 'B'))] = False


def usb(runner: "Runner", text: str) -> None:
    _send(world.usb_in, text.encode() + b'\n')


def usb_bytes(runner: "Runner", text: str) -> None:
    _send(world.usb_in, hexadecimal(text))


def usb_noise(runner: "Runner", text: str) -> None:
    """The same noise each time, without Ctrl-C: that would end the app, as it should."""
    state = 1
    noise = bytearray(whole(text, 0, NOISE_MOST_BYTES))
    for i in range(len(noise)):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        noise[i] = (state >> 16) & 0xFF
        if noise[i] == 3:
            noise[i] = 4
    _send(world.usb_in, noise)


def grove(runner: "Runner", text: str) -> None:
    _send(world.grove_in, text.encode() + b'\n')


def _send(cable: bytearray, data: bytes | bytearray) -> None:
    if len(cable) + len(data) > WAITING_MOST_BYTES:
        raise ValueError(f'{len(cable)} bytes wait already for the board to read them')
    cable.extend(data)


# -- power and parts ------------------------------------------------------------------------------------------


def cut(runner: "Runner", text: str) -> "Iterator[None]":
    """Now, or `after N` more bytes written to flash."""
    if text:
        _flash().cut_after(whole(text.replace('after ', '')))
        return
    while runner.state == 'new':
        yield
    runner.cut_now = True
    yield


def boot(runner: "Runner", text: str) -> "Iterator[None]":
    none(text)
    if runner.state == 'on':
        raise ValueError('the board is on: cut first')
    runner.state, runner.answer = 'new', None
    yield


def soft_reset(runner: "Runner", text: str) -> "Iterator[None]":
    if runner.state != 'prompt':
        raise ValueError('the board is not at its prompt: usb-bytes> 03 first')
    world.soft_reset = True
    return boot(runner, text)


def battery(runner: "Runner", text: str) -> None:
    world.battery_mv = whole(text)


def charger(runner: "Runner", text: str) -> None:
    world.usb_mv = CHARGER_MV[one_of(text, CHARGER_MV)]


def mount(runner: "Runner", text: str) -> None:
    world.turned = MOUNTS[one_of(text, MOUNTS)]


def trouble(runner: "Runner", text: str) -> None:
    name, _, text = text.partition(' ')
    one_of(name, world.troubles)
    value = data_of(text)
    if name == 'kpu_error':
        if value is not None and not isinstance(value, str):
            raise ValueError('the text of an error, or null')
    elif not isinstance(value, int):
        raise ValueError('a whole number, true or false')
    world.troubles[name] = value


def _configure(what: str) -> "Word":
    def configure(runner: "Runner", value: str) -> None:
        if runner.state == 'on':
            raise ValueError('the board is on: this goes before boot')
        scene = world.scene
        runner.stage.configure(what, needed(value))
        runner.show(scene)

    return configure


def damage(runner: "Runner", text: str) -> None:
    """NAME OFFSET XOR of a file on flash."""
    name, offset, mask = split(text, 3)
    content = _flash_file(_no_program(name))
    content[whole(offset, 0, len(content) - 1)] ^= whole(mask, 0, 0xFF)
    _flash().mirror(name)


def truncate(runner: "Runner", text: str) -> None:
    """NAME SIZE of a file on flash."""
    name, size = split(text, 2)
    _flash_file(name)[whole(size) :] = b''
    _flash().mirror(name)


def fill(runner: "Runner", text: str) -> None:
    """A file that leaves so many bytes of flash, or a page more."""
    storage = _flash()
    room = storage.room_for(FILLER, 1 << 30)
    storage.files[FILLER] = bytearray(room - whole(text, 0, room))
    storage.mirror(FILLER)


def wav(runner: "Runner", name: str) -> None:
    """A sound of a tenth of a second, as a file on flash."""
    _put(_no_program(needed(name)), WAV_HEADER + bytes([number % 251 for number in range(SECOND_BYTES // 10)]))


def put(runner: "Runner", text: str) -> None:
    """NAME TEXT: a file on flash, but no program."""
    name, _, content = text.partition(' ')
    _put(_no_program(needed(name)), content.encode())


def spoil(runner: "Runner", name: str) -> None:
    """A module of the app that fails when it is imported."""
    _flash_file(name)
    _put(name, BROKEN)


def _no_program(name: str) -> str:
    if name.lower().endswith(PROGRAMS):
        raise ValueError('a scenario writes no programs: they would run on this computer')
    return name


def _put(name: str, data: bytes) -> None:
    storage = _flash()
    try:
        storage.check_name(name)
    except OSError as error:
        raise ValueError('the board has no files of this name') from error
    if storage.room_for(name, len(data)) < len(data):
        raise ValueError('the flash is full')
    storage.files[name] = bytearray(data)
    storage.mirror(name)


def _flash() -> "Storage":
    if world.flash is None:
        raise ValueError('this board has no flash')
    return world.flash


def _flash_file(name: str) -> bytearray:
    return _flash().files[one_of(name, _flash().files)]


# -- the play -------------------------------------------------------------------------------------------------


def wait(runner: "Runner", text: str) -> "Iterator[None]":
    return runner.pause(text)


def shot(runner: "Runner", text: str) -> None:
    name, _, caption = text.partition(' ')
    runner.stage.shot(needed(name), caption.strip())


def say(runner: "Runner", text: str) -> None:
    """For the reader of the transcript and the audience of the tour."""


def ask(runner: "Runner", name: str) -> "Iterator[None]":
    """Count whether the board knows what it sees; a wrong answer does not end the scenario."""
    while not runner.settled():
        yield
    runner.asked.append((name, runner.answer, runner.sure))
    answer = runner.answer or 'nothing'
    runner.note('answer', f'{answer}, asked for {name}')


def expect(runner: "Runner", text: str) -> "Iterator[None] | None":
    kind, _, argument = text.partition(' ')
    return EXPECTATIONS[kind](runner, argument.strip())


#   word            what it does
WORDS: "dict[str, Word]" = {
    'frame': frame,
    'card': card,
    'card-long': card_long,
    'card-bytes': card_bytes,
    'away': away,
    'press': press,
    'hold': hold,
    'down': down,
    'up': up,
    'usb>': usb,
    'usb-bytes>': usb_bytes,
    'usb-noise>': usb_noise,
    'grove>': grove,
    'cut': cut,
    'boot': boot,
    'soft-reset': soft_reset,
    'battery': battery,
    'charger': charger,
    'mount': mount,
    'trouble': trouble,
    'build': _configure('build'),
    'board': _configure('board'),
    'model': _configure('model'),
    'pose': _configure('pose'),
    'sd': _configure('sd'),
    'writing': _configure('writing'),
    'damage': damage,
    'truncate': truncate,
    'put': put,
    'spoil': spoil,
    'fill': fill,
    'wav': wav,
    'wait': wait,
    'shot': shot,
    'say': say,
    'ask': ask,
    'expect': expect,
}

"""The words of the scenario language: the tables at the end, and a function for each word.

A function takes the runner and the text after the word. It does its work at once, or is a generator that yields for
each frame that must pass. ValueError: the text cannot be meant. Runs under CPython and MicroPython.
"""

import json

from madeleine.sim.world import FRAME_MS, Scene, world

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import Any, TypeAlias

    from madeleine.sim.scenario import Runner
    from madeleine.sim.storage import Storage

    Word: TypeAlias = Callable[[Runner, str], "Iterator[None] | None"]

PRESS = '100ms'
FILLER = 'rubbish'
SECOND_BYTES = 32000  # 16 kHz, 16 bit, one channel
WAV_HEADER = (
    b'RIFF\x00\x0d\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00'
    b'\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\x80\x0c\x00\x00'
)


# -- before the lens ------------------------------------------------------------------------------------------


def frame(runner: "Runner", name: str) -> None:
    runner.frame(_needed(name))


def card(runner: "Runner", text: str) -> None:
    _hold_card(runner, json.loads(text) if text.startswith('"') else text)


def card_long(runner: "Runner", text: str) -> None:
    _hold_card(runner, 'x' * _whole(text))


def card_bytes(runner: "Runner", text: str) -> None:
    _hold_card(runner, _hex(text))


def _hold_card(runner: "Runner", payload: str | bytes) -> None:
    name = f'card {payload} before {runner.behind.name}'
    runner.show(Scene(name, runner.stage.card(payload, runner.behind.pixels)))


def away(runner: "Runner", text: str) -> None:
    _none(text)
    runner.show(runner.behind)


# -- fingers and cables ---------------------------------------------------------------------------------------


def press(runner: "Runner", button: str) -> "Iterator[None]":
    return hold(runner, button + ' ' + PRESS)


def hold(runner: "Runner", text: str) -> "Iterator[None]":
    button, time = _split(text, 2)
    down(runner, button)
    yield from runner.frames(_frame_count(time))
    up(runner, button)
    yield from runner.frames(1)


def down(runner: "Runner", button: str) -> None:
    world.pressed[_one_of(button, ('A', 'B'))] = True


def up(runner: "Runner", button: str) -> None:
    world.pressed[_one_of(button, ('A', 'B'))] = False


def usb(runner: "Runner", text: str) -> None:
    world.usb_in.extend(text.encode() + b'\n')


def usb_bytes(runner: "Runner", text: str) -> None:
    world.usb_in.extend(_hex(text))


def usb_noise(runner: "Runner", text: str) -> None:
    """The same noise each time, without Ctrl-C: that would end the app, as it should."""
    state = 1
    noise = bytearray(_whole(text))
    for i in range(len(noise)):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        noise[i] = (state >> 16) & 0xFF
        if noise[i] == 3:
            noise[i] = 4
    world.usb_in.extend(noise)


def grove(runner: "Runner", text: str) -> None:
    world.grove_in.extend(text.encode() + b'\n')


# -- power and parts ------------------------------------------------------------------------------------------


def cut(runner: "Runner", text: str) -> "Iterator[None]":
    """Now, or `after N` more bytes written to flash."""
    if text:
        _flash().cut_after(_whole(text.replace('after ', '')))
        return
    while runner.state == 'new':
        yield
    runner.cut_now = True
    yield


def boot(runner: "Runner", text: str) -> "Iterator[None]":
    _none(text)
    if runner.state == 'on':
        raise ValueError('the board is on: cut first')
    runner.state, runner.answer = 'new', None
    yield


def battery(runner: "Runner", text: str) -> None:
    world.battery_mv = _whole(text)


def trouble(runner: "Runner", text: str) -> None:
    name, _, value = text.partition(' ')
    world.troubles[_one_of(name, world.troubles)] = json.loads(value)


def _configure(what: str) -> "Word":
    def configure(runner: "Runner", value: str) -> None:
        if runner.state == 'on':
            raise ValueError('the board is on: this goes before boot')
        scene = world.scene
        runner.stage.configure(what, _needed(value))
        runner.show(scene)

    return configure


def damage(runner: "Runner", text: str) -> None:
    """NAME OFFSET XOR of a file on flash."""
    name, offset, mask = _split(text, 3)
    _flash_file(name)[_whole(offset)] ^= _whole(mask)
    _flash().mirror(name)


def truncate(runner: "Runner", text: str) -> None:
    """NAME SIZE of a file on flash."""
    name, size = _split(text, 2)
    _flash_file(name)[_whole(size) :] = b''
    _flash().mirror(name)


def fill(runner: "Runner", text: str) -> None:
    """A file that leaves so many bytes of flash, or a page more."""
    storage = _flash()
    storage.files[FILLER] = bytearray(storage.room_for(FILLER, 1 << 30) - _whole(text))
    storage.mirror(FILLER)


def wav(runner: "Runner", name: str) -> None:
    """A sound of a tenth of a second, as a file on flash."""
    _put(_needed(name), WAV_HEADER + bytes(SECOND_BYTES // 10))


def put(runner: "Runner", text: str) -> None:
    """NAME TEXT: a file on flash."""
    name, _, content = text.partition(' ')
    _put(_needed(name), content.encode())


def _put(name: str, data: bytes) -> None:
    _flash().files[name] = bytearray(data)
    _flash().mirror(name)


def _flash() -> "Storage":
    if world.flash is None:
        raise ValueError('this board has no flash')
    return world.flash


def _flash_file(name: str) -> bytearray:
    return _flash().files[_one_of(name, _flash().files)]


# -- the play -------------------------------------------------------------------------------------------------


def wait(runner: "Runner", text: str) -> "Iterator[None]":
    return runner.frames(_frame_count(text))


def shot(runner: "Runner", text: str) -> None:
    name, _, caption = text.partition(' ')
    runner.stage.shot(_needed(name), caption.strip())


def say(runner: "Runner", text: str) -> None:
    """For the reader of the transcript and the audience of the tour."""


def ask(runner: "Runner", name: str) -> "Iterator[None]":
    """Count whether the board knows what it sees; a wrong answer does not end the scenario."""
    while not runner.settled():
        yield
    runner.asked += 1
    runner.right += runner.answer == name
    answer = runner.answer or 'nothing'
    runner.note('answer', f'{answer}, asked for {name}')


def expect(runner: "Runner", text: str) -> "Iterator[None] | None":
    kind, _, argument = text.partition(' ')
    return EXPECTATIONS[kind](runner, argument.strip())


# -- expectations ---------------------------------------------------------------------------------------------


def _seen(runner: "Runner", name: str) -> "Iterator[None]":
    return runner.until(
        lambda: runner.settled() and runner.answer == (name or None),
        lambda: 'the answer is ' + (runner.answer or 'nothing'),
    )


def _nothing(runner: "Runner", text: str) -> "Iterator[None]":
    _none(text)
    return _seen(runner, '')


def _usb(runner: "Runner", text: str) -> "Iterator[None]":
    """A JSON object: a line with all its keys and values; other text: that very line."""
    if not text.startswith('{'):
        return _message(runner, 'usb', lambda line: line == text)
    wanted = json.loads(text)
    return _message(runner, 'usb', lambda line: _has(fields_of(line), wanted))


def _grove(runner: "Runner", text: str) -> "Iterator[None]":
    return _message(runner, 'grove', lambda message: message == text)


def _sound(runner: "Runner", name: str) -> "Iterator[None]":
    return _message(runner, 'sound', lambda sound: name in sound)


def _message(runner: "Runner", channel: str, matches: "Callable[[str], bool]") -> "Iterator[None]":
    return runner.until(
        lambda: runner.meets(channel, matches),
        lambda: 'there came ' + ('; '.join(runner.news(channel)[-5:]) or 'nothing'),
    )


def _quiet(runner: "Runner", text: str) -> "Iterator[None]":
    """Nothing is said on USB and Grove for so long."""
    said = len(runner.heard['usb']) + len(runner.heard['grove'])
    yield from runner.frames(_frame_count(text))
    if len(runner.heard['usb']) + len(runner.heard['grove']) > said:
        runner.fail('it spoke: ' + '; '.join(runner.news('usb') + runner.news('grove')))


def _led(runner: "Runner", colour: str) -> "Iterator[None]":
    return runner.until(lambda: runner.led == colour, lambda: 'it is ' + runner.led)


def _screen(runner: "Runner", text: str) -> "Iterator[None]":
    return runner.until(lambda: text in _screen_text(), lambda: 'it shows: ' + _screen_text())


def _screen_lacks(runner: "Runner", text: str) -> "Iterator[None]":
    return runner.until(lambda: text not in _screen_text(), lambda: 'it shows: ' + _screen_text())


def _examples(runner: "Runner", text: str) -> "Iterator[None]":
    """The board holds so many; asked over USB."""
    usb(runner, '{"do": "list", "id": "scenario"}')
    return _usb(runner, json.dumps({'event': 'list', 'id': 'scenario', 'examples': _whole(text)}))


def _gauge(runner: "Runner", text: str) -> "Iterator[None]":
    """The last reading lies in LOW..HIGH, or is `--`."""
    low, _, high = text.partition('..')

    def holds() -> bool:
        value = _last_gauge(runner)
        if not runner.settled() or low == '--':
            return runner.settled() and value is None
        return isinstance(value, int) and _whole(low) <= value <= _whole(high or low)

    return runner.until(holds, lambda: f'it says {_last_gauge(runner)}')


def _last_gauge(runner: "Runner") -> int | str | None:
    """The last reading that was said: a number, None (off the scale), or 'nothing'."""
    for line in reversed(runner.heard['usb']):
        fields = fields_of(line)
        if fields.get('event') == 'gauge':
            value: int | None = fields['value']
            return value
    return 'nothing'


def _end(runner: "Runner", how: str) -> "Iterator[None]":
    """How the run ended: cut, prompt or off."""
    yield from runner.frames(40)
    if runner.state != how:
        runner.fail('it is ' + runner.state)


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
    'battery': battery,
    'trouble': trouble,
    'build': _configure('build'),
    'board': _configure('board'),
    'model': _configure('model'),
    'sd': _configure('sd'),
    'damage': damage,
    'truncate': truncate,
    'put': put,
    'fill': fill,
    'wav': wav,
    'wait': wait,
    'shot': shot,
    'say': say,
    'ask': ask,
    'expect': expect,
}
EXPECTATIONS: "dict[str, Word]" = {
    'seen': _seen,
    'nothing': _nothing,
    'usb': _usb,
    'grove': _grove,
    'sound': _sound,
    'quiet': _quiet,
    'led': _led,
    'screen': _screen,
    'screen-lacks': _screen_lacks,
    'examples': _examples,
    'gauge': _gauge,
    'end': _end,
}


# -- how the texts are read -----------------------------------------------------------------------------------


def fields_of(line: str) -> "dict[str, Any]":
    """A line of the app as a dict; empty when it is not a JSON object."""
    try:
        fields = json.loads(line)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _has(fields: "dict[str, Any]", wanted: "dict[str, Any]") -> bool:
    return all(key in fields and fields[key] == wanted[key] for key in wanted)


def _screen_text() -> str:
    return ' | '.join([str(text) for text in world.shown])


def _needed(text: str) -> str:
    if not text:
        raise ValueError('something must follow this word')
    return text


def _none(text: str) -> None:
    if text:
        raise ValueError('nothing may follow this word')


def _one_of(text: str, choices: "Collection[str]") -> str:
    if text not in choices:
        raise ValueError(repr(text) + ' is none of ' + ' '.join(choices))
    return text


def _split(text: str, count: int) -> list[str]:
    parts = text.split()
    if len(parts) != count:
        raise ValueError(f'{count} words must follow')
    return parts


def _whole(text: str) -> int:
    """A whole number, decimal or 0x...; ValueError otherwise."""
    return int(text, 16) if text.startswith('0x') else int(text)


def _hex(text: str) -> bytes:
    text = text.replace(' ', '')
    return bytes([int(text[i : i + 2], 16) for i in range(0, len(text), 2)])


def _frame_count(text: str) -> int:
    """'10 frames' or '500ms' as a number of frames."""
    if text.endswith(' frames'):
        return _whole(text[:-7])
    if text.endswith('ms'):
        return -(-_whole(text[:-2]) // FRAME_MS)
    raise ValueError('a time is written as 10 frames or 900ms')

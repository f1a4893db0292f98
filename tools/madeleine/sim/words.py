"""The words of the scenario language: the tables at the end, and a function for each word.

A function takes the runner and the text after the word. It does its work at once, or is a generator that yields for
each frame that must pass. ValueError: the text cannot be meant. Runs under CPython and MicroPython.
"""

import json

from madeleine.sim.world import FRAME_MS, Scene, world

PRESS = '100ms'


# -- before the lens ------------------------------------------------------------------------------------------


def frame(runner, name):
    runner.frame(_needed(name))


def card(runner, text):
    _hold_card(runner, json.loads(text) if text.startswith('"') else text)


def card_long(runner, text):
    _hold_card(runner, 'x' * _whole(text))


def card_bytes(runner, text):
    _hold_card(runner, _hex(text))


def _hold_card(runner, payload):
    name = 'card ' + (payload if isinstance(payload, str) else str(payload))
    runner.show(Scene(name, runner.stage.card(payload, runner.behind.pixels)))


def away(runner, text):
    _none(text)
    runner.show(runner.behind)


# -- fingers and cables ---------------------------------------------------------------------------------------


def press(runner, button):
    return hold(runner, button + ' ' + PRESS)


def hold(runner, text):
    button, time = _split(text, 2)
    down(runner, button)
    yield from runner.frames(_frame_count(time))
    up(runner, button)
    yield from runner.frames(1)


def down(runner, button):
    world.pressed[_one_of(button, ('A', 'B'))] = True


def up(runner, button):
    world.pressed[_one_of(button, ('A', 'B'))] = False


def usb(runner, text):
    world.usb_in.extend(text.encode() + b'\n')


def usb_bytes(runner, text):
    world.usb_in.extend(_hex(text))


def usb_noise(runner, text):
    """The same noise each time, without Ctrl-C: that would end the app, as it should."""
    state = 1
    noise = bytearray(_whole(text))
    for i in range(len(noise)):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        noise[i] = (state >> 16) & 0xFF
        if noise[i] == 3:
            noise[i] = 4
    world.usb_in.extend(noise)


def grove(runner, text):
    world.grove_in.extend(text.encode() + b'\n')


# -- power and parts ------------------------------------------------------------------------------------------


def cut(runner, text):
    """Now, or `after N` more bytes written to flash."""
    if text:
        world.flash.cut_after(_whole(text.replace('after ', '')))
    else:
        runner.cut_now = True
        yield


def boot(runner, text):
    _none(text)
    if runner.state == 'on':
        raise ValueError('the board is on: cut first')
    runner.state, runner.answer = 'new', None
    yield


def battery(runner, text):
    world.battery_mv = _whole(text)


def trouble(runner, text):
    name, value = _split(text, 2)
    world.troubles[_one_of(name, world.troubles)] = json.loads(value)


def _configure(what):
    def configure(runner, value):
        if runner.state == 'on':
            raise ValueError('the board is on: this goes before boot')
        scene = world.scene
        runner.stage.configure(what, _needed(value))
        runner.show(scene)

    return configure


def damage(runner, text):
    """NAME OFFSET XOR of a file on flash."""
    name, offset, mask = _split(text, 3)
    _flash_file(name)[_whole(offset)] ^= _whole(mask)
    world.flash.mirror(name)


def truncate(runner, text):
    """NAME SIZE of a file on flash."""
    name, size = _split(text, 2)
    _flash_file(name)[_whole(size) :] = b''
    world.flash.mirror(name)


def file(runner, text):
    """NAME SIZE: a new file on flash, full of 0xA5."""
    name, size = _split(text, 2)
    world.flash.files[name] = bytearray(b'\xa5' * _whole(size))
    world.flash.mirror(name)


def _flash_file(name):
    return world.flash.files[_one_of(name, world.flash.files)]


# -- the play -------------------------------------------------------------------------------------------------


def wait(runner, text):
    return runner.frames(_frame_count(text))


def shot(runner, text):
    name, _, caption = text.partition(' ')
    runner.stage.shot(_needed(name), caption.strip())


def say(runner, text):
    """For the reader of the transcript and the audience of the tour."""


def ask(runner, name):
    """Count whether the board knows what it sees; a wrong answer does not end the scenario."""
    while not runner.settled():
        yield
    runner.asked += 1
    runner.right += runner.answer == name
    answer = runner.answer or 'nothing'
    runner.note('answer', f'{answer}, asked for {name}')


def expect(runner, text):
    kind, _, argument = text.partition(' ')
    return EXPECTATIONS[kind](runner, argument.strip())


# -- expectations ---------------------------------------------------------------------------------------------


def _seen(runner, name):
    return runner.until(
        lambda: runner.settled() and runner.answer == (name or None),
        lambda: 'the answer is ' + (runner.answer or 'nothing'),
    )


def _nothing(runner, text):
    _none(text)
    return _seen(runner, '')


def _usb(runner, text):
    """A JSON object: a line with all its keys and values; other text: that very line."""
    if not text.startswith('{'):
        return _message(runner, 'usb', lambda line: line == text)
    wanted = json.loads(text)
    return _message(runner, 'usb', lambda line: _has(fields_of(line), wanted))


def _grove(runner, text):
    return _message(runner, 'grove', lambda message: message == text)


def _sound(runner, name):
    return _message(runner, 'sound', lambda sound: name in sound)


def _message(runner, channel, matches):
    return runner.until(
        lambda: runner.meets(channel, matches),
        lambda: 'there came ' + ('; '.join(runner.news(channel)[-5:]) or 'nothing'),
    )


def _quiet(runner, text):
    """Nothing is said on USB and Grove for so long."""
    said = len(runner.heard['usb']) + len(runner.heard['grove'])
    yield from runner.frames(_frame_count(text))
    if len(runner.heard['usb']) + len(runner.heard['grove']) > said:
        runner.fail('it spoke: ' + '; '.join(runner.news('usb') + runner.news('grove')))


def _led(runner, colour):
    return runner.until(lambda: runner.led == colour, lambda: 'it is ' + runner.led)


def _screen(runner, text):
    """This text stands somewhere on the screen, or, with `no ` before it, nowhere."""
    absent = text.startswith('no ')
    wanted = text[3:] if absent else text
    return runner.until(lambda: (wanted in _screen_text()) != absent, lambda: 'it shows: ' + _screen_text())


def _examples(runner, text):
    """The board holds so many; asked over USB."""
    usb(runner, '{"do": "list", "id": "scenario"}')
    return _usb(runner, json.dumps({'event': 'list', 'id': 'scenario', 'examples': _whole(text)}))


def _gauge(runner, text):
    """The last reading lies in LOW..HIGH, or is `--`."""
    low, _, high = text.partition('..')

    def holds():
        value = _last_gauge(runner)
        if not runner.settled() or low == '--':
            return runner.settled() and value is None
        return isinstance(value, int) and _whole(low) <= value <= _whole(high or low)

    return runner.until(holds, lambda: f'it says {_last_gauge(runner)}')


def _last_gauge(runner):
    """The last reading that was said: a number, None (off the scale), or 'nothing'."""
    for line in reversed(runner.heard['usb']):
        fields = fields_of(line)
        if fields.get('event') == 'gauge':
            return fields['value']
    return 'nothing'


def _end(runner, how):
    """How the run ended: cut, prompt or off."""
    yield from runner.frames(40)
    if runner.state != how:
        runner.fail('it is ' + runner.state)


#   word            what it does
WORDS = {
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
    'file': file,
    'wait': wait,
    'shot': shot,
    'say': say,
    'ask': ask,
    'expect': expect,
}
EXPECTATIONS = {
    'seen': _seen,
    'nothing': _nothing,
    'usb': _usb,
    'grove': _grove,
    'sound': _sound,
    'quiet': _quiet,
    'led': _led,
    'screen': _screen,
    'examples': _examples,
    'gauge': _gauge,
    'end': _end,
}


# -- how the texts are read -----------------------------------------------------------------------------------


def fields_of(line):
    """A line of the app as a dict; empty when it is not a JSON object."""
    try:
        fields = json.loads(line)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _has(fields, wanted):
    return all(key in fields and fields[key] == wanted[key] for key in wanted)


def _screen_text():
    return ' | '.join([str(text) for text in world.shown])


def _needed(text):
    if not text:
        raise ValueError('something must follow this word')
    return text


def _none(text):
    if text:
        raise ValueError('nothing may follow this word')


def _one_of(text, choices):
    if text not in choices:
        raise ValueError(repr(text) + ' is none of ' + ' '.join(choices))
    return text


def _split(text, count):
    parts = text.split()
    if len(parts) != count:
        raise ValueError(f'{count} words must follow')
    return parts


def _whole(text):
    """A whole number, decimal or 0x...; ValueError otherwise."""
    return int(text, 16) if text.startswith('0x') else int(text)


def _hex(text):
    text = text.replace(' ', '')
    return bytes([int(text[i : i + 2], 16) for i in range(0, len(text), 2)])


def _frame_count(text):
    """'10 frames' or '500ms' as a number of frames."""
    if text.endswith(' frames'):
        return _whole(text[:-7])
    if text.endswith('ms'):
        return -(-_whole(text[:-2]) // FRAME_MS)
    raise ValueError('a time is written as 10 frames or 900ms')

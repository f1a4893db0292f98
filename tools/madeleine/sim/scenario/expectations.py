"""What a scenario can expect: the table at the end, and a function for each word after `expect`.

A function takes the runner and the text after the word, and waits until it is so. Runs under CPython and MicroPython.
"""

import json

from madeleine.sim.scenario.arguments import WHOLE_MAX, data_of, fields_of, none, whole
from madeleine.sim.world import world

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    from madeleine.sim.scenario.runner import Runner

    Expectation: TypeAlias = Callable[[Runner, str], Iterator[None]]


def seen(runner: "Runner", name: str) -> "Iterator[None]":
    return runner.until(
        lambda: runner.settled() and runner.answer == (name or None),
        lambda: 'the answer is ' + (runner.answer or 'nothing'),
    )


def nothing(runner: "Runner", text: str) -> "Iterator[None]":
    none(text)
    return seen(runner, '')


def usb(runner: "Runner", text: str) -> "Iterator[None]":
    """A JSON object: a line with all its keys and values; other text: that very line."""
    if not text.startswith('{'):
        return _message(runner, 'usb', lambda line: line == text)
    wanted = data_of(text)
    return _message(runner, 'usb', lambda line: _has(fields_of(line), wanted))


def grove(runner: "Runner", text: str) -> "Iterator[None]":
    return _message(runner, 'grove', lambda message: message == text)


def sound(runner: "Runner", name: str) -> "Iterator[None]":
    return _message(runner, 'sound', lambda sound: name in sound)


def _message(runner: "Runner", channel: str, matches: "Callable[[str], bool]") -> "Iterator[None]":
    return runner.until(
        lambda: runner.meets(channel, matches),
        lambda: 'there came ' + ('; '.join(runner.news(channel)[-5:]) or 'nothing'),
    )


def quiet(runner: "Runner", text: str) -> "Iterator[None]":
    """Nothing is said on USB and Grove for so long."""
    said = len(runner.heard['usb']) + len(runner.heard['grove'])
    yield from runner.pause(text)
    if len(runner.heard['usb']) + len(runner.heard['grove']) > said:
        runner.fail('it spoke: ' + '; '.join(runner.news('usb') + runner.news('grove')))


def led(runner: "Runner", colour: str) -> "Iterator[None]":
    return runner.until(lambda: runner.led == colour, lambda: 'it is ' + runner.led)


def screen(runner: "Runner", text: str) -> "Iterator[None]":
    return runner.until(lambda: text in _screen_text(), lambda: 'it shows: ' + _screen_text())


def screen_lacks(runner: "Runner", text: str) -> "Iterator[None]":
    return runner.until(lambda: text not in _screen_text(), lambda: 'it shows: ' + _screen_text())


def examples(runner: "Runner", text: str) -> "Iterator[None]":
    """The board holds so many; asked over USB."""
    world.usb_in.extend(b'{"do": "list", "id": "scenario"}\n')
    return usb(runner, json.dumps({'event': 'list', 'id': 'scenario', 'examples': whole(text)}))


def gauge(runner: "Runner", text: str) -> "Iterator[None]":
    """The last reading lies in LOW..HIGH, or is `--`."""
    low, _, high = text.partition('..')
    ends = None if low == '--' else (whole(low, -WHOLE_MAX), whole(high or low, -WHOLE_MAX))

    def holds() -> bool:
        value = _last_gauge(runner)
        if not runner.settled() or ends is None:
            return runner.settled() and value is None
        return isinstance(value, int) and ends[0] <= value <= ends[1]

    return runner.until(holds, lambda: f'it says {_last_gauge(runner)}')


def _last_gauge(runner: "Runner") -> int | str | None:
    """The last reading that was said: a number, None (off the scale), or 'nothing'."""
    for line in reversed(runner.heard['usb']):
        fields = fields_of(line)
        if fields.get('event') == 'gauge':
            value: int | None = fields['value']
            return value
    return 'nothing'


def end(runner: "Runner", how: str) -> "Iterator[None]":
    """How the run ended: cut, prompt or off."""
    yield from runner.frames(40)
    if runner.state != how:
        runner.fail('it is ' + runner.state)


def _has(fields: "dict[str, Any]", wanted: "dict[str, Any]") -> bool:
    return all(key in fields and fields[key] == wanted[key] for key in wanted)


def _screen_text() -> str:
    return ' | '.join([str(text) for text in world.shown])


#   word            what is waited for
EXPECTATIONS: "dict[str, Expectation]" = {
    'seen': seen,
    'nothing': nothing,
    'usb': usb,
    'grove': grove,
    'sound': sound,
    'quiet': quiet,
    'led': led,
    'screen': screen,
    'screen-lacks': screen_lacks,
    'examples': examples,
    'gauge': gauge,
    'end': end,
}

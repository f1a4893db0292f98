"""What the camera replies to a committed change: the message for the host and the words for the screen."""

from micropython import const

import change as changes
import settings

_TYPING = const(0)
if _TYPING:
    from typing import Any

    from change import Change
    from memory import Memory
    from messages import Message


class Reply:
    """`words` are '' where the screen shows nothing of it."""

    def __init__(self, message: 'Message', words: str = '') -> None:
        self.message = message
        self.words = words


def of(change: 'Change', result: object, memory: 'Memory') -> Reply:
    """What to say of a change that is on flash and in memory.

    `result` is what memory.apply returned or, for an undo, the store.
    """
    if change.draft:
        return Reply(('drafted',))
    return _REPLIES[change.what](change, result, memory)


def _learned(change: 'Change', result: object, memory: 'Memory') -> Reply:
    examples = memory.examples
    count = examples.count_of(change.key)
    if not change.key:
        return Reply(('ignored', 'count', count, 'examples', examples.count), 'ignored from now on')
    message = ('learned', 'name', change.key, 'count', count, 'examples', examples.count)
    return Reply(message, 'learned %s (%d)' % (change.key, count))


def _marked(change: 'Change', result: object, memory: 'Memory') -> Reply:
    message = (changes.MARK, 'value', change.key)  # type: Message
    words, count = '%d is set' % change.key, memory.gauge.count_of(change.key)
    if count > 1:
        return Reply(message + ('count', count), '%s (%d)' % (words, count))
    return Reply(message, words)


def _set(change: 'Change', result: object, memory: 'Memory') -> Reply:
    name = settings.name_of(change.key)
    return Reply(('set', 'name', name, 'value', _value(name, change.value)), '%s %s' % (name, change.value or 'none'))


def _forgot(change: 'Change', result: object, memory: 'Memory') -> Reply:
    message = ('forgot', 'name', change.key, 'count', result, 'examples', memory.examples.count)
    return Reply(message, 'forgot ' + (change.key or 'ignored views'))


def _renamed(change: 'Change', result: object, memory: 'Memory') -> Reply:
    message = ('renamed', 'name', change.key, 'to', change.value, 'count', result, 'examples', memory.examples.count)
    return Reply(message, '%s is %s now' % (change.key, change.value))


def _forgot_gauge(change: 'Change', result: object, memory: 'Memory') -> Reply:
    return Reply(('forgot', 'what', 'gauge', 'examples', memory.examples.count), 'forgot the gauge')


def _undone(change: 'Change', result: 'Any', memory: 'Memory') -> Reply:
    """`result`: the change that the undo took back."""
    what, key, examples = result.what, result.key, memory.examples
    head = ('undone', 'what', what)
    tail = ('examples', examples.count)
    if what == changes.LEARN:
        return Reply(head + ('name', key) + tail, 'undone: ' + (key or 'ignored view'))
    if what in (changes.FORGET, changes.RENAME):
        return Reply(head + ('name', key, 'count', examples.count_of(key)) + tail, 'back: ' + (key or 'ignored views'))
    if what == changes.SETTING:
        name = settings.name_of(key)
        value = memory.settings.value(name)
        message = head + ('name', name, 'value', _value(name, value)) + tail
        return Reply(message, 'back: %s %s' % (name, value or 'none'))
    if what == changes.MARK:
        return Reply(head + ('value', key) + tail, 'undone: set %d' % key)
    return Reply(head + tail, 'back: the gauge')


def _reset(change: 'Change', result: object, memory: 'Memory') -> Reply:
    return Reply(('reset',), 'all forgotten')


def _begun(change: 'Change', result: object, memory: 'Memory') -> Reply:
    return Reply(('begun',))


def _committed(change: 'Change', result: object, memory: 'Memory') -> Reply:
    count = memory.examples.count
    return Reply(('committed', 'examples', count), '%d examples came' % count)


def _dropped(change: 'Change', result: object, memory: 'Memory') -> Reply:
    return Reply(('dropped',))


def _used(change: 'Change', result: object, memory: 'Memory') -> Reply:
    count = memory.examples.count
    return Reply(('using', 'set', change.key, 'examples', count), 'in set %s (%d)' % (change.key, count))


def _copied(change: 'Change', result: object, memory: 'Memory') -> Reply:
    message = ('copied', 'set', change.key, 'examples', memory.examples.count)
    return Reply(message, 'copied to ' + change.key)


def _forgot_set(change: 'Change', result: object, memory: 'Memory') -> Reply:
    message = ('forgot', 'what', 'set', 'name', change.key, 'examples', memory.examples.count)
    return Reply(message, 'forgot set ' + change.key)


def _locked(change: 'Change', result: object, memory: 'Memory') -> Reply:
    on = change.what == changes.LOCK
    return Reply(('lock', 'on', on), 'locked' if on else 'unlocked')


def _looking(change: 'Change', result: object, memory: 'Memory') -> Reply:
    return Reply(('set', 'name', change.what, 'value', change.key), 'looking for ' + change.key)


def _value(name: str, text: str) -> 'str | int':
    """The value of a setting as a host reads it: a number, if it is one that the setting counts with."""
    return int(text) if text.isdigit() and not settings.named(name).text_bytes else text


_REPLIES = {
    changes.LEARN: _learned,
    changes.MARK: _marked,
    changes.SETTING: _set,
    changes.FORGET: _forgot,
    changes.FORGET_GAUGE: _forgot_gauge,
    changes.RENAME: _renamed,
    changes.UNDO: _undone,
    changes.RESET: _reset,
    changes.BEGIN: _begun,
    changes.COMMIT: _committed,
    changes.DROP: _dropped,
    changes.USE: _used,
    changes.COPY: _copied,
    changes.FORGET_SET: _forgot_set,
    changes.LOCK: _locked,
    changes.UNLOCK: _locked,
    changes.MODE: _looking,
}

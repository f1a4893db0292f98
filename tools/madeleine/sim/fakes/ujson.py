"""`ujson` as MicroPython 1.11 writes and reads it.

Writing: ', ' and ': ' between values, text as it is. Reading is lenient where the board is: commas and colons count
as blanks, and what is still open at the end is taken as closed.
"""

from ustruct import pack as _pack
from ustruct import unpack as _unpack

_ESCAPES = {'"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t'}
_NAMED = {'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}
_WORDS = (('null', None), ('true', True), ('false', False))
_BLANKS = ',: \t\n\r'


def dumps(obj):
    if obj is None or obj is True or obj is False:
        return {None: 'null', True: 'true', False: 'false'}[obj]
    if isinstance(obj, str):
        return '"' + ''.join(_escaped(character) for character in obj) + '"'
    if isinstance(obj, (list, tuple)):
        return '[' + ', '.join(dumps(value) for value in obj) + ']'
    if isinstance(obj, dict):
        return '{' + ', '.join(dumps(key) + ': ' + dumps(obj[key]) for key in obj) + '}'
    if isinstance(obj, float):
        return _single(obj)
    return repr(obj)


def _escaped(character):
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character >= ' ' else '\\u%04x' % ord(character)


def _single(number):
    """A float as the board prints it: single precision, seven digits."""
    text = '%.7g' % _unpack('f', _pack('f', number))
    return text if '.' in text or 'e' in text or 'n' in text else text + '.0'


def loads(text):
    """ValueError for text that is no JSON, and for anything after it."""
    if not isinstance(text, str):
        text = bytes(text).decode()
    root, stack, key = None, [], None
    at = 0
    while at < len(text):
        character = text[at]
        if character in _BLANKS:
            at += 1
            continue
        if character in ']}':
            if not stack:
                raise ValueError('syntax error in JSON')
            at += 1
            stack.pop()
            if not stack:
                return _ended(text, at, root)
            continue
        value, at, opens = _value(text, at)
        if not stack:
            if not opens:
                return _ended(text, at, value)
            root = value
        elif isinstance(stack[-1], list):
            stack[-1].append(value)
        elif key is None:
            if opens:
                raise ValueError('syntax error in JSON')
            key = (value,)
        else:
            stack[-1][key[0]] = value
            key = None
        if opens:
            stack.append(value)
    if len(stack) != 1:
        raise ValueError('syntax error in JSON')
    return root


def _ended(text, at, value):
    if text[at:].strip(' \t\n\r\f\v'):
        raise ValueError('syntax error in JSON')
    return value


def _value(text, at):
    """(value, where it ends, whether it opens a list or an object)."""
    character = text[at]
    if character == '[':
        return [], at + 1, True
    if character == '{':
        return {}, at + 1, True
    if character == '"':
        value, at = _string(text, at + 1)
        return value, at, False
    for word, value in _WORDS:
        if text.startswith(word, at):
            return value, at + len(word), False
    if character not in '-0123456789':
        raise ValueError('syntax error in JSON')
    end = at + 1
    while end < len(text) and text[end] in '.eE+-0123456789':
        end += 1
    number = text[at:end]
    whole = '.' not in number and 'e' not in number and 'E' not in number
    return (int(number) if whole else float(number)), end, False


def _string(text, at):
    pieces = []
    while at < len(text) and text[at] != '"':
        character = text[at]
        if character == '\\':
            at += 1
            character = text[at : at + 1]
            if character == 'u':
                pieces.append(chr(int(text[at + 1 : at + 5], 16)))
                at += 5
                continue
            character = _NAMED.get(character, character)
        pieces.append(character)
        at += 1
    if at >= len(text):
        raise ValueError('syntax error in JSON')
    return ''.join(pieces), at + 1

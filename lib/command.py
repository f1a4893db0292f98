"""One grammar for cards, buttons and the host's lines: text in, Command out, or CommandError with a reason to show.

    card   cup | 0 | 100 | *mark N | *exclude | *reset | *undo | *forget NAME | *limit N | *rule WORD | *select NAME
           *rename NAME | *link WORD | *forget *exclude | *forget gauge | *unit TEXT | *gauge TEXT | *why | *good
           *where WORD | *language WORD | *set NAME | *forget *set NAME
           *turn N | *lock CODE | *unlock CODE | *scratch N | *mode WORD | {...}
    host   the same words with a star, or one JSON object a line: {"do": "forget", "name": "cup", "id": 7}

A plain name on a card is learned after a count-down; the host's `learn` takes the view as it is. Text that starts
with { on a card goes to the Grove port untouched. Nothing from a card or a line is ever executed.
"""

import ubinascii
import ujson
from micropython import const

import features
import gauge
import labels
import settings
from command_error import CommandError
from labels import BLANKS

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable
    from typing import Any

CARD_MAX_BYTES = 512
IGNORED = '*exclude'  # what *forget says of the ignored views
GAUGE = '*gauge'  # and of the gauge's marks; no class can have such a name
SHOWN = {'pass': '{...}', 'lock': '*lock ...', 'unlock': '*unlock ...'}  # of cards that may hold a secret
CODE_CHARS = (4, 32)
MODES = ('things', 'pose')  # what the camera looks for (mode.py)
SET = '*set'  # and of a set, before its name
WATCHED = ('scores', 'vector', 'where')  # what a host can have sent again and again
WATCH_MAX_FRAMES = 9999
NOISE = ('line', 'utf8', 'json', 'long')  # codes of lines that may be no host's at all


class Command:
    """What to do: a word of WORDS, its argument (label, number or text), and where it came from."""

    def __init__(
        self,
        word: str,
        argument: 'Any' = None,
        host: bool = False,
        id: 'str | int | None' = None,
        vector: 'bytes | None' = None,
        draft: bool = False,
    ) -> None:
        self.word = word
        self.argument = argument
        self.host = host
        self.id = id  # the host's own mark, given back with the answer
        self.vector = vector  # of an example or mark that the host hands over
        self.draft = draft  # for the draft that the host has begun, not at once

    def fits_draft(self) -> bool:
        """A draft takes settings, and what comes with a vector."""
        return self.vector is not None or settings.known(self.word)


def _nothing(text: str) -> None:
    if text:
        raise ValueError('Nothing may follow this word')


def _optional_yes(text: str) -> str:
    if text not in ('', 'yes'):
        raise ValueError('Only yes may follow this word')
    return text


def _mark(text: str) -> int:
    return settings.whole(text, gauge.LOWEST, gauge.HIGHEST)


def _json(text: str) -> str:
    if not text.startswith('{'):
        raise ValueError('Text that starts with {, please')
    return text


def _checksum(text: str) -> str:
    if len(text) != 8:
        raise ValueError('Eight hex digits, please')
    return text


def _optional_label(text: str) -> 'str | None':
    return labels.check(text) if text else None


def _rename(text: str) -> 'tuple[str | None, str]':
    """(name, or None for the selected class; new name): a host's two names come in two lines."""
    name, _, new = text.rpartition('\n')
    return labels.check(name) if name else None, labels.check(new)


def _code(text: str) -> str:
    if not CODE_CHARS[0] <= len(text) <= CODE_CHARS[1] or not settings.sayable(text):
        raise ValueError('A code of %d to %d characters, please' % CODE_CHARS)
    return text


def _forgettable(text: str) -> str:
    if text[: len(SET)] == SET:
        name = text[len(SET) :]
        if name and not name.startswith(' '):
            raise ValueError('After *set a blank and the name of a set, please')
        return SET + (labels.check(name) if name else '')
    return text if text in (IGNORED, GAUGE) else labels.check(text)


def _where(text: str) -> 'str | None':
    """The setting; None asks for the place of what is seen."""
    return settings.check_of(settings.WHERE)(text) if text else None


def _mode(text: str) -> str:
    if text not in MODES:
        raise ValueError('One of: ' + ' '.join(MODES))
    return text


def _watch(text: str) -> 'tuple[int, list[str]]':
    """(every so many frames, what to send); 0 frames: nothing more."""
    every, _, what = text.partition(' ')
    wanted = what.split()
    if any([one not in WATCHED for one in wanted]) or (every != '0' and not wanted):
        raise ValueError('Every so many frames, then ' + ' or '.join(WATCHED))
    return settings.whole(every, 0, WATCH_MAX_FRAMES), wanted


#   word        check of the argument              a card may say it
WORDS = (
    ('exclude', _nothing, True),
    ('reset', _optional_yes, True),  # yes: a host need not ask on the screen
    ('undo', _nothing, True),
    ('forget', _forgettable, True),
    ('rename', _rename, True),
    ('limit', settings.check_of('limit'), True),
    ('rule', settings.check_of('rule'), True),
    ('select', labels.check, True),
    ('link', settings.check_of('link'), True),
    ('grove', settings.check_of('grove'), True),
    ('mark', _mark, True),
    ('unit', settings.check_of('unit'), True),
    ('gauge', settings.check_of('gauge'), True),
    ('why', _nothing, True),
    ('good', _nothing, True),
    ('where', _where, True),
    ('language', settings.check_of('language'), True),
    ('turn', settings.check_of('turn'), True),
    ('set', labels.check, True),
    ('copy', labels.check, True),
    ('lock', _code, True),
    ('unlock', _code, True),
    ('scratch', settings.check_of('scratch'), True),
    ('mode', _mode, True),
    ('learn', _optional_label, False),  # no name: as the selected class
    ('anchor', _mark, False),  # what the first edition called a mark
    ('pass', _json, False),  # on a card: the whole text
    ('sound', settings.check_of('sound'), False),
    ('brightness', settings.check_of('brightness'), False),
    ('status', _nothing, False),
    ('scores', _nothing, False),
    ('watch', _watch, False),
    ('list', _nothing, False),
    ('sets', _nothing, False),
    ('export', _nothing, False),
    ('begin', _nothing, False),
    ('commit', _checksum, False),
    ('drop', _nothing, False),
)  # type: tuple[tuple[str, Callable[[str], object], bool], ...]


def _checked(word: str, text: str, host: bool) -> object:
    """The argument of a word that may be said there; CommandError when it cannot be."""
    for name, check, on_cards in WORDS:
        if name == word and (host or on_cards):
            try:
                return check(text.strip(BLANKS))
            except ValueError as error:
                raise CommandError('argument', str(error))
    if word.startswith('lock') or word.startswith('unlock'):  # the rest may be the code
        raise CommandError('argument', 'A blank goes before the code')
    raise CommandError('unknown', 'Unknown word *' + word[:16])


def _starred(text: str, host: bool) -> Command:
    word, _, argument = text.partition(' ')
    return Command(word, _checked(word, argument, host), host)


def _text(payload: 'str | bytes', advice: str = '') -> 'tuple[bytes, str]':
    """A payload (str or bytes) as text that is valid UTF-8: a decoder on the board checks nothing."""
    try:
        raw = payload.encode() if isinstance(payload, str) else payload
        return raw, raw.decode()
    except UnicodeError:
        raise CommandError('utf8', 'This is not UTF-8 text' + advice)


def parse_card(payload: 'str | bytes') -> Command:
    """The Command on a card; CommandError when it cannot be one."""
    raw, text = _text(payload, ': make the card with madeleine cards')
    if len(raw) > CARD_MAX_BYTES:
        raise CommandError('long', 'This card has over %d bytes' % CARD_MAX_BYTES)
    if text.startswith('{'):
        return Command('pass', text)
    text = text.strip(BLANKS)
    if not text:
        raise CommandError('empty', 'This card is empty')
    if text.startswith('*'):
        return _starred(text[1:], False)
    if text in ('0', '100'):
        return Command('mark', int(text))
    return Command('learn', labels.check(text))


def _without_stray(line: bytes) -> bytes:
    """A line without what stands before it that nobody types: a Ctrl-D, or noise of a cable just plugged in."""
    start = 0
    while start < len(line) and not 32 < line[start] < 127:
        start += 1
    return line[start:] if start else line


def parse_line(line: bytes) -> Command:
    """The Command on a line (bytes) of the host; CommandError when it cannot be one."""
    text = _text(_without_stray(line))[1].strip(BLANKS)
    if text.startswith('*'):
        return _starred(text[1:], True)
    if not text.startswith('{'):
        raise CommandError('line', 'A line is *WORD or a JSON object')
    if not text.endswith('}'):  # the board's ujson closes by itself what is open at the end
        raise CommandError('json', 'This is not JSON')
    try:
        fields = ujson.loads(text)
    except ValueError:
        raise CommandError('json', 'This is not JSON')
    return _from_fields(fields)


def _from_fields(fields: object) -> Command:
    """{"do": WORD, "name" or "value": ARGUMENT, "id": any number or text, "vector": base64 text}.

    `watch` has its argument in two fields: {"do": "watch", "every": 5, "what": ["scores", "vector"]}.
    `rename` has the new name in another: {"do": "rename", "name": "cup", "to": "mug"}.
    """
    if not isinstance(fields, dict) or not _short(fields.get('do')):
        raise CommandError('json', 'The object needs "do"')
    id = fields.get('id')
    if id is not None and not _short(id):
        raise CommandError('json', '"id" is short text or a whole number')
    try:
        return _request(str(fields['do']), fields, id)
    except CommandError as error:
        error.id = id
        raise


def _short(value: object) -> bool:
    """Text or a whole number that may be said back?"""
    return (
        isinstance(value, (str, int))
        and not isinstance(value, bool)
        and len(str(value)) <= 32
        and settings.sayable(str(value))
    )


def _request(word: str, fields: 'dict[str, Any]', id: 'str | int | None') -> Command:
    argument = _checked(word, _names(fields) if word == 'rename' else _argument(fields), True)
    example = fields.get('vector')
    example = None if example is None else vector(example)
    return Command(word, argument, True, id, example, fields.get('draft') is True)


def _argument(fields: 'dict[str, Any]') -> str:
    argument = fields.get('name', fields.get('value', fields.get('every', '')))
    if isinstance(argument, bool) or not isinstance(argument, (str, int)):
        raise CommandError('argument', '"name", "value" or "every" is text or a whole number')
    what = fields.get('what', [])
    if not isinstance(what, list) or not all([isinstance(one, str) for one in what]):
        raise CommandError('argument', '"what" is a list of words')
    return ' '.join([str(argument)] + what)


def _names(fields: 'dict[str, Any]') -> str:
    """What `_rename` takes: {"do": "rename", "name": "cup", "to": "mug"}; without a name that of the selected class."""
    name, new = fields.get('name', ''), fields.get('to')
    if not isinstance(name, str) or not isinstance(new, str) or '\n' in new:
        raise CommandError('argument', '"to" is the new name, "name" the present one')
    return name + '\n' + new


def vector(text: object) -> bytes:
    """The example that a host hands over in base64, as features.LENGTH bytes of 0..features.TOP."""
    if not isinstance(text, str):
        raise CommandError('vector', 'An example needs "vector": text in base64')
    try:
        data = ubinascii.a2b_base64(text)
    except ValueError:
        raise CommandError('vector', 'The vector is not base64')
    if len(data) != features.LENGTH or max(data) > features.TOP:
        raise CommandError('vector', 'A vector is %d bytes of 0..%d' % (features.LENGTH, features.TOP))
    return data

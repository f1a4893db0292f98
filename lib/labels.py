"""A name that can be learned: what it may hold, and its one spelling."""

import sys

import settings
from characters import codes
from command_error import CommandError
from constants import LABEL_CHARS

# strip() without them takes more on some interpreters than on others. Windows begins text with the last one.
BLANKS = ' \t\n\r\v\f\ufeff'


def check(text: str) -> str:
    """A name that can be learned, in its one spelling; CommandError otherwise."""
    text = text.strip(BLANKS)
    if any([_joins(code) for code in codes(text)]):
        from compose import composed

        text = composed(text)
        sys.modules.pop('compose', None)  # 4 KB that few names need
    if not text:
        raise CommandError('empty', 'The name is empty')
    for sign in ('*', '{', '='):
        if text.startswith(sign):
            raise CommandError('name', 'A name cannot start with ' + sign)
    if not settings.sayable(text):
        raise CommandError('name', 'The name has a control character')
    if len(text) > LABEL_CHARS:
        raise CommandError('name', 'The name is longer than %d characters' % LABEL_CHARS)
    return text


def _joins(code: int) -> bool:
    """Is it a mark, or a part of a Hangul syllable, that belongs to the character before it?"""
    return 0x300 <= code < 0x370 or 0x1161 <= code < 0x1200 or code in (0x3099, 0x309A)

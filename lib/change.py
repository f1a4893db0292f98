"""One change of what the camera knows: the same noun from a press, a card or a line of the host to the record on flash.

what           key                     value
learn          label, '' to ignore     vector, None: the view of this frame
mark           number                  vector, None: the view of this frame
setting        name                    text
forget         label
rename         label                   its new label
forget gauge
undo
reset
begin          -                       the draft of a host: it replaces everything when it is committed
commit         checksum
drop
use            name of a set
forget set     its name
copy           the set to copy this one to
lock           code
unlock         code
mode           of command.MODES
"""

import ubinascii
import ustruct
from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from typing import Any

COUNT_DOWN_MS = 3000  # time to take the card away

LEARN = 'learn'
MARK = 'anchor'  # the word of the first edition's lines and files
SETTING = 'setting'
FORGET = 'forget'
FORGET_GAUGE = 'forget gauge'
RENAME = 'rename'
UNDO = 'undo'
RESET = 'reset'
BEGIN = 'begin'
COMMIT = 'commit'
DROP = 'drop'
USE = 'use'
FORGET_SET = 'forget set'
COPY = 'copy'
LOCK = 'lock'
UNLOCK = 'unlock'
MODE = 'mode'
APART = (LOCK, UNLOCK, MODE)  # of the store: a file each
SWITCHES = (USE, FORGET_SET)  # after which another set may be the active one
OF_SETS = SWITCHES + (COPY,)


class Change:
    """`id` is the host's mark of its request; `draft`: for the host's draft, not at once."""

    def __init__(
        self, what: str, key: 'Any' = None, value: 'Any' = None, id: 'str | int | None' = None, draft: bool = False
    ) -> None:
        self.what = what
        self.key = key
        self.value = value
        self.id = id
        self.draft = draft


def encoded(change: Change) -> 'tuple[bytes, bytes]':
    """Key and value of what is learned, marked or set, as bytes: what a record has, and the checksum is of."""
    if change.what == LEARN:
        return change.key.encode(), change.value
    if change.what == MARK:  # 0 and 100 as in the first edition, which had no others
        return (bytes([change.key]) if change.key in (0, 100) else ustruct.pack('<h', change.key)), change.value
    return change.key.encode() + b'\0', change.value.encode()


def checksum(change: Change, crc: int) -> int:
    """`crc` over one more change: that of a draft or an export begins at 0 (docs/FORMATS.md, Everything at once)."""
    key, value = encoded(change)
    return ubinascii.crc32(value, ubinascii.crc32(key, crc))


class Lesson:
    """A change that waits until the count-down is over and the card is out of view."""

    def __init__(self, change: Change, due_ms: int) -> None:
        self.change = change
        self.due_ms = due_ms


class Question:
    """A change that waits until somebody says yes."""

    def __init__(self, text: str, change: Change, until_ms: int) -> None:
        self.text = text
        self.change = change
        self.until_ms = until_ms

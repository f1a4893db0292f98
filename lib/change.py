"""One change of what the camera knows: the same noun from a press, a card or a line of the host to the record on flash.

    what           key                     value
    learn          label, '' to ignore     vector, None: the view of this frame
    anchor         0 or 100                vector, None: the view of this frame
    setting        name                    text
    forget         label
    forget gauge
    undo
    reset
    begin          -                       the draft of a host: it replaces everything when it is committed
    commit         checksum
    drop
"""

import ubinascii

LEARN = 'learn'
ANCHOR = 'anchor'
SETTING = 'setting'
FORGET = 'forget'
FORGET_GAUGE = 'forget gauge'
UNDO = 'undo'
RESET = 'reset'
BEGIN = 'begin'
COMMIT = 'commit'
DROP = 'drop'


class Change:
    """`id` is the host's mark of its request; `draft`: for the host's draft, not at once."""

    def __init__(self, what, key=None, value=None, id=None, draft=False):
        self.what = what
        self.key = key
        self.value = value
        self.id = id
        self.draft = draft


def encoded(what, key, value):
    """Key and value of what is learned, anchored or set, as the bytes that a record and the checksum have of them."""
    if what == LEARN:
        return key.encode(), value
    if what == ANCHOR:
        return bytes([key]), value
    return key.encode() + b'\0', value.encode()


def checksum(crc, what, key, value):
    """Of all keys and values of a draft or an export, one after the other from 0 on (docs/FORMATS.md)."""
    key_bytes, value_bytes = encoded(what, key, value)
    return ubinascii.crc32(value_bytes, ubinascii.crc32(key_bytes, crc))

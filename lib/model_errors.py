"""Why a model cannot be used, and what to do: sentences for the screen (112 letters) and USB.

Imported when a model cannot be used, so that it costs no memory otherwise.
"""

import heap

_NOT_VERSION, _FORMAT, _ENCRYPTED, _UNREADABLE, _MEMORY = 2, 3, 4, 5, 6  # of kpu.load; 2002... from v0.5.0_42 on
_KMODEL_3, _KMODEL_4_AND_5 = b'\x03\0\0\0', b'LDMK'


def of_load(place: str, error: str, head: 'bytes | None', heap_bytes: 'int | None') -> str:
    """Why kpu.load refused what is at `place`. `error`: its text; `head`: the model's first 8 bytes, or None."""
    number = _number(error)
    if number in (_NOT_VERSION, _FORMAT):
        return _of_version(place, head)
    if number == _MEMORY and heap_bytes is not None and heap_bytes > heap.LEAST_BYTES:
        return 'the model at %s needs more memory than there is: run madeleine install' % place
    if number == _MEMORY:
        return 'the model at %s is too large for this board: %s' % (place, cure(place))
    if number == _ENCRYPTED:
        return 'the model at %s is encrypted for another board: %s' % (place, cure(place))
    if number == _UNREADABLE:
        return 'the model at %s cannot be read: %s' % (place, cure(place))
    if number is None:  # v0.4.0: its text is whatever lies in memory there (seen)
        return 'no kmodel of version 3 at %s, or a too large one: %s' % (place, cure(place))
    return 'the model at %s does not load (error %d): %s' % (place, number, cure(place))


def is_memory(error: str) -> bool:
    """Does this error of kpu.load say that there is a model, but no memory for it?"""
    return _number(error) == _MEMORY


def of_picture(place: str) -> str:
    return 'the model takes other pictures than 224x224 in colour: ' + cure(place)


def of_features(place: str, error: object) -> str:
    return 'the model gives %s: %s' % (error, cure(place))


def cure(place: str) -> str:
    """How to get another model: what is on the memory card comes first."""
    return 'take the memory card out' if place.startswith('/sd') else 'run madeleine flash --model madeleine'


def _of_version(place: str, head: 'bytes | None') -> str:
    if head is None:
        return 'no kmodel of version 3 at %s: %s' % (place, cure(place))
    if head[:4] == _KMODEL_4_AND_5:
        return 'the model at %s has version %d, this firmware takes 3: %s' % (place, head[4], cure(place))
    if head[:4] == _KMODEL_3:
        return 'the model at %s is damaged: %s' % (place, cure(place))
    return 'no model at %s: %s' % (place, cure(place))


def _number(error: str) -> 'int | None':
    """N of "[MAIXPY]kpu: load error:N, TEXT"."""
    at = error.find('error:')
    digits = error[at + 6 :].split(',')[0].strip().lstrip('-')
    return int(digits) % 2000 if at >= 0 and digits.isdigit() else None

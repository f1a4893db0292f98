"""The camera's lasting id, and the name that its owner gave it: two small files, which the installer writes."""

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from files import Files
    from messages import Message

_MOST_BYTES = const(200)


def fields(files: 'Files') -> 'Message':
    """('uid', id, 'friendly_name', name), without what is not there: an older installer has made no id."""
    found = ()  # type: Message
    for key, name in (('uid', 'camera.id'), ('friendly_name', 'camera.name')):
        try:
            with files.open(name, 'rb') as file:
                text = file.read(_MOST_BYTES).decode()
        except (OSError, UnicodeError):
            text = ''
        found += (key, text) if text else ()
    return found

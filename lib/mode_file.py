"""The file that is on flash while the camera looks for bodies: the settings that it then needs."""

from micropython import const

from constants import POSE_FILE

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from files import Files

_MOST_BYTES = const(32)


def keep(files: 'Files', brightness: str, turn: str, language: str) -> None:
    """The next start is for bodies. OSError: it is for things."""
    try:
        with files.open(POSE_FILE, 'wb') as file:
            file.write(('%s %s %s' % (brightness, turn, language)).encode())
    except OSError:
        leave(files)
        raise


def read(files: 'Files') -> 'tuple[int, str, str]':
    """Brightness, turn and language."""
    try:
        with files.open(POSE_FILE, 'rb') as file:
            brightness, turn, language = file.read(_MOST_BYTES).decode().split(' ')
        return max(1, min(8, int(brightness))), turn, language
    except (OSError, ValueError):  # UnicodeError is one
        return 6, '0', 'auto'


def leave(files: 'Files') -> bool:
    """Will the next start be for things?"""
    try:
        files.remove(POSE_FILE)
    except OSError:
        return files.size(POSE_FILE) <= 0
    return True

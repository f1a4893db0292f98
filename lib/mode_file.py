"""The file that is on flash while the camera looks for bodies: the settings that it then needs."""

from micropython import const

from constants import POSE_FILE

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from files import Files

POSE = 'pose'  # the mode
_MOST_BYTES = const(40)


def keep(files: 'Files', brightness: str, turn: str, language: str, link: str) -> None:
    """The next start is for bodies. OSError: it is for things."""
    try:
        with files.open(POSE_FILE, 'wb') as file:
            file.write(' '.join((brightness, turn, language, link)).encode())
    except OSError:
        leave(files)
        raise


def read(files: 'Files') -> 'tuple[int, str, str, str]':
    """Brightness, turn, language and link."""
    try:
        with files.open(POSE_FILE, 'rb') as file:
            brightness, turn, language, link = file.read(_MOST_BYTES).decode().split(' ')
        return max(1, min(8, int(brightness))), turn, language, link
    except (OSError, ValueError):  # UnicodeError is one
        return 6, '0', 'auto', 'json'


def leave(files: 'Files') -> bool:
    """Will the next start be for things?"""
    try:
        files.remove(POSE_FILE)
    except OSError:
        return files.size(POSE_FILE) <= 0
    return True

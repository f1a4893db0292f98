"""The lock of a camera that everybody may press: the code's hash, on flash. Loaded for that alone.

It keeps visitors from changing what was taught. It does not keep the flash from those who have a cable and the prompt.
"""

import ubinascii
import uhashlib
from micropython import const

import change as changes
from change import Change
from command_error import CommandError
from set_catalogue import Catalogue
from visitors import Visitors

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from app import App
    from files import Files

ROUNDS = const(10000)  # of the hash: a quarter of a second (docs/MEASURED.md, Lock)
WAIT_MS = const(1000)  # after the first wrong code, then twice as long each time
WAIT_MOST_MS = const(64000)


def apply(app: 'App', files: 'Files', change: Change) -> None:
    """Lock or unlock, on flash first. CommandError, StoreError: nothing was changed."""
    if change.what == changes.UNLOCK:
        return _unlock(app, files, change.key)
    if app.visitors:
        raise CommandError('locked', 'Locked already')
    salt = '%08x%08x' % (ubinascii.crc32(app.vector), app.session.now_ms & 0xFFFFFFFF)
    app.store.apply(Change(changes.DROP))
    Catalogue(files).keep_lock('%d %s %s' % (ROUNDS, salt, hashed(change.key, salt, ROUNDS)))
    app.visitors, app.status.locked = Visitors(), True


def _unlock(app: 'App', files: 'Files', code: str) -> None:
    visitors, now_ms = app.visitors, app.session.now_ms
    if not visitors:
        raise CommandError('nothing', 'Not locked')
    if now_ms < visitors.wait_until_ms:
        raise CommandError('wait', 'Wait %d s' % ((visitors.wait_until_ms - now_ms + 999) // 1000))
    catalogue = Catalogue(files)
    if catalogue.lock:  # else the records are lost, and the next start would not be locked
        rounds, salt, kept = catalogue.lock.split(' ')
        if hashed(code, salt, int(rounds)) != kept:
            visitors.wait_ms = min(2 * visitors.wait_ms or WAIT_MS, WAIT_MOST_MS)
            visitors.wait_until_ms = now_ms + visitors.wait_ms
            raise CommandError('code', 'Not this code: wait %d s' % (visitors.wait_ms // 1000))
    catalogue.keep_lock('')
    visitors.clear(app.memory)
    app.visitors, app.status.locked = None, False


def hashed(code: str, salt: str, rounds: int) -> str:
    """SHA-256 over and over, each time over salt, code and the last digest: 64 hexadecimal digits."""
    head = (salt + code).encode()
    digest = b''
    for _ in range(rounds):
        digest = uhashlib.sha256(head + digest).digest()
    return ubinascii.hexlify(digest).decode()

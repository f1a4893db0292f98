"""`uos`: folders and names on the board's file systems."""

from os import urandom  # noqa: F401

from madeleine.sim import power as _power
from madeleine.sim.world import world as _world

_ROOT = '/'


def listdir(path=''):
    path = path or _world.cwd
    if path == _ROOT:
        return ['flash'] + (['sd'] if _world.card else [])
    storage, name = _world.locate(path)
    return storage.listdir(name)


def ilistdir(path=''):
    path = (path or _world.cwd).rstrip('/')
    for name in listdir(path or _ROOT):
        facts = stat(path + '/' + name)
        yield (name, facts[0], 0, facts[6])


def stat(path):
    if path == _ROOT:
        return (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    storage, name = _world.locate(path)
    return storage.stat(name)


def statvfs(path):
    return _world.locate(path)[0].statvfs()


def remove(path):
    storage, name = _world.locate(path)
    storage.remove(name)


def rename(old_path, new_path):
    storage, old = _world.locate(old_path)
    other, new = _world.locate(new_path)
    if other is not storage:
        raise OSError(1)
    storage.rename(old, new)


def mkdir(path):
    storage, name = _world.locate(path)
    storage.mkdir(name)


def rmdir(path):
    storage, name = _world.locate(path)
    storage.rmdir(name)


def mount(file_system, place):
    raise _power.Misuse('the virtual board runs sources and imports nothing from a file system of the app')


def umount(place):
    raise OSError(22)  # nothing of the app is ever mounted here


def getcwd():
    return _world.cwd


def chdir(path):
    if path != _ROOT:
        _world.locate(path)
    _world.cwd = path


def dupterm(stream, index=0):
    """What the firmware prints goes to this stream, too; the one before is given back."""
    if index:
        raise ValueError('invalid dupterm index')
    before, _world.terminal = _world.terminal, stream
    return before


def sync():
    """Does nothing on the board either: only a file's flush() writes."""


def flash_format():
    _world.flash.format()


class _Uname(tuple):
    sysname = property(lambda self: self[0])
    nodename = property(lambda self: self[1])
    release = property(lambda self: self[2])
    version = property(lambda self: self[3])
    machine = property(lambda self: self[4])


def uname():
    build = _world.build
    return _Uname(('MaixPy', 'MaixPy', build.release, build.version, 'Sipeed_M1 with kendryte-k210'))

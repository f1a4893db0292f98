"""Copies Madeleine from a memory card to the camera's flash, and sets the heap it needs.

On the card: a folder `madeleine` with boot.py, main.py, lib/ and this file. Then, at the camera's prompt:

    exec(open('/sd/madeleine/install.py').read())
"""

import machine
import uos

CARD = '/sd/madeleine/'
HEAP_BYTES = 290000  # the most that leaves the reader of QR codes its memory (docs/MEASURED.md)


def content(path):
    with open(path, 'rb') as file:
        return file.read()


def copy(name):
    """Copy one file and read it back; two files may be open on /flash, but one is enough."""
    wanted = content(CARD + name)
    with open('/flash/' + name, 'wb') as file:
        file.write(wanted)
    if content('/flash/' + name) != wanted:
        raise OSError('%s did not arrive: run this again' % name)
    print(name)


def set_heap():
    """Written once, because a torn setting can keep the board from booting; builds before v0.5.0_9 have none."""
    try:
        from Maix import utils
    except ImportError:
        return
    if utils.gc_heap_size() != HEAP_BYTES:
        utils.gc_heap_size(HEAP_BYTES)


def hold_off():
    """No app until all of it is there: a boot.py that starts nothing."""
    with open('/flash/boot.py', 'wb') as file:
        file.write(b'# Madeleine is being installed\n')


def install():
    hold_off()
    modules = ['lib/' + name for name in uos.listdir(CARD + 'lib') if name.endswith('.py')]
    for name in modules + ['main.py', 'boot.py']:  # boot.py last
        copy(name)
    set_heap()
    print('Done. Take the card out; the camera starts again.')
    machine.reset()


install()

"""What `madeleine doctor` asks at the prompt: prints one JSON object and changes nothing.

The camera may have no app, so the text of lib/constants.py is sent in place of its import.
"""

import gc
import sys

import ujson
import uos

from constants import AXP192, BATTERY_REGISTERS, MODEL_ADDRESS, battery_mv


def firmware() -> 'dict[str, object]':
    """Its version, and what it lacks."""
    lacks = []
    try:
        import KPU  # noqa: F401
    except ImportError:
        lacks.append('the KPU')
    try:
        import image

        if not hasattr(image.Image(size=(8, 8)), 'find_qrcodes'):
            lacks.append('cards')
    except ImportError:
        lacks.append('pictures')
    return {'platform': sys.platform, 'version': uos.uname()[3], 'lacks': lacks}


def heap() -> 'int | None':
    try:
        from Maix import utils

        return utils.gc_heap_size()
    except ImportError:
        return None


def names(folder: str) -> 'list[str]':
    try:
        return uos.listdir(folder)
    except OSError:
        return []


def text(name: str) -> str:
    """The end of a text file on flash, '' without one."""
    try:
        with open('/flash/' + name, 'rb') as file:
            return file.read()[-300:].decode()
    except (OSError, UnicodeError):
        return ''


def model() -> 'int | str':
    """Bytes of the model, or what the firmware says when it cannot load it."""
    try:
        import KPU

        return KPU.load(MODEL_ADDRESS).model_size()
    except (ImportError, ValueError, OSError, MemoryError) as error:
        return str(error)


def battery() -> 'int | None':
    """Millivolts; None without an AXP192."""
    try:
        from machine import I2C

        bus = I2C(I2C.I2C0, freq=400000, scl=28, sda=29)
        if AXP192 not in bus.scan():
            return None
        return battery_mv(*[bus.readfrom_mem(AXP192, register, 1)[0] for register in BATTERY_REGISTERS])
    except (ImportError, OSError, ValueError):
        return None


gc.collect()
found = {'firmware': firmware(), 'heap': heap(), 'battery_mv': battery(), 'model': model()}  # type: dict[str, object]
found['flash'] = names('/flash')
found['card'] = names('/sd') if 'sd' in names('/') else []
found['version'], found['fault'] = text('lib/version.py'), text('fault.txt')
gc.collect()
print(ujson.dumps(found))

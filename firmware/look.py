"""What `madeleine doctor` asks at the prompt: prints one JSON object and changes nothing."""

import gc
import sys
import ujson
import uos

MODEL_ADDRESS = 0x300000
AXP192 = 0x34


def firmware():
    """Its version, and what it lacks."""
    lacks = []
    try:
        import KPU
    except ImportError:
        lacks.append('the KPU')
    try:
        import image

        if not hasattr(image.Image(size=(8, 8)), 'find_qrcodes'):
            lacks.append('cards')
    except ImportError:
        lacks.append('pictures')
    return {'platform': sys.platform, 'version': uos.uname()[3], 'lacks': lacks}


def heap():
    try:
        from Maix import utils

        return utils.gc_heap_size()
    except ImportError:
        return None


def names(folder):
    try:
        return uos.listdir(folder)
    except OSError:
        return []


def text(name):
    """The end of a text file on flash, '' without one."""
    try:
        with open('/flash/' + name, 'rb') as file:
            return file.read()[-300:].decode()
    except (OSError, UnicodeError):
        return ''


def model():
    """Bytes of the model, or what the firmware says when it cannot load it."""
    try:
        import KPU

        return KPU.load(MODEL_ADDRESS).model_size()
    except (ImportError, ValueError, OSError, MemoryError) as error:
        return str(error)


def battery_mv():
    """Of the AXP192, as lib/device.py reads it; None without one."""
    try:
        from machine import I2C

        bus = I2C(I2C.I2C0, freq=400000, scl=28, sda=29)
        if AXP192 not in bus.scan():
            return None
        high, low = bus.readfrom_mem(AXP192, 0x78, 1)[0], bus.readfrom_mem(AXP192, 0x79, 1)[0]
        return ((high << 4) | low) * 11 // 10
    except (ImportError, OSError, ValueError):
        return None


gc.collect()
found = {'firmware': firmware(), 'heap': heap(), 'battery_mv': battery_mv(), 'model': model()}
found['flash'] = names('/flash')
found['card'] = names('/sd') if 'sd' in names('/') else []
found['version'], found['fault'] = text('lib/version.py'), text('fault.txt')
gc.collect()
print(ujson.dumps(found))

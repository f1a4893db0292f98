"""`sensor`: the camera. What is before the lens is `world.scene`."""

from image import Image as _Image
from madeleine.sim import power as _power
from madeleine.sim.world import FRAME_MS as _FRAME_MS
from madeleine.sim.world import SENSOR_TIMEOUT_MS as _TIMEOUT_MS
from madeleine.sim.world import world as _world

GRAYSCALE = 3  # numbers without a meaning for the app
RGB565 = 4
YUV422 = 5
QQVGA = 6
QVGA = 7
VGA = 8
_SIZES = {QQVGA: (160, 120), QVGA: (320, 240), VGA: (640, 480)}
_OV7740 = 0x7742
_FLIPS, _FLIP, _MIRROR = 0x0C, 0x80, 0x40  # its register, with two bits


def reset(*, freq=24000000, set_regs=True, dual_buff=False, choice=0):
    _world.camera = None
    _world.frame = None
    if _world.fails('camera_resets_failing'):
        raise OSError('Reset Failed')
    _world.camera = dict(
        format=None, size=None, window=None, registers={}, hmirror=False, running=False, dual_buff=dual_buff
    )


def set_pixformat(pixformat):
    if pixformat == GRAYSCALE:
        raise _power.Misuse('GRAYSCALE: picture and KPU input share a buffer; use RGB565')
    if pixformat != RGB565:
        raise ValueError('Pixel format is not supported!')
    _camera()['format'] = pixformat


def set_framesize(framesize):
    camera = _camera()
    if camera['format'] is None:
        raise _power.Misuse('set_framesize before set_pixformat')
    if framesize not in _SIZES:
        raise ValueError('Frame size is not supported!')
    camera['size'] = camera['window'] = _SIZES[framesize]
    if _world.free_system_bytes() < 0:
        camera['size'] = None
        raise OSError(12)
    _world.frame = _world.painter.canvas(*_SIZES[framesize])


def set_windowing(roi):
    camera = _camera()
    if camera['size'] is None:
        raise _power.Misuse('set_windowing before set_framesize')
    x, y, width, height = roi if len(roi) == 4 else (0, 0) + tuple(roi)
    for number in (width, height):
        if number < 8 or number % 8:
            raise ValueError('the window must be a multiple of 8')
    if x + width > camera['size'][0] or y + height > camera['size'][1]:
        raise ValueError('the window must lie in the frame')
    camera['window'] = (width, height)  # x and y have no effect with the OV7740
    _world.frame = _world.painter.canvas(width, height)


def set_vflip(enable):
    _set_bit(_FLIP, enable)


def set_hmirror(enable):
    if _world.build.hmirror_kpu:
        _set_bit(_MIRROR, enable)
    else:
        _camera()['hmirror'] = bool(enable)  # by software, after the KPU has got the picture


def _set_bit(bit, enable):
    value = __read_reg(_FLIPS) & ~bit
    __write_reg(_FLIPS, value | bit if enable else value)


def __read_reg(register):
    return _camera()['registers'].get(register, 0)


def __write_reg(register, value):
    _camera()['registers'][register] = value


def run(enable):
    _camera()['running'] = bool(enable)


def snapshot():
    """The one picture there is: the next snapshot changes the pixels of this one."""
    camera = _world.camera
    if camera is None:
        raise _power.Misuse('snapshot without a working camera crashes builds before v0.6')
    if _world.frame is None:
        raise RuntimeError('Not init!')
    _world.act()
    if not camera['running'] or _world.fails('snapshots_failing'):
        _world.pass_ms(_TIMEOUT_MS)
        raise RuntimeError('Sensor timeout!')
    _world.pass_ms(_FRAME_MS)
    return _picture(camera)


def _picture(camera):
    upside_down = _world.board.upside_down != _world.turned
    painter = _world.painter
    flips = camera['registers'].get(_FLIPS, 0)
    flipped = (flips & _FLIP != 0) != upside_down
    mirrored = (flips & _MIRROR != 0) != upside_down
    _world.flips = (flipped, mirrored)
    seen = painter.capture(_world.frame, painter.turned(_world.scene, flipped, mirrored))
    if camera['hmirror']:
        painter.capture(_world.frame, painter.turned(seen, False, True))
    picture = _Image(size=camera['window'], _canvas=_world.frame)
    picture._ai = seen
    picture._mirrored = (flipped != mirrored) != camera['hmirror']
    return picture


def skip_frames(n=None, *, time=300):
    camera = _camera()
    frames = n if n is not None else max(1, time // _FRAME_MS)
    for _ in range(frames):
        if not camera['running']:
            raise RuntimeError('Sensor timeout!')
        _world.act()
        _world.pass_ms(_FRAME_MS)


def width():
    return _camera()['window'][0]


def height():
    return _camera()['window'][1]


def get_id():
    return _OV7740


def shutdown(enable):
    _camera()['running'] = not enable


sleep = shutdown


def set_auto_gain(enable, gain_db=None):
    _control()


def set_auto_exposure(enable, exposure_us=None):
    _control()
    if not enable and exposure_us is None:
        raise _power.Misuse('set_auto_exposure(False) without a value sets the longest exposure: read it first')


def set_auto_whitebal(enable, rgb_gain_db=None):
    _control()
    if not enable and rgb_gain_db is None:
        raise _power.Misuse('set_auto_whitebal(False) without gains switches the gain stage off: read them first')


def get_gain_db():
    _control()
    return 16


def get_exposure_us():
    _control()
    return 300


def get_rgb_gain_db():
    _control()
    return (64, 64, 80)


def _control():
    _camera()
    if not _world.build.exposure:
        raise ValueError('Sensor control failed!')


def _camera():
    if _world.camera is None:
        raise _power.Misuse('the camera is used before sensor.reset')
    return _world.camera

"""`KPU`: models and their feature maps. The arithmetic is done by `world.eyes`."""

from array import array as _array
from math import sqrt as _sqrt
from ustruct import pack as _pack
from ustruct import unpack as _unpack

from madeleine.sim import power as _power
from madeleine.sim.world import world as _world

_VERSION, _FORMAT, _READ, _MEMORY, _TOO_MANY = 2, 3, 5, 6, 9
_MODELS_MAX = 5
_RUBBISH = 0xA5  # what a feature map holds once it was freed
_PAGE = bytes([0x5A]) * 4096
_MAPS_BYTES = 10752 * 64  # what Brownie's model fills at either end of the AI RAM
_COMPARED = 512  # pairs of vectors that are remembered: one picture is compared in many turns


class _Net:
    """A loaded model; it is freed when it is forgotten."""

    def __init__(self, model, source):
        self._model = model
        self._source = source
        self._outputs = []  # from the first run on

    def model_addr(self):
        return self._source if isinstance(self._source, int) else 0

    def model_path(self):
        return self._source if isinstance(self._source, str) else ''

    def model_size(self):
        return self._model.file_bytes


class _Fmap(_array):
    """One output's place in memory, the same for every run; rubbish once it was freed. No length, no iterator."""

    def __len__(self):
        raise TypeError("object of type 'kpu_fmap' has no len()")

    def __iter__(self):
        raise TypeError("'kpu_fmap' object isn't iterable")

    def __bool__(self):
        return True

    def __getitem__(self, index):
        if not isinstance(index, slice):
            return memoryview(self)[index]
        if index.step not in (None, 1):
            raise OSError('slice step')
        return tuple(memoryview(self)[index])

    def typecode(self):
        raise _power.Misuse('fmap.typecode() crashes the board')


def _not_there(self):
    raise AttributeError('kpu_fmap has no such thing')


for _name in dir(_array):
    if not _name.startswith('_'):
        setattr(_Fmap, _name, property(_not_there))


def load(source):
    """A model in flash (int: its address) or in a file (str)."""
    if not isinstance(source, (int, str)):
        raise TypeError('model is an address or a path')
    if len(_world.models) >= _MODELS_MAX:
        raise _error(_TOO_MANY)
    data = _bytes_of(source)
    try:
        model = _world.eyes.load(data)
    except ValueError as error:
        # v0.5.0_9 has one number for all that does not start as a kmodel of version 3; a damaged one it loads, or hangs.
        raise _error(_FORMAT if _world.build.outputs and 'version 4 or' not in str(error) else _VERSION)
    if _world.build.rounds:
        model = getattr(model, 'rounded', model)  # one that was recorded is as it is
    if model.version > (4 if _world.build.outputs else 3):
        raise _error(_VERSION)
    _world.models.append(model)
    if _world.free_system_bytes() < 0:
        _world.models.pop()
        raise _error(_MEMORY)
    return _Net(model, source)


def _bytes_of(source):
    """What lies at an address or in a file."""
    if isinstance(source, int):
        return _world.kmodels.get(source, bytes([255]) * 4096)  # erased
    if '.kmodel' not in source and '.smodel' not in source:
        raise ValueError('[MAIXPY]kpu: model format not match')
    from uio import open

    try:
        with open(source, 'rb') as file:
            return file.read()
    except OSError:
        raise _error(_READ)


def _error(number):
    """Numbers start at 2001 from v0.5.0_42 on, and a text follows."""
    if _world.build.kpu_errors is None:
        return ValueError("8\t\x0b\0\0\0\0\0'\x17\0\0\0\0\x10'\x17\0\0\0\0\0\0\0")
    text = '[MAIXPY]kpu: load error:%d' % (number + _world.build.kpu_errors)
    return ValueError(text + (', ERR_%d' % number if _world.build.kpu_errors else ''))


def forward(task, img, out_index=0):
    """Run the model on what the camera saw when `img` was taken."""
    for fmap in _world.fmaps:
        raise _power.Misuse('forward() while the last result is in use: copy it, then kpu.fmap_free(it)')
    model = task._model
    if img._ai is None or (img.width(), img.height()) != model.input:
        print('[MAIXPY]kpu: img w=%d,h=%d, but model w=%d,h=%d' % ((img.width(), img.height()) + model.input))
        raise ValueError('[MAIXPY]kpu: check img format err!')
    if _world.troubles['kpu_error']:
        raise OSError(_world.troubles['kpu_error'])
    _world.ai_clock = True
    for start in range(0, _MAPS_BYTES, len(_PAGE)):
        for page in (start, len(_world.ai_ram) - len(_PAGE) - start):
            _world.ai_ram[page : page + len(_PAGE)] = _PAGE
    outputs = _world.eyes.forward(model, img._ai)
    if not task._outputs:
        task._outputs = [_place(typecode, data) for typecode, data in outputs]
    for place, (typecode, data) in zip(task._outputs, outputs):
        view = _array(typecode, data)
        memoryview(place)[: len(view)] = view
    return _in_use(task, out_index)


def _place(typecode, data):
    """Memory for an output; up to v0.5.0_9 a map counts the byte behind it."""
    if typecode == 'B' and not _world.build.outputs:
        data += bytes([_RUBBISH])
    place = _Fmap(typecode, data)
    place._rubbish = _unpack('f', bytes([_RUBBISH] * 4))[0] if typecode == 'f' else _RUBBISH
    return place


def _in_use(task, index):
    if index >= len(task._outputs):
        raise ValueError('[MAIXPY]kpu: output index %d' % index) if _world.build.outputs else OSError('\x01')
    _world.fmaps.append(task._outputs[index])
    return task._outputs[index]


def fmap_free(fmap):
    """Does nothing on the board; here it says that the app is done with a result, and proves it."""
    if not isinstance(fmap, _Fmap):
        raise TypeError('not a feature map')
    view = memoryview(fmap)
    for i in range(len(view)):
        view[i] = fmap._rubbish
    _world.fmaps[:] = [other for other in _world.fmaps if other is not fmap]


def deinit(task):
    if not _world.build.safe_deinit:
        raise _power.Misuse('kpu.deinit() of a plain model crashes this build')
    _world.models.remove(task._model)
    return True


def memtest():
    """What is free goes to USB, and to the terminal that `uos.dupterm` has set beside it."""
    for what, size in (('gc heap memory :', _world.gc_heap_bytes), ('sys heap memory:', _world.free_system_bytes())):
        line = '###free %s %d KB' % (what, size // 1024)
        _world.usb_out.extend(line.encode() + b'\r\n')  # where no program's `print` goes under MicroPython
        if _world.terminal:
            _world.terminal.write(line + '\r\r\n')


if _world.build.outputs:

    def get_output(task, index):
        return _in_use(task, index)


if _world.build.vectors:

    _compared = {}

    def face_compare(a, b):
        """50 * (1 + cosine) of two vectors of int8."""
        pair = bytes(a), bytes(b)
        if pair not in _compared:
            if len(_compared) == _COMPARED:
                _compared.clear()
            _compared[pair] = _likeness(_array('b', pair[0]), _array('b', pair[1]))
        return _compared[pair]

    def _likeness(a, b):
        if len(a) != len(b):
            raise ValueError('feature lengths differ')
        products = norm_a = norm_b = 0
        for x, y in zip(a, b):
            products += x * y
            norm_a += x * x
            norm_b += y * y
        if not norm_a or not norm_b:
            raise _power.Misuse('face_compare of a zero vector divides by zero')
        return _unpack('f', _pack('f', 50 + 50 * products / _sqrt(norm_a * norm_b)))[0]

"""A second KPU, slow and literal: Python integers, one number at a time, straight from the definitions.

It shares with the package only the parsed layers. It takes both memories as bytearrays and works in place.
"""

import math
import struct
from fractions import Fraction

from madeleine.kpu.format import layertypes as k

POOL = {1: (2, 2, max), 3: (4, 4, max), 2: (2, 2, None), 4: (4, 4, None), 8: (2, 1, None), 9: (2, 1, max)}
CORNER = {5: (2, 0), 6: (2, 1), 7: (4, 0)}


def run(layer, main, ai, eight_bit=True):
    """Runs one layer; `main` is the main buffer with its slack, `ai` the 2 MB of AI RAM."""
    Oracle(layer, main, ai, eight_bit).run()


def address_of(width, height, channel, y, x):
    """The byte of a pixel, counted from the map's first line."""
    if width <= 16:
        groups, row_lines, pitch = 4, 1, 16
    elif width <= 32:
        groups, row_lines, pitch = 2, 1, 32
    else:
        groups, row_lines, pitch = 1, -(-width // 64), 64
    return channel // groups * row_lines * height * 64 + channel % groups * pitch + y * row_lines * 64 + x


def f32(value):
    """The float32 nearest to a Fraction or float."""
    return struct.unpack("<f", struct.pack("<f", float(value)))[0]


def fused(a, b, c):
    """a * b + c, rounded once."""
    return f32(Fraction(a) * Fraction(b) + Fraction(c))


class Oracle:
    def __init__(self, layer, main, ai, eight_bit):
        self.layer, self.main, self.ai, self.eight_bit = layer, main, ai, eight_bit

    def run(self):
        getattr(self, type(self.layer).__name__)()

    # -- memory

    def floats(self, address, count):
        return list(struct.unpack_from(f"<{count}f", self.main, address))

    def store(self, address, values):
        struct.pack_into(f"<{len(values)}f", self.main, address, *values)

    # -- the KPU

    def ConvLayer(self):
        r = self.layer.registers
        x = [
            [
                [self.ai[r.in_line * 64 + address_of(r.in_width, r.in_height, c, y, x)] for x in range(r.in_width)]
                for y in range(r.in_height)
            ]
            for c in range(r.in_channels)
        ]
        planar = bytearray()
        for o in range(r.out_channels):
            rows = [[self.pixel(x, o, j, i) for i in range(r.in_width)] for j in range(r.in_height)]
            for j in range(r.out_height):
                for i in range(r.out_width):
                    value = self.pooled(rows, j, i)
                    self.ai[r.out_line * 64 + address_of(r.out_width, r.out_height, o, j, i)] = value
                    planar.append(value)
        if self.layer.flags & 1:
            self.main[self.layer.out_address : self.layer.out_address + len(planar)] = planar

    def weight(self, o, n, tap):
        """Weight `tap` of the n-th input channel of output o."""
        r = self.layer.registers
        taps = 9 if r.kernel_type else 1
        index = (o * (1 if r.depthwise else r.in_channels) + n) * taps + tap
        if self.eight_bit:
            return self.layer.weights[index]
        return struct.unpack_from("<H", self.layer.weights, 2 * index)[0]

    def pixel(self, x, o, y0, x0):
        r = self.layer.registers
        reach = 1 if r.kernel_type else 0
        total = 0
        for n, channel in enumerate([o] if r.depthwise else range(r.in_channels)):
            dot = sum_x = sum_w = tap = 0
            for dy in range(-reach, reach + 1):
                for dx in range(-reach, reach + 1):
                    inside = 0 <= y0 + dy < r.in_height and 0 <= x0 + dx < r.in_width
                    value = x[channel][y0 + dy][x0 + dx] if inside else r.pad_value
                    weight = self.weight(o, n, tap)
                    dot, sum_x, sum_w, tap = dot + value * weight, sum_x + value, sum_w + weight, tap + 1
            total += dot + (r.arg_x * sum_x >> r.shr_x) + (r.arg_w * sum_w >> r.shr_w) + r.arg_add
        return self.activated(self.normalised(total, o))

    def normalised(self, total, o):
        word = struct.unpack_from("<Q", self.layer.batch_norm, 8 * o)[0]
        mul, add, shift = word & 0xFFFFFF, word >> 24 & 0xFFFFFFFF, word >> 56 & 15
        mul -= (mul >> 23) << 24
        add -= (add >> 31) << 32
        return (total * mul >> shift) + add

    def activated(self, y):
        chosen = None
        for index in range(16):
            word = struct.unpack_from("<Q", self.layer.activation, 8 * index)[0]
            start = word >> 24 & (1 << 36) - 1
            start -= (start >> 35) << 36
            if start < y or chosen is None:
                mul = word >> 8 & 0xFFFF
                chosen = start, mul - ((mul >> 15) << 16), word & 255, self.layer.activation[128 + index]
        start, mul, shift, bias = chosen
        return min(255, max(0, round(Fraction((y - start) * mul, 1 << shift)) + bias))  # round: ties to even

    def pooled(self, rows, j, i):
        kind = self.layer.registers.pool_type
        if kind == 0:
            return rows[j][i]
        if kind in CORNER:
            stride, right = CORNER[kind]
            return rows[j * stride][i * stride + right]
        size, stride, best = POOL[kind]
        high, wide = len(rows), len(rows[0])
        places = [(j * stride + dy, i * stride + dx) for dy in range(size) for dx in range(size)]
        if best is max:
            return max(rows[y][x] for y, x in places if y < high and x < wide)
        return sum(rows[min(y, high - 1)][min(x, wide - 1)] for y, x in places) // len(places)

    def Upload(self):
        layer, source = self.layer, self.layer.in_address
        for channel in range(layer.channels):
            for y in range(layer.height):
                for x in range(layer.width):
                    place = address_of(layer.width, layer.height, channel, y, x)
                    self.ai[layer.out_line * 64 + place] = self.main[source]
                    source += 1

    def AddPadding(self):
        for channel in range(self.layer.channels):
            place = self.layer.out_line * 64 + channel // 4 * 256 + channel % 4 * 16
            self.ai[place] = self.main[self.layer.in_address + channel]

    def RemovePadding(self):
        for channel in range(self.layer.channels):
            self.main[self.layer.out_address + channel] = self.main[self.layer.in_address + 16 * channel]

    # -- the CPU, bytes

    def QuantizedAdd(self):
        layer = self.layer
        for index in range(-(-layer.count // 8) * 8):
            a = (self.main[layer.a_address + index] + layer.a_offset) * layer.a_mul
            b = (self.main[layer.b_address + index] + layer.b_offset) * layer.b_mul
            same = layer.a_shift == layer.b_shift
            value = (a + b >> layer.a_shift) if same else (a >> layer.a_shift) + (b >> layer.b_shift)
            value *= layer.out_mul
            if layer.out_shift > 0:
                value >>= layer.out_shift - 1
                odd, negative = value & 1, value < 0
                value >>= 1
                if odd:
                    value += -1 if negative else 1
            self.main[layer.out_address + index] = min(255, max(0, value + layer.out_offset))

    def QuantizedMaxPool2D(self):
        layer = self.layer
        values = [max(taps, default=0) for taps in self.windows(lambda n: self.main[layer.in_address + n])]
        self.main[layer.out_address : layer.out_address + len(values)] = bytes(values)

    def windows(self, pixel):
        """For each output pixel, its input pixels inside the map, row by row."""
        layer = self.layer
        for channel in range(layer.out_channels):
            for j in range(layer.out_height):
                for i in range(layer.out_width):
                    top, left = (
                        j * layer.stride_height - layer.padding_height,
                        i * layer.stride_width - layer.padding_width,
                    )
                    yield [
                        pixel((channel * layer.in_height + y) * layer.in_width + x)
                        for y in range(top, top + layer.kernel_height)
                        for x in range(left, left + layer.kernel_width)
                        if 0 <= y < layer.in_height and 0 <= x < layer.in_width
                    ]

    def Requantize(self):
        layer = self.layer
        for index in range(layer.count):
            self.main[layer.out_address + index] = layer.table[self.main[layer.in_address + index]]

    def Concat(self):
        target = self.layer.out_address
        for region in self.layer.inputs:
            self.main[target : target + region.size] = self.main[region.start : region.end]
            target += region.size

    QuantizedConcat = Concat

    def TensorflowFlatten(self, item=4):
        layer, target = self.layer, self.layer.out_address
        for y in range(layer.height):
            for x in range(layer.width):
                for channel in range(layer.channels):
                    source = layer.in_address + ((channel * layer.height + y) * layer.width + x) * item
                    self.main[target : target + item] = self.main[source : source + item]
                    target += item

    def QuantizedTensorflowFlatten(self):
        self.TensorflowFlatten(item=1)

    def ResizeNearestNeighbor(self, item=4):
        layer, target = self.layer, self.layer.out_address
        for channel in range(layer.in_channels):
            for j in range(layer.out_height):
                for i in range(layer.out_width):
                    y = self.nearest(j, layer.in_height, layer.out_height)
                    x = self.nearest(i, layer.in_width, layer.out_width)
                    source = layer.in_address + ((channel * layer.in_height + y) * layer.in_width + x) * item
                    self.main[target : target + item] = self.main[source : source + item]
                    target += item

    def QuantizedResizeNearestNeighbor(self):
        self.ResizeNearestNeighbor(item=1)

    @staticmethod
    def nearest(index, size, out_size):
        return min(math.floor(f32(index * f32(size / out_size))), size - 1)

    # -- the CPU, floats

    def Add(self):
        a, b = (self.floats(place, self.layer.count) for place in (self.layer.a_address, self.layer.b_address))
        self.store(self.layer.out_address, [f32(p + q) for p, q in zip(a, b, strict=True)])

    def GlobalAveragePool2D(self):
        layer, out = self.layer, []
        for channel in range(layer.channels):
            total = 0.0
            for value in self.floats(layer.in_address + 4 * channel * layer.kernel_size, layer.kernel_size):
                total = f32(total + value)
            out.append(f32(total / layer.kernel_size))
        self.store(layer.out_address, out)

    def AveragePool2D(self):
        layer, out = self.layer, []
        values = self.floats(layer.in_address, layer.in_channels * layer.in_height * layer.in_width)
        for taps in self.windows(values.__getitem__):
            total = 0.0
            for value in taps:
                total = f32(total + value)
            out.append(f32(total / len(taps)) if taps else math.nan)
        self.store(layer.out_address, out)

    def Quantize(self):
        layer = self.layer
        scale, out = f32(1 / layer.scale), bytearray()
        for value in self.floats(layer.in_address, layer.count):
            scaled = f32(f32(value - layer.bias) * scale)
            out.append(int(min(255, max(0, scaled))))
        self.main[layer.out_address : layer.out_address + layer.count] = out

    def Dequantize(self):
        layer = self.layer
        source = self.main[layer.in_address : layer.in_address + layer.count]
        self.store(layer.out_address, [fused(q, layer.scale, layer.bias) for q in source])

    def ChannelwiseDequantize(self):
        layer, out = self.layer, []
        for index in range(layer.channels * layer.channel_size):
            scale, bias = struct.unpack_from("<2f", layer.parameters, index // layer.channel_size * 8)
            out.append(fused(self.main[layer.in_address + index], scale, bias))
        self.store(layer.out_address, out)

    def FullyConnected(self):
        layer, out = self.layer, []
        x = self.floats(layer.in_address, layer.in_channels)
        for o in range(layer.out_channels):
            total = 0.0
            for index, value in enumerate(x):
                weight = struct.unpack_from("<f", layer.weights, 4 * (o * layer.in_channels + index))[0]
                total = fused(value, weight, total)
            total = f32(total + struct.unpack_from("<f", layer.bias, 4 * o)[0])
            out.append(max(total, 0.0) if layer.activation == 1 else total)
            if layer.activation == 2:
                out[-1] = min(max(total, 0.0), 6.0)
        self.store(layer.out_address, out)

    def L2Normalization(self):
        x, total = self.floats(self.layer.in_address, self.layer.channels), 0.0
        for value in x:
            total = fused(value, value, total)
        factor = f32(1 / f32(math.sqrt(max(total, f32(1e-10)))))
        self.store(self.layer.out_address, [f32(value * factor) for value in x])

    def Softmax(self):
        x = self.floats(self.layer.in_address, self.layer.channels)
        largest = max([*x, 2.0**-126])
        powers, total = [f32(math.exp(f32(value - largest))) for value in x], 0.0
        for power in powers:
            total = f32(total + power)
        self.store(self.layer.out_address, [f32(power / total) for power in powers])

    def Logistic(self):
        x = self.floats(self.layer.in_address, self.layer.channels)
        self.store(self.layer.out_address, [f32(1 / f32(1 + f32(math.exp(-value)))) for value in x])


assert {kind.__name__ for kind in (row[2] for row in k.LAYERS) if kind} <= set(dir(Oracle))

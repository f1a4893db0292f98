"""The twelve 64-bit words that describe one layer to the KPU: from bytes to named numbers and back.

Names of the bits: kendryte-standalone-sdk, lib/drivers/include/kpu.h, kpu_layer_argument_t.
"""

import struct
from dataclasses import dataclass, field, fields
from typing import Any, Self

SIZE_BYTES = 96
_WORDS = struct.Struct("<12Q")


def _bits(word: int, low: int, width: int, default: int = 0, *, signed: bool = False, less_one: bool = False) -> Any:
    """A field of `width` bits from bit `low` of a word; `less_one`: the chip stores the number minus one."""
    place = {"word": word, "low": low, "width": width, "signed": signed, "less": int(less_one)}
    return field(default=default, metadata=place)


@dataclass(frozen=True, kw_only=True)
class Registers:
    """One layer's registers. Numbers are the true ones: sizes are not "minus one", signs are resolved.

    Defaults are what the compilers write in every layer. Addresses (`*_address`) are zero in files; the driver sets
    them. Lines are the 64-byte lines of AI RAM.
    """

    interrupt: int = _bits(0, 0, 1)
    ram_flag: int = _bits(0, 1, 1)
    full_add: int = _bits(0, 2, 1)
    depthwise: int = _bits(0, 3, 1)
    in_line: int = _bits(1, 0, 15)
    out_line: int = _bits(1, 32, 15)
    in_channels: int = _bits(2, 0, 10, 1, less_one=True)
    out_channels: int = _bits(2, 32, 10, 1, less_one=True)
    channels_per_load: int = _bits(2, 48, 10, 1, less_one=True)
    in_width: int = _bits(3, 0, 10, 1, less_one=True)
    in_height: int = _bits(3, 10, 9, 1, less_one=True)
    out_width: int = _bits(3, 32, 10, 1, less_one=True)
    out_height: int = _bits(3, 42, 9, 1, less_one=True)
    kernel_type: int = _bits(4, 0, 3)
    pad_type: int = _bits(4, 3, 1)
    pool_type: int = _bits(4, 4, 4)
    first_stride: int = _bits(4, 8, 1)
    bypass_conv: int = _bits(4, 9, 1)
    load_batch_norm: int = _bits(4, 10, 1, 1)
    dma_burst_size: int = _bits(4, 16, 8, 15)
    pad_value: int = _bits(4, 24, 8)
    batch_norm_address: int = _bits(4, 32, 32)
    load_coordinate: int = _bits(5, 0, 1, 1)
    loads: int = _bits(5, 1, 6, 1, less_one=True)
    bytes_per_load: int = _bits(5, 15, 17)
    weights_address: int = _bits(5, 32, 32)
    coef_column_offset: int = _bits(6, 0, 4)
    coef_row_offset: int = _bits(6, 4, 12)
    in_group_lines: int = _bits(7, 0, 15)
    in_row_lines: int = _bits(7, 16, 4)
    coef_size: int = _bits(7, 20, 8)
    in_group: int = _bits(7, 28, 3)
    load_activation: int = _bits(7, 31, 1, 1)
    activation_address: int = _bits(7, 32, 32)
    out_group_lines: int = _bits(8, 0, 15)
    out_row_lines: int = _bits(8, 16, 4)
    out_group: int = _bits(8, 20, 3)
    shr_w: int = _bits(9, 0, 4)
    shr_x: int = _bits(9, 4, 4)
    arg_w: int = _bits(9, 8, 24, signed=True)
    arg_x: int = _bits(9, 32, 24, signed=True)
    arg_add: int = _bits(10, 0, 40, signed=True)
    send_data_out: int = _bits(11, 0, 1)
    channel_bytes: int = _bits(11, 16, 16, 1, less_one=True)
    output_bytes: int = _bits(11, 32, 32, 1, less_one=True)

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """From the 96 bytes of a file; bits that have no name are dropped."""
        words = _WORDS.unpack(data)
        values = {}
        for item in fields(cls):
            place = item.metadata
            value = words[place["word"]] >> place["low"] & ((1 << place["width"]) - 1)
            if place["signed"] and value >> (place["width"] - 1):
                value -= 1 << place["width"]
            values[item.name] = value + place["less"]
        return cls(**values)

    def pack(self) -> bytes:
        """The 96 bytes; ValueError when a number does not fit its bits."""
        words = [0] * 12
        for item in fields(self):
            place = item.metadata
            value = getattr(self, item.name) - place["less"]
            lowest = -(1 << (place["width"] - 1)) if place["signed"] else 0
            if not lowest <= value < lowest + (1 << place["width"]):
                raise ValueError(f"register {item.name} cannot hold {getattr(self, item.name)}")
            words[place["word"]] |= (value & ((1 << place["width"]) - 1)) << place["low"]
        return _WORDS.pack(*words)

    @property
    def kernel(self) -> int:
        """Taps along one side: 1 or 3."""
        return 3 if self.kernel_type == 1 else 1

    def weight_count(self) -> int:
        """Numbers in the layer's weights: [out][in][ky][kx], or [channel][ky][kx] for a depthwise layer."""
        return self.out_channels * (1 if self.depthwise else self.in_channels) * self.kernel**2

"""The file format: what is written is read back, and what is damaged is refused with the place of the damage."""

import struct
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madeleine.kpu import KmodelError, Network
from madeleine.kpu.format import layertypes as k
from madeleine.kpu.format.kmodel import Kmodel, parse
from madeleine.kpu.format.registers import SIZE_BYTES, Registers
from madeleine.kpu.format.write import write

from tests.kpu import random_layers, small_model

SMALL = write(small_model.model())
TABLE = 28 + 2 * 8  # where the layer table of the small model starts
QUICK = 1 << 27  # multiplications a damaged model may take in these tests


@given(st.binary(min_size=SIZE_BYTES, max_size=SIZE_BYTES))
def test_registers_keep_every_named_bit(data):
    registers = Registers.unpack(data)
    assert Registers.unpack(registers.pack()) == registers


def test_registers_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match="in_width cannot hold 1025"):
        Registers(in_width=1025).pack()
    with pytest.raises(ValueError, match="arg_x cannot hold"):
        Registers(arg_x=1 << 23).pack()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(list(random_layers.MAKERS)), max_size=4), st.booleans())
def test_what_is_written_is_read_back(seed, kinds, eight_bit):
    random = np.random.default_rng(seed)
    layers = [random_layers.conv(random, bits=8 if eight_bit else 16, depthwise=bool(seed & 1))]
    layers += [random_layers.cpu_layer(random, kind) for kind in kinds]
    outputs = (k.Region(0, 4), k.Region(8, 12))
    model = Kmodel(tuple(layers), outputs, 4096, eight_bit, max_start_line=seed % 999)
    assert parse(write(model)) == model


def test_mbnet_is_rewritten_byte_for_byte(shared):
    whole = (shared / "models" / "mbnet751.kmodel").read_bytes()
    assert write(parse(whole)) == whole
    cut = (shared / "models" / "mbnet751_feature.kmodel").read_bytes()
    assert write(parse(cut)) == cut + bytes(4)  # that file lacks its last padding


def changed(offset, value, code="<I"):
    """The small model with one number overwritten."""
    data = bytearray(SMALL)
    struct.pack_into(code, data, offset, value)
    return bytes(data)


def refused(data, *words):
    with pytest.raises(KmodelError) as caught:
        Network.parse(data, "small.kmodel")
    message = str(caught.value)
    assert message.startswith("small.kmodel: ") and "\n" not in message
    for word in words:
        assert word in message, message


def body_of(index):
    return parse(SMALL).layers[index].offset


def with_registers(index, **options):
    model = small_model.model()
    layers = list(model.layers)
    layers[index] = replace(layers[index], registers=replace(layers[index].registers, **options))
    return write(replace(model, layers=tuple(layers)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ["0 bytes are too few"]),
        (b"LDMK" + bytes(60), ["version 4 or later"]),
        (changed(0, 5), ["version 5 at byte 0", "only kmodel version 3"]),
        (b"\x08\x07\x12\x07pytorch" + bytes(40), ["an ONNX network", "madeleine model build"]),
        (b"\x1c\0\0\0TFL3" + bytes(40), ["a TensorFlow Lite network", "ONNX"]),
        (b"\x89HDF\r\n\x1a\n" + bytes(40), ["a Keras network", "ONNX"]),
        (b"PK\3\4" + bytes(40), ["a zip archive"]),
        (b"\xff\xd8\xff\xe0" + bytes(40), ["a JPEG picture"]),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), ["a PNG picture"]),
        (b"once upon a time there was a file", ["not a kmodel; only"]),
        (changed(8, 1), ["architecture 1 at byte 8"]),
        (changed(12, 0), ["0 layers at byte 12"]),
        (changed(12, 1 << 31), ["2147483648 layers at byte 12"]),
        (changed(20, 1 << 30), ["1073741824 bytes of memory at byte 20"]),
        (changed(24, 0), ["no outputs at byte 24"]),
        (changed(24, 1 << 30), ["tables end at byte"]),
        (changed(28, 1 << 30), ["output 0", "pass the"]),
        (changed(TABLE, 99), ["layer 0 at byte", "unknown layer type 99"]),
        (changed(TABLE, 7), ["layer 0 (MAX_POOL2D) at byte", "does not run"]),
        (changed(TABLE + 4, 1 << 31), ["layer 0 (K210_CONV)", "fetch the file again"]),
        (changed(TABLE, 12), ["layer 0 (DEQUANTIZE)"]),
        (changed(TABLE + 32, 18), ["layer 4 (FULLY_CONNECTED)", "weights"]),
        (changed(body_of(0) + 8, 0), ["layer 0 (K210_CONV) at byte 0", "registers", "do not lie"]),
        (changed(body_of(1) + 12, 1 << 31), ["layer 1 (K210_CONV) at byte 2147483648", "weights"]),
        (changed(body_of(2) + 4, 1 << 20), ["layer 2 (K210_CONV)", "main buffer"]),
        (changed(body_of(3) + 12, 0xFFFFFFFF), ["layer 3 (DEQUANTIZE)", "main buffer"]),
        (changed(body_of(3) + 12, 0), ["layer 3 (DEQUANTIZE)", "size of zero"]),
        (changed(body_of(3) + 8, 100), ["layer 3 (DEQUANTIZE)", "lies over what it reads"]),
        (with_registers(0, out_line=1), ["layer 0 (K210_CONV)", "line 1 of AI RAM lies over"]),
        (with_registers(0, out_line=32767), ["layer 0 (K210_CONV)", "passes the 32768"]),
        (with_registers(0, pool_type=12), ["pool type 12 is not known"]),
        (with_registers(0, kernel_type=2), ["kernel type 2"]),
        (with_registers(0, first_stride=1), ["register first_stride is 1"]),
        (with_registers(0, pool_type=5), ["8x8 pixels pooled by 2 do not give 8x8"]),
        (with_registers(0, in_group=3), ["8 pixels a row do not fit 3 channels"]),
        (with_registers(0, in_row_lines=0), ["do not fit in"]),
        (with_registers(0, channels_per_load=1), ["1 loads of 1 channels are too few for 6"]),
        (with_registers(0, output_bytes=5), ["5 bytes of result do not fit"]),
        (with_registers(1, in_channels=3), ["depthwise from 3 to 6"]),
        (with_registers(2, arg_x=-(1 << 23), arg_add=-(1 << 39)), ["36 bits"]),
    ],
)  # fmt: skip
def test_damage_is_refused_with_its_place(data, words):
    refused(data, *words)


def test_a_network_starts_with_a_convolution_or_a_fully_connected_layer():
    model = small_model.model()
    refused(write(replace(model, layers=model.layers[3:])), "layer 0 (DEQUANTIZE)", "has to start with")


def test_activation_starts_have_to_rise():
    model = small_model.model()
    table = bytearray(model.layers[0].activation)
    table[0:8], table[8:16] = table[8:16], table[0:8]
    layers = (replace(model.layers[0], activation=bytes(table)), *model.layers[1:])
    refused(write(replace(model, layers=layers)), "do not rise")


def test_too_much_work_is_refused():
    pool = random_layers.MAKERS[k.QuantizedMaxPool2D](np.random.default_rng(0))
    sizes = ("in_width", "in_height", "out_width", "out_height", "kernel_width", "kernel_height")
    pool.update(dict.fromkeys(sizes, 1024), in_channels=1, out_channels=1)
    big = k.QuantizedMaxPool2D(**{**pool, "out_address": 1 << 20})
    model = small_model.model()
    refused(write(replace(model, layers=(*model.layers, big), main_memory_bytes=2 << 20)), "multiplications")


def test_every_truncation_is_refused():
    padding = len(SMALL) - len(SMALL.rstrip(b"\0"))
    for size in range(0, len(SMALL) - 8 - padding, 7):
        with pytest.raises(KmodelError):
            Network.parse(SMALL[:size])


def survives(data):
    """Refused with a KmodelError, or a network that runs."""
    try:
        network = Network.parse(data)
    except KmodelError as error:
        assert "\n" not in str(error)
        return
    picture = np.zeros(
        network.input_shape, np.uint8 if isinstance(network.model.layers[0], k.ConvLayer) else np.float32
    )
    if sum(step.work for step in network.steps) < QUICK:
        network.outputs_bytes(picture)


STARTS = [0, TABLE, *(layer.offset for layer in parse(SMALL).layers)]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(STARTS), st.integers(0, 140), st.one_of(st.integers(0, 255), st.just(255))),
        min_size=1,
        max_size=6,
    )
)
def test_changed_bytes_never_crash(changes):
    data = bytearray(SMALL)
    for start, more, value in changes:
        data[(start + more) % len(data)] = value
    survives(bytes(data))


@given(st.binary(max_size=300))
def test_noise_never_crashes(noise):
    survives(SMALL[:28] + noise)
    survives(noise)


def test_names_of_layers_are_unique():
    assert len({name for _, name, _ in k.LAYERS}) == len(k.LAYERS)
    assert all(fields(kind) for _, _, kind in k.LAYERS if kind)

"""What the page may say, and what it is told when it says anything else."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.web import messages

PIXELS = bytes(224 * 224 * 3)
ONE = b"\1\0\0\0"

GOOD = [
    {"do": "button", "name": "A", "down": True},
    {"do": "button", "name": "B", "down": False},
    {"do": "power", "on": True},
    {"do": "unplug"},
    {"do": "unplug", "during": "write"},
    {"do": "plug"},
    {"do": "reset"},
    {"do": "usb", "line": "*status"},
    {"do": "usb", "line": "りんご\t"},
    {"do": "usb", "line": "x" * 2048},
    {"do": "interrupt"},
    {"do": "lens"},
    {"do": "shown"},
]
BAD = [
    "",
    "null",
    "[]",
    "7",
    "{",
    "[" * 4000,
    '{"do": ' + "9" * 4000 + "}",
    json.dumps({"do": "dance"}),
    json.dumps({"do": ["lens"]}),
    json.dumps({"do": "button", "name": "C", "down": True}),
    json.dumps({"do": "button", "name": ["A"], "down": True}),
    json.dumps({"do": "button", "name": "A", "down": 1}),
    json.dumps({"do": "button", "name": "A"}),
    json.dumps({"do": "power", "on": "yes"}),
    json.dumps({"do": "unplug", "during": None}),
    json.dumps({"do": "unplug", "during": "read"}),
    json.dumps({"do": "plug", "hard": True}),
    json.dumps({"do": "usb"}),
    json.dumps({"do": "usb", "line": 7}),
    json.dumps({"do": "usb", "line": "x" * 2049}),
    json.dumps({"do": "usb", "line": "ご" * 700}),
    json.dumps({"do": "usb", "line": "a\nb"}),
    json.dumps({"do": "usb", "line": "\x03"}),
    json.dumps({"do": "usb", "line": "\ud800"}),
    json.dumps({"do": "lens"}) + " " * 4096,
    *(json.dumps({"do": word}) for word in ("type", "line", "end", "__init__")),  # the server's own
]


@pytest.mark.parametrize("order", GOOD, ids=str)
def test_orders(order):
    assert messages.order(json.dumps(order, ensure_ascii=False)) == order


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:40])
def test_nothing_else_is_an_order(text):
    with pytest.raises(messages.Unfit, match=r"^[^\n]+$"):
        messages.order(text)


@given(st.text() | st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner)).map(json.dumps))
def test_any_text_is_an_order_or_refused(text):
    try:
        assert messages.order(text)["do"] in messages.ORDERS
    except messages.Unfit as error:
        assert str(error)


def test_a_picture():
    frame = messages.frame(struct.pack("<I", 2**32 - 1) + PIXELS)
    assert frame == messages.Frame(2**32 - 1, PIXELS)


@pytest.mark.parametrize(
    "data", [b"", b"\1\0\0\0", bytes(4) + PIXELS, b"\1\0\0\0" + PIXELS[1:], b"\1\0\0\0\0" + PIXELS]
)
def test_nothing_else_is_a_picture(data):
    with pytest.raises(messages.Unfit):
        messages.frame(data)

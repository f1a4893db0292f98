"""What is said on USB and Grove, and how bytes become lines."""

import json

import pytest
import version
from command import parse_card
from hypothesis import given
from hypothesis import strategies as st
from messages import LINE_MAX_BYTES, LINES, Lines, Tenths, base64, brownie_line, grove_name, grove_number, json_line

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.none() | st.booleans() | st.integers(-(2**30), 2**30) | texts
values |= st.lists(st.tuples(texts, st.integers(0, 250)).map(list), max_size=3)


@given(
    st.sampled_from(["seen", "card", "list"]), st.lists(st.tuples(texts, values), max_size=5, unique_by=lambda x: x[0])
)
def test_a_message_is_one_line_of_json_with_its_keys_in_order(event, pairs):
    pairs = [(key, value) for key, value in pairs if key not in ("v", "event")]
    line = json_line((event, *[part for pair in pairs for part in pair]))
    assert line.endswith("}\r\n") and "\n" not in line[:-2] and "\r" not in line[:-2]
    assert json.loads(line, object_pairs_hook=list) == [("v", version.LINK), ("event", event), *pairs]
    line.encode()


def test_what_the_lines_look_like():
    message = ("seen", "name", 'コップ "1"\\\n', "distance", Tenths(1234), "next", None)
    assert (
        json_line(message)
        == '{"v": 1, "event": "seen", "name": "コップ \\"1\\"\\\\\\n", "distance": 123.4, "next": null}\r\n'
    )
    assert json_line(("gone",)) == '{"v": 1, "event": "gone"}\r\n'


@pytest.mark.parametrize(("value", "text"), [(0, "0.0"), (9, "0.9"), (10, "1.0"), (2000, "200.0"), (123456, "12345.6")])
def test_tenths(value, text):
    assert str(Tenths(value)) == text
    assert json.loads(json_line(("x", "y", Tenths(value))))["y"] == value / 10


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (("seen", "name", "cup", "distance", Tenths(5)), "[DETECTED]: cup\r\n"),
        (("seen", "name", "cup", "sure", True, "again", True), ""),
        (("card", "text", "*reset"), "[QR]: *reset\r\n"),
        (("gauge", "value", 42), "[DISTANCE]: 42.0\r\n"),
        (("gauge", "value", 0), "[DISTANCE]: 0.0\r\n"),
        (("gauge", "value", None), ""),
        (("gone",), ""),
        (("learned", "name", "cup", "count", 1), ""),
        (("refused", "code", "name", "text", "no"), ""),
    ],
)
def test_brownies_words(message, line):
    assert brownie_line(message) == line


def test_a_card_can_choose_each_language():
    assert [parse_card("*link " + word).argument for word in LINES] == list(LINES)


def test_grove():
    assert grove_name("cup") == b"cup\0"
    assert grove_name("コ") == b"\xe3\x82\xb3\0"
    assert grove_name("") == b"\0"
    assert [grove_number(percent) for percent in (0, 100, None)] == [b"=0\0", b"=100\0", b"=--\0"]


@given(st.binary())
def test_base64_is_one_line(data):
    assert "\n" not in base64(data)
    assert base64(data).isascii()


def by_definition(data: bytes) -> list[bytes | None]:
    lines = data.replace(b"\r", b"\n").split(b"\n")[:-1]
    return [line if len(line) <= LINE_MAX_BYTES else None for line in lines if line]


pieces = st.binary(max_size=20) | st.sampled_from([b"\n", b"\r\n", b"*undo\n", b"x" * LINE_MAX_BYTES, b"y" * 1500])


@given(st.lists(pieces, max_size=8), st.lists(st.integers(1, 900), min_size=1))
def test_any_chunks_give_the_same_lines(parts, sizes):
    data = b"".join(parts)
    lines, got, at = Lines(), [], 0
    while at < len(data):
        size = sizes[len(got) % len(sizes)]
        got.append(lines.feed(data[at : at + size]))
        at += size
    assert [line for some in got for line in some] == by_definition(data)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b"\n\n\r"])
def test_ends_of_lines(end):
    lines = Lines()
    assert lines.feed(b"a" + end + b"b" + end + b"c") == [b"a", b"b"]
    assert lines.feed(b"") == []
    assert lines.feed(end) == [b"c"]


def test_a_line_of_the_greatest_length_and_one_more():
    lines = Lines()
    assert lines.feed(b"x" * LINE_MAX_BYTES + b"\n" + b"x" * (LINE_MAX_BYTES + 1) + b"\n*undo\n") == [
        b"x" * LINE_MAX_BYTES,
        None,
        b"*undo",
    ]


def test_noise_without_an_end_takes_no_memory():
    lines = Lines()
    for _ in range(100):
        assert lines.feed(b"\xa5" * 1000) == []
        assert len(lines.rest) <= LINE_MAX_BYTES
    assert lines.feed(b"\n*undo\n") == [None, b"*undo"]

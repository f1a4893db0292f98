"""The grammar of cards and of the host's lines: tables of texts and what they mean, and rubbish of every kind."""

import json

import features
import labels
import pytest
from command import (
    CARD_MAX_BYTES,
    GAUGE,
    IGNORED,
    NOISE,
    WORDS,
    Command,
    parse_card,
    parse_line,
    vector,
)
from command_error import CommandError
from hypothesis import example, given
from hypothesis import strategies as st
from messages import base64


def result(parse, text):
    """(word, argument) of a Command, or the code of a refusal."""
    try:
        command = parse(text)
    except CommandError as error:
        assert error.text and "\n" not in error.text and str(error) == error.text
        return error.code
    assert command.host == (parse is parse_line)
    return command.word, command.argument


CARDS = [
    ("cup", ("learn", "cup")),
    ("  my cup \n", ("learn", "my cup")),
    ("コップ", ("learn", "コップ")),
    ('a,b"c/d\\e\'f', ("learn", 'a,b"c/d\\e\'f')),
    ("00", ("learn", "00")),
    ("x" * 32, ("learn", "x" * 32)),
    ("プ" * 32, ("learn", "プ" * 32)),
    ("🍎" * 32, ("learn", "🍎" * 32)),
    ("0", ("mark", 0)),
    (" 100 ", ("mark", 100)),
    ("50", ("learn", "50")),
    ("*mark 50", ("mark", 50)),
    ("*mark -9999", ("mark", -9999)),
    ("*mark 0", ("mark", 0)),
    ("*mark", "argument"),
    ("*mark 10000", "argument"),
    ("*mark -10000", "argument"),
    ("*mark +5", "argument"),
    ("*mark --5", "argument"),
    ("*mark 1.5", "argument"),
    ("*mark half", "argument"),
    ("*anchor 0", "unknown"),  # an older word of hosts
    ("*unit ml", ("unit", "ml")),
    ("*unit °C", ("unit", "°C")),
    ("*unit", ("unit", "")),
    ("*unit 123456789", "argument"),
    ("*unit a\nb", "argument"),
    ("*gauge rain barrel", ("gauge", "rain barrel")),
    ("*gauge " + "x" * 25, "argument"),
    ("*exclude", ("exclude", None)),
    ("*reset", ("reset", "")),
    ("*reset yes", ("reset", "yes")),
    ("*undo ", ("undo", None)),
    ("*forget  my cup ", ("forget", "my cup")),
    ("*limit 1", ("limit", "1")),
    ("*limit 9999", ("limit", "9999")),
    ("*select コップ", ("select", "コップ")),
    ("*link json", ("link", "json")),
    ("*link brownie", ("link", "brownie")),
    ('{"any": "thing"', ("pass", '{"any": "thing"')),
    ("{\n\0", ("pass", "{\n\0")),
    ("", "empty"),
    (" \t\r\n", "empty"),
    (" {", "name"),
    ("=x", "name"),
    ("a\nb", "name"),
    ("a\0", "name"),
    ("\x1fa", "name"),
    ("a\x7f", "name"),
    ("a\x85b", "name"),
    ("x" * 33, "name"),
    ("プ" * 33, "name"),
    ("x" * (CARD_MAX_BYTES + 1), "long"),
    ("{" + "x" * CARD_MAX_BYTES, "long"),
    ("y" * 2048, "long"),
    (b"cup", ("learn", "cup")),
    (b"\xff\xfe", "utf8"),
    (b"\xe3\x82", "utf8"),
    (b"\xff".decode("utf-8", "surrogateescape"), "utf8"),  # what a decoder that checks nothing hands over
    ("*", "unknown"),
    ("**exclude", "unknown"),
    ("*Exclude", "unknown"),
    ("*hello world", "unknown"),
    ("*learn cup", "unknown"),  # only a host learns at once
    ("*sound on", "unknown"),
    ("*exclude this", "argument"),
    ("*reset no", "argument"),
    ("*undo 2", "argument"),
    ("*forget", "empty"),
    ("*forget *x", "name"),
    ("*forget *exclude", ("forget", "*exclude")),
    ("*forget *gauge", ("forget", "*gauge")),
    ("*forget gauge", ("forget", "gauge")),
    ("*rename mug", ("rename", (None, "mug"))),
    ("*rename red cup\n mug", ("rename", ("red cup", "mug"))),
    ("*rename", "empty"),
    ("*rename cup\n", ("rename", (None, "cup"))),
    ("*rename *x", "name"),
    ("*rename a\nb\nc", "name"),
    ("*limit", "argument"),
    ("*limit 0", "argument"),
    ("*limit 10000", "argument"),
    ("*limit -5", "argument"),
    ("*limit 2e2", "argument"),
    ("*limit ٣", "argument"),
    ("*limit " + "9" * 400, "argument"),
    ("*link usb", "argument"),
    ("*link", "argument"),
]


@pytest.mark.parametrize(("payload", "expected"), CARDS)
def test_cards(payload, expected):
    assert result(parse_card, payload) == expected


LINES = [
    (b"*learn", ("learn", None)),
    (b"*learn cup", ("learn", "cup")),
    (b"*learn 0", ("learn", "0")),
    (b" *status ", ("status", None)),
    (b"*anchor 100", ("anchor", 100)),
    (b"*sound off", ("sound", "off")),
    (b"*brightness 8", ("brightness", "8")),
    (b"*list", ("list", None)),
    (b"*export", ("export", None)),
    (b'{"do": "learn"}', ("learn", None)),
    (b'{"do": "learn", "name": "a,b"}', ("learn", "a,b")),
    (b'{"do": "learn", "name": 7}', ("learn", "7")),
    (b'{"do": "limit", "value": 250}', ("limit", "250")),
    (b'{"do": "limit", "value": "250"}', ("limit", "250")),
    (b'{"do": "anchor", "value": 0}', ("anchor", 0)),
    (b'{"do": "reset", "value": "yes"}', ("reset", "yes")),
    (b'{"do": "undo", "more": [1, {"a": null}]}', ("undo", None)),
    (b'{"do": "undo", "do": "list"}', ("list", None)),
    (b'{"do": "learn", "name": "cup", "vector": "AAAA"}', "vector"),
    (b'{"do": "learn", "name": "cup", "vector": null}', ("learn", "cup")),
    (b'{"do": "learn", "name": "cup", "vector": 7}', "vector"),
    (b"\x04*status", ("status", None)),  # a stray Ctrl-D
    (b'\x00\xff\x04\x1b {"do": "undo"}', ("undo", None)),
    (b"\x04\x04", "line"),
    (b"x*status", "line"),
    (b"", "line"),
    (b"cup", "line"),
    (b"[1]", "line"),
    (b"\xff{", "json"),
    (b"*learn \xff", "utf8"),
    (b"*anchor 50", ("anchor", 50)),
    (b"*anchor 5e1", "argument"),
    (b'{"do": "mark", "value": -5}', ("mark", -5)),
    (b'{"do": "unit", "value": "ml"}', ("unit", "ml")),
    (b'{"do": "gauge", "name": "\\udc00"}', "argument"),
    (b"*brightness 9", "argument"),
    (b"*import cup", "unknown"),
    (b"{", "json"),
    (b"{}", "json"),
    (b'{"do": 1}', "unknown"),
    (b'{"do": null}', "json"),
    (b'{"do": true}', "json"),
    (b'{"do": ["undo"]}', "json"),
    (b'{"do": "undo"} x', "json"),
    (b'{"do": "undo"}}', "json"),
    (b'{"do": NaN}', "json"),
    (b'{"do": "' + b"x" * 40 + b'"}', "json"),
    (b'{"do": "\\ud83d"}', "json"),
    (b'{"do": "fly"}', "unknown"),
    (b'{"do": "pass", "name": "x"}', "argument"),
    (b'{"do": "pass", "value": "{\\"ssid\\": \\"a\\"}"}', ("pass", '{"ssid": "a"}')),
    (b'{"do": "learn", "name": "\\ud83d\\ude00"}', "name"),  # halves of a pair: write the character itself
    (b'{"do": "learn", "name": "a\\u0000"}', "name"),
    (b'{"do": "learn", "name": null}', "argument"),
    (b'{"do": "learn", "name": true}', "argument"),
    (b'{"do": "learn", "name": 1.5}', "argument"),
    (b'{"do": "learn", "name": ["x"]}', "argument"),
    (b'{"do": "limit", "value": 1e3}', "argument"),
    (b'{"do": "limit", "value": ' + b"9" * 1500 + b"}", "argument"),
    (b'{"do": "limit", "value": ' + b"9" * 9000 + b"}", ("json", "argument")),
    (b'{"do": "undo", "name": "x"}', "argument"),
    (b'{"do": "undo", "id": 1.5}', "json"),
    (b'{"do": "undo", "id": true}', "json"),
    (b'{"do": "undo", "id": [1]}', "json"),
    (b'{"do": "undo", "id": "a\\nb"}', "json"),
    (b'{"do": "undo", "id": "\\udfff"}', "json"),
    (b'{"do": "undo", "id": "' + b"x" * 33 + b'"}', "json"),
    (b'{"a":' * 400 + b"1" + b"}" * 400, "json"),
    (b'{"do":' + b"[" * 900 + b"]" * 900 + b"}", "json"),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_lines(line, expected):
    got = result(parse_line, line)
    assert got == expected or (isinstance(expected[0], str) and got in expected)


# A QR card hangs where anybody can put one: it may not read the camera out, change it in silence or fill it from afar.
ON_A_QR_CARD = (
    "exclude reset undo forget rename limit rule select link grove mark unit gauge why good where language set "
    "copy lock unlock scratch turn mode".split()
)
FOR_A_HOST_ALONE = "learn anchor pass sound brightness status scores watch list sets export begin commit drop".split()


@pytest.mark.parametrize("word", ON_A_QR_CARD + FOR_A_HOST_ALONE)
def test_a_host_may_say_every_word_and_a_card_some(word):
    assert result(parse_line, f'{{"do": "{word}", "name": [], "id": 3}}'.encode()) == "argument"
    assert result(parse_line, b"*" + word.encode()) != "unknown"
    assert (result(parse_card, "*" + word) != "unknown") == (word in ON_A_QR_CARD)


def test_every_word_is_for_one_of_the_two():
    """A new word has to be put in one of the lists above: may a QR card say it?"""
    assert sorted(name for name, _, _ in WORDS) == sorted(ON_A_QR_CARD + FOR_A_HOST_ALONE)


@pytest.mark.parametrize("mark", [7, -1, 0, "x", "りんご", ""])
def test_the_hosts_mark_comes_back_with_the_command_and_with_the_refusal(mark):
    assert parse_line(json.dumps({"do": "undo", "id": mark}, ensure_ascii=False).encode()).id == mark
    for wrong in ({"do": "fly"}, {"do": "forget", "name": "*"}, {"do": "limit", "value": []}):
        with pytest.raises(CommandError) as caught:
            parse_line(json.dumps({**wrong, "id": mark}, ensure_ascii=False).encode())
        assert caught.value.id == mark and caught.value.code not in NOISE


def survives(parse, text):
    """A Command with a clean argument, or a CommandError."""
    try:
        command = parse(text)
    except CommandError as error:
        error.text.encode()
        return
    assert isinstance(command, Command)
    if command.word in ("learn", "forget", "select") and command.argument not in (None, IGNORED, GAUGE):
        assert labels.check(command.argument) == command.argument
    if isinstance(command.id, str):
        command.id.encode()


@given(st.text() | st.binary())
@example("*forget \ud800")
@example("{\udcff")
def test_any_card_is_a_command_or_a_refusal(payload):
    survives(parse_card, payload)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b'{"do": "learn", "name": "\\ud800"}')
@example(b'{"\\ud800": 1}')
@example(b'{"do": "learn", "id": -}')
@example(b'{"do": "\\uZZZZ"}')
def test_any_line_is_a_command_or_a_refusal(line):
    survives(parse_line, line)


words = st.sampled_from([word for word, _, _ in WORDS])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries({"do": words | values}, optional=dict.fromkeys(("name", "value", "id", "vector"), values)),
    st.booleans(),
)
def test_any_object_is_a_command_or_a_refusal(fields, ascii_only):
    survives(parse_line, json.dumps(fields, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))


@given(words, st.text(max_size=40))
def test_any_argument_is_a_command_or_a_refusal(word, argument):
    survives(parse_line, f"*{word} {argument}".encode("utf-8", "surrogatepass"))


@given(st.binary(min_size=features.LENGTH, max_size=features.LENGTH).map(lambda raw: bytes(byte & 127 for byte in raw)))
def test_an_exported_vector_can_be_imported(data):
    assert vector(base64(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        [],
        "",
        "A",
        "AAAA",
        "=",
        "é",
        "\udcff",
        base64(bytes([128]) + bytes(767)),
        base64(bytes(767)),
        base64(bytes(769)),
    ],
)
def test_a_wrong_vector_is_refused(text):
    with pytest.raises(CommandError) as caught:
        vector(text)
    assert caught.value.code == "vector"


@given(st.text(max_size=2000))
def test_any_text_as_a_vector_is_refused(text):
    with pytest.raises(CommandError):
        vector(text)

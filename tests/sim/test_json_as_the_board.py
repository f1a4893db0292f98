"""`ujson` writes and reads as MicroPython does."""

import json
from contextlib import suppress

import ujson

import pytest
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF))  # the board knows no surrogate pairs
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=10,
)


@given(PLAIN)
def test_what_it_writes_it_reads_and_so_does_everyone(value):
    text = ujson.dumps(value)
    assert ujson.loads(text) == value == json.loads(text)


@given(PLAIN)
def test_it_reads_what_others_write(value):
    assert ujson.loads(json.dumps(value)) == value


def test_separators_floats_and_escapes():
    assert ujson.dumps({"a": [1, 0.1 + 0.2, 2.0], "é\n\x01": None}) == '{"a": [1, 0.3, 2.0], "é\\n\\u0001": null}'


@pytest.mark.parametrize("text", ["", " ", "nul", "[1] 2", "]", '"open', "'a'", "[1, [2", '{"a": x}', "1 2", "--1"])
def test_errors_are_value_errors(text):
    with pytest.raises(ValueError):
        ujson.loads(text)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    with suppress(ValueError):
        ujson.loads(text)


def test_the_board_is_lenient():
    assert ujson.loads("[1 2,,3") == [1, 2, 3]
    assert ujson.loads('{"a" 1 "b"') == {"a": 1}

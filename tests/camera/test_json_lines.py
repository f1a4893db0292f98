"""The app's lines among whatever else comes: found, taken as messages, bounded."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.camera.json_lines import LINE_MAX_BYTES, Splitter, parse

STATUS = {"v": 1, "event": "status", "app": "1.0.0", "examples": 3}


@given(st.lists(st.binary(max_size=60)), st.text(st.characters(codec="utf-8", categories=["L", "N"]), max_size=40))
def test_a_line_is_found_among_anything(pieces: list[bytes], name: str) -> None:
    splitter = Splitter()
    lines = [line for piece in pieces for line in splitter.feed(piece)]
    assert all(lines)
    message = {"v": 1, "event": "seen", "name": name}
    assert parse(splitter.feed(b"\n" + json.dumps(message).encode() + b"\n")[-1]) == message


def test_a_message_after_half_of_another() -> None:
    half = '{"v": 1, "event": "se'
    assert parse(half) is None
    assert parse("\0\0boot" + json.dumps(STATUS)) == STATUS


@pytest.mark.parametrize(
    "line", ["", "{", "[1]", '{"v": 1}', '{"event": "seen"}', "{'v': 1}", "{" * 20_000, '{"v": {}}']
)
def test_other_lines_are_no_messages(line: str) -> None:
    assert parse(line) is None


def test_a_line_without_an_end_is_not_kept() -> None:
    splitter = Splitter()
    for _ in range(100):
        assert splitter.feed(b"x" * 4096) == []
        assert len(splitter.rest) <= LINE_MAX_BYTES
    assert splitter.feed(b"end of it\ngood\n") == ["good"]

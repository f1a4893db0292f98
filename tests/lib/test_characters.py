"""The characters of a text as numbers."""

import sys

import pytest
from madeleine.device import characters


@pytest.mark.parametrize("text", ["", "cat", "café", "魚 bird", "😀", "\x7f\x80߿ࠀ￿𐀀", "\ud83d"])
def test_there_and_back(text):
    points = characters.codes(text)
    assert list(points) == [ord(character) for character in text]
    assert characters.text_of(list(points)) == text


def test_every_length_of_utf8():
    edges = [0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, sys.maxunicode]
    assert characters.codes(characters.text_of(edges)) == edges

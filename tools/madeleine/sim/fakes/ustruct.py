"""`ustruct` of MicroPython, as far as the board has it (1.11: no iter_unpack, no '?')."""

from struct import calcsize, pack, pack_into, unpack, unpack_from  # noqa: F401

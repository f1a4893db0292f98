from array import array

class Audio:
    def __init__(self, *, array: bytes | bytearray | array[int]) -> None: ...

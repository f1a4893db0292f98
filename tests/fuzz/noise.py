"""Things that nobody expects: bytes, numbers, texts, JSON, and damage to what was right."""

import json
from random import Random
from typing import Any, Literal

TEXTS = (
    *("", " ", "cup", "りんご", "é", "\0", "\x1b[2J", "\ud800", "\u202e", "*reset", "*", "{", "{}", "=", "100", "-1"),
    *("²", "'", '"', "a b", "../../x", "/etc/passwd", "C:\\x", "x" * 33, "x" * 5000, "1e999", "0x10", "None", "%s"),
    *("{0}", "\n", "\r\n>>> ", "NaN"),
)
NUMBERS = (0, 1, -1, 7, 255, 256, 65535, 2**31, 2**63, 10**30, -(10**30), 0.5, 1e308, float("inf"), float("nan"), True)
WORDS = (0, 1, 2, 3, 4, 7, 8, 255, 256, 32767, 32768, 65535, 2**31 - 1, 2**31, 2**32 - 1)  # at the edges of types
BYTES = (
    *(b"\n", b"\r", b"\0", b"\x03", b"\x04", b">", b">>> ", b"{", b"}", b'"', b"\xff", b"\x1b[", b"OK", b"\xc3"),
    b"[" * 600,
)


def text(random: Random) -> str:
    """One of the texts, or some letters of any kind."""
    if random.random() < 0.7:
        return random.choice(TEXTS)
    return "".join(chr(random.randrange(random.choice((128, 0x3000)))) for _ in range(random.randrange(40)))


def data(random: Random, deep: int = 0) -> Any:
    """Anything that JSON can hold."""
    kind = random.randrange(8 if deep < 3 else 6)
    if kind < 3:
        return text(random)
    if kind < 5:
        return random.choice(NUMBERS)
    if kind == 5:
        return random.choice((None, True, False, [], {}))
    some = [data(random, deep + 1) for _ in range(random.randrange(4))]
    return some if kind == 6 else {text(random): one for one in some}


def changed(random: Random, message: dict[str, Any]) -> dict[str, Any]:
    """A message with a field or two lost or replaced."""
    message = dict(message)
    for _ in range(random.randrange(3)):
        key = random.choice(list(message) or ["event"])
        if random.random() < 0.3:
            message.pop(key, None)
        else:
            message[key] = data(random)
    return message


def json_bytes(value: Any) -> bytes:
    """A value as a board would send it; what UTF-8 cannot hold as escapes."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        return json.dumps(value).encode()


def corrupted(random: Random, raw: bytes, head: int = 256) -> bytes:
    """Bytes of a binary format with numbers replaced, most in the first `head`, or bits turned, or the end cut off."""
    data = bytearray(raw)
    for _ in range(random.choice((0, 1, 1, 2, 3, 8))):
        size = random.choice((1, 1, 2, 4))
        end = min(len(data), head) if random.random() < 0.6 else len(data)
        at = random.randrange(max(1, end - size))
        number = random.choice((*WORDS, random.getrandbits(32), 1 << random.randrange(32)))
        order: Literal["little", "big"] = random.choice(("little", "big"))
        data[at : at + size] = (number % (1 << 8 * size)).to_bytes(size, order)
    if random.random() < 0.15:
        del data[random.randrange(len(data)) :]
    return bytes(data)


def damaged(random: Random, raw: bytes) -> bytes:
    """Bytes with some changed, lost, doubled or put in; one time in two as they are."""
    for _ in range(random.choice((0, 0, 0, 1, 2, 5))):
        at = random.randrange(len(raw) + 1)
        end = min(len(raw), at + random.randrange(1, 20))
        piece = random.choice((b"", raw[at:end] * 2, random.choice(BYTES), random.randbytes(end - at)))
        raw = raw[:at] + piece + raw[end:]
    return raw

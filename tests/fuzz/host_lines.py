"""What a host may send to the camera, and what may stand on a card: refused with a reason, or understood.

python -m tests.fuzz.host_lines --cases 1000000 --seed 1
"""

from random import Random

from madeleine.device import command, command_error, messages

from tests.fuzz import noise
from tests.fuzz.harness import main

WORDS = [word for word, _, _ in command.WORDS]


def case(random: Random) -> None:
    """A few requests, whole and damaged, through the camera's reader of lines and its grammar."""
    lines = messages.Lines()
    for _ in range(random.randrange(1, 4)):
        for line in lines.feed(noise.damaged(random, _request(random)) + random.choice((b"\r", b"\n", b""))):
            if line is not None:
                _read(line)
    assert len(lines.rest) <= messages.LINE_MAX_BYTES


def _request(random: Random) -> bytes:
    word = random.choice(WORDS)
    if random.random() < 0.3:
        return f"*{word} {noise.text(random)}".encode("utf-8", "surrogatepass")
    if random.random() < 0.1:
        return noise.json_bytes(noise.data(random))
    example = {"do": word, "name": "cup", "id": 7, "value": "1", "vector": "AAAA"}
    return noise.json_bytes(noise.changed(random, example))


def _read(line: bytes) -> None:
    for parse in (command.parse_line, command.parse_card):
        try:
            parsed = parse(line)
        except command_error.CommandError as refusal:
            assert refusal.text
        else:
            assert parsed.word in WORDS


if __name__ == "__main__":
    main(case)

"""Files of rules (TOML) and logs: taken, or refused with the place of what is wrong.

python -m tests.fuzz.rules --cases 100000 --seed 1
"""

from functools import cache
from random import Random

from madeleine.errors import ToolError
from madeleine.monitor.log import replayed
from madeleine.monitor.rules_file import load

from tests import ROOT
from tests.fuzz import noise
from tests.fuzz.harness import main
from tests.fuzz.place import written

RULES = """[[rule]]
name = ["cup", "りんご"]
when = "changes"
sure = true
timeout_s = 2.5
run = ["say", "--", "{label}"]
[[rule]]
web = { url = "http://127.0.0.1:80/{label}", method = "PUT", headers = { X-Key = "k" }, message = { a = ["{event}"] } }
[[rule]]
mqtt = { topic = "room/{label}", message = "{distance}", retain = true }
[mqtt]
host = "127.0.0.1"
port = 1883
user = "u"
password = "p"
""".encode()
NASTY = (
    *(b"[" * 3000, b"a=" + b"[" * 3000, b"9" * 5000, b"\xef\xbb\xbf", b"{" * 900),
    *(b"1e999", b"nan", b"{x}", b"-1", b"\0"),
)


@cache
def _log() -> bytes:
    return (ROOT / "tests/commands/lesson.jsonl").read_bytes()[:3000]


def case(random: Random) -> None:
    """A damaged file of one of the two kinds."""
    of_rules = random.random() < 0.7
    data = noise.damaged(random, RULES if of_rules else _log())
    for _ in range(random.randrange(3)):
        at, gone = random.randrange(len(data) + 1), random.randrange(30)
        data = data[:at] + random.choice((*NASTY, noise.json_bytes(noise.data(random)))) + data[at + gone :]
    path = written(data)
    try:
        if of_rules:
            load(path)
        else:
            list(replayed(path, 0))
    except ToolError as error:
        assert str(path) in str(error)


if __name__ == "__main__":
    main(case)
